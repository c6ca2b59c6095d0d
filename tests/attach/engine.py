"""An engine's database for the tests: its tables under the engine's names, and rows as an engine writes them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

from tests.samples import bpmn, process
from tests.samples import definitions as file_of

SCHEMA = """
CREATE TABLE act_ge_property (name_ varchar(64) PRIMARY KEY, value_ varchar(300), rev_ integer);
CREATE TABLE act_re_deployment (
    id_ varchar(64) PRIMARY KEY, name_ varchar(255), deploy_time_ timestamp, source_ varchar(255), tenant_id_ varchar(64));
CREATE TABLE act_ge_bytearray (
    id_ varchar(64) PRIMARY KEY, rev_ integer, name_ varchar(255), deployment_id_ varchar(64) REFERENCES act_re_deployment (id_),
    bytes_ bytea, generated_ boolean, tenant_id_ varchar(64), type_ integer, create_time_ timestamp, root_proc_inst_id_ varchar(64));
CREATE TABLE act_re_procdef (
    id_ varchar(64) PRIMARY KEY, rev_ integer, category_ varchar(255), name_ varchar(255), key_ varchar(255) NOT NULL,
    version_ integer NOT NULL, deployment_id_ varchar(64), resource_name_ varchar(4000), dgrm_resource_name_ varchar(4000),
    has_start_form_key_ boolean, suspension_state_ integer, tenant_id_ varchar(64), version_tag_ varchar(64), history_ttl_ integer,
    startable_ boolean NOT NULL DEFAULT true);
CREATE TABLE act_re_camformdef (
    id_ varchar(64) PRIMARY KEY, rev_ integer, key_ varchar(255) NOT NULL, version_ integer NOT NULL, deployment_id_ varchar(64),
    resource_name_ varchar(4000), tenant_id_ varchar(64));
CREATE TABLE act_ru_incident (
    id_ varchar(64) PRIMARY KEY, rev_ integer NOT NULL, incident_timestamp_ timestamp NOT NULL, incident_msg_ varchar(4000),
    incident_type_ varchar(255) NOT NULL, execution_id_ varchar(64), activity_id_ varchar(255), failed_activity_id_ varchar(255),
    proc_inst_id_ varchar(64), proc_def_id_ varchar(64) REFERENCES act_re_procdef (id_), cause_incident_id_ varchar(64),
    root_cause_incident_id_ varchar(64), configuration_ varchar(255), tenant_id_ varchar(64), job_def_id_ varchar(64),
    annotation_ varchar(4000));
CREATE TABLE act_ru_identitylink (
    id_ varchar(64) PRIMARY KEY, rev_ integer, group_id_ varchar(255), type_ varchar(255), user_id_ varchar(255), task_id_ varchar(64),
    proc_def_id_ varchar(64) REFERENCES act_re_procdef (id_), tenant_id_ varchar(64));
CREATE TABLE act_id_user (
    id_ varchar(64) PRIMARY KEY, rev_ integer, first_ varchar(255), last_ varchar(255), email_ varchar(255), pwd_ varchar(255),
    salt_ varchar(255), lock_exp_time_ timestamp, attempts_ integer, picture_id_ varchar(64));
