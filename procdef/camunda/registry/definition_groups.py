"""The request for definitions by key and tenant, which an engine does not have: there `grouped` is the id of no definition."""

from __future__ import annotations

from flask import Response

from procdef.camunda.protocol.arguments import list_query_of, page_of
from procdef.camunda.protocol.collection import counted_response, list_and_count, list_response
from procdef.camunda.tables.grouped import DEFINITION_GROUPS, groups_for
from procdef.http.routes import Answer, Routes
from procdef.http.schemas import array_of, object_of
from procdef.query.cache import ListQuery
from procdef.query.table import Table

routes = Routes("Process definition")
GROUPS = array_of(object_of(DEFINITION_GROUPS, "DefinitionGroup"))


def list_grouped_definitions() -> Response:
    """The latest version of each key and tenant that matches every filter, with numbers over all its versions.

    With `latestMatching` it is the highest version among those that match.
    """
    query = page_of(DEFINITION_GROUPS)
    if query is None:
        return list_response(DEFINITION_GROUPS, None, _whole)
    query = _one_each(query)
    return list_response(groups_for(query.values, (query.first, query.limit)), query, _whole)


def count_grouped_definitions() -> Response:
    """How many keys and tenants have a latest version that matches every filter."""
    return counted_response(DEFINITION_GROUPS, _whole(DEFINITION_GROUPS))


list_and_count(
    routes,
    "/process-definition/grouped",
    DEFINITION_GROUPS,
    "definitions by key and tenant",
    Answer(200, "One object for each key and tenant.", schema=GROUPS),
    list_grouped_definitions,
    count_grouped_definitions,
)


def _whole(table: Table) -> ListQuery:
    return _one_each(list_query_of(table))


def _one_each(query: ListQuery) -> ListQuery:
    """The list query with a filter that leaves one row of each group."""
    return query if "latestMatching" in query.values else query._replace(values={**query.values, "latest": True})
