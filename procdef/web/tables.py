"""The tables of definitions and of deployments as people see them in lists: with what they do not have in answers of the REST API."""

from __future__ import annotations

from peewee import SQL, Expression, fn

from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS
from procdef.query.table import INTEGER, TEXT, TIMESTAMP, Field, Table
from procdef.store.models import DEFINITION_JSON, Definition, Deployment, Incident

DEPLOYER = fn.coalesce(
    Deployment.select(Deployment.deployed_by).where(Expression(Deployment.id, "=", Definition.deployment_id)), SQL("NULL")
)
OPEN = fn.coalesce(Incident.select(fn.count(SQL("*"))).where(Expression(Incident.definition_id, "=", Definition.id)), SQL("NULL"))
MORE = (
    Field("deploymentTime", Definition.deploy_time, TIMESTAMP, "When it was deployed."),
    Field("deployedBy", DEPLOYER, TEXT, "The user who deployed it, logged in to procdef; null if that is not known."),
    Field("incidents", OPEN, INTEGER, "The number of its open incidents."),
)

LISTED_DEFINITIONS = Table(
    model=Definition,
    id=Definition.id,
    fields=(*DEFINITIONS.fields, *MORE),
    filters=DEFINITIONS.filters,
    sorts=DEFINITIONS.sorts,
    relations=DEFINITIONS.relations,
    rules=DEFINITIONS.rules,
    stored_json=DEFINITION_JSON,
    unstored=MORE,
)
"""Its filters and sorts are those of definitions."""

DEFINED = fn.coalesce(Definition.select(fn.count(SQL("*"))).where(Expression(Definition.deployment_id, "=", Deployment.id)), SQL("NULL"))
LISTED_DEPLOYMENTS = Table(
    model=Deployment,
    id=Deployment.id,
    fields=(
        *DEPLOYMENTS.fields,
        Field("deployedBy", Deployment.deployed_by, TEXT, "The user who deployed it, logged in to procdef; null if that is not known."),
        Field("definitions", DEFINED, INTEGER, "The number of its definitions."),
    ),
    filters=DEPLOYMENTS.filters,
    sorts=DEPLOYMENTS.sorts,
    rules=DEPLOYMENTS.rules,
)
"""Its filters and sorts are those of deployments."""
