"""The surface as a whole: its routes, where they stand, and whose errors are answered in its shape."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, request

from procdef.camunda import engine, openapi
from procdef.camunda.identity import access, users
from procdef.camunda.incidents import history, open_incidents
from procdef.camunda.protocol.errors import NO_ENGINE, NO_ENGINE_TO_ENTER, EngineError
from procdef.camunda.registry import called, definitions, deploying, deployments, forms, statistics, suspension, validation
from procdef.camunda.stubs import empty, execution
from procdef.http import auth
from procdef.http.responses import no_content as no_body
from procdef.http.responses import store
from procdef.http.routes import Route, register

BASE = "/engine-rest"
ROOT_ALIASES = ("/process-definition", "/deployment", "/incident", "/version", "/engine")
PARTS = (
    *(definitions, called, forms, suspension, statistics, deploying, validation, deployments),
    *(open_incidents, history, users, access, execution, empty, engine),
)
ROUTES: Sequence[Route] = [row for part in PARTS for row in part.routes.rows]
OPEN = {
    **{prefix + path: reason for prefix in (BASE, "") for path, reason in openapi.OPEN.items()},
    "/openapi.json": "It says how a client says who it is, and nothing of what is kept.",
    engine.WEBAPPS: "The Camunda Modeler sends no credentials there; it names a URL that users open anyway.",
}
"""The rules that are open to anybody, each with the reason."""


def add_to(app: Flask) -> None:
    """Answer the surface's requests below `/engine-rest`, some at the root too, and all again below `/engine/{name}`."""
    at_root = [row for row in ROUTES if row.path.startswith(ROOT_ALIASES)]
    for prefix, routes in ((BASE, ROUTES), ("", at_root)):
        register(app, routes, prefix, _no_guard)
        below = f"{prefix}/engine/<engine>"
        register(app, [row for row in routes if row.path not in ("/engine", "/version")], below, _known_engine)
        register(app, [row for row in routes if row.path == "/version"], below, _any_engine)
    openapi.add_to(app, ROUTES)
    app.add_url_rule(engine.WEBAPPS, "web apps", engine.web_apps)


def refuse() -> Response:
    """What the engine's filter answers to who is not known: 401 without a body. Raises EngineError below an engine that is not there."""
    _check_engine((request.view_args or {}).get("engine", engine.NAME))
    return no_body(401)


def _no_guard(_segments: dict[str, str]) -> None:
    pass


def _any_engine(segments: dict[str, str]) -> None:
    name = segments.pop("engine")
    if auth.is_on(store().settings):
        _check_engine(name)


def _known_engine(segments: dict[str, str]) -> None:
    _check_engine(segments.pop("engine"))


def _check_engine(name: str) -> None:
    if name != engine.NAME:
        raise EngineError(NO_ENGINE_TO_ENTER if auth.is_on(store().settings) else NO_ENGINE, name=name)
