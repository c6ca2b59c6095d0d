"""Each definition as the text of the JSON object that answers have: PostgreSQL keeps it, SQLite makes it as fast as it could read it."""

from __future__ import annotations

from typing import Any

from peewee import PostgresqlDatabase

ARGUMENTS = """
    id_ text, key_ text, category_ text, description_ text, name_ text, version_ integer, resource_name_ text, deployment_id_ text,
    dgrm_resource_name_ text, suspension_state_ integer, tenant_id_ text, version_tag_ text, history_ttl_ integer, startable_ boolean
"""
POSTGRES = """
CREATE FUNCTION procdef_definition_json ({arguments}) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT row_to_json(object)::text FROM (
        SELECT id_ AS "id", key_ AS "key", category_ AS "category", description_ AS "description", name_ AS "name", version_ AS "version",
            resource_name_ AS "resource", deployment_id_ AS "deploymentId", dgrm_resource_name_ AS "diagram",
            suspension_state_ = 2 AS "suspended", tenant_id_ AS "tenantId", version_tag_ AS "versionTag",
            history_ttl_ AS "historyTimeToLive", startable_ AS "startableInTasklist"
    ) AS object
$$;
ALTER TABLE act_re_procdef ADD COLUMN json_ text GENERATED ALWAYS AS (procdef_definition_json({names})) STORED
"""
SQLITE = """
ALTER TABLE act_re_procdef ADD COLUMN json_ text GENERATED ALWAYS AS (json_object(
    'id', id_, 'key', key_, 'category', category_, 'description', description_, 'name', name_, 'version', version_,
    'resource', resource_name_, 'deploymentId', deployment_id_, 'diagram', dgrm_resource_name_,
    'suspended', json(iif(suspension_state_ = 2, 'true', 'false')), 'tenantId', tenant_id_, 'versionTag', version_tag_,
    'historyTimeToLive', history_ttl_, 'startableInTasklist', json(iif(startable_, 'true', 'false')))) VIRTUAL
"""


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001
    """Add the column, which no statement writes. What the database's own function gives never changes, though PostgreSQL does not say so."""
    names = ", ".join(argument.split()[0] for argument in ARGUMENTS.split(","))
    statements = POSTGRES.format(arguments=ARGUMENTS, names=names) if isinstance(db, PostgresqlDatabase) else SQLITE
    for statement in statements.split(";\n"):
        db.execute_sql(statement)
