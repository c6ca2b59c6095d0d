"""The models: the tables of the store, by subject. Those that an engine has too have its names; the others begin with `procdef_`.

The models are bound to no database: their statements are run on the one of a store. The tables are made by the migrations.
"""

from __future__ import annotations

from procdef.store.models.base import Table, TimestampField, is_tenant
from procdef.store.models.identity import Group, Membership, Token, User
from procdef.store.models.incidents import HistoricIncident, Incident
from procdef.store.models.jobs import Job
from procdef.store.models.processes import Envelope, Process
from procdef.store.models.registry import (
    DEFINITION_JSON,
    IS_LATEST,
    Call,
    Definition,
    Deployment,
    Form,
    IdentityLink,
    Resource,
    StartMessage,
)
from procdef.store.models.state import MirroredEngine, Revision, SchemaVersion

__all__ = [
    "DEFINITION_JSON",
    "IS_LATEST",
    "Call",
    "Definition",
    "Deployment",
    "Envelope",
    "Form",
    "Group",
    "HistoricIncident",
    "IdentityLink",
    "Incident",
    "Job",
    "Membership",
    "MirroredEngine",
    "Process",
    "Resource",
    "Revision",
    "SchemaVersion",
    "StartMessage",
    "Table",
    "TimestampField",
    "Token",
    "User",
    "is_tenant",
]
