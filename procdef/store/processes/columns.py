"""Values of a process version that are not columns of its row, as SQL expressions."""

from __future__ import annotations

from typing import Any

from peewee import SQL, fn

from procdef.query.dialects import Dialect
from procdef.store.models import IS_LATEST, Call, Definition, Process, Resource


def bpmn_of(dialect: Dialect) -> Any:
    """The BPMN as text: the row's own, or that of the resource; null if the version has none."""
    own = (Resource.deployment_id == Process.deployment_id) & (Resource.name == Process.resource_name)
    return fn.coalesce(Process.bpmn, Resource.select(dialect.text_of(Resource.bytes)).where(own))


def is_subprocess(dialect: Dialect) -> Any:
    """Whether it is a subprocess: as the import said, or else if the latest definition of another key of the tenant calls its key."""
    latest = (Definition.id == Call.definition_id) & IS_LATEST & (Definition.key != Process.key)
    caller = Definition.select(SQL("1")).where(latest & dialect.is_same(Definition.tenant_id, Process.tenant_id))
    called = fn.EXISTS(
        Call.select(SQL("1")).where((Call.key == Process.key) & fn.EXISTS(caller))
    )  # with a join, the database might begin with the callers
    return fn.coalesce(Process.is_subprocess, called)
