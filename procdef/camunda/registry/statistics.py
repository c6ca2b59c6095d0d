"""The statistics of definitions and activities. A registry has no instances, so only incidents are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from flask import Response, request

from procdef.camunda.protocol.arguments import is_true, page_of
from procdef.camunda.protocol.completeness import of_query
from procdef.camunda.protocol.conversion import Text
from procdef.camunda.protocol.errors import INVALID, NO_STATISTICS, EngineError, ErrorEntry
from procdef.camunda.registry.definition_routes import Address, OfDefinition, for_each_addressing
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.errors import NotFound
from procdef.http.responses import json_response, reader, rights, store
from procdef.http.routes import Answer, Cached, Parameter, Routes
from procdef.http.schemas import array_of, integer, members, object_of
from procdef.query.cache import ListQuery
from procdef.rights.permissions import READ_INSTANCE, READ_INSTANCES
from procdef.store.incidents.counts import Counts, incidents_by_activity, incidents_by_definition
from procdef.store.registry.lookups import definition_of

routes = Routes("Process definition")
DTO = "org.camunda.bpm.engine.rest.dto.repository."
OF_DEFINITION, OF_ACTIVITY = f"{DTO}ProcessDefinitionStatisticsResultDto", f"{DTO}ActivityStatisticsResultDto"
OF_TYPE = "incidentsForType"
EXCLUSIVE = "Only one of the query parameter {} or {} can be set."
EXCLUSIVE_PAIRS = (
    ("incidents", "includeIncidents", "incidentsForType", "includeIncidentsForType"),
    ("incidents", "includeIncidents", "rootIncidents", "includeRootIncidents"),
    ("rootIncidents", "includeRootIncidents", "incidentsForType", "includeIncidentsForType"),
)
OMITTED = {"description": None, "historyTimeToLive": None}
"""Members that are null in the definitions of the statistics, as on the engine."""
FAILED_JOBS = Parameter("failedJobs", Text(), "true: count failed jobs; always 0.")
INCIDENTS = Parameter("incidents", Text(), "true: count incidents by type. Not together with the other parameters for incidents.")
FOR_TYPE = Parameter(OF_TYPE, Text(), "Count only incidents of this type. Not together with the other parameters for incidents.")
ROOT = Parameter(
    "rootIncidents", Text(), "true: count only incidents that no other one caused. Not together with the other parameters for incidents."
)
COUNTED = {
    **array_of(members(incidentType="The type.", incidentCount=integer("How many there are."))),
    "description": "The incidents by type; an empty array if the request does not count them.",
}
NUMBERS: dict[str, Any] = {
    "@class": "The name of the engine's class.",
    "id": "The id of the definition, or of the activity.",
    "instances": integer("Always 0: procdef has no instances."),
    "failedJobs": integer("Always 0: procdef has no instances."),
    "incidents": COUNTED,
}
BY_DEFINITION, BY_ACTIVITY = array_of(members(**NUMBERS, definition=object_of(DEFINITIONS))), array_of(members(**NUMBERS))


def _refusals(pairs: int) -> Sequence[ErrorEntry]:
    return [INVALID.with_message(EXCLUSIVE.format(one, other)) for _, one, _, other in EXCLUSIVE_PAIRS[:pairs]]


@routes.route(
    "GET",
    "/process-definition/statistics",
    "Count incidents by definition",
    Answer(
        200,
        "One object per definition, by id.",
        schema=BY_DEFINITION,
    ),
    parameters=(FAILED_JOBS, INCIDENTS, ROOT, FOR_TYPE),
    refusals=_refusals(3),
    cached=Cached.BEFORE_READS,
)
def definition_statistics() -> Response:
    """Every definition. Incidents are counted only if a parameter says so; other parameters have no effect.

    With the setting `PROCDEF_STATISTICS_FILTERS` the filters, the order and the page of definitions have the effect that they have there.
    """
    _check_exclusive(3)
    query = page_of(DEFINITIONS) if store().settings.statistics_filters else ListQuery({})
    return of_query(DEFINITIONS, query, lambda: _by_definition(query))


def _by_definition(query: ListQuery | None) -> Response:
    counts = _counted_by_definition()
    definitions = [] if query is None else orjson.loads(reader().rows(DEFINITIONS, query).text)
    return json_response([{**_element(OF_DEFINITION, one["id"], counts), "definition": {**one, **OMITTED}} for one in definitions])


@for_each_addressing(
    routes,
    "GET",
    "/statistics",
    "Count incidents by activity",
    Answer(200, "One object per activity with incidents, by id.", schema=BY_ACTIVITY),
    parameters=(FAILED_JOBS, INCIDENTS, FOR_TYPE),
    errors={NotFound: NO_STATISTICS},
    refusals=_refusals(1),
    needs=(OfDefinition(verb=None),),
    cached=Cached.BEFORE_READS,
)
def activity_statistics(address: Address) -> Response:
    """The activities with incidents, also if they are not counted. An engine lists the activities with tokens, and would have one there.

    An unknown id has no activities. Where authorization is on, it is an error, and who may not read the instances sees no activities.
    """
    definition_id = address.definition_id()
    _check_exclusive(1)
    if not _may_read_instances(address):
        return json_response([])
    activities = incidents_by_activity(reader(), definition_id)
    counts = incidents_by_activity(reader(), definition_id, type=request.args.get(OF_TYPE)) if _is_counted() else {}
    return json_response([_element(OF_ACTIVITY, activity, counts) for activity in activities])


def _may_read_instances(address: Address) -> bool:
    """Whether the client may read the instances of a definition. Raises NotFound for an unknown one where authorization is on."""
    if (client := rights()) is None:
        return True
    if (found := definition_of(reader(), address)) is None:
        raise address.not_found()
    return client.is_of(found[2]) and client.has_one((READ_INSTANCE, None), (READ_INSTANCES, found[1]))


def _check_exclusive(pairs: int) -> None:
    """Raises EngineError if the request has both parameters of one of the first `pairs` in `EXCLUSIVE_PAIRS`, with any values."""
    for one, one_text, other, other_text in EXCLUSIVE_PAIRS[:pairs]:
        if one in request.args and other in request.args:
            raise EngineError(INVALID, message=EXCLUSIVE.format(one_text, other_text))


def _counted_by_definition() -> Counts:
    """The numbers of incidents that the request counts: those of one type, those that no other one caused, or all."""
    only_roots = is_true("rootIncidents")
    if not (only_roots or _is_counted()):
        return {}
    return incidents_by_definition(reader(), type=request.args.get(OF_TYPE), only_roots=only_roots)


def _is_counted() -> bool:
    return OF_TYPE in request.args or is_true("incidents")


def _element(kind: str, ident: str, counts: Counts) -> dict[str, Any]:
    incidents = [{"incidentType": name, "incidentCount": count} for name, count in counts.get(ident, {}).items()]
    return {"@class": kind, "id": ident, "instances": 0, "failedJobs": 0, "incidents": incidents}
