"""Database URLs: from `PROCDEF_DATABASE_URL` to a Peewee database and the dialect that queries it."""

from __future__ import annotations

import re
import sqlite3  # noqa: F401  Peewee's SQLite classes need it to be importable
from pathlib import Path
from typing import Any

from peewee import Database
from playhouse.db_url import parse
from playhouse.pool import PooledDatabase

from procdef.errors import InvalidSetting
from procdef.query.dialects import Dialect
from procdef.settings import Settings
from procdef.store.postgres import PostgresStore
from procdef.store.sqlite import SqliteStore

URL = "PROCDEF_DATABASE_URL"
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "cache_size": -2048,  # KiB a connection: every thread has one
    "temp_store": "memory",
}
BULK_PRAGMAS = {**PRAGMAS, "cache_size": -65536}
"""For one connection that writes many rows: the pages of the indexes that it changes stay in memory, up to this limit."""
PLANNER_OPTIONS = "-c jit=off -c random_page_cost=1.1"
"""For PostgreSQL's planner: compiling takes longer than a query with an index, and reading an index in its order is better than sorting."""
KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds, and the number of probes without an answer, after which the host of an idle connection counts as gone."""
TIMEOUT_MARGIN = 1
"""Seconds that PostgreSQL has to report one of its own timeouts."""
UNREADABLE = (
    "{} cannot be read: it must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
    "with / : @ ? # % in user and password written as %2F %3A %40 %3F %23 %25."
)
PARTS = re.compile(r"postgres(?:ql)?://(?:(?P<user>[^/?#]*)@)?(?P<hosts>[^/?#@]*)(?P<path>[^?#]*)")
HOSTS = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?(,(\[[^\]]*\]|[^:\[\]]*)(:\d*)?)*")


def connect(settings: Settings, *, bulk: bool = False) -> tuple[SqliteStore | PostgresStore, Dialect]:
    """The database of `settings.database_url`, not connected yet, and its dialect. `bulk` is for a process that writes many rows.

    Raises InvalidSetting if the URL cannot be read.
    """
    if settings.database_url.startswith("sqlite:///"):
        path = Path(settings.database_url.removeprefix("sqlite:///"))
        pragmas = BULK_PRAGMAS if bulk else PRAGMAS
        sqlite = SqliteStore(path, pragmas=pragmas, timeout=settings.pool_timeout, lock_type="immediate")
        return sqlite, sqlite.statements.dialect
    postgres = _postgres(settings, bulk=bulk)
    return postgres, postgres.statements.dialect


def check_url(url: str, name: str, *, first_at: bool = False) -> None:
    """Raises InvalidSetting if a part of the password would be read as host, port or path of a URL of PostgreSQL.

    `name` is the setting or option. With `first_at` the URL is for libpq, which ends a password at its first `@`.
    """
    if (parts := PARTS.match(url)) is None:
        return
    user, hosts, path = parts["user"], parts["hosts"], parts["path"]
    if not HOSTS.fullmatch(hosts) or ("@" in path if user is None else first_at and "@" in user):
        raise InvalidSetting(UNREADABLE.format(name))


def _postgres(settings: Settings, *, bulk: bool) -> PostgresStore:
    check_url(settings.database_url, URL)
    try:
        given: dict[str, Any] = parse(settings.database_url, unquote_user=True, unquote_password=True)
    except ValueError:
        raise InvalidSetting(UNREADABLE.format(URL)) from None  # the error's message may have a part of the password
    if not given["database"]:
        raise InvalidSetting("PROCDEF_DATABASE_URL names no database.")
    options = f"{_session(settings, bulk=bulk)} {given.pop('options', '')}".strip()
    return PostgresStore(given.pop("database"), options=options, **{**_parameters(settings, bulk=bulk), **given})


def _session(settings: Settings, *, bulk: bool) -> str:
    """The options of each session. Those of the URL come after them, and so override them."""
    longest = (
        0 if bulk else 1000 * (settings.statement_timeout or settings.pool_timeout) + 500
    )  # longer than the timeout of a lock, so that a wait for a lock is reported as such
    return f"-c lock_timeout={settings.pool_timeout}s -c statement_timeout={longest} {PLANNER_OPTIONS}"


def _parameters(settings: Settings, *, bulk: bool) -> dict[str, Any]:
    """The parameters of a connection. Those of the URL override them."""
    patience = (settings.statement_timeout or settings.pool_timeout) + TIMEOUT_MARGIN
    return {
        "max_connections": settings.pool_size,
        "timeout": settings.pool_timeout,
        "stale_timeout": 600,
        "autoconnect": False,
        "connect_timeout": min(settings.connect_timeout, settings.pool_timeout),
        "tcp_user_timeout": patience * 1000,
        **KEEPALIVES,
        "patience": None if bulk else patience,
    }


def is_pooled(database: Database) -> bool:
    """Whether a connection is taken from a pool for each use, and does not belong to a thread."""
    return isinstance(database, PooledDatabase)
