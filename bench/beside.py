"""Comparing two checkouts of procdef in one run: equal data, both servers up, and short turns that alternate between them.

Throughput depends on what else the machine does. CPU time for a request depends on it less, so both are reported.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from psycopg import connect

from bench import load, servers
from bench.data import VERSIONS
from bench.fill import store_name
from bench.measure import MADE
from bench.queries import Family, Values, body, requests, values_of
from bench.report import NAMES, markdown
from tests.servers.postgres import PostgresServer, find_servers, running

SIDES = ("old", "new")
FILL = {
    "sqlite": "import sys; from bench.fill import *; sqlite_store(Path(sys.argv[1]), int(sys.argv[2]))",
    "postgres": "import sys; from bench.fill import *; postgres_store(PostgresServer(int(sys.argv[1])), int(sys.argv[2]))",
}
"""What the old checkout runs to fill a store that is not there yet. Its schema is the older one, so the new checkout can migrate a copy."""
COMPARED = 5
"""Answers of a family that are compared in each round."""
DEEP = "deep page"
TURN = 0.25
QUIET = 0.03
"""Seconds of a turn, and seconds without any use of CPU after which a turn has ended. CPU time is counted in steps of 0.01 s."""


class Run(NamedTuple):
    """What is compared: families, the old and the new checkout, the folder of the stores, seconds of a side in a round, rounds."""

    families: Sequence[Family]
    checkouts: tuple[Path, Path]
    place: Path
    seconds: int
    rounds: int


class Side(NamedTuple):
    """A running server: its REST base, and the processes whose CPU time counts for it, with their children."""

    url: str
    pids: Sequence[int]

    def cpu(self) -> float:
        """CPU seconds used until now."""
        return sum(map(servers.cpu, self.pids))

    def settled(self) -> float:
        """Wait until all requests are answered, and return the moment since when no CPU time is used."""
        used, now = -1.0, self.cpu()
        while now > used:
            moment = time.monotonic()
            time.sleep(QUIET)
            used, now = now, self.cpu()
        return moment


@dataclass(slots=True)
class Turns:
    """The turns of one side in a round: their seconds, their CPU seconds, their requests, and how many of these failed."""

    side: Side
    seconds: float = 0
    used: float = 0
    asked: int = load.CONNECTIONS  # each connection ends with a request that wrk does not count
    failed: int = 0

    def take(self, asking: load.Load) -> None:
        """One more turn."""
        with self._counted():
            asking.go()
            time.sleep(TURN)
            asking.pause()

    def end(self, asking: load.Load) -> None:
        """The last turn, a short one."""
        with self._counted():
            figures = asking.end()
        self.asked += figures.answers
        self.failed += figures.failed

    @contextmanager
    def _counted(self) -> Iterator[None]:
        used, begin = self.side.cpu(), time.monotonic()
        yield
        self.seconds += self.side.settled() - begin
        self.used += self.side.cpu() - used

    def rate(self) -> float:
        """Requests a second."""
        return self.asked / self.seconds

    def cpu(self) -> float:
        """CPU seconds of a request."""
        return self.used / self.asked


@dataclass(slots=True)
class Compared:
    """A family: the turns of the old and of the new side by rounds, and to how many requests they gave different answers."""

    family: str
    rounds: list[Sequence[Turns]] = field(default_factory=list)
    differing: int = 0

    def rate(self, side: int) -> float:
        """Requests a second of a side."""
        return median(turns[side].rate() for turns in self.rounds)

    def by_rate(self) -> float:
        """The new side's throughput, divided by the old one's."""
        return median(new.rate() / old.rate() for old, new in self.rounds)

    def by_cpu(self) -> float:
        """The old side's CPU time for a request, divided by the new one's."""
        return median(old.cpu() / new.cpu() for old, new in self.rounds)

    def name(self) -> str:
        """The family, with the numbers of failed requests and of different answers."""
        failed = sum(side.failed for turns in self.rounds for side in turns)
        return self.family + f" ({failed} FAILED)" * (failed > 0) + f" ({self.differing} DIFFER)" * (self.differing > 0)


def compare(run: Run, databases: Sequence[str], sizes: Sequence[int]) -> Iterator[str]:
    """Tables as Markdown, two for each database and size: without the response cache, then with it."""
    run.place.mkdir(parents=True, exist_ok=True)
    old, new = map(_commit, run.checkouts)
    yield f"Old: {old}, new: {new}; 1 worker each, {run.rounds} rounds of {run.seconds} s, median of the rounds."
    with ExitStack() as stack:
        copies: dict[str, Callable[[int], AbstractContextManager[Sequence[str]]]] = {"sqlite": partial(_sqlite_copies, run)}
        pids: dict[str, Sequence[int]] = {"sqlite": ()}
        if "postgres" in databases:
            server, pids["postgres"] = stack.enter_context(_postgres(run.place))
            copies["postgres"] = partial(_postgres_copies, run, server)
        for database, size in [(one, size) for one in databases for size in sizes]:
            with copies[database](size) as urls:
                yield from (_compared(run, urls, pids[database], database + how, size) for how in (MADE, ""))


def _commit(checkout: Path) -> str:
    command = ("git", "-C", str(checkout), "describe", "--always", "--dirty")
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def _postgres(place: Path) -> Iterator[tuple[PostgresServer, Sequence[int]]]:
    """The newest PostgreSQL that is installed, with the process id of its postmaster."""
    found = find_servers()
    folder = place / "postgres"
    folder.mkdir(exist_ok=True)
    with running(found[max(found)], folder) as server:
        yield server, (int((folder / "data/postmaster.pid").read_text(encoding="ascii").split()[0]),)


@contextmanager
def _sqlite_copies(run: Run, size: int) -> Iterator[Sequence[str]]:
    """The URLs of a copy of the filled store for each side, migrated; the copies are deleted at the end."""
    _fill(run, "sqlite", run.place, size)
    filled = run.place / f"{store_name(size)}.db"
    with TemporaryDirectory(dir=run.place) as folder:
        for side in SIDES:
            shutil.copyfile(filled, Path(folder) / side)
            (Path(folder) / side).chmod(0o600)
        yield _up_to_date(run, [f"sqlite:///{folder}/{side}" for side in SIDES])


@contextmanager
def _postgres_copies(run: Run, server: PostgresServer, size: int) -> Iterator[Sequence[str]]:
    """The same in PostgreSQL, with the statistics that autovacuum would gather a little later."""
    _fill(run, "postgres", server.url.rpartition(":")[2], size)
    filled = store_name(size)
    with connect(f"{server.url}/postgres", autocommit=True) as admin:
        for side in SIDES:
            admin.execute(f"DROP DATABASE IF EXISTS {filled}_{side}")
            admin.execute(f"CREATE DATABASE {filled}_{side} TEMPLATE {filled} STRATEGY file_copy")
        urls = _up_to_date(run, [f"{server.url}/{filled}_{side}" for side in SIDES])
        for url in urls:
            with connect(url, autocommit=True) as database:
                database.execute("VACUUM ANALYZE")
        yield urls
        for side in SIDES:
            admin.execute(f"DROP DATABASE {filled}_{side} WITH (FORCE)")


def _fill(run: Run, database: str, *arguments: object) -> None:
    old = run.checkouts[0]
    command = (servers.python(old), "-c", FILL[database], *map(str, arguments))
    subprocess.run(command, check=True, cwd=old, env=servers.environment(old, {}))


def _up_to_date(run: Run, urls: Sequence[str]) -> Sequence[str]:
    for checkout, url in zip(run.checkouts, urls, strict=True):
        with servers.procdef(url, checkout=checkout) as server:
            sys.stderr.write(f"{url}: started within {server.started:.1f} s\n")
    return urls


def _compared(run: Run, urls: Sequence[str], pids: Sequence[int], database: str, size: int) -> str:
    """A table of all families. Each round starts new servers, because two processes of the same code differ in speed too."""
    found = [Compared(family.name) for family in run.families]
    for number in range(run.rounds):
        with ExitStack() as stack:
            keeps = not database.endswith(MADE)
            started = [
                stack.enter_context(servers.procdef(url, keeps=keeps, checkout=checkout, PROCDEF_WORKERS="1"))
                for checkout, url in zip(run.checkouts, urls, strict=True)
            ]
            sides = [Side(server.url, (server.pid, *pids)) for server in started]
            _round(run, sides, values_of(sides[0].url, size // VERSIONS), number, found)
    return f"### {NAMES[database]}, {size:,} definitions\n\n{_table(found)}"


def _round(run: Run, sides: Sequence[Side], values: Values, number: int, found: Sequence[Compared]) -> None:
    """Measure every family once. Its first turns warm up the servers, and do not count."""
    for family, compared in zip(run.families, found, strict=True):
        asked = [requests(family, values, side.url, number) for side in sides]
        _in_turns(sides, asked, 1)
        compared.rounds.append(_in_turns(sides, asked, round(run.seconds / TURN)))
        compared.differing += 0 if family.known else _differing(sides, asked[0])
        sys.stderr.write(f"{number + 1}. {compared.name()}: {compared.by_rate():.0%} by throughput, {compared.by_cpu():.0%} by CPU\n")


def _in_turns(sides: Sequence[Side], asked: Sequence[Sequence[str]], pairs: int) -> Sequence[Turns]:
    """Measure both sides in short turns, so that other load on the machine affects both alike. The side that begins alternates."""
    found = [Turns(side) for side in sides]
    with ExitStack() as stack:
        loads = [stack.enter_context(load.pausing(side.url, paths)) for side, paths in zip(sides, asked, strict=True)]
        for pair in range(pairs):
            for turns, asking in list(zip(found, loads, strict=True))[:: 1 if pair % 2 else -1]:
                turns.take(asking)
        for turns, asking in zip(found, loads, strict=True):
            turns.end(asking)
    return found


def _differing(sides: Sequence[Side], paths: Sequence[str]) -> int:
    return sum(len({body(side.url + path) for side in sides}) > 1 for path in paths[:COMPARED])


def _table(found: Sequence[Compared]) -> str:
    rows = [["Family", "Old/s", "New/s", "% by throughput", "% by CPU"]]
    rows += [[one.name(), *(f"{one.rate(side):,.0f}" for side in range(len(SIDES))), *_shares(one)] for one in found]
    least = [min(found, key=Compared.by_rate), min(found, key=Compared.by_cpu)]
    rows.append(["**least**", "", "", *(f"{_shares(one)[place]} ({one.family})" for place, one in enumerate(least))])
    deep = [f"{DEEP}: x {one.by_rate():.1f} by throughput, x {one.by_cpu():.1f} by CPU" for one in found if one.family == DEEP]
    return "\n\n".join([markdown(rows), *deep])


def _shares(one: Compared) -> Sequence[str]:
    return f"{one.by_rate():.0%}", f"{one.by_cpu():.0%}"
