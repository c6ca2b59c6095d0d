"""Sessions of browsers, which begin with a login and end by themselves."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

TABLE = """
CREATE TABLE procdef_session (
    hash_ varchar(64) {c} NOT NULL PRIMARY KEY,
    user_id_ varchar(64) {c} NOT NULL REFERENCES act_id_user (id_) ON DELETE CASCADE,
    expires_ {time} NOT NULL)
"""
INDEXES = (
    "CREATE INDEX procdef_session_user ON procdef_session (user_id_)",
    "CREATE INDEX procdef_session_expires ON procdef_session (expires_)",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the table."""
    postgres = isinstance(db, PostgresqlDatabase)
    db.execute_sql(TABLE.format(c='COLLATE "C"' if postgres else "", time="timestamp (3)" if postgres else "text"))
    for statement in INDEXES:
        db.execute_sql(statement)
