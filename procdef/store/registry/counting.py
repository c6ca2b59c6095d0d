"""Inserting many definitions on SQLite, with their values counted for the dictionary all at once.

By itself the database counts: PostgreSQL once for each statement, SQLite once for each row, which takes longer than inserting the row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from peewee import PostgresqlDatabase

from procdef.store import bulk
from procdef.store.bulk import Row
from procdef.store.models import Definition

MIN_FOR_BATCH = 4
"""The number of definitions from which on they are counted at once."""
BEGIN, END = "INSERT INTO counted_by_writer (id_) VALUES (1)", "DELETE FROM counted_by_writer"
"""Between these the triggers do not count new definitions."""
ADD = """
INSERT INTO procdef_value (rows_, column_, value_) VALUES (?, ?, ?)
ON CONFLICT (column_, value_) DO UPDATE SET rows_ = rows_ + excluded.rows_
"""
ADD_NULLS = "UPDATE procdef_value SET rows_ = rows_ + ? WHERE column_ = ? AND value_ IS NULL"
Count = tuple[int, str, str | None]
"""A number of rows, the column, and the value."""


def _number(value: int) -> str:
    """A number or a truth value as SQLite's text."""
    return str(int(value))


def _month(moment: str) -> str:
    return moment[: len("2026-01")]


COUNTED: Mapping[Any, Callable[[Any], str]] = {
    **dict.fromkeys((Definition.key, Definition.name, Definition.name_upper, Definition.resource_name), str),
    **dict.fromkeys((Definition.category, Definition.version_tag, Definition.tenant_id), str),
    **dict.fromkeys((Definition.version, Definition.suspension_state, Definition.startable, Definition.latest), _number),
    Definition.deploy_time: _month,
}
"""The columns of the dictionary, and how a value is written there: as the triggers write it."""


def insert(database: Any, rows: Sequence[Row]) -> None:
    """Insert the rows of definitions, by field, inside a write transaction. If that fails, the transaction must be rolled back."""
    if len(rows) < MIN_FOR_BATCH or isinstance(database, PostgresqlDatabase):
        bulk.insert(database, Definition, rows)
    else:
        database.execute_sql(BEGIN)
        bulk.insert(database, Definition, rows)
        database.execute_sql(END)
        _add(database, list(_counts(rows)))


def _add(database: Any, counts: Sequence[Count]) -> None:
    cursor = database.cursor()
    cursor.executemany(ADD, [count for count in counts if count[2] is not None])
    cursor.executemany(ADD_NULLS, [count[:2] for count in counts if count[2] is None])


def _counts(rows: Sequence[Row]) -> Iterator[Count]:
    """How many of the rows have each value."""
    by_field: Mapping[Any, Iterable[Any]] = dict(zip(rows[0], zip(*(row.values() for row in rows), strict=True), strict=True))
    for field, text_of in COUNTED.items():
        for value, number in Counter(by_field[field]).items():
            yield number, field.column_name, None if value is None else text_of(value)
