"""When a token was used last, groups and tenants of sessions, and the token with which the first administrator is made."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

SESSION = """
CREATE TABLE procdef_session (
    hash_ varchar(64) {c} NOT NULL PRIMARY KEY, user_id_ varchar(255) {c} NOT NULL, expires_ {time} NOT NULL,
    groups_ text {c}, tenants_ text {c})
"""
SETUP = """
CREATE TABLE procdef_setup (id_ integer NOT NULL PRIMARY KEY, hash_ varchar(64) {c} NOT NULL, expires_ {time} NOT NULL)
"""
INDEXES = (
    "CREATE INDEX procdef_session_user ON procdef_session (user_id_)",
    "CREATE INDEX procdef_session_expires ON procdef_session (expires_)",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Change the tables. Sessions end: a session may be of a user whom only a provider knows, so it refers to no row of a user any more."""
    postgres = isinstance(db, PostgresqlDatabase)
    types = {"c": 'COLLATE "C"' if postgres else "", "time": "timestamp (3)" if postgres else "text"}
    db.execute_sql("ALTER TABLE procdef_token ADD COLUMN last_use_ {time}".format_map(types))
    db.execute_sql("DROP TABLE procdef_session")
    for table in (SESSION, SETUP):
        db.execute_sql(table.format_map(types))
    for statement in INDEXES:
        db.execute_sql(statement)
