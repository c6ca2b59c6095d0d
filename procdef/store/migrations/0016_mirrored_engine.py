"""Which engine a mirror copies: the store takes rows of no other."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

TABLE = "CREATE TABLE procdef_engine (kind_ varchar(64) {c} NOT NULL PRIMARY KEY, value_ varchar(300) {c} NOT NULL)"


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the table; the next copy fills it."""
    db.execute_sql(TABLE.format(c='COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""))
