"""The requests below `/history/user-operation`: what logged-in users did, as an engine lists it."""

from __future__ import annotations

from flask import Response

from procdef.camunda.protocol.arguments import list_query_of, page_of
from procdef.camunda.tables.operations import OPERATIONS
from procdef.http.responses import count_response, rows_response
from procdef.http.routes import Answer, Cached, Routes
from procdef.http.schemas import COUNT, array_of, object_of

routes = Routes("History")
PATH = "/history/user-operation"
LIST = Answer(200, "An entry for each property of each operation.", schema=array_of(object_of(OPERATIONS)))


@routes.route("GET", PATH, "List operations of users", LIST, table=OPERATIONS, cached=Cached.WITH_READS, paged=True)
def list_operations() -> Response:
    """The operations of logged-in users that match every filter."""
    return rows_response(OPERATIONS, page_of(OPERATIONS))


@routes.route(
    "GET",
    f"{PATH}/count",
    "Count operations of users",
    Answer(200, "The number of entries.", schema=COUNT),
    table=OPERATIONS,
    cached=Cached.WITH_READS,
)
def count_operations() -> Response:
    """How many entries match every filter."""
    return count_response(OPERATIONS, list_query_of(OPERATIONS))
