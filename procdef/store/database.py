"""Database URLs: from `PROCDEF_DATABASE_URL` to a Peewee database and the dialect that queries it."""

from __future__ import annotations

import sqlite3  # noqa: F401  Peewee's SQLite classes need it to be importable
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import apsw
from peewee import Database
from playhouse.apsw_ext import APSWDatabase
from playhouse.db_url import parse
from playhouse.pool import PooledDatabase
from playhouse.postgres_ext import PooledPsycopg3Database
from psycopg import OperationalError

from procdef.errors import InvalidSetting
from procdef.query.dialects import Dialect, Postgres, Sqlite
from procdef.settings import Settings

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "cache_size": -2048,  # KiB a connection: every thread has one
    "temp_store": "memory",
}
BULK_PRAGMAS = {**PRAGMAS, "cache_size": -65536}
"""For one connection that writes a great deal: pages that all indexes change stay in memory, and no more memory than that is taken."""
LARGE_VALUE = 64 * 1024
"""Characters or bytes of a value from which on its statement is not kept in SQLite's cache of statements."""
PLANNING = "-c jit=off -c random_page_cost=1.1"
"""For PostgreSQL's planner: compiling takes longer than any question that has an index, and an order is read from its index, not sorted."""
UNREADABLE = (
    "PROCDEF_DATABASE_URL cannot be read: it must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
    "with / : @ in user and password written as %2F %3A %40."
)


class Cursor(apsw.Cursor):
    """SQLite's cursor, but that a statement with large values is not kept: the values would be kept with it, in each thread."""

    def execute(self, statements: str, bindings: Any = None, **options: Any) -> apsw.Cursor:
        """As the method that it replaces."""
        return super().execute(statements, bindings, can_cache=not _has_large(bindings), **options)

    def executemany(self, statements: str, sequenceofbindings: Iterable[Any], **options: Any) -> apsw.Cursor:
        """As the method that it replaces."""
        rows = list(sequenceofbindings)
        return super().executemany(statements, rows, can_cache=not any(map(_has_large, rows)), **options)


def _has_large(values: Sequence[Any] | None) -> bool:
    return any(isinstance(value, str | bytes) and len(value) > LARGE_VALUE for value in values or ())


class SqliteStore(APSWDatabase):  # type: ignore[misc]
    """SQLite through apsw: one connection a thread, made when the thread first asks; writers wait for each other."""

    def _add_conn_hooks(self, connection: Any) -> None:
        connection.cursor_factory = Cursor
        connection.convert_binding = lambda _cursor, _number, value: str(value)  # what SQLite has no type for, as a datetime
        super()._add_conn_hooks(connection)


class PostgresStore(PooledPsycopg3Database):  # type: ignore[misc]
    """PostgreSQL through psycopg 3, with a pool of connections a process."""

    def _is_closed(self, connection: Any) -> bool:
        """Whether the server has ended a connection that rests in the pool; it is not asked, which would cost as much as most questions.

        What has come is read without waiting, twice: first the server's last words, then its end.
        """
        try:
            connection.pgconn.consume_input()
            connection.pgconn.consume_input()
        except OperationalError:
            connection.close()
        return bool(connection.closed)


def connect(settings: Settings, *, bulk: bool = False) -> tuple[Database, Dialect]:
    """The database of `settings.database_url`, not connected yet, and its dialect; `bulk` is for a process that writes a great deal.

    Raises InvalidSetting where the URL cannot be read or SQLite's folder cannot be made.
    """
    if settings.database_url.startswith("sqlite:///"):
        return _sqlite(settings, BULK_PRAGMAS if bulk else PRAGMAS), Sqlite()
    return _postgres(settings), Postgres()


def _sqlite(settings: Settings, pragmas: dict[str, Any]) -> SqliteStore:
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidSetting(f"PROCDEF_DATABASE_URL: the folder {path.parent} cannot be made: {error.strerror}") from error
    return SqliteStore(str(path), pragmas=pragmas, timeout=settings.pool_timeout, lock_type="immediate")


def _postgres(settings: Settings) -> PostgresStore:
    try:
        parameters: dict[str, Any] = parse(settings.database_url, unquote_user=True, unquote_password=True)
    except ValueError:
        raise InvalidSetting(UNREADABLE) from None  # the error's text may hold a part of the password
    if not parameters["database"]:
        raise InvalidSetting("PROCDEF_DATABASE_URL names no database.")
    session = f"-c lock_timeout={settings.pool_timeout}s {PLANNING}"
    return PostgresStore(
        parameters.pop("database"),
        options=f"{parameters.pop('options', '')} {session}".strip(),
        max_connections=settings.pool_size,
        timeout=settings.pool_timeout,
        stale_timeout=600,
        autoconnect=False,
        **parameters,
    )


def is_pooled(database: Database) -> bool:
    """Whether a connection is taken from a pool for each use, and not kept by its thread."""
    return isinstance(database, PooledDatabase)
