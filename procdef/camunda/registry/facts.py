"""`/facts` and `/outline`: what a definition's file says, without its layout. They are additions: an engine does not have them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response

from procdef.bpmn.facts.elements import Element, elements_of
from procdef.bpmn.facts.outline import outline
from procdef.camunda.protocol.errors import NO_DEFINITION, UNREADABLE_FILE, EngineError
from procdef.camunda.registry.definition_routes import Address, for_each_addressing
from procdef.errors import NotFound, TooLarge, UnreadableBpmn
from procdef.http.responses import json_response
from procdef.http.routes import Answer, Cached, Routes
from procdef.http.schemas import array_of, members
from procdef.store.registry.lookups import Source

routes = Routes("Process definition")
TEXT = "text/plain"
TEXT_IN_UTF_8 = f"{TEXT}; charset=utf-8"
NULLABLE = {"type": ["string", "null"]}
FACTS = {"type": "object", "additionalProperties": {"type": "string"}, "description": "Its facts by name, in the order of the outline."}
ELEMENT = {
    "title": "Element",
    **members(
        id="Its id. An element without id has one that is made of what it connects, such as `a > b`.",
        type="Its tag without prefix, such as `serviceTask`.",
        name={**NULLABLE, "description": "Its name."},
        parent={**NULLABLE, "description": "The id of the element that it is in; null at the top."},
        facts=FACTS,
    ),
}


@for_each_addressing(
    routes,
    "GET",
    "/facts",
    "List the elements of a definition's file with their facts",
    Answer(200, "The elements in document order.", schema=array_of(ELEMENT)),
    errors={NotFound: NO_DEFINITION},
    refusals=(UNREADABLE_FILE,),
    uploaded=True,
    cached=Cached.BEFORE_READS,
)
def get_facts(address: Address) -> Response:
    """Every element of the file, with each attribute and extension that changes what happens. The layout is not there."""
    return json_response([_object(element) for element in elements_in(address.source())])


@for_each_addressing(
    routes,
    "GET",
    "/outline",
    "Get the outline of a definition's file",
    Answer(200, "The outline.", TEXT, {"type": "string"}),
    errors={NotFound: NO_DEFINITION},
    refusals=(UNREADABLE_FILE,),
    produces=TEXT,
    uploaded=True,
    cached=Cached.BEFORE_READS,
)
def get_outline(address: Address) -> Response:
    """A text of the file for people, one line a fact, without layout. Equal files in another order or form have equal outlines."""
    return Response(outline(elements_in(address.source())), content_type=TEXT_IN_UTF_8)


def elements_in(source: Source) -> tuple[Element, ...]:
    """The elements of a definition's file. Raises EngineError for a file that cannot be read."""
    with reading(source):
        return elements_of(source.data)


@contextmanager
def reading(source: Source) -> Iterator[None]:
    """Inside, an error in reading a definition's file becomes an EngineError that names the definition."""
    try:
        yield
    except (UnreadableBpmn, TooLarge) as error:
        raise EngineError(UNREADABLE_FILE, ident=source.definition_id, reason=str(error)) from error


def _object(element: Element) -> dict[str, Any]:
    return {"id": element.id, "type": element.type, "name": element.name, "parent": element.parent, "facts": dict(element.facts)}
