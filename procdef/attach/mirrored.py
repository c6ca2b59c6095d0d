"""A mirrored table: which rows of an engine's table are copied, and how they are compared, added, changed and removed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import SQL, Database, Expression, Query, Tuple

from procdef.attach.files import Files, Row
from procdef.store import bulk
from procdef.store.store import Store

OWN_FIELDS = frozenset({"description", "latest", "name_upper", "password_hash", "deployed_by", "mirrored"})
"""Fields that only the store has. An engine hashes passwords in another way, so its hashes are not copied."""
ROWS_PER_PAGE = 500
"""The rows of the store that are compared with the engine's at a time."""


@dataclass(frozen=True, slots=True)
class Additions:
    """What `MirroredTable.add` needs besides the rows: the files of definitions, and whether removals are held back in this run."""

    files: Files = field(default_factory=Files)
    removals_held_back: bool = False


@dataclass(frozen=True)
class MirroredTable:
    """A table of an engine that is copied, with its operations: add, change, remove. Its fields have the names of the model.

    `title` is the word for its rows in messages. `key` are the fields of its primary key. A row has changed if one of `change_columns` has.
    `parents` are fields with a model each: a row is copied only if the field is null or the id of a row of the model. Nothing is copied if
    the key, a parent or one of `needed` cannot be read; any other field that cannot be read is null. `where` says as SQL which of the
    engine's rows are copied.
    `rows_per_write` is the largest number of rows in one write; `rows_per_add` may be smaller, if a file is read for each row.
    `key_columns` are read with the keys: SQL by name. `order` is the order of the keys. A table is `lasting` if an engine in use never
    removes many rows.
    """

    model: Any
    title: str
    change_columns: tuple[str, ...] = ()
    key: tuple[str, ...] = ("id",)
    needed: tuple[str, ...] = ()
    parents: tuple[tuple[str, Any], ...] = ()
    where: str = "true"
    rows_per_write: int = 500
    rows_per_add: int = 500
    key_columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    order: str = ""
    lasting: bool = True
    in_other_tables: frozenset[str] = frozenset()
    """Fields whose value is in another of the engine's tables."""
    change_removes: bool = False
    """Whether a change removes rows of other tables. If so, it is held back when removals are."""
    may_conflict: bool = False
    """Whether a row is skipped if one of procdef's own rows has its unique values."""
    has_files: bool = False
    """Whether rows are added with the files of their deployments."""

    @property
    def name(self) -> str:
        """The table's name, in the engine as in the store."""
        return str(self.model._meta.table_name)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are read from the engine."""
        return tuple(one.name for one in self.model._meta.sorted_fields if one.name not in OWN_FIELDS)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the engine's table that are read."""
        return tuple(self.column(name) for name in self.fields if name not in self.in_other_tables)

    @property
    def needed_columns(self) -> frozenset[str]:
        """The columns that must be readable; otherwise nothing of the table is copied."""
        return frozenset(map(self.column, (*self.key, *self.needed, *(name for name, _ in self.parents))))

    @property
    def is_mirrored(self) -> Expression:
        """The condition that a row of the store is a mirrored one."""
        return Expression(self.model.mirrored, "=", SQL("true"))

    def column(self, name: str) -> str:
        """The name of a field's column."""
        return str(getattr(self.model, name).column_name)

    def count(self, store: Store) -> int:
        """How many mirrored rows the store has."""
        return int(store.read(self.model.select(SQL("count(*)")).where(self.is_mirrored))[0][0])

    def pages(self, store: Store) -> Iterator[list[Row]]:
        """The keys and change columns of the mirrored rows, page by page. Rows of earlier pages may be removed meanwhile."""
        names = (*self.key, *self.change_columns)
        keys = [getattr(self.model, name) for name in self.key]
        query = (
            self.model.select(*(getattr(self.model, name) for name in names)).where(self.is_mirrored).order_by(*keys).limit(ROWS_PER_PAGE)
        )
        page = store.read(query)
        while page:
            yield [dict(zip(names, map(_plain, row), strict=True)) for row in page]
            page = store.read(query.where(Tuple(*keys) > page[-1][: len(keys)]))

    def missing(self, database: Database, rows: Sequence[Row]) -> list[Row]:
        """The rows whose key is not in the store."""
        fields = [getattr(self.model, name) for name in self.key]
        query = self.model.select(*fields).where(bulk.one_of(database, fields[0], {row[self.key[0]] for row in rows}))
        there = set(_ids(database, query))
        return [row for row in rows if tuple(row[name] for name in self.key) not in there]

    def with_parents(self, database: Database, rows: Sequence[Row]) -> list[Row]:
        """The rows whose parents are all in the store."""
        remaining = list(rows)
        for name, parent in self.parents:
            is_meant = bulk.one_of(database, parent.id, {row[name] for row in remaining} - {None})
            there = {None, *(row[0] for row in _ids(database, parent.select(parent.id).where(is_meant)))}
            remaining = [row for row in remaining if row[name] in there]
        return remaining

    def without(self, rows: Sequence[Row], skipped: Collection[str]) -> list[Row]:  # noqa: ARG002
        """The rows without skipped definitions, which are given by id. Other tables have none."""
        return list(rows)

    def add(self, database: Database, rows: Sequence[Row], additions: Additions) -> Sequence[Row]:  # noqa: ARG002
        """Insert `missing` rows as mirrored ones. Returns the rows that were inserted."""
        bulk.insert(database, self.model, [{**row, "mirrored": True} for row in rows], ignore_conflicts=self.may_conflict)
        return rows

    def change(self, database: Database, rows: Sequence[Row]) -> None:
        """Update rows by their id."""
        bulk.update(database, self.model, rows)

    def remove(self, database: Database, keys: Sequence[Row], *, with_history: bool = False) -> None:  # noqa: ARG002
        """Delete rows and what belongs to them; `with_history` also the historic incidents of definitions."""
        bulk.delete(database, self.model, keys)


def _ids(database: Database, query: Query) -> list[tuple[str, ...]]:
    """Rows of ids. Peewee would convert each value, which takes longer than reading it."""
    return list(database.execute(query).fetchall())  # type: ignore[no-untyped-call]


def _plain(value: Any) -> Any:
    """A value as SQLite and the source give it: timestamps as strings."""
    return value.isoformat(sep=" ", timespec="milliseconds") if isinstance(value, datetime) else value
