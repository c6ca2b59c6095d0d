"""The requests below `/process-definition`: queries, one definition by each of its addressings, and changes."""

from __future__ import annotations

from flask import Response

from procdef.camunda.protocol import files
from procdef.camunda.protocol.arguments import is_true
from procdef.camunda.protocol.bodies import Body, JsonInt, json_body
from procdef.camunda.protocol.collection import DETAILS, DIGEST, collection, query_by_body
from procdef.camunda.protocol.conversion import Text
from procdef.camunda.protocol.errors import (
    ENGINE,
    NEGATIVE_TTL,
    NO_DEFINITION,
    NO_DEFINITION_TO_DELETE,
    NO_DEPLOYED_DEFINITION,
    NO_VERSIONS,
    NULL_TTL,
    EngineError,
)
from procdef.camunda.registry.definition_routes import Address, OfDefinition, OfVersions, for_each_addressing
from procdef.camunda.tables.details import DETAILED_DEFINITIONS, DIGESTED_DEFINITIONS
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.errors import Conflict, NotFound
from procdef.http import audit
from procdef.http.responses import json_response, no_content, reader, store
from procdef.http.routes import Answer, Cached, Change, Parameter, Routes
from procdef.http.schemas import members, object_of
from procdef.http.state import state
from procdef.rights.permissions import DELETE_DEFINITION, UPDATE_DEFINITION
from procdef.store.registry import definitions
from procdef.store.registry.lookups import diagram_of, xml_of

routes = Routes("Process definition")
DEFINITION = object_of(DEFINITIONS)
XML = members(id="The definition's id.", bpmn20Xml="The whole file.")
NO_EFFECT = "Without effect: there are no instances to end."
DELETE_OPTIONS = (
    Parameter("cascade", Text(), "true: delete the history of its incidents too."),
    Parameter("skipCustomListeners", Text(), NO_EFFECT),
    Parameter("skipIoMappings", Text(), NO_EFFECT),
)


WITH_MORE = {DETAILS: DETAILED_DEFINITIONS, DIGEST: DIGESTED_DEFINITIONS}
collection(routes, "/process-definition", DEFINITIONS, "definitions", WITH_MORE)
query_by_body(routes, "/process-definition", DEFINITIONS, "definitions", WITH_MORE)


@for_each_addressing(
    routes,
    "GET",
    "",
    "Get a definition",
    Answer(200, "The definition.", schema=DEFINITION),
    errors={NotFound: NO_DEFINITION},
    cached=Cached.WITH_READS,
    needs=(),
)
def get_definition(address: Address) -> Response:
    """One definition."""
    return address.object()


@for_each_addressing(
    routes,
    "GET",
    "/xml",
    "Get a definition's BPMN",
    Answer(200, "The file as a string.", schema=XML),
    errors={NotFound: NO_DEFINITION},
    uploaded=True,
    cached=Cached.WITH_READS,
)
def get_xml(address: Address) -> Response:
    """The whole file, decoded as UTF-8, even if the file declares another encoding."""
    result = xml_of(reader(), address)
    if result is None:
        raise address.not_found()
    definition_id, data, revision = result
    state().read_revisions.add(revision)
    return json_response({"id": definition_id, "bpmn20Xml": data.decode("utf-8", "replace")})


@for_each_addressing(
    routes,
    "GET",
    "/diagram",
    "Download a definition's diagram",
    *files.answers("The image.", files.DIAGRAMS),
    Answer(204, "It has no diagram.", None),
    errors={NotFound: NO_DEPLOYED_DEFINITION},
    produces=None,
    uploaded=True,
    cached=Cached.BEFORE_READS,
)
def get_diagram(address: Address) -> Response:
    """The image that was deployed with the file, as an attachment."""
    result = diagram_of(reader(), address)
    if result is None:
        raise address.not_found()
    name, data = result
    return no_content() if name is None or data is None else files.diagram(data, name)


@for_each_addressing(
    routes,
    "DELETE",
    "",
    "Delete a definition",
    Answer(200, "It is deleted.", None),
    errors={NotFound: NO_DEFINITION_TO_DELETE, Conflict: ENGINE},
    needs=(OfDefinition((DELETE_DEFINITION,), "delete the"),),
    produces=None,
    parameters=DELETE_OPTIONS,
    change=Change("delete definition"),
)
def delete_definition(address: Address) -> Response:
    """Delete the definition, but not its deployment. If it was the latest version, the version before it becomes the latest."""
    definitions.delete(store(), address.definition_id(), cascade=is_true("cascade"))
    return no_content(200)


class HistoryTimeToLive(Body):
    """The body of a change of the history time to live."""

    historyTimeToLive = JsonInt(load_default=None, metadata={"description": "Days, an integer; null only if the settings allow it."})


@for_each_addressing(
    routes,
    "PUT",
    "/history-time-to-live",
    "Set the history time to live",
    Answer(204, "It is done.", None),
    body=HistoryTimeToLive,
    errors={NotFound: NO_DEFINITION},
    refusals=(NULL_TTL, NEGATIVE_TTL),
    needs=(OfDefinition((UPDATE_DEFINITION,), "update the"),),
    produces=None,
    change=Change("set history time to live"),
)
def set_history_time_to_live(address: Address) -> Response:
    """Set the number of days for which an engine keeps finished instances."""
    definition_id = address.definition_id()
    days = json_body(HistoryTimeToLive)["historyTimeToLive"]
    if days is None and store().settings.enforce_history_time_to_live:
        raise EngineError(NULL_TTL)
    if days is not None and days < 0:
        raise EngineError(NEGATIVE_TTL)
    audit.tell(days=days)
    definitions.set_history_ttl(store(), definition_id, days)
    return no_content()


@routes.route(
    "DELETE",
    "/process-definition/key/{key}/delete",
    "Delete all versions of a key",
    Answer(204, "They are deleted.", None),
    errors={NotFound: NO_VERSIONS},
    produces=None,
    parameters=DELETE_OPTIONS,
    needs=(OfVersions((DELETE_DEFINITION,), "delete the"),),
    change=Change("delete all versions"),
)
def delete_key(key: str) -> Response:
    """Delete every version in every tenant, but not the deployments. Where authorization is on, one of a foreign tenant is an error."""
    definitions.delete_key(store(), key, cascade=is_true("cascade"))
    return no_content()


@routes.route(
    "DELETE",
    "/process-definition/key/{key}/tenant-id/{tenant}/delete",
    "Delete all versions of a key of a tenant",
    Answer(204, "They are deleted.", None),
    errors={NotFound: NO_VERSIONS},
    produces=None,
    parameters=DELETE_OPTIONS,
    needs=(OfVersions((DELETE_DEFINITION,), "delete the"),),
    change=Change("delete all versions"),
)
def delete_key_of_tenant(key: str, tenant: str) -> Response:
    """Delete every version of the tenant, but not the deployments."""
    definitions.delete_key_of_tenant(store(), key, tenant, cascade=is_true("cascade"))
    return no_content()
