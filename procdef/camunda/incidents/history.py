"""The requests below `/history` that a registry can answer: all incidents, also those that ended, and the cleanup report."""

from __future__ import annotations

from flask import Response

from procdef.camunda.protocol.arguments import list_query_of, page_of
from procdef.camunda.tables.history import CLEANABLES, HISTORIC_INCIDENTS
from procdef.http.responses import count_response, rows_response
from procdef.http.routes import Answer, Cached, Routes
from procdef.http.schemas import COUNT, array_of, object_of

routes = Routes("History")
HISTORIC_INCIDENT, CLEANABLE = object_of(HISTORIC_INCIDENTS), {**object_of(CLEANABLES), "title": "Cleanable"}
REPORT = "/history/process-definition/cleanable-process-instance-report"


@routes.route(
    "GET",
    "/history/incident",
    "List incidents with those that ended",
    Answer(200, "The incidents.", schema=array_of(HISTORIC_INCIDENT)),
    table=HISTORIC_INCIDENTS,
    cached=Cached.WITH_READS,
    paged=True,
)
def list_historic_incidents() -> Response:
    """The incidents that match every filter: open, resolved and deleted ones."""
    return rows_response(HISTORIC_INCIDENTS, page_of(HISTORIC_INCIDENTS))


@routes.route(
    "GET",
    "/history/incident/count",
    "Count incidents with those that ended",
    Answer(200, "Their number.", schema=COUNT),
    table=HISTORIC_INCIDENTS,
    cached=Cached.WITH_READS,
)
def count_historic_incidents() -> Response:
    """How many incidents match every filter: open, resolved and deleted ones."""
    return count_response(HISTORIC_INCIDENTS, list_query_of(HISTORIC_INCIDENTS))


@routes.route(
    "GET",
    REPORT,
    "Report how many instances could be cleaned up",
    Answer(200, "One object per definition.", schema=array_of(CLEANABLE)),
    table=CLEANABLES,
    cached=Cached.WITH_READS,
    paged=True,
)
def list_cleanables() -> Response:
    """The definitions that match every filter. Their numbers of instances are 0."""
    return rows_response(CLEANABLES, page_of(CLEANABLES))


@routes.route(
    "GET",
    f"{REPORT}/count",
    "Count the definitions of the report",
    Answer(200, "The number of definitions.", schema=COUNT),
    table=CLEANABLES,
    cached=Cached.WITH_READS,
)
def count_cleanables() -> Response:
    """How many definitions match every filter."""
    return count_response(CLEANABLES, list_query_of(CLEANABLES))
