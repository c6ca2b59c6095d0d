"""The tables that pages show: lists of the REST API with what people need besides, and without what they do not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from peewee import SQL, Expression, fn

from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS, INCIDENTS
from procdef.camunda.tables.usage import of_definition
from procdef.frends.conversion import Number
from procdef.frends.tables import PROCESSES
from procdef.query.operators import EQUAL
from procdef.query.table import INTEGER, TEXT, TIMESTAMP, Field, Filter, Sort, Table
from procdef.store.models import Definition, Deployment, Incident, Process

DEPLOYER = fn.coalesce(
    Deployment.select(Deployment.deployed_by).where(Expression(Deployment.id, "=", Definition.deployment_id)), SQL("NULL")
)
OPEN = fn.coalesce(Incident.select(fn.count(SQL("*"))).where(Expression(Incident.definition_id, "=", Definition.id)), SQL("NULL"))
MORE = (
    Field("deploymentTime", Definition.deploy_time, TIMESTAMP, "When it was deployed."),
    Field("deployedBy", DEPLOYER, TEXT, "The user who deployed it, logged in to procdef; null if that is not known."),
    Field("incidents", OPEN, INTEGER, "The number of its open incidents."),
)

LISTED_DEFINITIONS = replace(DEFINITIONS, fields=(*DEFINITIONS.fields, *MORE), unstored=MORE)
"""In all else it is the table of definitions: its filters, its sorts, and how its lists are read."""

DEFINED = fn.coalesce(Definition.select(fn.count(SQL("*"))).where(Expression(Definition.deployment_id, "=", Deployment.id)), SQL("NULL"))
LISTED_DEPLOYMENTS = replace(
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


LISTED_INCIDENTS = replace(
    INCIDENTS,
    fields=(
        *INCIDENTS.fields,
        Field("processDefinitionKey", _of_incident(Definition.key), TEXT, "The key of its definition."),
        Field("processDefinitionName", _of_incident(Definition.name), TEXT, "The name of its definition."),
        Field("processDefinitionVersion", _of_incident(Definition.version), INTEGER, "The version of its definition."),
    ),
)
"""Incidents with their definitions."""


@cache
def with_names(usage: Table) -> Table:
    """A table of uses, with the name of each definition."""
    name = Field("processDefinitionName", of_definition(Definition.name), TEXT, "The name of the definition.")
    return replace(usage, fields=(*usage.fields, name))


SHOWN = ("version", "uniqueIdentifier", "id", "name", "modified", "modifier", "isNotLatestVersion", "changeDescription")
LISTED_PROCESSES = replace(
    PROCESSES,
    fields=(
        *(field for field in PROCESSES.fields if field.name in SHOWN),
        Field("key", Process.key, TEXT, "The key; null if no version has a definition."),
        Field("tenantId", Process.tenant_id, TEXT, "The tenant; null for no tenant."),
        Field("definitionId", Process.definition_id, TEXT, "The id of its definition; null without one."),
    ),
    filters=(*PROCESSES.filters, Filter("id", EQUAL, Process.id, Number(), "The version with this number.")),
    sorts=(*PROCESSES.sorts, Sort("version", Process.version)),
    json_members=None,
)
"""Processes without their BPMN."""
