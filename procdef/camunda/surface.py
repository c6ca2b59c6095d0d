"""The surface as a whole: its routes, the paths that they have, and the responses to clients without valid credentials."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, request

from procdef.camunda import engine, openapi
from procdef.camunda.identity import access, users
from procdef.camunda.incidents import history, open_incidents
from procdef.camunda.protocol.errors import NO_ENGINE, NO_ENGINE_TO_ENTER, EngineError
from procdef.camunda.registry import called, definitions, deploying, deployments, forms, statistics, suspension, validation
from procdef.camunda.stubs import empty, execution
from procdef.http import auth
from procdef.http.dispatch import register
from procdef.http.responses import no_content, store
from procdef.http.routes import Route
from procdef.http.state import RequestState, state

BASE = "/engine-rest"
ROOT_ALIASES = ("/process-definition", "/deployment", "/incident", "/version", "/engine")
"""The first segments of the paths that are at the root of the server too."""
BELOW_ENGINE = re.compile(r"/engine/([^/]+)(/(?!engine(?:/|\Z)).*)", re.DOTALL)
"""The name of an engine, and the rest of the path below it."""
PARTS = (
    *(definitions, called, forms, suspension, statistics, deploying, validation, deployments),
    *(open_incidents, history, users, access, engine),
    *(empty, execution),
)
"""The modules with routes, in the order of the OpenAPI document: stubs are last."""
ROUTES: Sequence[Route] = [row for part in PARTS for row in part.routes.rows]
PUBLIC = {
    **{BASE + path: reason for path, reason in openapi.PUBLIC.items()},
    "/openapi.json": "It says how a client logs in, and nothing of what is stored.",
    engine.WEBAPPS: "The Camunda Modeler sends no credentials there; it names a URL that users open anyway.",
}
"""The rules of public routes, each with the reason."""


def add_to(app: Flask) -> None:
    """Add the surface's requests to an application whose paths are rewritten by `rewrite`."""
    register(app, ROUTES, BASE, _check_engine)
    openapi.add_to(app, ROUTES)
    app.add_url_rule(engine.WEBAPPS, "web apps", engine.web_apps)


def rewrite(path: str, state: RequestState) -> str:
    """The path below `/engine-rest` that another path is an alias of; any other path unchanged.

    Aliases are the paths below `/engine-rest/engine/{name}`, except those with `/engine` there again, and the same at the root for the
    first segments in `ROOT_ALIASES`. The name of the engine is noted in the state; `_check_engine` looks at it when a route has matched.
    """
    below_base = path.startswith(f"{BASE}/")
    rest = path.removeprefix(BASE) if below_base else path
    if (found := BELOW_ENGINE.fullmatch(rest)) is not None:
        state.engine, rest = found.groups()
    return BASE + rest if below_base or f"/{rest.split('/')[1]}" in ROOT_ALIASES else path


def unauthorized() -> Response:
    """The engine's response to a request without valid credentials: 401 without a body. Raises EngineError for an unknown engine."""
    if request.url_rule is not None:
        _check_name(state().engine)
    return no_content(401)


def _check_engine(_segments: dict[str, Any]) -> None:
    """Raises EngineError for an unknown engine; not for `/version` while authentication is off."""
    now = state()
    if now.route is None or now.route.path != "/version" or auth.is_on(store().settings):
        _check_name(now.engine)


def _check_name(name: str | None) -> None:
    if name not in (None, engine.NAME):
        raise EngineError(NO_ENGINE_TO_ENTER if auth.is_on(store().settings) else NO_ENGINE, name=name)
