"""Tenants with their members, and authorizations."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

TABLES = (
    """
CREATE TABLE act_id_tenant (
    id_ varchar(64) {c} NOT NULL PRIMARY KEY, rev_ integer, name_ varchar(255) {c}, mirrored_ boolean NOT NULL DEFAULT false)
""",
    """
CREATE TABLE act_id_tenant_member (
    id_ varchar(64) {c} NOT NULL PRIMARY KEY, tenant_id_ varchar(64) {c} NOT NULL, user_id_ varchar(64) {c}, group_id_ varchar(64) {c},
    mirrored_ boolean NOT NULL DEFAULT false)
""",
    """
CREATE TABLE act_ru_authorization (
    id_ varchar(64) {c} NOT NULL PRIMARY KEY, rev_ integer NOT NULL, type_ integer NOT NULL, group_id_ varchar(255) {c},
    user_id_ varchar(255) {c}, resource_type_ integer NOT NULL, resource_id_ varchar(255) {c}, perms_ integer NOT NULL,
    removal_time_ {time}, root_proc_inst_id_ varchar(64) {c}, permissions_ text NOT NULL, mirrored_ boolean NOT NULL DEFAULT false)
""",
)
INDEXES = (
    "CREATE UNIQUE INDEX act_id_tenant_member_user ON act_id_tenant_member (tenant_id_, user_id_)",
    "CREATE UNIQUE INDEX act_id_tenant_member_group ON act_id_tenant_member (tenant_id_, group_id_)",
    "CREATE INDEX act_id_tenant_member_of_user ON act_id_tenant_member (user_id_)",
    "CREATE INDEX act_id_tenant_member_of_group ON act_id_tenant_member (group_id_)",
    "CREATE UNIQUE INDEX act_ru_authorization_user ON act_ru_authorization (user_id_, resource_type_, resource_id_, type_)",
    "CREATE UNIQUE INDEX act_ru_authorization_group ON act_ru_authorization (group_id_, resource_type_, resource_id_, type_)",
    "CREATE INDEX act_ru_authorization_resource ON act_ru_authorization (resource_type_, resource_id_, id_)",
    "CREATE INDEX act_ru_authorization_resource_id ON act_ru_authorization (resource_id_, id_)",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the tables."""
    postgres = isinstance(db, PostgresqlDatabase)
    for statement in TABLES:
        db.execute_sql(statement.format(c='COLLATE "C"' if postgres else "", time="timestamp (3)" if postgres else "text"))
    for statement in INDEXES:
        db.execute_sql(statement)
