"""The tables of definitions, deployments and incidents with details: what people need besides, and an engine does not tell.

The REST API answers them for `details=true`, and for `digest=true` with the digests of the files. The page shows them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from peewee import SQL, Expression, fn

from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS, INCIDENTS
from procdef.query.table import INTEGER, TEXT, TIMESTAMP, Field, FieldType
from procdef.store.models import Definition, Deployment, Incident, Resource

DEPLOYER = fn.coalesce(
    Deployment.select(Deployment.deployed_by).where(Expression(Deployment.id, "=", Definition.deployment_id)), SQL("NULL")
)
OPEN = fn.coalesce(Incident.select(fn.count(SQL("*"))).where(Expression(Incident.definition_id, "=", Definition.id)), SQL("NULL"))
OF_DEFINITION = (
    Field("deploymentTime", Definition.deploy_time, TIMESTAMP, "When it was deployed."),
    Field("deployedBy", DEPLOYER, TEXT, "The user who deployed it, logged in to procdef; null if that is not known."),
    Field("incidents", OPEN, INTEGER, "The number of its open incidents."),
)

DETAILED_DEFINITIONS = replace(DEFINITIONS, fields=(*DEFINITIONS.fields, *OF_DEFINITION), unstored=OF_DEFINITION)
"""In all else it is the table of definitions: its filters, its sorts, and how its lists are read."""

FILE = fn.coalesce(
    Resource.select(Resource.bytes).where(
        Expression(Resource.deployment_id, "=", Definition.deployment_id) & Expression(Resource.name, "=", Definition.resource_name)
    ),
    SQL("NULL"),
)
SHA256 = FieldType(TEXT.schema, lambda dialect, octets: dialect.sha256(octets))
DIGEST = Field("digest", FILE, SHA256, "The SHA-256 of its file, in hexadecimal digits; null if it has no file.")
DIGESTED_DEFINITIONS = replace(
    DETAILED_DEFINITIONS, fields=(*DETAILED_DEFINITIONS.fields, DIGEST), unstored=(*DETAILED_DEFINITIONS.unstored, DIGEST)
)
"""A table of its own, since every file must be read for it: with it, a client compares definitions without reading their files."""

DEFINED = fn.coalesce(Definition.select(fn.count(SQL("*"))).where(Expression(Definition.deployment_id, "=", Deployment.id)), SQL("NULL"))
DETAILED_DEPLOYMENTS = replace(
    DEPLOYMENTS,
    fields=(
        *DEPLOYMENTS.fields,
        Field("deployedBy", Deployment.deployed_by, TEXT, "The user who deployed it, logged in to procdef; null if that is not known."),
        Field("definitions", DEFINED, INTEGER, "The number of its definitions."),
    ),
)
"""Its filters and sorts are those of deployments."""


def _of_incident(column: Any) -> Any:
    return fn.coalesce(Definition.select(column).where(Expression(Definition.id, "=", Incident.definition_id)), SQL("NULL"))


DETAILED_INCIDENTS = replace(
    INCIDENTS,
    fields=(
        *INCIDENTS.fields,
        Field("processDefinitionKey", _of_incident(Definition.key), TEXT, "The key of its definition."),
        Field("processDefinitionName", _of_incident(Definition.name), TEXT, "The name of its definition."),
        Field("processDefinitionVersion", _of_incident(Definition.version), INTEGER, "The version of its definition."),
    ),
)
"""Incidents with their definitions."""
