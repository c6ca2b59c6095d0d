"""Removals that are held back: a database that was emptied, or is being restored, must not empty the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from procdef.attach.mirrored import MirroredTable
from procdef.attach.tables import DEPLOYMENTS
from procdef.errors import ProcdefError

FEW, SHARE = 10, 0.2
"""Rows of a table that may always go, and the share of its rows."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why removals are held back: the tables, and the line that a person reads."""

    tables: tuple[str, ...]
    text: str


class RemovalsHeldBack(ProcdefError):
    """The engine's database lacks so many rows that none was removed from the store; `tables` are those from which some would go."""

    exit_status = 4

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.text)
        self.tables = doubt.tables


def doubt(
    gone: Mapping[MirroredTable, int], copied: Callable[[MirroredTable], int], *, is_empty: bool, unfinished: str | None
) -> Doubt | None:
    """Why these removals must not be made; None where they may.

    `gone` are the rows that would go, `copied` tells how many of a table's rows the store has. The source `is_empty` where it has no
    deployment; `unfinished` is a table of it that is not yet as the engine made it.
    """
    going = {table: (number, copied(table)) for table, number in gone.items() if number}
    if not going:
        return None
    suspect = [table for table, (number, total) in going.items() if table.lasting and number > FEW and number > SHARE * total]
    if unfinished:
        why = f"the table {unfinished} has no primary key, as in a database that is being restored"
    elif is_empty and DEPLOYMENTS in going:
        why = "the engine's database has no deployments"
    elif suspect:
        why = f"that is more than {SHARE:.0%} and more than {FEW} {' and '.join(table.title for table in suspect)}"
    else:
        return None
    rows = ", ".join(f"{number} of {total} {table.title}" for table, (number, total) in going.items())
    return Doubt(
        tuple(table.title for table in going),
        f"Nothing was removed: {rows} are no longer in the engine's database; {why}. "
        "If that is right, run procdef mirror once with --once --allow-removals.",
    )
