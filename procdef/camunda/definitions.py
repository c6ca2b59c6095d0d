"""The requests below `/process-definition`: queries, one definition in three ways of addressing it, and its changes."""

from __future__ import annotations

from typing import Any

from flask import Response

from procdef.camunda import files
from procdef.camunda.addressing import Address, addressed
from procdef.camunda.arguments import page_of, question_of
from procdef.camunda.bodies import Body, JsonBool, JsonText, json_body
from procdef.camunda.errors import INVALID, NO_DEFINITION, NO_DEFINITION_TO_DELETE, NO_DEPLOYED_DEFINITION, EngineError
from procdef.camunda.tables import DEFINITIONS
from procdef.errors import NotFound
from procdef.http.answers import json_text, json_value, nothing, store
from procdef.http.routes import Answer, Routes
from procdef.http.schemas import BYTES, COUNT, array_of, members, object_of
from procdef.store import definitions
from procdef.store.models import Definition
from procdef.store.reading import file_of

routes = Routes("Process definition")
DEFINITION = object_of(DEFINITIONS)
XML = members(id="string", bpmn20Xml="string")
BOTH_IDS = "Only one of processDefinitionId or processDefinitionKey should be set to update the suspension state."


class Suspension(Body):
    """The body of a change of the suspension state."""

    suspended = JsonBool(load_default=False, allow_none=True, metadata={"description": "true: suspend; false: activate."})
    processDefinitionKey = JsonText(load_default=None, metadata={"description": "Not possible where the path names the definition."})


@routes.route(
    "GET",
    "/process-definition",
    "List definitions",
    Answer(200, "The definitions.", schema=array_of(DEFINITION)),
    table=DEFINITIONS,
    paged=True,
)
def list_definitions() -> Response:
    """The definitions that meet every filter."""
    question = page_of(DEFINITIONS)
    return json_text("[]" if question is None else store().rows(DEFINITIONS, question))


@routes.route("GET", "/process-definition/count", "Count definitions", Answer(200, "Their number.", schema=COUNT), table=DEFINITIONS)
def count_definitions() -> Response:
    """How many definitions meet every filter."""
    return json_value({"count": store().count(DEFINITIONS, question_of(DEFINITIONS))})


@addressed(routes, "GET", "", "Get a definition", Answer(200, "The definition.", schema=DEFINITION), errors={NotFound: NO_DEFINITION})
def get_definition(address: Address) -> Response:
    """One definition."""
    return json_text(address.object())


@addressed(routes, "GET", "/xml", "Get a definition's BPMN", Answer(200, "The file as text.", schema=XML), errors={NotFound: NO_DEFINITION})
def get_xml(address: Address) -> Response:
    """The whole file, read as UTF-8 whatever it says of itself."""
    definition_id, _name, data = _file(address, Definition.resource_name)
    return json_value({"id": definition_id, "bpmn20Xml": (data or b"").decode("utf-8", "replace")})


@addressed(
    routes,
    "GET",
    "/diagram",
    "Download a definition's diagram",
    Answer(200, "The image.", files.OCTETS, BYTES),
    Answer(204, "There is none.", None),
    errors={NotFound: NO_DEPLOYED_DEFINITION},
    produces=None,
)
def get_diagram(address: Address) -> Response:
    """The image that was deployed beside the file, as an attachment."""
    _id, name, data = _file(address, Definition.diagram_name)
    return nothing() if name is None or data is None else files.diagram(data, name)


@addressed(
    routes, "PUT", "/suspended", "Suspend or activate a definition", Answer(204, "It is done.", None), body=Suspension, produces=None
)
def set_suspended(address: Address) -> Response:
    """The definition is suspended or activated at once; an unknown id is no error."""
    body = json_body(Suspension, required=True)
    if body["processDefinitionKey"] is not None:
        raise EngineError(INVALID, message=BOTH_IDS)
    definitions.set_suspended(store(), Definition.id == address.definition_id(), suspended=bool(body["suspended"]))
    return nothing()


@addressed(
    routes,
    "DELETE",
    "",
    "Delete a definition",
    Answer(200, "It is deleted.", None),
    errors={NotFound: NO_DEFINITION_TO_DELETE},
    produces=None,
)
def delete_definition(address: Address) -> Response:
    """One definition goes, its deployment stays; where it was the latest version, the one before it becomes the latest."""
    definitions.delete(store(), address.definition_id())
    return nothing(200)


def _file(address: Address, name: Any) -> tuple[str, str | None, bytes | None]:
    found = file_of(store(), address.condition(), name)
    if found is None:
        raise address.missing()
    return found
