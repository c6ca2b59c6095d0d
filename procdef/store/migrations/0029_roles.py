"""Roles of tokens, and the tokens with which sessions of browsers began."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

COLUMNS = (
    "ALTER TABLE procdef_token ADD COLUMN role_ varchar(64) {c}",
    "ALTER TABLE procdef_session ADD COLUMN token_id_ varchar(64) {c} REFERENCES procdef_token (id_) ON DELETE CASCADE",
)
INDEX = "CREATE INDEX procdef_session_token ON procdef_session (token_id_)"


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Add the columns."""
    collation = 'COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    for statement in COLUMNS:
        db.execute_sql(statement.format(c=collation))
    db.execute_sql(INDEX)
