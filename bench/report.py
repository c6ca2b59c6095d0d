"""The figures as tables, printed and, where they are published, put between the marks of the documentation's page."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.deploying import Deploying
from bench.load import CONNECTIONS
from bench.measure import CEILING, MADE, OTHER, PLAIN, Measured
from bench.profile import LAYERS, Profile
from bench.profile import OTHER as REST
from bench.servers import ROOT, Memory

PAGE = ROOT / "docs/explanation/performance.md"
BEGIN, END = "<!-- what `make bench` measured: begin -->", "<!-- what `make bench` measured: end -->"
DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
NAMES = {database + how: name + how for database, name in DATABASES.items() for how in ("", MADE)}
NONE = "–"
"""In place of a figure of answers of which none ended in the time of a measurement."""
Table = Sequence[Sequence[str]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Start:
    """Of one server: the seconds from its starts to the first answers, and its memory after all the load."""

    database: str
    size: int
    seconds: Sequence[float]
    memory: Memory


@dataclass(frozen=True, slots=True)
class Results:
    """All that a run found out, and on what."""

    machine: str
    measured: list[Measured] = field(default_factory=list)
    deployments: list[Deploying] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)

    @staticmethod
    def of_this_machine(seconds: int, rounds: int) -> Results:
        """No results yet."""
        processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
        where = f"{cpu_count()} cores of {processor[1] if processor else platform.machine()}, Python {platform.python_version()}"
        how = f"{CONNECTIONS} connections, {rounds} rounds of {seconds} s, median of the rounds"
        return Results(f"Measured on {datetime.now(UTC):%Y-%m-%d} on {where}; {how}.")

    def of(self, family: str, database: str, size: int = 0) -> Measured:
        """What was measured of a family on a server."""
        return next(row for row in self.measured if (row.family, row.database, row.size) == (family, database, size))

    def families(self) -> Sequence[str]:
        """The names of the families, in their order."""
        return _distinct(row.family for row in self.measured)


def text(results: Results) -> str:
    """All tables."""
    parts = [results.machine]
    for database in _distinct(row.database for row in results.measured if row.database in NAMES):
        parts += [f"### {NAMES[database]}", _speed(results, database), _growth(results, database)]
    if results.starts:
        parts += ["### Start, memory, deployments", markdown(list(_besides(results)))]
    if results.profiles:
        parts += ["### Profiles", markdown(_shares(results.profiles))]
    return "\n\n".join(filter(None, parts)) + "\n"


def page(results: Results) -> str:
    """The figures that the documentation has: one table of the largest stores, and a line for each further fact."""
    return "\n\n".join([results.machine, markdown(list(_largest(results))), "\n".join(_facts(results))]) + "\n"


def publish(results: Results) -> None:
    """Put one table and the plot into the documentation."""
    from bench.plot import plot

    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{page(results)}\n{END}{after}", encoding="utf-8")
    plot(results.measured, PAGE.with_name("performance.svg"))


def _speed(results: Results, database: str) -> str:
    """The families at the largest size, beside the ceilings and another server."""
    size = max(row.size for row in results.measured if row.database == database)
    other = any(row.database == OTHER and row.size == size for row in results.measured)
    rows = [
        [
            f"{size:,} definitions",
            "Bytes",
            "Requests/s",
            "p50 ms",
            "p99 ms",
            "Of the ceiling",
            "Of gunicorn's own",
            *(["Beside the other"] * other),
        ]
    ]
    for family in results.families():
        row = results.of(family, database, size)
        figures = [_middle(row, "rate", ",.0f"), _middle(row, "p50", ".1f"), _middle(row, "p99", ".0f")]
        ratios = [f"{_paired(row, results.of(family, name), 'rate'):.0%}" for name in (CEILING, PLAIN)]
        if other:
            ratios.append(f"{_paired(row, results.of(family, OTHER, size), 'rate'):.1f} x")
        failed = sum(one.failed for one in row.rounds)
        rows.append([f"{family} ({failed} FAILED)" if failed else family, f"{row.bytes:,}", *figures, *ratios])
    return markdown(rows)


def _largest(results: Results) -> Iterator[Sequence[str]]:
    """The families at the largest size on each database, with the response cache and without it."""
    size = max(row.size for row in results.measured)
    names = [name for name in DATABASES if any(row.database == name for row in results.measured)]
    heads = ("{}, cached: requests/s", "{}, not cached: requests/s", "p50 ms")
    yield [f"{size:,} definitions", "Bytes", *(head.format(DATABASES[name]) for name in names for head in heads)]
    for family in results.families():
        pairs = [(results.of(family, name, size), results.of(family, name + MADE, size)) for name in names]
        figures = [(_middle(one, "rate", ",.0f"), _middle(two, "rate", ",.0f"), _middle(two, "p50", ".1f")) for one, two in pairs]
        failed = sum(one.failed for pair in pairs for row in pair for one in row.rounds)
        name = f"{family} ({failed} FAILED)" if failed else family
        yield [name, f"{pairs[0][0].bytes:,}", *(figure for three in figures for figure in three)]


def _facts(results: Results) -> Iterator[str]:
    names = [NAMES[start.database] for start in results.starts]
    for label, *figures in list(_besides(results))[1:]:
        yield f"- {label}: {', '.join(f'{figure} on {name}' for figure, name in zip(figures, names, strict=True))}."


def _growth(results: Results, database: str) -> str:
    """Median latency by size, and how much it grows from the least to the largest."""
    sizes = sorted({row.size for row in results.measured if row.database == database})
    if len(sizes) < 2:
        return ""
    rows = [["Median latency in ms at", *(f"{size:,}" for size in sizes), "Growth"]]
    for family in results.families():
        found = [results.of(family, database, size) for size in sizes]
        growth = f"x {_paired(found[-1], found[0], 'p50'):.2f}" if _has_ended(found[0]) and _has_ended(found[-1]) else NONE
        rows.append([family, *(_middle(row, "p50", ".1f") for row in found), growth])
    return markdown(rows)


def _besides(results: Results) -> Iterator[Sequence[str]]:
    yield ["With so many definitions", *(f"{NAMES[start.database]}, {start.size:,}" for start in results.starts)]
    yield ["Seconds from start to first answer", *(f"{median(start.seconds):.2f}" for start in results.starts)]
    yield [
        "MB of memory of both workers after the load, shared memory counted twice",
        *(f"{start.memory.resident:.0f}" for start in results.starts),
    ]
    yield [
        "MB of memory of both workers after the load, shared memory counted once",
        *(f"{start.memory.proportional:.0f}" for start in results.starts),
    ]
    for clients in _distinct(row.clients for row in results.deployments):
        rates = [f"{row.rate:.0f}" for row in results.deployments if row.clients == clients]
        yield [f"Deployments a second, {clients} client{'s' * (clients > 1)}", *rates]


def _shares(profiles: Sequence[Profile]) -> Table:
    layers = [*LAYERS, REST]
    head = ["Share of a worker's time", *(f"{row.family}, {NAMES[row.database]}" for row in profiles)]
    return [head, *([layer, *(f"{row.shares.get(layer, 0):.0%}" for row in profiles)] for layer in layers)]


def _middle(row: Measured, figure: str, form: str) -> str:
    return format(median(getattr(one, figure) for one in row.rounds), form) if _has_ended(row) else NONE


def _has_ended(row: Measured) -> bool:
    """Whether an answer came in at least half of the rounds, so that there is a median."""
    return median(one.rate for one in row.rounds) > 0


def _paired(row: Measured, beside: Measured, figure: str) -> float:
    """The median over the rounds of one server's figure over another's of the same round."""
    pairs = zip(row.rounds, beside.rounds, strict=True)
    return float(median(getattr(one, figure) / max(getattr(two, figure), 1e-9) for one, two in pairs))


def _distinct(items: Iterable[T]) -> Sequence[T]:
    return list(dict.fromkeys(items))


def markdown(rows: Table) -> str:
    """A table, its head in the first row."""
    width = len(rows[0])
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "| --- |" + " ---: |" * (width - 1), *lines[1:]])
