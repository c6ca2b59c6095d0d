"""The requests for usage: what definitions use, where a value is used, and which values there are. An engine does not have them.

There `usage` is the id of no definition, and a definition has no path of this name.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request

from procdef.bpmn.facts.kinds import KINDS
from procdef.camunda.protocol.arguments import PAGE, list_query_of, page_of, value_of
from procdef.camunda.protocol.collection import list_and_count, list_response
from procdef.camunda.protocol.completeness import of_index
from procdef.camunda.protocol.cursors import CURSOR
from procdef.camunda.protocol.errors import INVALID, NO_DEFINITION
from procdef.camunda.protocol.used import UNKNOWN, KindName
from procdef.camunda.registry.definition_routes import Address, for_each_addressing
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.camunda.tables.usage import DIGEST, DIGESTS, USAGE, VALUES, by_digest, in_file_order, of_all_definitions
from procdef.errors import NotFound
from procdef.http.responses import count_response, reader, rows_response
from procdef.http.routes import Answer, Cached, Parameter, Routes
from procdef.http.schemas import array_of, object_of
from procdef.http.state import state
from procdef.query.cache import ListQuery
from procdef.query.table import Table
from procdef.store.registry.lookups import id_of
from procdef.store.usage.index import digest_of
from procdef.store.usage.lookups import used_among

routes = Routes("Process definition")
USES, CATALOG = array_of(object_of(USAGE)), array_of(object_of(VALUES, "UsedValue"))
ONE_KIND = Parameter("kind", KindName(), "Only what is of this kind.")
Question = tuple[Table, ListQuery]
"""The table that is the fastest for a list query, and the query of that table."""


def list_usage() -> Response:
    """The uses that match every filter. The filters of definitions restrict the definitions that use something."""
    return _listed(USAGE)


def count_usage() -> Response:
    """How many uses match every filter."""
    return of_index(lambda: count_response(*question(USAGE, list_query_of(USAGE))))


def list_used_values() -> Response:
    """The catalog: each value once, with the number of definitions that use it, of those that match every filter, and of activities."""
    return _listed(VALUES)


def count_used_values() -> Response:
    """How many values match every filter."""
    return of_index(lambda: count_response(*question(VALUES, list_query_of(VALUES))))


list_and_count(
    routes,
    "/process-definition/usage",
    USAGE,
    "uses",
    Answer(200, "One object for each value that an activity uses.", schema=USES),
    list_usage,
    count_usage,
)
list_and_count(
    routes,
    "/process-definition/usage/values",
    VALUES,
    "used values",
    Answer(200, "One object for each value.", schema=CATALOG),
    list_used_values,
    count_used_values,
)


@for_each_addressing(
    routes,
    "GET",
    "/usage",
    "List what a definition uses",
    Answer(200, "Its uses, in the order of the file.", schema=USES),
    parameters=(ONE_KIND, *PAGE),
    errors={NotFound: NO_DEFINITION},
    refusals=(INVALID.with_message(f"Cannot set query parameter 'kind' to value '…': {UNKNOWN.format('…')}"),),
    cached=Cached.BEFORE_READS,
)
def list_usage_of_definition(address: Address) -> Response:
    """What one definition uses, and where."""
    definition_id = id_of(reader(), address)
    if definition_id is None:
        raise address.not_found()
    values = {"processDefinitionId": definition_id, "kind": value_of(ONE_KIND)}
    page = page_of(USAGE, lambda table: ListQuery(table.effective(values)))
    return of_index(lambda: rows_response(in_file_order(USAGE), page))


def _listed(table: Table) -> Response:
    page = page_of(table)
    fastest, query = question(table, list_query_of(table) if page is None else page)
    return of_index(lambda: list_response(fastest, None if page is None else query, lambda _table: query))


def question(table: Table, query: ListQuery) -> Question:
    """The fastest question for a list query of USAGE or VALUES."""
    return _of_catalog(query) if table is VALUES else _of_uses(query)


def _of_uses(query: ListQuery) -> Question:
    """A value is found by its digest."""
    values = dict(query.values)
    value, kind = values.pop("value", None), values.pop("kind", None)
    if value is None:
        return USAGE, query
    digests = _present([digest_of(kind, value) for kind in ([kind] if kind else KINDS)])
    found: dict[str, Any] = {DIGEST: digests[0]} if len(digests) == 1 else {DIGESTS: digests}
    return by_digest(USAGE), query._replace(values={**values, **found})


def _present(digests: list[str]) -> list[str]:
    """Those of several digests that are of a used value; at least one.

    With a cursor all of them are kept: a cursor belongs to one list, whatever is deployed meanwhile.
    """
    if len(digests) == 1 or CURSOR in request.args:
        return digests
    found, revision = used_among(reader(), digests)
    state().read_revisions.add(revision)
    return found or digests[:1]


def _of_catalog(query: ListQuery) -> Question:
    """Numbers over all definitions are stored, for who may see all."""
    is_restricted = any(name in DEFINITIONS.filter_by_name for name in query.values)
    return VALUES if is_restricted or not reader().sees_all(DEFINITIONS) else of_all_definitions(VALUES), query
