"""Tokens with which clients log in as a user."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

TABLE = """
CREATE TABLE procdef_token (
    id_ varchar(64) {c} NOT NULL PRIMARY KEY, hash_ varchar(64) {c} NOT NULL UNIQUE,
    user_id_ varchar(64) {c} NOT NULL REFERENCES act_id_user (id_) ON DELETE CASCADE,
    name_ varchar(255) {c}, create_time_ {time} NOT NULL, expires_ {time})
"""
INDEX = "CREATE INDEX procdef_token_user ON procdef_token (user_id_)"


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the table."""
    postgres = isinstance(db, PostgresqlDatabase)
    db.execute_sql(TABLE.format(c='COLLATE "C"' if postgres else "", time="timestamp (3)" if postgres else "text"))
    db.execute_sql(INDEX)
