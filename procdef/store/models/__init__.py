"""The models: the database tables of the store, by subject. Tables that an engine has too have its names; others begin with `procdef_`.

The models are bound to no database: each statement is run on the database of a store. The migrations make the tables.
"""

from __future__ import annotations

from procdef.store.models.base import Table, TimestampField, is_tenant
from procdef.store.models.events import Event, Hook, Operation
from procdef.store.models.identity import Authorization, Group, Membership, Session, Setup, Tenant, TenantMember, Token, User
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
    Picture,
    Resource,
    StartMessage,
    ValueCount,
)
from procdef.store.models.state import MirroredEngine, Revision, SchemaVersion
from procdef.store.models.usage import Filling, Name, Usage, Use

__all__ = [
    "DEFINITION_JSON",
    "IS_LATEST",
    "Authorization",
    "Call",
    "Definition",
    "Deployment",
    "Envelope",
    "Event",
    "Filling",
    "Form",
    "Group",
    "HistoricIncident",
    "Hook",
    "IdentityLink",
    "Incident",
    "Job",
    "Membership",
    "MirroredEngine",
    "Name",
    "Operation",
    "Picture",
    "Process",
    "Resource",
    "Revision",
    "SchemaVersion",
    "Session",
    "Setup",
    "StartMessage",
    "Table",
    "Tenant",
    "TenantMember",
    "TimestampField",
    "Token",
    "Usage",
    "Use",
    "User",
    "ValueCount",
    "is_tenant",
]
