"""The table of the report that says which versions can go. An engine does not have it.

The database knows most members. What the rule says is put in afterwards: see `procdef.camunda.registry.cleaning`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from peewee import SQL

from procdef.bpmn.cleaning import REASONS
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.query.table import TIMESTAMP, Field, FieldType, Sort, Table
from procdef.store.models import Definition

LEFT_OUT = ("deployedBefore", "latestMatching")
"""The filters of definitions that the report does not have: the first one has another meaning here."""
CODES = ", ".join(f"`{code}`" for code in REASONS)


def _later(**schema: Any) -> FieldType:
    """The type of a member that is put in afterwards."""
    return FieldType(schema, lambda _dialect, _column: SQL("NULL"))


BOOLEAN, LONG = _later(type="boolean"), _later(type="integer", format="int64")
OPTIONAL = _later(type=["integer", "null"], format="int32")
REASON = _later(type="array", items={"type": "string", "examples": ["CALLED_BY_VERSION settle:2:8f1c"]})
JUDGED = (
    Field("cleanable", None, BOOLEAN, "Whether it can go."),
    Field("reasons", None, REASON, f"Why it stays: a code, and what that is about. The codes are {CODES}. Empty if it can go."),
    Field("incidents", None, LONG, "The number of its open incidents."),
    Field(
        "instances", None, OPTIONAL, "The number of its running instances: 0, or null if it is copied from an engine, which alone knows it."
    ),
    Field("deploymentCleanable", None, BOOLEAN, "Whether its deployment can go: all its definitions can, and it has no other files."),
    Field("bytes", None, LONG, "The bytes of all files of its deployment. They are free when the deployment is deleted."),
)
DEPLOYED = Field("deploymentTime", Definition.deploy_time, TIMESTAMP, "When it was deployed.")
NAMES = {"id": "processDefinitionId", "key": "processDefinitionKey"}
"""The members that have another name here than in a definition, where that matters."""
PLAIN = ("version", "versionTag", "tenantId", "deploymentId")


def _field(name: str) -> Field:
    found = next(field for field in DEFINITIONS.fields if field.name == name)
    return replace(found, name=NAMES.get(name, name))


CLEANABLE = Table(
    model=Definition,
    id=Definition.id,
    fields=(*(_field(name) for name in (*NAMES, *PLAIN)), DEPLOYED, *JUDGED),
    filters=tuple(entry for entry in DEFINITIONS.filters if entry.name not in LEFT_OUT),
    sorts=(
        Sort("processDefinitionId", Definition.id),
        Sort("processDefinitionKey", Definition.key),
        Sort("version", Definition.version),
        Sort("versionTag", Definition.version_tag),
        Sort("tenantId", Definition.tenant_id),
        Sort("deploymentId", Definition.deployment_id),
        Sort("deploymentTime", Definition.deploy_time),
    ),
    relations=DEFINITIONS.relations,
    rules=DEFINITIONS.rules,
    covered=DEFINITIONS.covered,
    dictionary=DEFINITIONS.dictionary,
    seen=DEFINITIONS.seen,
)
"""Its filters and its order are those of definitions."""
