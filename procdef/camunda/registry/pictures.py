"""`/picture`: what a definition looks like, as SVG. It is an addition of procdef; `/diagram` is the engine's."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from marshmallow import fields

from procdef.camunda.protocol.arguments import is_true
from procdef.camunda.protocol.conversion import Text
from procdef.camunda.protocol.errors import INVALID, NO_DEFINITION, PICTURE_REASON, EngineError
from procdef.camunda.registry.definition_routes import Address, for_each_addressing
from procdef.errors import InvalidInput, NoPicture, NotFound
from procdef.http.responses import reader, store
from procdef.http.routes import Answer, Cached, Parameter, Routes
from procdef.picture import MARKS, THEMES, finished
from procdef.store.registry.pictures import picture_of

routes = Routes("Process definition")
SVG = "image/svg+xml"
MAX_MARKS = 1000
"""The most marks of a picture."""
BAD_MARK = "The mark {!r} must be ID:KIND, with a KIND of {}."
TOO_MANY_MARKS = f"A picture can have at most {MAX_MARKS} marks."
THEME = Parameter(
    "theme", Text(metadata={"enum": list(THEMES), "default": "light"}), "The colors; `auto` are those that the browser prefers."
)
PARAMETERS = (
    Parameter("mark", fields.List(Text()), f"Mark an element: `ID:KIND`, where KIND is {', '.join(MARKS)}. It can be given several times."),
    THEME,
    Parameter("thumbnail", Text(), "true: without labels and details, for a small place."),
    Parameter("plane", Text(), "The id of the element whose plane is drawn, such as a collapsed sub-process."),
)


@for_each_addressing(
    routes,
    "GET",
    "/picture",
    "Get a definition's picture",
    Answer(200, "The picture.", SVG, {"type": "string"}),
    errors={NotFound: NO_DEFINITION, NoPicture: PICTURE_REASON, InvalidInput: INVALID},
    parameters=PARAMETERS,
    produces=SVG,
    drawn=True,
    cached=Cached.BEFORE_READS,
)
def get_picture(address: Address) -> Response:
    """The picture, drawn from the file's diagram interchange. A file without it is laid out; a file that has no picture has a reason."""
    marks, theme = _marks(request.args.getlist("mark")), request.args.get("theme", "light")
    svg = picture_of(reader(), store(), address, request.args.get("plane"))
    if svg is None:
        raise address.not_found()
    return Response(finished(svg, marks=marks, theme=theme, thumbnail=is_true("thumbnail")), content_type=SVG)


def _marks(texts: list[str]) -> Mapping[str, str]:
    """The kind of mark by the id of the element. Raises EngineError for one that is not `ID:KIND`."""
    if len(texts) > MAX_MARKS:
        raise EngineError(INVALID, message=TOO_MANY_MARKS)
    return dict(map(_mark, texts))


def _mark(text: str) -> tuple[str, str]:
    """An id may have a colon itself, so the last one counts."""
    ident, _, kind = text.rpartition(":")
    if not ident or kind not in MARKS:
        raise EngineError(INVALID, message=BAD_MARK.format(text, ", ".join(MARKS)))
    return ident, kind
