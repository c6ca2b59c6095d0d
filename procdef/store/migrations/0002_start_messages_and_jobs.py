"""The names of message start events, and what is to be done later."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

STATEMENTS = """
CREATE TABLE procdef_start_message (
    definition_id_ varchar(64) {c} NOT NULL REFERENCES act_re_procdef (id_), name_ varchar(255) {c} NOT NULL, PRIMARY KEY (definition_id_, name_));
CREATE INDEX procdef_start_message_name ON procdef_start_message (name_);
CREATE TABLE procdef_job (
    id_ varchar(64) {c} NOT NULL PRIMARY KEY, kind_ varchar(64) {c} NOT NULL, due_ {time} NOT NULL, payload_ text NOT NULL);
CREATE INDEX procdef_job_due ON procdef_job (due_, id_);
"""


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the tables."""
    postgres = isinstance(db, PostgresqlDatabase)
    words = {"c": 'COLLATE "C"' if postgres else "", "time": "timestamp (3)" if postgres else "text"}
    for statement in STATEMENTS.format(**words).strip().split(";\n"):
        db.execute_sql(statement.rstrip(";"))
