"""`/diff`: what has changed between two definitions, in several forms. It is an addition of procdef; an engine does not have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from flask import Response, request

from procdef.bpmn.difference import Difference
from procdef.bpmn.difference.forms import as_json
from procdef.bpmn.difference.limit import check_size
from procdef.bpmn.difference.markdown import as_markdown
from procdef.bpmn.difference.remembered import difference, unified
from procdef.camunda.protocol.errors import (
    INVALID,
    NO_DEFINITION,
    NO_PICTURE,
    NO_VERSION_BEFORE,
    NOT_COMPARED,
    UNREADABLE_FILE,
    EngineError,
)
from procdef.camunda.registry.definition_routes import Address, for_each_addressing
from procdef.camunda.registry.facts import FACTS, NULLABLE, TEXT, TEXT_IN_UTF_8, elements_in, reading
from procdef.camunda.registry.pictures import SVG, THEME
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.errors import NoPicture, NotFound, TooLarge, UnreadableBpmn
from procdef.http.responses import json_response, reader, store
from procdef.http.routes import JSON, Answer, Cached, Routes
from procdef.http.schemas import Schema, array_of, members, object_of
from procdef.http.state import state
from procdef.picture.comparing import compared_pictures
from procdef.store.registry.lookups import DefinitionRef, Source, version_before
from procdef.store.registry.pictures import picture_of

routes = Routes("Process definition")
MARKDOWN = "text/markdown"
BAD_THEME = INVALID.with_message("There is no theme …")
MARKDOWN_IN_UTF_8 = f"{MARKDOWN}; charset=utf-8"
STRING = {"type": "string"}
PLACED: Mapping[str, str | Schema] = {"id": "Its id.", "type": "Its tag without prefix.", "name": {**NULLABLE, "description": "Its name."}}
CHANGED_FACTS = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": NULLABLE, "minItems": 2, "maxItems": 2},
    "description": "The facts that differ by name, each with its old and its new value, null where there is none. "
    "`id`, `type`, `name` and `parent` are facts here too.",
}
CHANGES: Mapping[str, Schema] = {
    "added": {**array_of(members(**PLACED, facts=FACTS)), "description": "The elements that only the right file has."},
    "removed": {**array_of(members(**PLACED, facts=FACTS)), "description": "The elements that only the left file has."},
    "changed": {
        **array_of(members(**PLACED, facts=CHANGED_FACTS)),
        "description": "The elements whose facts differ, as they are in the right file.",
    },
    "moved": {**array_of(STRING), "description": "The ids of the elements that are only at another place of the diagram."},
    "equal": {"type": "boolean", "description": "Whether nothing is added, removed or changed. What only moved does not count."},
}
"""The members of a difference."""
CHANGES_SCHEMA = {"title": "Changes", **members(**CHANGES)}


class Sides(NamedTuple):
    """The two definitions that are compared."""

    left: Source
    right: Source


@dataclass(frozen=True, slots=True)
class Form:
    """One form in which a client can get a difference: its media type, what it is, its schema, and what makes the response."""

    media: str
    help: str
    schema: Schema
    make: Callable[[Sides], Response]


def _as_json(sides: Sides) -> Response:
    left, right = _definitions(sides)
    return json_response({"left": left, "right": right, **as_json(_difference(sides))})


def _as_text(sides: Sides) -> Response:
    with readable(sides):
        text = unified(sides.left.data, sides.right.data, (sides.left.definition_id, sides.right.definition_id))
    return Response(text, content_type=TEXT_IN_UTF_8)


def _as_svg(sides: Sides) -> Response:
    found = _difference(sides)
    left, right = map(_picture, sides)
    return Response(compared_pictures(left, right, found, request.args.get("theme", "light")), content_type=SVG)


def _picture(source: Source) -> str:
    """The picture of a side. Raises EngineError with the reason if it has none, NotFound if the definition was deleted meanwhile."""
    try:
        svg = picture_of(reader(), store(), DefinitionRef(id=source.definition_id))
    except NoPicture as reason:
        raise EngineError(NO_PICTURE, ident=source.definition_id, reason=str(reason)) from reason
    if svg is None:
        raise NotFound("definition", source.definition_id)
    return svg


def _as_markdown(sides: Sides) -> Response:
    return Response(as_markdown(_difference(sides), _title(*_definitions(sides))), content_type=MARKDOWN_IN_UTF_8)


DEFINITION = object_of(DEFINITIONS)
DIFFERENCE = {"title": "Difference", **members(left=DEFINITION, right=DEFINITION, **CHANGES)}
FORMS = (
    Form(JSON, "Both definitions, and what differs.", DIFFERENCE, _as_json),
    Form(TEXT, "The outlines of both files as a unified diff; nothing where they are equal.", STRING, _as_text),
    Form(MARKDOWN, "For a comment on a pull request.", STRING, _as_markdown),
    Form(SVG, "Both pictures side by side, with marks; the left one is before.", STRING, _as_svg),
)
"""The forms. The first one is for clients without preference."""
BY_MEDIA = {form.media: form for form in FORMS}
ANSWERS = tuple(Answer(200, form.help, form.media, form.schema) for form in FORMS)
MEDIA = {"also": tuple(form.media for form in FORMS[1:]), "parameters": (THEME,), "drawn": True}


@for_each_addressing(
    routes,
    "GET",
    "/diff/{other}",
    "Compare with another definition",
    *ANSWERS,
    errors={NotFound: NO_DEFINITION},
    refusals=(BAD_THEME, NO_PICTURE, NOT_COMPARED, UNREADABLE_FILE),
    cached=Cached.BEFORE_READS,
    **MEDIA,
)
def get_difference(address: Address, other: str) -> Response:
    """What changes from the definition of the path, the left one, to the definition with the id `other`, the right one."""
    return _response(Sides(address.source(), Address(id=other).seen_source()))


@for_each_addressing(
    routes,
    "GET",
    "/diff",
    "Compare with the version before",
    *ANSWERS,
    errors={NotFound: NO_DEFINITION},
    refusals=(NO_VERSION_BEFORE, BAD_THEME, NO_PICTURE, NOT_COMPARED, UNREADABLE_FILE),
    cached=Cached.BEFORE_READS,
    **MEDIA,
)
def get_difference_with_version_before(address: Address) -> Response:
    """What has changed since the version before, the left one: the highest lower version of the same key and tenant."""
    right = address.source()
    before = version_before(reader(), right.definition_id)
    if before is None:
        raise EngineError(NO_VERSION_BEFORE, ident=right.definition_id)
    return _response(Sides(Address(id=before).source(), right))


def _response(sides: Sides) -> Response:
    for source in sides:
        _check_size(source)
    media = (state().media or JSON).partition(";")[0]
    return BY_MEDIA[media].make(sides)


def _check_size(source: Source) -> None:
    """Raises EngineError for a file that is too large, or for a large one that cannot be read."""
    with reading(source):
        try:
            check_size(source.data)
        except TooLarge as error:
            raise EngineError(NOT_COMPARED, ident=source.definition_id, reason=str(error)) from error


def _difference(sides: Sides) -> Difference:
    with readable(sides):
        return difference(sides.left.data, sides.right.data)


@contextmanager
def readable(sides: Sides) -> Iterator[None]:
    """Inside, an error in reading one of the files becomes an EngineError that names its definition."""
    try:
        yield
    except (UnreadableBpmn, TooLarge):
        for source in sides:
            elements_in(source)
        raise


def _definitions(sides: Sides) -> list[Any]:
    """Both definitions as in a list. Raises NotFound if one was deleted meanwhile."""
    texts = {source.definition_id: reader().one(DEFINITIONS, {"processDefinitionId": source.definition_id}) for source in sides}
    missing = next((ident for ident, text in texts.items() if text is None), None)
    if missing is not None:
        raise NotFound("definition", missing)
    return [orjson.loads(texts[source.definition_id] or "") for source in sides]


def _title(left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    """What is compared, for people: `order 1 → 2`, with the other key if it is another one."""
    key = "" if left["key"] == right["key"] else f"{right['key']} "
    return f"{left['key']} {left['version']} → {key}{right['version']}"
