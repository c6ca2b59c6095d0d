"""What the command `cleanup` prints: for each key and tenant the versions that are kept, those that can go, and why the others stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from procdef.cli.output import Column, Shape, member
from procdef.cli.times import age

if TYPE_CHECKING:
    from procdef.client.engine import Row

UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"), (1, "B"))
MOST_NAMED = 3
"""Of the calling definitions, so many are named at most."""
NUMBERS = ("OPEN_INCIDENTS", "RUNNING_INSTANCES")
"""The reasons that are about a number, which is added up."""


def size_text(size: int) -> str:
    """A number of bytes for people, as `41 MB`; a dash for 0."""
    unit, name = next((one for one in UNITS if size >= one[0]), (1, "B"))
    number = size / unit
    return f"{number:.1f} {name}" if number < 10 and unit > 1 else f"{number:.0f} {name}" if size else "-"


def ranges(versions: Iterable[int]) -> str:
    """Numbers in their order, as `1-96, 98`."""
    runs = groupby(enumerate(sorted(versions)), lambda pair: pair[1] - pair[0])
    found = [[number for _, number in run] for _, run in runs]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in found)


class Group(NamedTuple):
    """The versions of a key and tenant, in their order."""

    rows: Sequence[Row]

    @property
    def kept(self) -> Sequence[Row]:
        """The newest ones."""
        from procdef.bpmn.cleaning import AMONG_NEWEST, LATEST

        return [row for row in self.rows if any(codes_of(row).keys() & {AMONG_NEWEST, LATEST})]

    @property
    def going(self) -> Sequence[Row]:
        """Those that can go."""
        return [row for row in self.rows if row["cleanable"]]

    def shown(self, freed: Mapping[str, int]) -> Row:
        """The row of the table. `freed` are the bytes of the deployments that go, by the id of a version whose deletion frees them."""
        first, kept = self.rows[0], self.kept
        held = [row for row in self.rows if not row["cleanable"] and row not in kept]
        return {
            "key": first["processDefinitionKey"],
            "tenantId": first["tenantId"],
            "keep": ranges(row["version"] for row in kept),
            "canGo": ranges(row["version"] for row in self.going),
            "frees": size_text(sum(freed.get(row["processDefinitionId"], 0) for row in self.going)),
            "staysBecause": ", ".join(_because(held)),
        }


def codes_of(row: Row) -> Mapping[str, str]:
    """Why a version stays: what each reason is about, by its code; the last one of several with the same code."""
    return {code: about for code, _, about in (reason.partition(" ") for reason in row["reasons"])}


def groups(rows: Iterable[Row]) -> list[Group]:
    """Rows by key and tenant, of which something can go, or stays for another reason than that it is new."""
    found = [Group([*some]) for _, some in groupby(rows, lambda row: (row["processDefinitionKey"], row["tenantId"]))]
    return [group for group in found if len(group.kept) < len(group.rows)]


def freed(rows: Iterable[Row]) -> Mapping[str, int]:
    """The bytes of each deployment that goes, once, by the id of one of its versions."""
    sizes = {row["deploymentId"]: (row["processDefinitionId"], row["bytes"] or 0) for row in rows if row["deploymentCleanable"]}
    return dict(sizes.values())


def _because(held: Sequence[Row]) -> Iterator[str]:
    """Why versions stay, those with the same first reason together. What calls them tells them apart."""
    by_reason: dict[Any, list[Row]] = {}
    for row in held:
        by_reason.setdefault(_alike(row), []).append(row)
    for (code, *_), rows in by_reason.items():
        yield f"{ranges(row['version'] for row in rows)} {words(code, rows)}"


def _alike(row: Row) -> tuple[str, ...]:
    code = row["reasons"][0].partition(" ")[0]
    return (code, *row["reasons"]) if "CALLED" in code else (code,)


def words(code: str, rows: Sequence[Row]) -> str:
    """A reason that versions have, in words."""
    from procdef.bpmn.cleaning import in_words

    return in_words(code, _about(code, rows), many=len(rows) > 1)


def _about(code: str, rows: Sequence[Row]) -> str:
    from procdef.bpmn.cleaning import named as name_of

    found = [reason.partition(" ")[2] for row in rows for reason in row["reasons"] if reason.partition(" ")[0] == code]
    if code in NUMBERS:
        return f"{sum(map(int, found)):,}"
    if code == "DEPLOYED_SINCE":
        oldest = f"{age(min(found))} ago"
        return oldest if len(rows) == 1 else f"{oldest} or later"
    named = [*dict.fromkeys(map(name_of, found))]
    return ", ".join([*named[:MOST_NAMED], *([f"{len(named) - MOST_NAMED} more"] if len(named) > MOST_NAMED else [])])


TABLE = Shape(
    (
        *(member("KEY", "key"), member("TENANT", "tenantId"), member("KEEP", "keep"), member("CAN GO", "canGo")),
        *(member("FREES", "frees"), Column("STAYS, BECAUSE", lambda row: row["staysBecause"] or " ")),
    ),
    ("key", "tenantId", "keep", "canGo", "frees", "staysBecause"),
    "key",
)
"""How keys are printed in a table."""
