"""The tables of definitions by key and tenant: the latest version of each, with numbers over all its versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from peewee import JOIN, SQL, Case, Expression, fn

from procdef.camunda.tables.registry import DEFINITIONS
from procdef.query.table import INTEGER, TIMESTAMP, Beside, Field, Sort, Table
from procdef.store.models import DEFINITION_JSON, Definition, Incident

Version: Any = Definition.alias()
of_version = Expression(Incident.definition_id, "=", Version.id)
NUMBER, FIRST, LAST = fn.count(SQL("*")), fn.min(Version.deploy_time), fn.max(Version.deploy_time)


def _over_versions(query: Any) -> Any:
    """The value of a query over all versions of a row. A condition with OR would keep the database from an index of key and tenant."""
    versions = query.where(Expression(Version.key, "=", Definition.key))
    without, within = versions.where(Version.tenant_id.is_null()), versions.where(Expression(Version.tenant_id, "=", Definition.tenant_id))
    return Case(None, [(Definition.tenant_id.is_null(), without)], within)


def _beside(query: Any, name: str) -> Beside:
    """A query by key and tenant beside the table. It has columns for these, since no tenant and the tenant "" are different."""
    tenant, has_none = fn.coalesce(Version.tenant_id, "").alias("tenant"), Version.tenant_id.is_null().alias("has_none")
    numbers = query.select_extend(Version.key.alias("key"), tenant, has_none).group_by(Version.key, Version.tenant_id).alias(name)
    is_key = Expression(numbers.c.key, "=", Definition.key)
    is_tenant = Expression(numbers.c.tenant, "=", fn.coalesce(Definition.tenant_id, ""))
    return Beside(numbers, is_key & is_tenant & Expression(numbers.c.has_none, "=", Definition.tenant_id.is_null()))


def _fields(versions: Any, times: tuple[Any, Any], incidents: Any) -> tuple[Field, ...]:
    return (
        Field("versions", versions, INTEGER, "The number of versions."),
        Field("firstDeploymentTime", times[0], TIMESTAMP, "When the first of its versions was deployed."),
        Field("lastDeploymentTime", times[1], TIMESTAMP, "When the last of its versions was deployed."),
        Field("incidents", incidents, INTEGER, "The number of open incidents of all versions."),
    )


BY_VERSIONS = _beside(Version.select(NUMBER.alias("versions"), FIRST.alias("first"), LAST.alias("last")), "by_versions")
BY_INCIDENTS = _beside(Incident.select(NUMBER.alias("incidents")).join(Version, JOIN.CROSS).where(of_version), "by_incidents")
"""Begins with the incidents, which are few."""
VERSIONS, TIMES = _over_versions(Version.select(NUMBER)), (_over_versions(Version.select(FIRST)), _over_versions(Version.select(LAST)))
INCIDENTS = _over_versions(Incident.select(NUMBER).join(Version, on=of_version))
ALL_VERSIONS, ALL_INCIDENTS = BY_VERSIONS.query.c, fn.coalesce(BY_INCIDENTS.query.c.incidents, 0)
NUMBERS = _fields(VERSIONS, TIMES, INCIDENTS)
ALL_NUMBERS = _fields(ALL_VERSIONS.versions, (ALL_VERSIONS.first, ALL_VERSIONS.last), ALL_INCIDENTS)

DEFINITION_GROUPS = Table(
    model=Definition,
    id=Definition.id,
    fields=(*DEFINITIONS.fields, *NUMBERS),
    filters=DEFINITIONS.filters,
    sorts=(
        *DEFINITIONS.sorts,
        Sort("versions", VERSIONS, unindexed=True, of_row=VERSIONS),
        Sort("incidents", ALL_INCIDENTS, unindexed=True, of_row=INCIDENTS, beside=BY_INCIDENTS),
    ),
    relations=DEFINITIONS.relations,
    rules=DEFINITIONS.rules,
    stored_json=DEFINITION_JSON,
    dictionary=DEFINITIONS.dictionary,
    unstored=NUMBERS,
    covered=DEFINITIONS.covered,
    seen=DEFINITIONS.seen,
)
"""Its filters are those of definitions. A query has one of the filters `latest` and `latestMatching`, which leaves one row of each group."""
ALL_GROUPS = replace(
    DEFINITION_GROUPS,
    fields=(*DEFINITIONS.fields, *ALL_NUMBERS),
    sorts=(*DEFINITIONS.sorts, Sort("versions", ALL_VERSIONS.versions, unindexed=True), Sort("incidents", ALL_INCIDENTS, unindexed=True)),
    unstored=ALL_NUMBERS,
    beside=(BY_VERSIONS, BY_INCIDENTS),
)
"""The same for a list of all rows. Then it is faster to count the versions and incidents of all groups at once."""


def groups_for(values: Mapping[str, Any], page: tuple[int | None, int | None]) -> Table:
    """The table for a query with these values and this page: the first row, and how many."""
    return DEFINITION_GROUPS if page[0] or page[1] is not None or values.keys() - {"latest"} else ALL_GROUPS
