"""Camunda Forms that were deployed (the engine's ACT_RE_CAMFORMDEF)."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

STATEMENTS = """
CREATE TABLE act_re_camformdef (
    id_ varchar(64) {c} NOT NULL PRIMARY KEY, rev_ integer NOT NULL, key_ varchar(255) {c} NOT NULL, version_ integer NOT NULL,
    deployment_id_ varchar(64) {c}, resource_name_ varchar(4000) {c}, tenant_id_ varchar(64) {c});
CREATE UNIQUE INDEX act_re_camformdef_version ON act_re_camformdef (key_, tenant_id_, version_) WHERE tenant_id_ IS NOT NULL;
CREATE UNIQUE INDEX act_re_camformdef_version_of_none ON act_re_camformdef (key_, version_) WHERE tenant_id_ IS NULL;
CREATE INDEX act_re_camformdef_deployment ON act_re_camformdef (deployment_id_);
"""


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the table."""
    collation = 'COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    for statement in STATEMENTS.format(c=collation).strip().split(";\n"):
        db.execute_sql(statement.rstrip(";"))
