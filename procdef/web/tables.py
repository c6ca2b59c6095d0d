"""The table of definitions as people see them in a list: with when and by whom each was deployed, and its open incidents."""

from __future__ import annotations

from dataclasses import replace

from peewee import SQL, Expression, fn

from procdef.camunda.tables.registry import DEFINITIONS
from procdef.query.table import INTEGER, TEXT, TIMESTAMP, Field
from procdef.store.models import Definition, Deployment, Incident

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
