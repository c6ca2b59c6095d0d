"""The check of a database before procdef writes to it: it is empty, has the tables of a known version of procdef, or something else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import Database, PostgresqlDatabase

from procdef.errors import InvalidSetting

MIGRATIONS = "procdef_migration"
"""The table with the names of the migrations that were applied."""
POSTGRES_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
SHOWN = 3
"""The most tables of another program that the message names."""


def pending(database: Database, known: Iterable[str]) -> list[str]:
    """The pending migrations among the known ones, in their order. Nothing is written.

    Raises InvalidSetting if the database belongs to another program or a newer procdef, or cannot store every string.
    """
    postgres = isinstance(database, PostgresqlDatabase)
    tables = _column(
        database, POSTGRES_TABLES if postgres else SQLITE_TABLES
    )  # read before the migrations, since one may be applied meanwhile
    applied = _column(database, f"SELECT name FROM {MIGRATIONS}") if MIGRATIONS in tables else []  # noqa: S608
    if postgres:
        _check_encoding(*_column(database, "SHOW server_encoding"))
    _check_owner(applied, tables)
    names = list(known)
    _check_version(applied, names)
    return [name for name in names if name not in applied]


def _check_encoding(encoding: str) -> None:
    if encoding != "UTF8":
        raise InvalidSetting(
            f"The database has the encoding {encoding}, which cannot hold every text: make one with "
            "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and name it in PROCDEF_DATABASE_URL."
        )


def _check_owner(applied: list[str], tables: list[str]) -> None:
    others = sorted(name for name in tables if name != MIGRATIONS)
    if others and not applied:
        more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        raise InvalidSetting(
            f"The database is another program's, with the tables {', '.join(others[:SHOWN])}{more}: nothing was written into it. "
            "Name an empty database in PROCDEF_DATABASE_URL."
        )


def _check_version(applied: list[str], known: list[str]) -> None:
    if newer := sorted({*applied} - {*known}):
        raise InvalidSetting(
            f"The store was changed by a newer procdef, with the migration {newer[-1]}, which this version does not know: "
            "start that version or a newer one, or restore a backup that was made before."
        )


def _column(database: Any, sql: str) -> list[str]:
    values = [row[0] for row in database.execute_sql(sql).fetchall()]
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values]  # bytes, where the encoding is SQL_ASCII
