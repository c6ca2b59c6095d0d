"""Writing many rows inside a write transaction: by one statement that is run for each row, or by PostgreSQL's COPY.

Peewee would build a statement for every few hundred rows, which takes longer than running it. A row is a mapping, by the model's fields or
by their names. All rows of a call have the same fields in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from peewee import Database, Expression, Field, PostgresqlDatabase, Value, __exception_wrapper__  # type: ignore[attr-defined]

from procdef.query.dialects import Dialect

Row = Mapping[Any, Any]
Values = Sequence[Sequence[Any]]
MIN_FOR_COPY = 20
"""The number of rows from which on PostgreSQL gets them by COPY, which costs two round trips."""


def insert(database: Database, model: Any, rows: Sequence[Row], *, ignore_conflicts: bool = False) -> None:
    """Insert rows. With `ignore_conflicts` a row that conflicts with another is left out."""
    if rows:
        insert_values(database, model, rows[0], [list(row.values()) for row in rows], ignore_conflicts=ignore_conflicts)


def insert_values(database: Database, model: Any, fields: Iterable[Any], rows: Values, *, ignore_conflicts: bool = False) -> None:
    """Insert rows that are only the values of these fields, in this order: for rows of which there are very many."""
    if rows:
        columns = _columns(model, fields)
        into = f"{model._meta.table_name} ({', '.join(columns)})"
        if not ignore_conflicts and can_copy(database, len(rows)):
            _copy(database, f"COPY {into} FROM STDIN", rows)
        else:
            end = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
            run(database, f"INSERT INTO {into} VALUES ({', '.join([database.param] * len(columns))}){end}", rows)


def update(database: Database, model: Any, rows: Sequence[Row]) -> None:
    """Update rows by their `id`, to the other values of each."""
    if rows:
        names = [name for name in rows[0] if name != "id"]
        changes = ", ".join(f"{column} = {database.param}" for column in _columns(model, names))
        sql = f"UPDATE {model._meta.table_name} SET {changes} WHERE {model.id.column_name} = {database.param}"
        run(database, sql, ([*(row[name] for name in names), row["id"]] for row in rows))


def delete(database: Database, model: Any, rows: Sequence[Row]) -> None:
    """Delete the rows that are equal to one of these in all its values."""
    if rows:
        condition = " AND ".join(f"{column} = {database.param}" for column in _columns(model, rows[0]))
        run(database, f"DELETE FROM {model._meta.table_name} WHERE {condition}", (list(row.values()) for row in rows))


@contextmanager
def pipelined(database: Any) -> Iterator[None]:
    """Pipelined statements: inside the block, PostgreSQL gets a statement before it has answered the last one. That saves round trips."""
    if isinstance(database, PostgresqlDatabase):
        with __exception_wrapper__, database.connection().pipeline():  # type: ignore[no-untyped-call]
            yield
    else:
        yield


def one_of(database: Any, field: Field, values: Iterable[Any]) -> Expression:
    """The condition that a field has one of many values. The values are bound as one parameter."""
    dialect: Dialect = database.statements.dialect
    return dialect.any_of(field, Value(dialect.bind_list(list(values)), converter=False, unpack=False))


def _columns(model: Any, fields: Iterable[Any]) -> list[str]:
    return [getattr(model, field).column_name if isinstance(field, str) else field.column_name for field in fields]


def can_copy(database: Any, number: int) -> bool:
    """Whether so many rows are inserted by COPY: the database is PostgreSQL and not in a pipeline, where COPY is not possible."""
    is_postgres = number >= MIN_FOR_COPY and isinstance(database, PostgresqlDatabase)
    return is_postgres and not database.connection().pgconn.pipeline_status


def _copy(database: Any, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """By PostgreSQL's COPY. Its fixed cost is that of inserting one row."""
    with __exception_wrapper__, database.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def run(database: Any, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run a statement with the values of each row."""
    values = list(rows)
    cursor = database.cursor()
    with __exception_wrapper__:
        if len(values) == 1:
            cursor.execute(sql, values[0])
        else:
            cursor.executemany(sql, values)
