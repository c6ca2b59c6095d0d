"""The table of definitions by key and tenant: the latest version of each, with numbers over all its versions."""

from __future__ import annotations

from typing import Any

from peewee import SQL, Expression, fn

from procdef.camunda.tables.registry import DEFINITIONS
from procdef.query.table import INTEGER, TIMESTAMP, Field, Sort, Table
from procdef.store.models import DEFINITION_JSON, Definition, Incident

Version: Any = Definition.alias()
has_tenant = Expression(Version.tenant_id, "=", Definition.tenant_id) | (Version.tenant_id.is_null() & Definition.tenant_id.is_null())
is_version = Expression(Version.key, "=", Definition.key) & has_tenant


def _over_versions(value: Any) -> Any:
    return fn.coalesce(Version.select(value).where(is_version), SQL("NULL"))


VERSIONS = _over_versions(fn.count(SQL("*")))
INCIDENTS = fn.coalesce(
    Incident.select(fn.count(SQL("*"))).join(Version, on=Expression(Incident.definition_id, "=", Version.id)).where(is_version), SQL("NULL")
)
NUMBERS = (
    Field("versions", VERSIONS, INTEGER, "The number of versions."),
    Field("firstDeploymentTime", _over_versions(fn.min(Version.deploy_time)), TIMESTAMP, "When the first of its versions was deployed."),
    Field("lastDeploymentTime", _over_versions(fn.max(Version.deploy_time)), TIMESTAMP, "When the last of its versions was deployed."),
    Field("incidents", INCIDENTS, INTEGER, "The number of open incidents of all versions."),
)

DEFINITION_GROUPS = Table(
    model=Definition,
    id=Definition.id,
    fields=(*DEFINITIONS.fields, *NUMBERS),
    filters=DEFINITIONS.filters,
    sorts=(*DEFINITIONS.sorts, Sort("versions", VERSIONS, unindexed=True), Sort("incidents", INCIDENTS, unindexed=True)),
    relations=DEFINITIONS.relations,
    rules=DEFINITIONS.rules,
    stored_json=DEFINITION_JSON,
    dictionary=DEFINITIONS.dictionary,
    unstored=NUMBERS,
    covered=DEFINITIONS.covered,
)
"""Its filters are those of definitions. A query has one of the filters `latest` and `latestMatching`, which leaves one row of each group."""