CREATE TABLE act_id_group (id_ varchar(64) PRIMARY KEY, rev_ integer, name_ varchar(255), type_ varchar(255));
CREATE TABLE act_id_membership (user_id_ varchar(64), group_id_ varchar(64), PRIMARY KEY (user_id_, group_id_));
"""
OLDER = """
ALTER TABLE act_re_procdef DROP startable_, DROP version_tag_, DROP history_ttl_;
ALTER TABLE act_ru_incident DROP annotation_, DROP failed_activity_id_, DROP job_def_id_;
ALTER TABLE act_ge_bytearray DROP type_, DROP create_time_;
DROP TABLE act_re_camformdef;
"""
"""Statements that change it into the schema of an engine of some years ago."""
KEYS, VERSIONS = 30, 4
DEFINITIONS = KEYS * VERSIONS + 2


CAMUNDA, OPERATON = "camunda.installation.id", "operaton.installation.id"


class Engine:
    """The database of an engine, with nothing in it except the installation id."""

    def __init__(self, url: str, installation: str = CAMUNDA) -> None:
        self.url = url
        self._connection = psycopg.connect(url, autocommit=True)
        self.run(SCHEMA)
        self.insert("act_ge_property", name="schema.version", value="fox", rev=1)
        self.insert("act_ge_property", name=installation, value=str(uuid.uuid4()), rev=1)

    def close(self) -> None:
        self._connection.close()

    def run(self, statement: str, *values: Any) -> None:
        """Run a statement, or several without values."""
        self._connection.execute(statement.encode(), values or None)

    def ask(self, query: str) -> Any:
        """The first value of a query's answer; None where it has no rows."""
        row = self._connection.execute(query.encode()).fetchone()
        return row and row[0]

    def insert(self, table: str, **row: Any) -> None:
        """Insert a row; columns are named without the underscore at their end."""
        columns = sql.SQL(", ").join(sql.Identifier(f"{name}_") for name in row)
        marks = sql.SQL(", ").join([sql.Placeholder()] * len(row))
        self._connection.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), columns, marks), list(row.values())
        )

    def deploy(
        self, ident: str, files: Iterable[tuple[str, bytes]], *, tenant: str | None = None, time: str = "2026-01-02 03:04:05.678"
    ) -> None:
        """Insert a deployment with its files."""
        self.insert("act_re_deployment", id=ident, name=f"deployment {ident}", deploy_time=time, source="tests", tenant_id=tenant)
        for name, data in files:
            row = {"id": f"{ident}/{name}", "rev": 1, "name": name, "deployment_id": ident, "bytes": data}
            self.insert("act_ge_bytearray", **row, generated=False, tenant_id=tenant)

    def define(self, ident: str, key: str, version: int, deployment: str, resource: str, **more: Any) -> None:
        """Insert a definition."""
        row = {"id": ident, "rev": 1, "category": "tests", "name": f"Name of {key}", "key": key, "version": version}
        row |= {"deployment_id": deployment, "resource_name": resource, "has_start_form_key": False, "suspension_state": 1}
        self.insert("act_re_procdef", **row | more)

    def deploy_one(self, ident: str, key: str, version: int, tenant: str | None = None, **more: Any) -> None:
        """Insert a deployment of one file with one definition, both under the same id."""
        self.deploy(ident, [(f"{key}.bpmn", bpmn(key, documentation=[f"About {key} {version}"]))], tenant=tenant)
        self.define(ident, key, version, ident, f"{key}.bpmn", tenant_id=tenant, **more)

    def incident(self, ident: str, definition: str | None, **more: Any) -> None:
        """Insert an incident."""
        row = {"id": ident, "rev": 1, "incident_timestamp": "2026-01-02 03:04:05.678", "incident_type": "failedJob"}
        self.insert("act_ru_incident", **row, proc_def_id=definition, cause_incident_id=ident, root_cause_incident_id=ident, **more)

    def fill(self) -> None:
        """A few hundred rows: keys in three tenants, two processes in one file, incidents, starters, users and groups."""
        for key in range(KEYS):
            for version in range(1, VERSIONS + 1):
                self.deploy_one(f"d{key:02}-{version}", f"key{key:02}", version, (None, "", "acme")[key % 3])
        pair = file_of(process("first", documentation=["One", "  Two\n"]), process("second"))
        self.deploy("pair", [("pair.bpmn", pair), ("pair.first.png", b"\x89PNG")])
        self.define("first:1:x", "first", 1, "pair", "pair.bpmn", name=None, dgrm_resource_name="pair.first.png")
        self.define("second:1:x", "second", 1, "pair", "pair.bpmn", suspension_state=2)
        for number in range(20):
            self.incident(f"incident{number}", f"d{number:02}-{VERSIONS}", incident_msg=f"Message {number}")
        self.incident("without", None)
        for number in range(10):
            self.insert("act_id_user", id=f"user{number}", rev=1, first=f"First {number}", pwd="{SHA-512}hash", salt="salt")
        for name in ("sales", "stock"):
            self.insert("act_id_group", id=name, rev=1, name=name.title())
        for number in range(10):
            self.insert("act_id_membership", user_id=f"user{number}", group_id=("sales", "stock")[number % 2])
        self.insert("act_ru_identitylink", id="link1", rev=1, group_id="sales", type="candidate", proc_def_id="first:1:x")
        self.insert("act_ru_identitylink", id="link2", rev=1, user_id="user1", type="candidate", proc_def_id="second:1:x")
        self.insert("act_ru_identitylink", id="task", rev=1, user_id="user1", type="assignee", task_id="t")
        self.insert("act_ge_bytearray", id="variable", rev=1, name="a variable", bytes=b"not of a deployment")
