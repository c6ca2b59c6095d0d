"""Copies of a store that the migrations have made: a copy takes a tenth of the time of the migrations, and has a revision of its own."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

from procdef.store.clock import new_token
from tests.servers.postgres import PostgresServer

REVISION = 'UPDATE procdef_revision SET "token_" = '


def copy_file(template: Path, path: Path) -> str:
    """A copy of SQLite's file, which nobody writes meanwhile; its URL."""
    shutil.copy(template, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = off")
        connection.execute(f"{REVISION} ?", [new_token()])
    return f"sqlite:///{path}"


def copy_database(server: PostgresServer, template: str, name: str) -> str:
    """A copy of PostgreSQL's database, to which nobody is connected; its URL."""
    url = server.fresh_database(name, template)
    with psycopg.connect(url) as connection:
        connection.execute(f"{REVISION} %s", [new_token()])
    return url
