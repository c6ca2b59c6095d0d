"""Routes as rows: each request that a surface answers, read by Flask's URL map, by the dispatcher and by the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Request, Response, request
from marshmallow import Schema, fields
from werkzeug.exceptions import NotAcceptable
from werkzeug.routing import BaseConverter, Map

from procdef.http.accept import content_type
from procdef.query.table import Table

JSON = "application/json"
View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter that is no filter: its name, the field that reads it, what it means."""

    name: str
    type: fields.Field[Any]
    help: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer: status, what it means, media type (None: no body) and JSON schema of the body."""

    status: int
    help: str
    media: str | None = JSON
    schema: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """One request: method, path with `{names}`, the view that answers, and all that the OpenAPI document says of it.

    `errors` maps a domain error that the view may let rise to a row of the surface's own error table; `refusals` are the rows that it
    raises by itself. `produces` is the media type that the client must accept; None where any will do. `paged` says whether order and
    page may be asked for.
    """

    method: str
    path: str
    view: View
    summary: str
    tag: str
    answers: Sequence[Answer]
    errors: Mapping[type[Exception], Any] = field(default_factory=dict)
    table: Table | None = None
    paged: bool = False
    parameters: Sequence[Parameter] = ()
    body: type[Schema] | Mapping[str, Any] | None = None
    produces: str | None = JSON
    refusals: Sequence[Any] = ()


class Segment(BaseConverter):
    """One segment of a path, any text but the fixed words that other routes have in its place."""

    part_isolating = True

    def __init__(self, url_map: Map, *fixed: str) -> None:
        super().__init__(url_map)
        self.regex = f"(?!(?:{'|'.join(map(re.escape, fixed))})$)[^/]+" if fixed else "[^/]+"


@dataclass
class Routes:
    """The routes of one part of a surface, collected by the decorator `route`."""

    tag: str
    rows: list[Route] = field(default_factory=list)

    def route(self, method: str, path: str, summary: str, *answers: Answer, **more: Any) -> Callable[[View], View]:
        """Declare the decorated view as the answer to a request; `more` are members of `Route`."""

        def declare(view: View) -> View:
            self.rows.append(Route(method, path, view, summary, self.tag, answers, **more))
            return view

        return declare


def register(app: Flask, routes: Sequence[Route], prefix: str, guard: Callable[[dict[str, str]], None]) -> None:
    """Put routes below a prefix into the URL map; `guard` gets the path's segments before the view, and may refuse."""
    app.url_map.converters["segment"] = Segment
    for row in routes:
        rule = prefix + _rule(row.path, routes)
        app.add_url_rule(rule, f"{row.method} {prefix}{row.path}", _dispatcher(row, guard), methods=[row.method], strict_slashes=False)


def route_of(request: Request) -> Route | None:
    """The row of the route that a request matched; None where it matched none."""
    return request.environ.get("procdef.route")


def _rule(path: str, routes: Sequence[Route]) -> str:
    """A path with `{names}` as a rule of Werkzeug's, in which a name does not match the fixed words of its place."""
    parts = path.split("/")
    for number, part in enumerate(parts):
        if part.startswith("{"):
            fixed = sorted({other for row in routes if (other := _sibling(parts[:number], row.path, last=number == len(parts) - 1))})
            words = ",".join(repr(word) for word in fixed)
            parts[number] = f"<segment({words}):{part[1:-1]}>" if fixed else f"<segment:{part[1:-1]}>"
    return "/".join(parts)


def _sibling(head: Sequence[str], path: str, *, last: bool) -> str | None:
    parts = path.split("/")
    if (
        not last
        or len(parts) != len(head) + 1
        or [p if p[:1] != "{" else "{" for p in parts[:-1]] != [p if p[:1] != "<" else "{" for p in head]
    ):
        return None
    return None if parts[-1].startswith("{") else parts[-1]


def _dispatcher(row: Route, guard: Callable[[dict[str, str]], None]) -> View:
    def dispatch(**segments: str) -> Response:
        request.environ["procdef.route"] = row
        guard(segments)
        if row.produces is None:
            return row.view(**segments)
        if (wanted := content_type(request.environ.get("HTTP_ACCEPT", ""), row.produces)) is None:
            raise NotAcceptable
        answer = row.view(**segments)
        if wanted != row.produces and answer.content_type == row.produces:
            answer.content_type = wanted
        return answer

    return dispatch
