"""Writing many rows at once inside a write transaction: by one statement that is run for each row, or by PostgreSQL's COPY.

Peewee would build a statement for each few hundred rows, which takes longer than to run it. A row is a mapping by the model's fields or
their names; all rows of a call have the same ones in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from peewee import Database, Expression, Field, PostgresqlDatabase, Value, __exception_wrapper__  # type: ignore[attr-defined]

from procdef.query.dialects import Dialect

Row = Mapping[Any, Any]
MANY = 20
"""Rows from which on PostgreSQL gets them by COPY, which costs two round trips."""


def insert(database: Database, model: Any, rows: Sequence[Row], *, ignore_conflicts: bool = False) -> None:
    """Insert rows; with `ignore_conflicts` only those that conflict with no other."""
    if rows:
        into = f"{model._meta.table_name} ({', '.join(_columns(model, rows[0]))})"
        values = (list(row.values()) for row in rows)
        if len(rows) >= MANY and not ignore_conflicts and _can_copy(database):
            _copy(database, f"COPY {into} FROM STDIN", values)
        else:
            end = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
            _run(database, f"INSERT INTO {into} VALUES ({', '.join([database.param] * len(rows[0]))}){end}", values)


def update(database: Database, model: Any, rows: Sequence[Row]) -> None:
    """Change the row with each row's `id` to the other values of that row."""
    if rows:
        names = [name for name in rows[0] if name != "id"]
        changes = ", ".join(f"{column} = {database.param}" for column in _columns(model, names))
        sql = f"UPDATE {model._meta.table_name} SET {changes} WHERE {model.id.column_name} = {database.param}"
        _run(database, sql, ([*(row[name] for name in names), row["id"]] for row in rows))


def delete(database: Database, model: Any, rows: Sequence[Row]) -> None:
    """Delete the rows that have all values of one of these."""
    if rows:
        condition = " AND ".join(f"{column} = {database.param}" for column in _columns(model, rows[0]))
        _run(database, f"DELETE FROM {model._meta.table_name} WHERE {condition}", (list(row.values()) for row in rows))


@contextmanager
def pipelined(database: Any) -> Iterator[None]:
    """Inside, PostgreSQL gets a statement without a result before it has answered the one before it, which saves a round trip each."""
    if isinstance(database, PostgresqlDatabase):
        with __exception_wrapper__, database.connection().pipeline():  # type: ignore[no-untyped-call]
            yield
    else:
        yield


def one_of(database: Any, field: Field, values: Iterable[str]) -> Expression:
    """The condition that a field has one of many values, which are bound as one parameter."""
    dialect: Dialect = database.statements.dialect
    return dialect.any_of(field, Value(dialect.bind_list(list(values)), converter=False, unpack=False))


def _columns(model: Any, fields: Iterable[Any]) -> list[str]:
    return [getattr(model, field).column_name if isinstance(field, str) else field.column_name for field in fields]


def _can_copy(database: Any) -> bool:
    """Whether it is PostgreSQL, outside a pipeline, in which it takes no COPY."""
    return isinstance(database, PostgresqlDatabase) and not database.connection().pgconn.pipeline_status  # type: ignore[no-untyped-call]


def _copy(database: Any, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """By PostgreSQL's COPY, whose fixed cost is that of inserting one row."""
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
