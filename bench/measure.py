"""Measuring the families: in each round the ceilings and then every server in turn, so that what else the machine does meets all alike."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import NamedTuple

from bench import load, servers
from bench.load import Figures
from bench.queries import Family, Values, body, requests, values_of

CEILING, PLAIN, OTHER = "ceiling", "plain ceiling", "other"
CEILINGS: Mapping[str, str] = {CEILING: servers.OWN_WORKER, PLAIN: servers.PLAIN_WORKER}
"""The bare views that are measured beside procdef, by the worker that serves them."""


MADE = ", each answer made"
"""What stands behind the database of a procdef that keeps no answers."""


class Target(NamedTuple):
    """A server with definitions: the kind of its database (OTHER for another server than procdef), how many there are, its base."""

    database: str
    size: int
    url: str
    values: Values


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a family on one server, a round an item; `bytes` is the length of one of its answers."""

    family: str
    database: str
    size: int
    bytes: int
    rounds: list[Figures] = field(default_factory=list)


def target(database: str, size: int, url: str, versions: int) -> Target:
    """A server, and the parameters for it."""
    return Target(database, size, url, values_of(url, size // versions))


def measure(families: Sequence[Family], targets: Sequence[Target], seconds: int, rounds: int) -> Iterator[Measured]:
    """Every family on every server, those of the ceilings first, as soon as a family is done."""
    lengths = {family.name: _length(family, targets[0]) for family in families}
    sizes = sorted(set(lengths.values()))
    with ExitStack() as stack:
        ceilings = {name: stack.enter_context(servers.ceiling(sizes, worker)).url for name, worker in CEILINGS.items()}
        for family in families:
            size = lengths[family.name]
            subjects = {f"{url}/{size}": Measured(family.name, name, 0, size) for name, url in ceilings.items()}
            yield from _measure(family, subjects, targets, seconds, rounds)


def _measure(family: Family, ceilings: Mapping[str, Measured], targets: Sequence[Target], seconds: int, rounds: int) -> Sequence[Measured]:
    subjects = {**ceilings, **{one.url: Measured(family.name, one.database, one.size, _length(family, one)) for one in targets}}
    for number in range(rounds):
        asked: Mapping[str, Sequence[str]] = {one.url: requests(family, one.values, one.url, number) for one in targets}
        for url, measured in subjects.items():
            measured.rounds.append(load.run(url, asked.get(url, [""]), seconds))
    sys.stderr.write(f"{family.name}\n")
    return list(subjects.values())


def _length(family: Family, one: Target) -> int:
    if family.known:
        return 0
    path = requests(family, one.values, one.url, 0)[0]
    return len(body(one.url + path))
