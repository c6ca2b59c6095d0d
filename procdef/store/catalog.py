"""The tables as the database itself has them, whatever their version: migrations, names, columns and rows, read and written as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from graphlib import TopologicalSorter
from importlib.resources import as_file, files
from typing import Any

from peewee import Database, PostgresqlDatabase, __exception_wrapper__  # type: ignore[attr-defined]
from playhouse.migrations import Runner

BYTES, BOOLEAN, TIME, PLAIN = "bytes", "boolean", "time", "plain"
"""Kinds of columns: those whose values the databases give in different types, and all others."""
KINDS = {"blob": BYTES, "bytea": BYTES, "boolean": BOOLEAN, "timestamp(3) without time zone": TIME}
OURS = ("act_", "procdef_")
HISTORY = "procdef_migration"
"""The table of the migrations; it is theirs alone."""
COUNTED = {"procdef_process": "id_"}
"""Columns that count on for ever, by table: no number is given twice, also not that of a deleted row."""
COLUMNS = {
    "sqlite": "SELECT name, lower(type) FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid",
    "postgres": "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
    " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
}
"""Without the columns that the database makes of others."""
TIME_TEXT = "to_char({0}, 'YYYY-MM-DD HH24:MI:SS.MS') AS {0}"
"""A moment as SQLite keeps it."""
AT_ONCE, FILES_AT_ONCE = 2000, 20
"""Rows that PostgreSQL gives at once; few, where a row may hold a file."""

Columns = dict[str, str]
"""The kind of each column, by its name, in the order of the columns."""


def tables(database: Any) -> list[str]:
    """Our tables, each after those that it refers to."""
    names = sorted(name for name in database.get_tables() if name.startswith(OURS) and name != HISTORY)
    parents = {name: {key.dest_table for key in database.get_foreign_keys(name)} - {name} for name in names}
    return list(TopologicalSorter(parents).static_order())


def known_migrations() -> tuple[str, ...]:
    """The names of all migrations of this procdef, in their order."""
    names = (path.name for path in (files("procdef.store") / "migrations").iterdir())
    return tuple(sorted(name.removesuffix(".py") for name in names if name[0].isdigit()))


def migrations(database: Any) -> tuple[str, ...]:
    """The names of the migrations that a database has had, in their order; none where it has no store."""
    return tuple(sorted(Runner(database, table_name=HISTORY).applied()))


def migrate(database: Any, until: str) -> None:
    """Apply the migrations up to one of them to a database that nobody else has."""
    with as_file(files("procdef.store") / "migrations") as folder:
        Runner(database, str(folder), table_name=HISTORY).up(until)


def columns(database: Any, table: str) -> Columns:
    """The columns of a table that are written."""
    return {name: KINDS.get(of_type, PLAIN) for name, of_type in declared(database, table).items()}


def declared(database: Any, table: str) -> dict[str, str]:
    """The types of the columns of a table that are written, by name, as the database declares them."""
    sql = COLUMNS["postgres" if _is_postgres(database) else "sqlite"]
    return dict(database.execute_sql(sql, (table,)).fetchall())


def rows(database: Any, table: str, of: Columns) -> Iterator[Sequence[Any]]:
    """All rows of a table, some at a time."""
    written = ", ".join(TIME_TEXT.format(name) if kind == TIME else name for name, kind in of.items())
    sql = f"SELECT {written} FROM {table}"
    with __exception_wrapper__:
        if _is_postgres(database):
            with database.connection().cursor(name="rows", binary=True) as cursor:
                cursor.itersize = FILES_AT_ONCE if BYTES in of.values() else AT_ONCE
                yield from cursor.execute(sql)
        else:
            yield from database.cursor().execute(sql)


def has_rows(database: Any, table: str) -> bool:
    """Whether a table has any row."""
    return database.execute_sql(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None


def insert(database: Any, table: str, names: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """Insert rows, in the fastest way of the database; inside a write transaction."""
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
    """The highest number that was ever given, by table."""
    return {table: int(_counter(database, table)) for table in COUNTED if table in database.get_tables()}


def set_counters(database: Any, numbers: dict[str, int]) -> None:
    """Let the numbers go on behind these and behind those that were given here; inside a write transaction."""
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
    """Inside, all that is read is of one moment, whatever others write; nothing is held up by it."""
    if _is_postgres(database):
        with database.atomic():
            database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            make_patient(database)
            yield database
    else:
        with database.atomic("deferred"):
            yield database


def make_patient(database: Any) -> None:
    """Let the statements of this transaction take their time, as each may move all rows of a table."""
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
