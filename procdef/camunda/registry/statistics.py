"""The statistics of definitions and activities: a registry runs nothing, so what counts are the incidents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from flask import Response, request

from procdef.camunda.protocol.arguments import is_true
from procdef.camunda.protocol.conversion import Text
from procdef.camunda.protocol.errors import INVALID, EngineError, ErrorRow
from procdef.camunda.registry.definition_routes import Address, for_each_addressing
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.http.responses import json_response, reader
from procdef.http.routes import Answer, Cached, Parameter, Routes
from procdef.http.schemas import array_of, integer, members, object_of
from procdef.query.cache import ListQuery
from procdef.store.incidents.counts import Counts, incidents_by_activity, incidents_by_definition

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
NOT_FILLED = {"description": None, "historyTimeToLive": None}
"""Members that the engine leaves out of the definitions in its statistics."""
FAILED_JOBS = Parameter("failedJobs", Text(), "true: count failed jobs; there are none.")
INCIDENTS = Parameter("incidents", Text(), "true: count incidents by type; not together with the others.")
FOR_TYPE = Parameter(OF_TYPE, Text(), "Count incidents of this type only; not together with the others.")
ROOT = Parameter("rootIncidents", Text(), "true: count only incidents that no other caused; not together with the others.")
COUNTED = {
    **array_of(members(incidentType="The type.", incidentCount=integer("How many there are."))),
    "description": "The incidents by type; none where they are not asked for.",
}
NUMBERS: dict[str, Any] = {
    "@class": "The name of the engine's class.",
    "id": "The id of the definition, or of the activity.",
    "instances": integer("Always 0: procdef runs nothing."),
    "failedJobs": integer("Always 0: procdef runs nothing."),
    "incidents": COUNTED,
}
BY_DEFINITION, BY_ACTIVITY = array_of(members(**NUMBERS, definition=object_of(DEFINITIONS))), array_of(members(**NUMBERS))


def _refusals(pairs: int) -> Sequence[ErrorRow]:
    return [INVALID.saying(EXCLUSIVE.format(one, other)) for _, one, _, other in EXCLUSIVE_PAIRS[:pairs]]


@routes.route(
    "GET",
    "/process-definition/statistics",
    "Count incidents by definition",
    Answer(
        200,
        "One object a definition, by id.",
        schema=BY_DEFINITION,
    ),
    parameters=(FAILED_JOBS, INCIDENTS, ROOT, FOR_TYPE),
    refusals=_refusals(3),
    cached=Cached.BEFORE_READS,
)
def definition_statistics() -> Response:
    """Every definition, whatever else is asked; what is not asked for is not counted."""
    _check_exclusive(3)
    found = _counted_by_definition()
    definitions = orjson.loads(reader().rows(DEFINITIONS, ListQuery({})).text)
    return json_response([{**_element(OF_DEFINITION, row["id"], found), "definition": {**row, **NOT_FILLED}} for row in definitions])


@for_each_addressing(
    routes,
    "GET",
    "/statistics",
    "Count incidents by activity",
    Answer(200, "One object an activity that has any, by id.", schema=BY_ACTIVITY),
    parameters=(FAILED_JOBS, INCIDENTS, FOR_TYPE),
    refusals=_refusals(1),
    cached=Cached.BEFORE_READS,
)
def activity_statistics(address: Address) -> Response:
    """The activities with incidents, whatever is counted: where one is reported, an engine would have a token; an unknown id has none."""
    definition_id = address.definition_id()
    _check_exclusive(1)
    touched = incidents_by_activity(reader(), definition_id)
    found = incidents_by_activity(reader(), definition_id, type=request.args.get(OF_TYPE)) if _is_counted() else {}
    return json_response([_element(OF_ACTIVITY, activity, found) for activity in touched])


def _check_exclusive(pairs: int) -> None:
    """The first pairs of EXCLUSIVE_PAIRS may not be given together, whatever their values."""
    for one, one_text, other, other_text in EXCLUSIVE_PAIRS[:pairs]:
        if one in request.args and other in request.args:
            raise EngineError(INVALID, message=EXCLUSIVE.format(one_text, other_text))


def _counted_by_definition() -> Counts:
    """The incidents that are asked for: of one type, those that no other caused, or all."""
    only_roots = is_true("rootIncidents")
    if not (only_roots or _is_counted()):
        return {}
    return incidents_by_definition(reader(), type=request.args.get(OF_TYPE), only_roots=only_roots)


def _is_counted() -> bool:
    return OF_TYPE in request.args or is_true("incidents")


def _element(kind: str, ident: str, found: dict[str, dict[str, int]]) -> dict[str, Any]:
    counts = [{"incidentType": name, "incidentCount": count} for name, count in found.get(ident, {}).items()]
    return {"@class": kind, "id": ident, "instances": 0, "failedJobs": 0, "incidents": counts}
