"""Events: what was changed, by whom and when; the operations of users, as an engine lists them; and the hooks that are sent events."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

EVENT = """
CREATE TABLE procdef_event (
    number_ {number} NOT NULL PRIMARY KEY, time_ {time} NOT NULL, type_ varchar(64) {c} NOT NULL, source_ varchar(16) {c} NOT NULL,
    user_id_ varchar(255) {c}, token_id_ varchar(64) {c}, address_ varchar(255) {c}, request_id_ varchar(128) {c},
    tenant_id_ varchar(64) {c}, deployment_id_ varchar(64) {c}, definition_id_ varchar(64) {c}, key_ varchar(255) {c},
    version_ integer, version_tag_ varchar(64) {c}, object_id_ varchar(255) {c}, before_ text {c}, after_ text {c})
"""
OPERATION = """
CREATE TABLE act_hi_op_log (
    id_ varchar(64) {c} NOT NULL PRIMARY KEY, timestamp_ {time} NOT NULL, operation_id_ varchar(64) {c} NOT NULL,
    user_id_ varchar(255) {c} NOT NULL, operation_type_ varchar(64) {c} NOT NULL, entity_type_ varchar(30) {c} NOT NULL,
    property_ varchar(64) {c} NOT NULL, org_value_ varchar(4000) {c}, new_value_ varchar(4000) {c}, category_ varchar(64) {c} NOT NULL,
    annotation_ varchar(4000) {c}, deployment_id_ varchar(64) {c}, proc_def_id_ varchar(64) {c}, proc_def_key_ varchar(255) {c},
    tenant_id_ varchar(64) {c})
"""
HOOK = """
CREATE TABLE procdef_hook (
    id_ varchar(64) {c} NOT NULL PRIMARY KEY, url_ text {c} NOT NULL, secret_ varchar(255) {c} NOT NULL, types_ text {c}, keys_ text {c},
    allows_private_ boolean NOT NULL DEFAULT false, create_time_ {time} NOT NULL, position_ bigint NOT NULL,
    tries_ integer NOT NULL DEFAULT 0, due_ {time}, parked_ {time}, error_ text {c}, holder_ varchar(64) {c}, until_ {time})
"""
OF_EVENT = ("user_id_", "tenant_id_", "deployment_id_", "definition_id_", "key_", "object_id_")
OF_OPERATION = ("operation_id_", "user_id_", "entity_type_", "deployment_id_", "proc_def_id_", "proc_def_key_", "tenant_id_")
"""The columns by which rows are searched. Many rows have no value in some of them."""
INDEXES = (
    "CREATE INDEX procdef_event_type ON procdef_event (type_, number_)",
    "CREATE INDEX procdef_event_time ON procdef_event (time_, number_)",
    *(f"CREATE INDEX procdef_event_{name.rstrip('_')} ON procdef_event ({name}, number_) WHERE {name} IS NOT NULL" for name in OF_EVENT),
    "CREATE INDEX act_hi_op_log_timestamp ON act_hi_op_log (timestamp_, id_)",
    *(f"CREATE INDEX act_hi_op_log_{name.rstrip('_')} ON act_hi_op_log ({name}, id_) WHERE {name} IS NOT NULL" for name in OF_OPERATION),
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the tables. On SQLite the number of an event is that of its row."""
    postgres = isinstance(db, PostgresqlDatabase)
    number, time, c = ("bigint", "timestamp (3)", 'COLLATE "C"') if postgres else ("integer", "text", "")
    for table in (EVENT, OPERATION, HOOK):
        db.execute_sql(table.format(number=number, time=time, c=c))
    for statement in INDEXES:
        db.execute_sql(statement)
