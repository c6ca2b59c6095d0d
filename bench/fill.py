"""Filling a store, fast: tables without indexes, rows in bulk, then the indexes. A filled store is kept and used again."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from psycopg import connect, sql

from bench.data import VERSIONS, Rows, tables
from procdef.settings import load
from procdef.store.sqlite import kept_statistics
from procdef.store.store import Store
from tests.servers.postgres import PostgresServer

LAYOUT = 3
"""Raised with every change of the data, so that stores of other data are not used again."""
SQLITE_FAST = ("journal_mode = off", "synchronous = off", "foreign_keys = 0", "cache_size = -500000")
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgres": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
}
ENGINE_TABLES = ("act_re_deployment", "act_ge_bytearray", "act_re_procdef", "act_ru_incident")
COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"


def sqlite_store(folder: Path, size: int) -> str:
    """The URL of a SQLite store of this many definitions, filled if it is not there yet."""
    path = folder / f"{store_name(size)}.db"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        _fill(f"sqlite:///{unfinished}", size)
        unfinished.rename(path)
        Path(f"{unfinished}.lock").unlink()
    return f"sqlite:///{path}"


def postgres_store(server: PostgresServer, size: int) -> str:
    """The URL of a PostgreSQL store of this many definitions, filled if it is not there yet."""
    name = store_name(size)
    with connect(f"{server.url}/postgres", autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            _fill(url := server.fresh_database(f"{name}_unfinished"), size)
            with connect(url, autocommit=True) as filled:
                filled.execute("VACUUM ANALYZE")  # as the server does by itself, a little later
            admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(f"{name}_unfinished"), sql.Identifier(name)))
    return f"{server.url}/{name}"


def fill_engine(url: str, size: int) -> None:
    """Replace the definitions in an engine's PostgreSQL database by this many, the same as those of the stores."""
    with connect(url, autocommit=True) as database:
        database.execute(f"TRUNCATE {', '.join(ENGINE_TABLES)} CASCADE")
        for rows in tables(size // VERSIONS):
            name = rows.columns[0].model._meta.table_name
            if name in ENGINE_TABLES:
                known = {column for (column,) in database.execute(COLUMNS, (name,)).fetchall()}
                _copy(database, rows.only(known))
        database.execute("ANALYZE")


def store_name(size: int) -> str:
    """The name of the store of this many definitions."""
    return f"definitions_{size}_{LAYOUT}"


def _fill(url: str, size: int) -> None:
    start = time.monotonic()
    store = Store(load({"PROCDEF_DATABASE_URL": url}))
    store.migrate()
    insert = _insert_sqlite if store.dialect.name == "sqlite" else _copy_postgres
    with store.connected():
        keeping = kept_statistics(store.database) if store.dialect.name == "sqlite" else nullcontext()
        with keeping, _without_indexes(store):
            for rows in tables(size // VERSIONS):
                insert(store.database, rows)
        if store.dialect.name == "sqlite":
            store.database.execute_sql("PRAGMA journal_mode = wal")
    store.close()
    sys.stderr.write(f"{store.dialect.name}: {size:,} definitions in {time.monotonic() - start:.0f} s\n")


@contextmanager
def _without_indexes(store: Store) -> Iterator[None]:
    execute = store.database.execute_sql
    for pragma in SQLITE_FAST if store.dialect.name == "sqlite" else ():
        execute(f"PRAGMA {pragma}")
    indexes = list(execute(INDEXES[store.dialect.name]).fetchall())
    for name, _ in indexes:
        execute(f'DROP INDEX "{name}"')
    yield
    for _, statement in indexes:
        execute(statement)


def _insert_sqlite(database: Any, rows: Rows) -> None:
    places = ", ".join("?" * len(rows.columns))
    with database.atomic():
        database.cursor().executemany(f"INSERT INTO {_target(rows)} VALUES ({places})", rows.values)


def _copy_postgres(database: Any, rows: Rows) -> None:
    with database.atomic():
        _copy(database, rows)


def _copy(connection: Any, rows: Rows) -> None:
    with connection.cursor().copy(f"COPY {_target(rows)} FROM STDIN") as copy:
        for row in rows.values:
            copy.write_row(row)


def _target(rows: Rows) -> str:
    names = ", ".join(column.column_name for column in rows.columns)
    return f"{rows.columns[0].model._meta.table_name} ({names})"
