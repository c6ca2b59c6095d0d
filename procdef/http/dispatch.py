"""From the declarations of `procdef.http.routes` to Flask: a rule for each route, and what happens before and after each view."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from flask import Flask, Request, Response, request
from werkzeug.exceptions import NotAcceptable
from werkzeug.routing import BaseConverter, Map, MapAdapter, Rule

from procdef.http import audit
from procdef.http.accept import content_type
from procdef.http.body_checks import check_codings
from procdef.http.csv_lists import as_csv, is_asked_by_name
from procdef.http.etag import conditional
from procdef.http.responses import rights
from procdef.http.routes import CSV, Cached, Route, View
from procdef.http.state import RequestState, state_of
from procdef.store.events.actor import REST

SANDBOX = "sandbox; default-src 'none'"
"""The Content-Security-Policy of uploaded files: a browser that shows one runs no script of it, and loads nothing for it."""
PICTURE = "default-src 'none'; style-src 'unsafe-inline'"
"""The Content-Security-Policy of pictures that procdef has drawn: their themes are styles in them."""
Guard = Callable[[dict[str, Any]], None]
"""Gets the values of the path's names before the view. It may change them, and raises an error to refuse the request."""
Rewrite = Callable[[str, RequestState], str]
"""Returns the path that the rules are matched with. It may note in the state what it removes."""
Head = tuple[str, ...]
"""The segments of a path before the last one, each name as `{}`."""


class LazyRule(Rule):
    """A rule that compiles what builds its URL when the first URL is built; compiling it for all rules is half of a start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(lambda: super(LazyRule, self)._compile_builder(append_unknown))
        return lambda rule, **values: compiled()(rule, **values)


class RewritingFlask(Flask):
    """Flask whose rules are matched with a rewritten path, so that an alias needs no rules of its own.

    The environment and `request.path` keep the path that the client sent: it is in links, logs, ETags and the key of the response cache.
    """

    url_rule_class = LazyRule

    def __init__(self, name: str, rewrite: Rewrite) -> None:
        """An application without static files. `rewrite` is called once a request."""
        super().__init__(name, static_folder=None)
        self._rewrite = rewrite

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """What matches the request's path."""
        adapter = super().create_url_adapter(request)
        if adapter is not None and request is not None:
            adapter.path_info = self._rewrite(request.path, state_of(request.environ))
        return adapter


class Segment(BaseConverter):
    """One segment of a path: any text except the fixed words that other routes have in its position."""

    part_isolating = True

    def __init__(self, url_map: Map, *fixed: str) -> None:
        super().__init__(url_map)
        self.regex = f"(?!(?:{'|'.join(map(re.escape, fixed))})$)[^/]+" if fixed else "[^/]+"


def register(app: Flask, routes: Sequence[Route], prefix: str, guard: Guard | None = None, source: str = REST) -> None:
    """Add the routes below a prefix to an application.

    Routes for OPTIONS come first: where a path has one, it responds and not Flask. `source` is that of the events of their changes.
    """
    app.url_map.converters["segment"] = Segment
    fixed = _fixed_words(routes)
    for route in sorted(routes, key=lambda route: route.method != "OPTIONS"):
        rule = prefix + _rule(route.path, fixed)
        app.add_url_rule(
            rule,
            f"{route.method} {prefix}{route.path}",
            _dispatcher(route, prefix, guard, source),
            methods=[route.method],
            strict_slashes=False,
        )


def _head(parts: Sequence[str]) -> Head:
    return tuple("{}" if part.startswith("{") else part for part in parts[:-1])


def _fixed_words(routes: Sequence[Route]) -> Mapping[Head, set[str]]:
    """The words that stand last in some path, by the segments before them."""
    words = defaultdict(set)
    for parts in (route.path.split("/") for route in routes):
        if not parts[-1].startswith("{"):
            words[_head(parts)].add(parts[-1])
    return words


def _rule(path: str, fixed: Mapping[Head, set[str]]) -> str:
    """A path with `{names}` as a rule of Werkzeug's, in which a name that stands last does not match the fixed words of its position."""
    *before, last = (re.sub(r"{(\w+)}", r"<segment:\1>", part) for part in path.split("/"))
    words = ",".join(repr(word) for word in sorted(fixed.get(_head(path.split("/")), ())))
    return "/".join([*before, last.replace("<segment:", f"<segment({words}):") if words else last])


def _dispatcher(route: Route, prefix: str, guard: Guard | None, source: str) -> View:
    view, template = _view_of(route, source), prefix + route.path

    def dispatch(**segments: str) -> Response:
        environ = request.environ
        state = state_of(environ)
        state.route, state.template = route, template
        if guard is not None:
            guard(segments)
        if route.body is not None:
            check_codings(environ)
        if route.needs and (client := rights()) is not None:
            for need in route.needs:
                need.check(client, segments)
        return view(**segments)

    return dispatch


def _view_of(route: Route, source: str) -> View:
    """The view inside of all that its route says of its responses."""
    view = as_csv(route.view, route) if route.columns else route.view
    if route.change is not None:
        view = audit.acted(view, source)
    if route.cached is not None and route.cached is not Cached.NEVER:
        view = conditional(view, route.cached)
    if route.finish is not None:
        view = _finished(view, route.finish)
    if route.uploaded or route.drawn:
        view = _restricted(view, PICTURE if route.drawn else SANDBOX)
    return view if route.produces is None else _negotiated(view, route, route.produces)


def _negotiated(view: View, route: Route, produces: str) -> View:
    """A view that is called where the client accepts a media type of the route. Raises NotAcceptable, or what `route.subject` raises."""

    def negotiated(**segments: str) -> Response:
        environ = request.environ
        if (wanted := _wanted(route, produces, environ)) is None:
            if route.subject is not None:
                route.subject(**segments)
            raise NotAcceptable
        state_of(environ).media = wanted
        response = view(**segments)
        if route.also:
            response.headers["Vary"] = "Accept"  # no view sets this header; `response.vary` would take ten times as long
        if wanted != produces and response.content_type == wanted.partition(";")[0]:
            response.content_type = wanted
        return response

    return negotiated


def _wanted(route: Route, produces: str, environ: dict[str, Any]) -> str | None:
    """The media type of the response; None if the client accepts none of the route. CSV has no parameters that a client could choose."""
    if route.columns and is_asked_by_name():
        return CSV
    wanted = content_type(environ.get("HTTP_ACCEPT", ""), produces, *route.also)
    return CSV if route.columns and wanted is not None and wanted.startswith(f"{CSV};") else wanted


def _finished(view: View, finish: Callable[[Response], Response]) -> View:
    return lambda **segments: finish(view(**segments))


def _restricted(view: View, policy: str) -> View:
    """A view whose responses have a Content-Security-Policy, also those without body: a browser takes it over from a 304."""

    def restricted(**segments: str) -> Response:
        response = view(**segments)
        response.headers["Content-Security-Policy"] = policy
        return response

    return restricted
