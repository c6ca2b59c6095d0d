"""The tables as the catalog of the database describes them, in any version of the schema: migrations, columns, rows, counters.

Backups use it, since a backup may have an older schema than the models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from graphlib import TopologicalSorter
from importlib.resources import as_file, files
from typing import Any

from peewee import Database, PostgresqlDatabase, __exception_wrapper__  # type: ignore[attr-defined]
from playhouse.migrations import Runner

from procdef.store.schema import MIGRATIONS

BYTES, BOOLEAN, TIME, PLAIN = "bytes", "boolean", "time", "plain"
"""Kinds of columns. The two databases return values of the first three in different types."""
KIND_BY_TYPE = {"blob": BYTES, "bytea": BYTES, "boolean": BOOLEAN, "timestamp(3) without time zone": TIME}
PREFIXES = ("act_", "procdef_")
"""How the names of procdef's tables begin."""
COUNTED = {"procdef_process": "id_"}
"""By table, the column of numbers that are never used twice, not even after a row is deleted."""
COLUMNS = {
    "sqlite": "SELECT name, lower(type) FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid",
    "postgres": "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
    " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
}
"""Without the columns that the database computes from others."""
TIME_TEXT = "to_char({0}, 'YYYY-MM-DD HH24:MI:SS.MS') AS {0}"
"""A timestamp of PostgreSQL as the string that SQLite stores."""
ROWS_PER_FETCH, FILES_PER_FETCH = 2000, 20
"""The rows that PostgreSQL sends at a time: few if a row may have a file."""

Columns = dict[str, str]
"""The kind of each column by its name, in the order of the columns."""


def tables(database: Any) -> list[str]:
    """The names of procdef's tables, each after those that it refers to, without the table of the migrations."""
    names = sorted(name for name in database.get_tables() if name.startswith(PREFIXES) and name != MIGRATIONS)
    parents = {name: {key.dest_table for key in database.get_foreign_keys(name)} - {name} for name in names}
    return list(TopologicalSorter(parents).static_order())


def known_migrations() -> tuple[str, ...]:
    """The names of all migrations of this procdef, in their order."""
    names = (path.name for path in (files("procdef.store") / "migrations").iterdir())
    return tuple(sorted(name.removesuffix(".py") for name in names if name[0].isdigit()))


def migrations(database: Any) -> tuple[str, ...]:
    """The names of the migrations that were applied to a database, in their order; none if it has no store."""
    return tuple(sorted(Runner(database, table_name=MIGRATIONS).applied()))


def migrate(database: Any, until: str) -> None:
    """Apply the migrations up to this one, to a database that no other process uses."""
    with as_file(files("procdef.store") / "migrations") as folder:
        Runner(database, str(folder), table_name=MIGRATIONS).up(until)


def columns(database: Any, table: str) -> Columns:
    """The columns of a table, except computed ones."""
    return {name: KIND_BY_TYPE.get(of_type, PLAIN) for name, of_type in declared(database, table).items()}


def declared(database: Any, table: str) -> dict[str, str]:
    """The declared types of the columns of a table by name, except computed ones."""
    sql = COLUMNS["postgres" if _is_postgres(database) else "sqlite"]
    return dict(database.execute_sql(sql, (table,)).fetchall())


def rows(database: Any, table: str, of: Columns) -> Iterator[Sequence[Any]]:
    """All rows of a table, fetched a few at a time."""
    selected = ", ".join(TIME_TEXT.format(name) if kind == TIME else name for name, kind in of.items())
    sql = f"SELECT {selected} FROM {table}"
    with __exception_wrapper__:
        if _is_postgres(database):
            with database.connection().cursor(name="rows", binary=True) as cursor:
                cursor.itersize = FILES_PER_FETCH if BYTES in of.values() else ROWS_PER_FETCH
                yield from cursor.execute(sql)
        else:
            yield from database.cursor().execute(sql)


def has_rows(database: Any, table: str) -> bool:
    """Whether a table has any row."""
    return database.execute_sql(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None


def insert(database: Any, table: str, names: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """Insert rows in the database's fastest way, inside a write transaction."""
    into = f"{table} ({', '.join(names)})"
    with __exception_wrapper__:
        if _is_postgres(database):
            with database.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            database.cursor().executemany(f"INSERT INTO {into} VALUES ({', '.join('?' * len(names))})", values)


def delete(database: Any, table: str) -> None:
    """Delete all rows of a table."""
    database.execute_sql(f"DELETE FROM {table}")


def counters(database: Any) -> dict[str, int]:
    """The highest number that was ever used, by table of COUNTED."""
    return {table: int(_counter(database, table)) for table in COUNTED if table in database.get_tables()}


def set_counters(database: Any, numbers: dict[str, int]) -> None:
    """Set the counters so that the next numbers are higher than these and all used ones, inside a write transaction."""
    for table, number in numbers.items():
        highest = max(number, int(_counter(database, table)))
        if _is_postgres(database):
            database.execute_sql(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", (table, COUNTED[table], max(highest, 1), highest > 0)
            )
        else:
            database.execute_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            database.execute_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, highest))


@contextmanager
def snapshot(database: Any) -> Iterator[Any]:
    """Inside the block all reads see the database as of one moment. No writer has to wait for it."""
    if _is_postgres(database):
        with database.atomic():
            database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            remove_statement_timeout(database)
            yield database
    else:
        with database.atomic("deferred"):
            yield database


def remove_statement_timeout(database: Any) -> None:
    """Remove the timeout of statements for this transaction, since one of them may write all rows of a table."""
    if _is_postgres(database):
        database.execute_sql("SET LOCAL statement_timeout = 0")


def _counter(database: Any, table: str) -> Any:
    if not _is_postgres(database):
        found = database.execute_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return found[0] if found else 0
    sequence = database.execute_sql("SELECT pg_get_serial_sequence(%s, %s)", (table, COUNTED[table])).fetchone()[0]
    return database.execute_sql(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}").fetchone()[0]


def _is_postgres(database: Database) -> bool:
    return isinstance(database, PostgresqlDatabase)
