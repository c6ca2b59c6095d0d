"""Runs the benchmark: fills what is not filled yet, starts the servers, measures, prints, and publishes if it is asked to."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from bench import beside, deploying, fill, measure, pictures, profile, report, servers
from bench.data import VERSIONS
from bench.measure import MADE, OTHER, Target
from bench.queries import FAMILIES
from bench.report import Results, Start
from bench.servers import ROOT, Server
from tests.servers.postgres import PostgresServer, find_programs, running

DATABASES = ("sqlite", "postgres")
STARTS = 3
FOLDER = click.Path(file_okay=False, resolve_path=True, path_type=Path)
Running = dict[Target, tuple[str, Server]]
"""The servers by target, each with the URL of its database."""


def _sizes(_context: Any, _parameter: Any, text: str) -> list[int]:
    sizes = sorted({int(size) for size in text.split(",")})
    if any(size % VERSIONS or size < 10_000 for size in sizes):
        raise click.BadParameter(f"a size is a multiple of {VERSIONS} and at least 10000")
    return sizes


@click.command()
@click.option("--sizes", default="10000,100000,1000000", callback=_sizes, help="Numbers of definitions, separated by commas.")
@click.option("--database", type=click.Choice(DATABASES), help="Measure on this database only.")
@click.option("--only", default="", metavar="REGEX", help="Measure only families whose name matches, and nothing else.")
@click.option("--seconds", default=2, show_default=True, help="Length of one measurement.")
@click.option("--rounds", default=3, show_default=True, help="Measurements of each family on each server; what counts is their median.")
@click.option("--against", metavar="URL", help="REST base of another server with the data of the largest size, to set beside procdef.")
@click.option("--fill-engine", metavar="URL", help="Replace what is in an engine's PostgreSQL by the largest size's data, and end.")
@click.option("--data", type=FOLDER, default=ROOT / "var/bench", show_default="var/bench", help="Folder of the filled stores.")
@click.option("--beside", "old", type=FOLDER, help="Only compare with an older checkout of procdef.")
@click.option("--checkout", "new", type=FOLDER, default=ROOT, help="The newer checkout for --beside, instead of this one.")
@click.option("--pictures", "drawn", type=FOLDER, help="Only draw the BPMN files below a folder, and compare files.")
@click.option("--publish", is_flag=True, help="Write the figures into the documentation.")
def main(
    sizes: list[int],
    database: str | None,
    only: str,
    seconds: int,
    rounds: int,
    against: str | None,
    fill_engine: str | None,
    data: Path,
    old: Path | None,
    new: Path,
    drawn: Path | None,
    *,
    publish: bool,
) -> None:
    """Measure how fast procdef answers, beside views that answer constant bytes on the same server."""
    if fill_engine:
        fill.fill_engine(fill_engine, sizes[-1])
        return
    if drawn:
        sys.stdout.write("\n".join([*pictures.measure(drawn).report(), pictures.large(), pictures.compared(), pictures.command(), ""]))
        return
    families = [family for family in FAMILIES if re.search(only, family.name)]
    chosen = [database] if database else DATABASES
    if old:
        for found in beside.compare(beside.Run(families, (old, new), data / "beside", seconds, rounds), chosen, sizes):
            sys.stdout.write(f"{found}\n\n")
        return
    results = Results.of_this_machine(seconds, rounds)
    with _all_running(data, chosen, sizes) as started:
        targets = list(started)
        others = [measure.target(OTHER, sizes[-1], against, VERSIONS)] if against else []
        results.measured.extend(measure.measure(families, [*targets, *others], seconds, rounds))
        if not only:
            _besides(results, {one: found for one, found in started.items() if one.size == sizes[-1]})
    sys.stdout.write(report.text(results))
    if publish:
        report.publish(results)


def _besides(results: Results, largest: Running) -> None:
    """Memory, profiles, deployments and starts, of the stores of the largest size."""
    for one, (database_url, server) in largest.items():
        if one.database.endswith(MADE):
            if profile.is_possible():
                results.profiles.extend(profile.profile(family, one, server) for family in FAMILIES if family.name in profile.HOTTEST)
            continue
        memory = server.memory()
        results.deployments.extend(deploying.measure(one.database, one.size, one.url))
        results.starts.append(Start(one.database, one.size, [_start(database_url) for _ in range(STARTS)], memory))


def _start(database_url: str) -> float:
    with servers.procdef(database_url) as server:
        return server.started


@contextmanager
def _all_running(data: Path, databases: Sequence[str], sizes: Sequence[int]) -> Iterator[Running]:
    data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        urls = list(_stores(stack, data, databases, sizes))
        yield dict(_started(stack, *found, how) for found in urls for how in ("", MADE))


def _stores(stack: ExitStack, data: Path, databases: Sequence[str], sizes: Sequence[int]) -> Iterator[tuple[str, int, str]]:
    for size in sizes if "sqlite" in databases else ():
        yield "sqlite", size, fill.sqlite_store(data, size)
    if "postgres" in databases and (server := _postgres(stack, data)):
        for size in sizes:
            yield "postgres", size, fill.postgres_store(server, size)


def _postgres(stack: ExitStack, data: Path) -> PostgresServer | None:
    if (programs := find_programs()) is None:
        sys.stderr.write("No PostgreSQL server is here: only SQLite is measured.\n")
        return None
    place = data / "postgres"
    place.mkdir(exist_ok=True)
    return stack.enter_context(running(programs, place))


def _started(stack: ExitStack, database: str, size: int, database_url: str, how: str) -> tuple[Target, tuple[str, Server]]:
    server = stack.enter_context(servers.procdef(database_url, keeps=how != MADE))
    return measure.target(database + how, size, server.url, VERSIONS), (database_url, server)


if __name__ == "__main__":
    main()
