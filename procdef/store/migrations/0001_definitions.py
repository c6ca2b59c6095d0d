"""Definitions, deployments, resources, incidents, identity links, users, groups, and the revision."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from peewee import PostgresqlDatabase

TABLES = """
CREATE TABLE act_re_deployment (
    id_ {text64} NOT NULL PRIMARY KEY, name_ {text255}, deploy_time_ {time} NOT NULL, source_ {text255}, tenant_id_ {text64});
CREATE TABLE act_ge_bytearray (
    id_ {text64} NOT NULL PRIMARY KEY, rev_ integer NOT NULL, name_ {text255},
    deployment_id_ {text64} REFERENCES act_re_deployment (id_), bytes_ {bytes}, generated_ boolean, tenant_id_ {text64}, type_ integer, create_time_ {time});
CREATE TABLE act_re_procdef (
    id_ {text64} NOT NULL PRIMARY KEY, rev_ integer NOT NULL, category_ {text255}, name_ {text255}, key_ {text255} NOT NULL,
    version_ integer NOT NULL, deployment_id_ {text64}, resource_name_ {text4000}, dgrm_resource_name_ {text4000},
    has_start_form_key_ boolean, suspension_state_ integer NOT NULL, tenant_id_ {text64}, version_tag_ {text64}, history_ttl_ integer,
    startable_ boolean NOT NULL, description_ text, latest_ boolean NOT NULL, name_upper_ {text}, deploy_time_ {time} NOT NULL);
CREATE TABLE act_ru_incident (
    id_ {text64} NOT NULL PRIMARY KEY, rev_ integer NOT NULL, incident_timestamp_ {time} NOT NULL, incident_msg_ {text4000},
    incident_type_ {text255} NOT NULL, execution_id_ {text64}, activity_id_ {text255}, failed_activity_id_ {text255}, proc_inst_id_ {text64},
    proc_def_id_ {text64} REFERENCES act_re_procdef (id_), cause_incident_id_ {text64}, root_cause_incident_id_ {text64},
    configuration_ {text255}, tenant_id_ {text64}, job_def_id_ {text64}, annotation_ {text4000});
CREATE TABLE act_ru_identitylink (
    id_ {text64} NOT NULL PRIMARY KEY, rev_ integer NOT NULL, group_id_ {text255}, type_ {text255}, user_id_ {text255},
    proc_def_id_ {text64} REFERENCES act_re_procdef (id_), tenant_id_ {text64});
CREATE TABLE act_id_user (
    id_ {text64} NOT NULL PRIMARY KEY, rev_ integer NOT NULL, first_ {text255}, last_ {text255}, email_ {text255}, pwd_ {text255});
CREATE TABLE act_id_group (id_ {text64} NOT NULL PRIMARY KEY, rev_ integer NOT NULL, name_ {text255}, type_ {text255});
CREATE TABLE act_id_membership (
    user_id_ {text64} NOT NULL REFERENCES act_id_user (id_), group_id_ {text64} NOT NULL REFERENCES act_id_group (id_), PRIMARY KEY (user_id_, group_id_));
CREATE TABLE procdef_revision (id integer NOT NULL PRIMARY KEY, number_ bigint NOT NULL, token_ {text64} NOT NULL);
INSERT INTO procdef_revision (id, number_, token_) VALUES (1, 0, '{token}');
"""
UNIQUE = """
act_re_procdef (key_, tenant_id_, version_) WHERE tenant_id_ IS NOT NULL
act_re_procdef (key_, version_) WHERE tenant_id_ IS NULL
act_re_procdef (key_, tenant_id_) WHERE latest_ = true AND tenant_id_ IS NOT NULL
act_re_procdef (key_) WHERE latest_ = true AND tenant_id_ IS NULL
"""
SORTS = ("category_", "key_", "name_", "version_", "deployment_id_", "deploy_time_", "tenant_id_", "version_tag_")
INDEXES = """
act_re_procdef (resource_name_)
act_re_procdef (name_upper_)
act_re_procdef (suspension_state_) WHERE suspension_state_ = 2
act_re_procdef (startable_) WHERE startable_ = false
act_re_procdef (id_) WHERE latest_ = true
act_re_deployment (name_, id_)
act_re_deployment (name_ DESC, id_)
act_re_deployment (deploy_time_, id_)
act_re_deployment (deploy_time_ DESC, id_)
act_re_deployment (tenant_id_, id_)
act_re_deployment (tenant_id_ DESC, id_)
act_re_deployment (source_)
act_ge_bytearray (deployment_id_, name_)
act_ru_identitylink (user_id_, proc_def_id_)
act_ru_identitylink (group_id_, proc_def_id_)
act_ru_identitylink (proc_def_id_)
act_id_membership (group_id_)
"""
INCIDENT_COLUMNS = [
    "incident_timestamp_",
    "incident_msg_",
    "incident_type_",
    "execution_id_",
    "activity_id_",
    "failed_activity_id_",
    "proc_inst_id_",
    "proc_def_id_",
    "cause_incident_id_",
    "root_cause_incident_id_",
    "configuration_",
    "tenant_id_",
    "job_def_id_",
]


def _types(database: Any) -> dict[str, str]:
    postgres = isinstance(database, PostgresqlDatabase)
    collation = ' COLLATE "C"' if postgres else ""
    texts = {f"text{length}": f"varchar({length}){collation}" for length in (64, 255, 4000)}
    return {
        **texts,
        "text": f"text{collation}",
        "bytes": "bytea" if postgres else "blob",
        "time": "timestamp (3)" if postgres else "text",
        "token": token_urlsafe(12),
    }


def _indexes() -> list[str]:
    """Every statement that makes an index; equals of a sort are ordered by id ascending in both directions of the sort."""
    plain = INDEXES.strip().splitlines() + [f"act_ru_incident ({column})" for column in INCIDENT_COLUMNS]
    for column in SORTS:
        for direction in ("", " DESC"):
            plain.append(f"act_re_procdef ({column}{direction}, id_)")
            plain.append(f"act_re_procdef ({column}{direction}, id_) WHERE latest_ = true")
    named = [("UNIQUE INDEX", line) for line in UNIQUE.strip().splitlines()] + [("INDEX", line) for line in plain]
    return [f"CREATE {kind} procdef_idx_{number} ON {line}" for number, (kind, line) in enumerate(named, 1)]


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Make the tables and their indexes."""
    for statement in TABLES.format(**_types(db)).split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    for statement in _indexes():
        db.execute_sql(statement)
