"""Which columns of an engine's tables the role may read, and what is not copied because it may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from procdef.attach.mirrored import MirroredTable
from procdef.attach.tables import NEEDED, TABLES

COLUMNS = """
SELECT attname, has_column_privilege(attrelid, attnum, 'SELECT') FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
"""
NEWER = frozenset({"tenant_id_"})
"""Needed columns that an older engine may not have: then it has no tenants."""


@dataclass(frozen=True, slots=True)
class Access:
    """The columns of a table: those that the role may read, and those that exist and that it may not read."""

    readable: frozenset[str]
    refused: frozenset[str]

    @classmethod
    def of(cls, found: Iterable[tuple[str, bool]]) -> Access:
        """From the rows of the statement `COLUMNS`."""
        rows = list(found)
        return cls(frozenset(name for name, may in rows if may), frozenset(name for name, may in rows if not may))

    @property
    def is_there(self) -> bool:
        """Whether the table exists."""
        return bool(self.readable or self.refused)

    def obstacle(self, table: MirroredTable) -> str | None:
        """Why nothing of the table can be copied; None if it can be."""
        if not self.is_there:
            return "there is no such table, or the role may not use its schema"
        if not self.readable:
            return "the role may not read it"
        if refused := table.needed_columns & self.refused:
            return f"the role may not read {_listed(refused)}"
        if absent := table.needed_columns - self.readable - NEWER:
            return f"the table has no {_listed(absent)}"
        return None


def not_copied(access: dict[str, Access]) -> Iterator[str]:
    """A line for each table that is not copied, or not with all columns: its name, the reason, and the consequence."""
    for table in TABLES:
        found = access[table.name]
        if obstacle := found.obstacle(table):
            yield f"{table.name}: {obstacle}. {_consequence(table)}"
        elif refused := found.refused.intersection(table.columns):
            yield f"{table.name}: the role may not read {_listed(refused)}. The rows are copied without these values."
        elif absent := frozenset(table.columns) - found.readable:
            yield f"{table.name}: this version of the engine has no {_listed(absent)}. The rows are copied without these values."


def complaint(access: dict[str, Access]) -> str | None:
    """Why the database cannot be copied at all, in one line; None if it can be."""
    for table in NEEDED:
        if not access[table.name].is_there:
            return f"--from is no engine's database: there is no table {table.name} that may be read."
        if obstacle := access[table.name].obstacle(table):
            return f"The engine's database cannot be copied: {table.name}: {obstacle}."
    return None


def _consequence(table: MirroredTable) -> str:
    children = [other.title for other in TABLES if any(parent is table.model for _, parent in other.parents)]
    new = "".join(f" and no {title} of new ones" for title in children)
    return f"No {table.title} are copied{new}; those copied before stay as they are."


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(sorted(columns))
