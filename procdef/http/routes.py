"""Routes as rows: each request that a surface answers, read by Flask's URL map, by the dispatcher and by the OpenAPI document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Request, Response, request
from marshmallow import Schema, fields
from werkzeug.exceptions import NotAcceptable
from werkzeug.routing import BaseConverter, Map, Rule

from procdef.http.accept import content_type
from procdef.http.body_checks import check_codings
from procdef.query.table import Table

JSON = "application/json"
SANDBOX = "sandbox; default-src 'none'"
"""The Content-Security-Policy of what was uploaded: a browser that shows it runs no script of it, and loads nothing for it."""
View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter that is no filter, or a name of a path: its name, the field that reads it, what it means."""

    name: str
    type: fields.Field[Any]
    help: str


@dataclass(frozen=True, slots=True)
class Link:
    """What can be asked next with what an answer has: the function of the view that is asked, what for, and where its parameters come from.

    `parameters` are runtime expressions of OpenAPI by the name of the parameter, as `$response.body#/data/id`.
    """

    view: str
    help: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer: status, what it means, media type (None: no body) and JSON schema of the body, and what to ask next."""

    status: int
    help: str
    media: str | None = JSON
    schema: Mapping[str, Any] = field(default_factory=dict)
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a request changes, for the log: its name, and what makes of the answer's JSON the facts that its path does not have."""

    what: str
    facts: Callable[[Any], Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One request: method, path with `{names}`, the view that answers, and all that the OpenAPI document says of it.

    `errors` maps a domain error that the view may let rise to a row of the surface's own error table; `refusals` are the rows that it
    raises by itself. `segments` are the types of the path's names, where the surface checks them. `produces` is the media type that the
    client must accept; None where any will do. `also` are other media types that it may prefer; the view finds the one to answer by
    `media_of`. `subject` raises an error where there is nothing of the path's names, which is answered before a 406. `paged` says
    whether order and page may be asked for. `change` is what is logged of it; None where it changes nothing. `uploaded` says that the
    answer is a file that was uploaded, or is made of one: a browser that shows it gives it no rights.
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
    also: Sequence[str] = ()
    subject: Callable[..., object] | None = None
    refusals: Sequence[Any] = ()
    segments: Sequence[Parameter] = ()
    change: Change | None = None
    uploaded: bool = False


class Segment(BaseConverter):
    """One segment of a path, any text but the fixed words that other routes have in its place."""

    part_isolating = True

    def __init__(self, url_map: Map, *fixed: str) -> None:
        super().__init__(url_map)
        self.regex = f"(?!(?:{'|'.join(map(re.escape, fixed))})$)[^/]+" if fixed else "[^/]+"


class MatchedRule(Rule):
    """A rule that requests are matched with. No URL is built from it.

    What would build one is not compiled, which took a third of a start.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: ARG002
        return _not_built


def _not_built(*_: Any, **__: Any) -> tuple[str, str]:
    raise RuntimeError("no URL is built from a rule")


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


def named(view: View, method: str, path: str, text: str) -> View:
    """A view that was made from a row, with a name of its own, from what it answers, and the text that documents it."""
    view.__name__ = re.sub(r"\W+", "_", f"{method.lower()}{path}").strip("_")
    view.__doc__ = text
    return view


def register(app: Flask, routes: Sequence[Route], prefix: str, guard: Callable[[dict[str, str]], None]) -> None:
    """Put routes below a prefix into the URL map; `guard` gets the path's segments before the view, and may refuse.

    OPTIONS come first: where a path has a row for it, that one answers and not Flask.
    """
    app.url_map.converters["segment"] = Segment
    fixed = _fixed_words(routes)
    for row in sorted(routes, key=lambda row: row.method != "OPTIONS"):
        rule = prefix + _rule(row.path, fixed)
        app.add_url_rule(rule, f"{row.method} {prefix}{row.path}", _dispatcher(row, guard), methods=[row.method], strict_slashes=False)


def media_of(request: Request) -> str:
    """The media type that the client wants of those that the request's route has, without parameters."""
    return str(request.environ.get("procdef.media", JSON)).partition(";")[0]


def route_of(request: Request) -> Route | None:
    """The row of the route that a request matched; None where it matched none."""
    return request.environ.get("procdef.route")


Head = tuple[str, ...]
"""The segments before the last one, names without what they name."""


def _head(parts: Sequence[str]) -> Head:
    return tuple("{}" if part.startswith("{") else part for part in parts[:-1])


def _fixed_words(routes: Sequence[Route]) -> Mapping[Head, set[str]]:
    """The words that stand last in some path, by what stands before them."""
    words = defaultdict(set)
    for parts in (row.path.split("/") for row in routes):
        if not parts[-1].startswith("{"):
            words[_head(parts)].add(parts[-1])
    return words


def _rule(path: str, fixed: Mapping[Head, set[str]]) -> str:
    """A path with `{names}` as a rule of Werkzeug's, in which a name that stands last does not match the fixed words of its place."""
    *before, last = (re.sub(r"^{(.*)}$", r"<segment:\1>", part) for part in path.split("/"))
    words = ",".join(repr(word) for word in sorted(fixed.get(_head(path.split("/")), ())))
    return "/".join([*before, last.replace("<segment:", f"<segment({words}):") if words else last])


def _dispatcher(row: Route, guard: Callable[[dict[str, str]], None]) -> View:
    view = _sandboxed(row.view) if row.uploaded else row.view

    def dispatch(**segments: str) -> Response:
        environ = request.environ
        environ["procdef.route"] = row
        guard(segments)
        if row.body is not None:
            check_codings(environ)
        if row.produces is None:
            return view(**segments)
        if (wanted := content_type(environ.get("HTTP_ACCEPT", ""), row.produces, *row.also)) is None:
            if row.subject is not None:
                row.subject(**segments)
            raise NotAcceptable
        environ["procdef.media"] = wanted
        answer = view(**segments)
        if wanted != row.produces and answer.content_type == wanted.partition(";")[0]:
            answer.content_type = wanted
        return answer

    return dispatch


def _sandboxed(view: View) -> View:
    def sandboxed(**segments: str) -> Response:
        answer = view(**segments)
        answer.headers["Content-Security-Policy"] = SANDBOX
        return answer

    return sandboxed
