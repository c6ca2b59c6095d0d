"""The definitions that the call activities of a definition call, as far as the BPMN file alone says it."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response

from procdef.bpmn.facts.calls import calls_in
from procdef.bpmn.grammar.java_text import hash_ordered, java_int
from procdef.bpmn.model import Call
from procdef.camunda.protocol.errors import BAD_CALLED_VERSION, NOT_DEPLOYED, EngineError
from procdef.camunda.registry.definition_routes import Address, for_each_addressing
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.errors import NotFound
from procdef.http.responses import json_response, reader
from procdef.http.routes import Answer, Cached, Routes
from procdef.http.schemas import array_of, object_of
from procdef.query.cache import ListQuery
from procdef.store.registry.lookups import Source

routes = Routes("Process definition")
OF_CALLER = {
    "calledFromActivityIds": {**array_of({"type": "string"}), "description": "The ids of the call activities."},
    "callingProcessDefinitionId": {"type": "string", "description": "The id of the caller."},
}
LAST = "startableInTasklist"
"""The member that the engine writes after those of the caller."""


def _schema() -> dict[str, Any]:
    definition = object_of(DEFINITIONS)
    members = dict(definition["properties"])
    last = members.pop(LAST)
    return {**definition, "title": "CalledDefinition", "properties": {**members, **OF_CALLER, LAST: last}}


@for_each_addressing(
    routes,
    "GET",
    "/static-called-process-definitions",
    "List the called definitions",
    Answer(200, "One object per called definition.", schema=array_of(_schema())),
    errors={NotFound: NOT_DEPLOYED},
    refusals=(BAD_CALLED_VERSION,),
    cached=Cached.BEFORE_READS,
)
def list_called(address: Address) -> Response:
    """The definitions that are called. A call with an expression, or of a definition that does not exist, is skipped."""
    source = address.source()
    return json_response([_with_caller(item, source.definition_id) for item in hash_ordered(called_definitions(source))])


def called_definitions(source: Source) -> dict[str, dict[str, Any]]:
    """The definitions that a definition calls, by id, each with the ids of the call activities. Raises EngineError for a wrong version."""
    called: dict[str, dict[str, Any]] = {}
    for call in calls_in(source.data, source.key, source.engine):
        definition = called_by(source, call)
        if definition is not None:
            item = called.setdefault(definition["id"], {**definition, "calledFromActivityIds": []})
            item["calledFromActivityIds"].append(call.activity_id)
    return called


def called_by(source: Source, call: Call) -> dict[str, Any] | None:
    """The definition that a call means; None if there is not exactly one. Raises EngineError if the version is no number."""
    tenant = call.tenant_id if call.tenant_id is not None else source.tenant_id
    values: dict[str, Any] = {"key": call.called_element, **_binding(source, call)}
    values |= {"withoutTenantId": True} if tenant is None else {"tenantIdIn": [tenant]}
    definitions = [] if None in values.values() else orjson.loads(reader().rows(DEFINITIONS, ListQuery(values)).text)
    return definitions[0] if len(definitions) == 1 else None


def _binding(source: Source, call: Call) -> dict[str, Any]:
    """The values of the filters that select the version of a call."""
    if call.binding == "deployment":
        return {"deploymentId": source.deployment_id}
    if call.binding == "version":
        return {"version": _version(call.version)}
    return {"versionTag": call.version_tag} if call.binding == "versionTag" else {"latest": True}


def _version(text: str | None) -> int | None:
    number = None if text is None else java_int(text)
    if text is not None and number is None:
        raise EngineError(BAD_CALLED_VERSION, text=text)
    return number


def _with_caller(definition: dict[str, Any], caller: str) -> dict[str, Any]:
    startable = definition.pop(LAST)
    return {**definition, "callingProcessDefinitionId": caller, LAST: startable}
