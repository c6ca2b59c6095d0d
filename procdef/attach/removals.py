"""The removal guard: it holds removals back, because a database that was emptied or is being restored must not empty the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from procdef.attach.mirrored import MirroredTable
from procdef.attach.tables import DEPLOYMENTS
from procdef.errors import ProcdefError

ALWAYS_REMOVABLE, REMOVABLE_SHARE = 10, 0.2
"""The number of rows of a table that may always be removed, and the share of its rows."""


@dataclass(frozen=True, slots=True)
class HoldReason:
    """Why removals are held back: the tables, and a line for the operator."""

    tables: tuple[str, ...]
    text: str


class RemovalsHeldBack(ProcdefError):
    """The engine's database lacks so many rows that none was removed from the store. `tables` are the tables with gone rows."""

    def __init__(self, hold_reason: HoldReason) -> None:
        super().__init__(hold_reason.text)
        self.tables = hold_reason.tables


def hold_reason(
    gone: Mapping[MirroredTable, int], copied: Callable[[MirroredTable], int], *, is_empty: bool, unfinished: str | None
) -> HoldReason | None:
    """Why these removals must not be made; None if they may be.

    `gone` has the number of gone rows by table. `copied` returns how many mirrored rows of a table the store has. The source `is_empty` if
    it has no deployment. `unfinished` is a table of the source without primary key, as in a database that is being restored.
    """
    going = {table: (number, copied(table)) for table, number in gone.items() if number}
    if not going:
        return None
    suspect = [
        table
        for table, (number, total) in going.items()
        if table.lasting and number > ALWAYS_REMOVABLE and number > REMOVABLE_SHARE * total
    ]
    if unfinished:
        why = f"the table {unfinished} has no primary key, as in a database that is being restored"
    elif is_empty and DEPLOYMENTS in going:
        why = "the engine's database has no deployments"
    elif suspect:
        why = f"that is more than {REMOVABLE_SHARE:.0%} and more than {ALWAYS_REMOVABLE} {' and '.join(table.title for table in suspect)}"
    else:
        return None
    rows = ", ".join(f"{number} of {total} {table.title}" for table, (number, total) in going.items())
    return HoldReason(
        tuple(table.title for table in going),
        f"Nothing was removed: {rows} are no longer in the engine's database; {why}. "
        "If that is right, run procdef mirror once with --once --allow-removals.",
    )
