"""The pictures of definitions are kept: each is made once, when it is asked for first."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

TABLE = """
CREATE TABLE procdef_picture (
    definition_id_ varchar(64) {c} NOT NULL REFERENCES act_re_procdef (id_) ON DELETE CASCADE, plane_ text {c} NOT NULL,
    drawing_ varchar(64) {c} NOT NULL, file_rev_ integer NOT NULL, is_reason_ boolean NOT NULL, content_ {b} NOT NULL,
    PRIMARY KEY (definition_id_, plane_))
"""


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the table. The database deletes the pictures of a definition with it, also those that are kept at that moment."""
    postgres = isinstance(db, PostgresqlDatabase)
    db.execute_sql(TABLE.format(c='COLLATE "C"' if postgres else "", b="bytea" if postgres else "blob"))
