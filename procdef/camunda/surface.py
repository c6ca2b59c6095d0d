"""The surface as a whole: its routes and their paths, and the response to a request without valid credentials."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, request

from procdef.camunda import engine, openapi
from procdef.camunda.events import feed, operations
from procdef.camunda.identity import access, authorizations, groups, passwords, setup, tenants, tokens, users
from procdef.camunda.incidents import history, open_incidents
from procdef.camunda.protocol.csv_routes import with_csv
from procdef.camunda.protocol.errors import NO_ENGINE, UNKNOWN_ENGINE, EngineError
from procdef.camunda.registry import (
    called,
    calling,
    cleaning,
    definition_groups,
    definitions,
    deploying,
    deployments,
    differences,
    facts,
    forms,
    pictures,
    statistics,
    suspension,
    usage,
    validation,
)
from procdef.camunda.stubs import empty, execution
from procdef.http import auth
from procdef.http.dispatch import register
from procdef.http.responses import no_content, store
from procdef.http.routes import Route
from procdef.http.state import RequestState, state

BASE = "/engine-rest"
ROOT_ALIASES = ("/process-definition", "/deployment", "/incident", "/version", "/engine")
"""The first segments of the paths that are also at the server's root."""
BELOW_ENGINE = re.compile(r"/engine/([^/]+)(/(?!engine(?:/|\Z)).*)", re.DOTALL)
"""The name of an engine, and the rest of the path below it."""
PARTS = (
    *(definitions, definition_groups, pictures, facts, differences, called, calling, usage, cleaning, forms, suspension, statistics),
    *(deploying, validation, deployments),
    *(open_incidents, history, operations, feed),
    *(users, groups, tenants, authorizations, access, passwords, tokens, setup, engine),
    *(empty, execution),
)
"""The modules with routes, in the order of the OpenAPI document; the stubs are last."""
ROUTES: Sequence[Route] = [with_csv(route) for part in PARTS for route in part.routes.rows]
PUBLIC = {
    **{BASE + path: reason for path, reason in openapi.PUBLIC.items()},
    "/openapi.json": "It says how a client logs in, and shows no stored data.",
    engine.WEBAPPS: "The Camunda Modeler sends no credentials there; it names a URL that users open anyway.",
}
"""The paths of the public routes, each with the reason why it is public."""


def add_to(app: Flask) -> None:
    """Add the routes of the surface to an application. The application must call `rewrite` before routing."""
    register(app, ROUTES, BASE, _check_engine)
    openapi.add_to(app, ROUTES)
    app.add_url_rule(engine.WEBAPPS, "web apps", engine.web_apps)


def rewrite(path: str, state: RequestState) -> str:
    """The path below `/engine-rest` for an alias of it; any other path unchanged.

    Aliases are the paths below `/engine-rest/engine/{name}`, except a second `/engine` there. The first segments in `ROOT_ALIASES` are
    aliases at the server's root too. The request state gets the name of the engine; `_check_engine` checks it after routing.
    """
    below_base = path.startswith(f"{BASE}/")
    rest = path.removeprefix(BASE) if below_base else path
    if (match := BELOW_ENGINE.fullmatch(rest)) is not None:
        state.engine, rest = match.groups()
    return BASE + rest if below_base or f"/{rest.split('/')[1]}" in ROOT_ALIASES else path


def unauthorized() -> Response:
    """The response to a request without valid credentials: 401 without a body, as an engine answers.

    Raises EngineError if the path names an unknown engine.
    """
    if request.url_rule is not None:
        _check_name(state().engine)
    return no_content(401)


def _check_engine(_segments: dict[str, Any]) -> None:
    """Raises EngineError for an unknown engine. `/version` ignores the engine while authentication is off, as on an engine."""
    current = state()
    if current.route is None or current.route.path != "/version" or auth.is_on(store().settings):
        _check_name(current.engine)


def _check_name(name: str | None) -> None:
    if name not in (None, engine.NAME):
        raise EngineError(UNKNOWN_ENGINE if auth.is_on(store().settings) else NO_ENGINE, name=name)
