"""The tables of usage: the places where definitions use something, and the values that they use.

An engine does not have them. The index that they read is kept together with the definitions: see `procdef.store.usage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from peewee import SQL, Expression, fn

from procdef.camunda.protocol.conversion import Text
from procdef.camunda.protocol.errors import INVALID
from procdef.camunda.protocol.used import KindName
from procdef.camunda.tables.registry import DEFINITIONS, WILDCARDS
from procdef.camunda.tables.used import named, number_of_uses
from procdef.query.operators import ANY_OF, EQUAL, LIKE, related
from procdef.query.table import (
    BOOLEAN,
    INTEGER,
    REQUIRED_TEXT,
    TEXT,
    Field,
    Filter,
    Numbers,
    Relation,
    Rule,
    Sort,
    Table,
    Within,
)
from procdef.store.models import Definition, Name, Usage, Use

DIGEST, DIGESTS = "digest", "digests"
"""The filters of a value of one kind, and of all kinds."""
VALUE_OR_PATTERN = "Only one of the query parameters 'value' and 'valueLike' can be given."


def of_definition(column: Any) -> Any:
    """A column of the definition of a use."""
    query = Usage.select(column).join(Definition, on=Expression(Definition.id, "=", Usage.definition_id))
    return fn.coalesce(query.where(Expression(Usage.id, "=", Use.usage_id)), SQL("NULL"))


def _of_name(column: Any) -> Any:
    return fn.coalesce(Name.select(column).where(Expression(Name.id, "=", Use.name_id)), SQL("NULL"))


def _counted(name: str) -> Any:
    return SQL(f'"counted"."{name}"')


def _is_twice(values: Mapping[str, Any]) -> bool:
    return values.get("value") is not None and values.get("valueLike") is not None


KIND_HELP, VALUE_HELP = "The kind of what is used, such as `topic`.", "What is used, as it is in the file."
DYNAMIC_HELP = "Whether the value is an expression: what it means is not known before the process runs."
KIND = Filter("kind", EQUAL, Name.kind, KindName(), "What is used is of this kind.", "candidateUser", "signal")
VALUE = Filter("value", EQUAL, Name.value, Text(), "What is used is this. Not together with `valueLike`.", "mary", "Mary")
VALUE_LIKE = Filter("valueLike", LIKE, Name.value, Text(), f"What is used matches. {WILDCARDS}", "ma%", "Ma%")
ONE_VALUE = Rule(_is_twice, INVALID, VALUE_OR_PATTERN)
FILTERS_OF_DEFINITIONS = tuple(replace(entry, exact=False) for entry in DEFINITIONS.filters)
"""They restrict the definitions, of which each has several uses: their numbers are not exact."""
OF_DEFINITIONS = Within(DEFINITIONS, Use.usage_id, Usage.id, Usage, Expression(Usage.definition_id, "=", Definition.id))

USAGE = Table(
    model=Use,
    id=Use.usage_id,
    ties=(Use.name_id, Use.usage_id, Use.place),
    fields=(
        Field("kind", _of_name(Name.kind), REQUIRED_TEXT, KIND_HELP),
        Field("value", _of_name(Name.value), REQUIRED_TEXT, VALUE_HELP),
        Field("dynamic", _of_name(Name.dynamic), BOOLEAN, DYNAMIC_HELP),
        Field("activityId", Use.activity_id, TEXT, "The id of the activity that uses it; that of the process if the process itself does."),
        Field(
            "activityType", Use.activity_type, REQUIRED_TEXT, "The type of the activity: the name of its element, such as `serviceTask`."
        ),
        Field("activityName", Use.activity_name, TEXT, "The name of the activity."),
        Field("processDefinitionId", of_definition(Definition.id), REQUIRED_TEXT, "The id of the definition."),
        Field("processDefinitionKey", of_definition(Definition.key), REQUIRED_TEXT, "The key of the definition."),
        Field("processDefinitionVersion", of_definition(Definition.version), INTEGER, "The version of the definition."),
        Field("versionTag", of_definition(Definition.version_tag), TEXT, "The version tag of the definition."),
        Field("tenantId", of_definition(Definition.tenant_id), TEXT, "The tenant of the definition; null for no tenant."),
    ),
    filters=(KIND, VALUE, VALUE_LIKE, *FILTERS_OF_DEFINITIONS),
    sorts=(
        Sort("value", _of_name(Name.value), unindexed=True, text=True),
        Sort("activityId", Use.activity_id, unindexed=True),
        Sort("processDefinitionId", of_definition(Definition.id), unindexed=True, text=True),
        Sort("processDefinitionKey", of_definition(Definition.key), unindexed=True, text=True),
    ),
    relations=(Relation(Name, Use.name_id, Name.id),),
    rules=(ONE_VALUE, *DEFINITIONS.rules),
    within=OF_DEFINITIONS,
)
"""Its filters are its own and those of definitions, which restrict the definitions that use something."""

COUNTED = {"definitions": fn.count(Use.usage_id.distinct()), "activities": fn.count(SQL("*"))}
VALUES = Table(
    model=Name,
    id=Name.id,
    fields=(
        Field("kind", Name.kind, REQUIRED_TEXT, KIND_HELP),
        Field("value", Name.value, REQUIRED_TEXT, VALUE_HELP),
        Field("dynamic", Name.dynamic, BOOLEAN, DYNAMIC_HELP),
        Field("definitions", _counted("definitions"), INTEGER, "How many definitions use it, of those that match every filter."),
        Field("activities", _counted("activities"), INTEGER, "In how many activities they use it."),
    ),
    filters=USAGE.filters,
    sorts=(
        Sort("value", Name.value, unindexed=True),
        Sort("definitions", _counted("definitions"), unindexed=True),
        Sort("activities", _counted("activities"), unindexed=True),
    ),
    rules=USAGE.rules,
    within=replace(OF_DEFINITIONS, numbers=Numbers(Use.name_id, Name.id, COUNTED)),
)
"""The catalog: each value once, with numbers over the definitions that match every filter."""


@cache
def by_digest(table: Table) -> Table:
    """The table of uses, with filters that find a value by its digest."""
    one = Filter(DIGEST, related(named), None, Text(), "The value with this digest.", counted=number_of_uses, exact=True)
    several = Filter(DIGESTS, ANY_OF, Name.digest, Text(), "The values with these digests.")
    return replace(table, filters=(one, several, *table.filters))


@cache
def in_file_order(table: Table) -> Table:
    """The table of uses, in the order of the file if they are those of one definition."""
    return replace(table, ties=(Use.usage_id, Use.place, Use.name_id))


@cache
def of_all_definitions(table: Table) -> Table:
    """The catalog over all definitions: its numbers are stored."""
    stored = {"definitions": Name.definitions, "activities": Name.uses}
    fields = tuple(replace(field, column=stored.get(field.name, field.column)) for field in table.fields)
    sorts = tuple(replace(sort, column=stored.get(sort.name, sort.column)) for sort in table.sorts)
    return replace(table, fields=fields, filters=(KIND, VALUE, VALUE_LIKE), sorts=sorts, within=None)
