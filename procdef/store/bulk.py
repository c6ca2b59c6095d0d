"""Writing many rows at once, by statements that are made once and run for each row, or by PostgreSQL's COPY; inside a write transaction.

Peewee makes the text of a statement anew for each few hundred rows, which takes longer than to run it. A row is a mapping by the model's
fields or their names; all rows of a call have the same ones in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from peewee import Database, Expression, Field, PostgresqlDatabase, Value, __exception_wrapper__  # type: ignore[attr-defined]

from procdef.query.dialects import dialect_of

Row = Mapping[Any, Any]
MANY = 20
"""Rows from which on PostgreSQL gets them by COPY, which waits for it twice."""


def insert(database: Database, model: Any, rows: Sequence[Row], *, ignore_conflicts: bool = False) -> None:
    """Insert rows; with `ignore_conflicts` those of them that clash with no other."""
    if rows:
        into = f"{model._meta.table_name} ({', '.join(_columns(model, rows[0]))})"
        values = (list(row.values()) for row in rows)
        if len(rows) >= MANY and not ignore_conflicts and _can_copy(database):
            _copy(database, f"COPY {into} FROM STDIN", values)
        else:
            end = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
            _run(database, f"INSERT INTO {into} VALUES ({', '.join([database.param] * len(rows[0]))}){end}", values)


def update(database: Database, model: Any, rows: Sequence[Row]) -> None:
    """Set what the rows have beside `id`, each of the row with that id."""
    if rows:
        names = [name for name in rows[0] if name != "id"]
        changes = ", ".join(f"{column} = {database.param}" for column in _columns(model, names))
        sql = f"UPDATE {model._meta.table_name} SET {changes} WHERE {model.id.column_name} = {database.param}"
        _run(database, sql, ([*(row[name] for name in names), row["id"]] for row in rows))


def delete(database: Database, model: Any, rows: Sequence[Row]) -> None:
    """Delete what has the values of one of the rows."""
    if rows:
        condition = " AND ".join(f"{column} = {database.param}" for column in _columns(model, rows[0]))
        _run(database, f"DELETE FROM {model._meta.table_name} WHERE {condition}", (list(row.values()) for row in rows))


@contextmanager
def pipelined(database: Any) -> Iterator[None]:
    """Inside, a statement without an answer is sent before the one before it has ended, where the database is at the end of a wire."""
    if isinstance(database, PostgresqlDatabase):
        with __exception_wrapper__, database.connection().pipeline():  # type: ignore[no-untyped-call]
            yield
    else:
        yield


def one_of(database: Database, field: Field, values: Iterable[str]) -> Expression:
    """The condition that a field has one of many values, which are bound as one parameter."""
    dialect = dialect_of(database)
    return dialect.any_of(field, Value(dialect.bind_list(list(values)), converter=False, unpack=False))


def _columns(model: Any, fields: Iterable[Any]) -> list[str]:
    return [getattr(model, field).column_name if isinstance(field, str) else field.column_name for field in fields]


def _can_copy(database: Any) -> bool:
    """Whether it is PostgreSQL, and nothing is on its way there whose end is not waited for."""
    return isinstance(database, PostgresqlDatabase) and not database.connection().pgconn.pipeline_status  # type: ignore[no-untyped-call]


def _copy(database: Any, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """PostgreSQL's way to take many rows: it prepares once for all of them, which takes as long as to insert one."""
    with __exception_wrapper__, database.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def _run(database: Any, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    values = list(rows)
    cursor = database.cursor()
    with __exception_wrapper__:
        if len(values) == 1:
            cursor.execute(sql, values[0])
        else:
            cursor.executemany(sql, values)
