"""The tables that only pages show: uses with names, and processes without their BPMN."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from procdef.camunda.tables.usage import of_definition
from procdef.frends.conversion import Number
from procdef.frends.tables import PROCESSES
from procdef.query.operators import EQUAL
from procdef.query.table import TEXT, Field, Filter, Sort, Table
from procdef.store.models import Definition, Process


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
