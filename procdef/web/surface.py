"""The pages as a whole: their views, the paths that are theirs, and what a browser sees that is not logged in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, Request, Response, request

from procdef.camunda.surface import BASE, ROOT_ALIASES
from procdef.http.auth import AuthPolicy
from procdef.http.dispatch import register
from procdef.http.health import PATHS as PROBES
from procdef.http.metrics import PATH as METRICS
from procdef.http.responses import no_content
from procdef.http.routes import Route
from procdef.store.events.actor import PAGE
from procdef.web import assets, errors, links, tokens
from procdef.web.pages import HTML, protected, see
from procdef.web.views import (
    account,
    api,
    cleanup,
    definition,
    definition_changes,
    definition_parts,
    definition_usage,
    definitions,
    deploy,
    deployment,
    deployment_changes,
    deployments,
    difference,
    events,
    find,
    home,
    incidents,
    login,
    process_import,
    processes,
    provided,
    setup,
    used,
)

PARTS = (
    *(home, definitions, definition, definition_parts, definition_usage, definition_changes),
    *(deployments, deployment, deployment_changes, deploy),
    *(difference, incidents, events, used, cleanup, find, processes, process_import, api),
    *(login, provided, setup, account),
)
"""The modules with views."""
ROUTES: Sequence[Route] = [route for part in (*PARTS, assets) for route in part.routes.rows]
PUBLIC = {**assets.PUBLIC, **login.PUBLIC, **provided.PUBLIC, **setup.PUBLIC}
"""The paths that need no login, each with the reason."""
HEADS = frozenset(head for route in ROUTES if (head := route.path.split("/")[1]))
"""The first segments of the paths of pages."""
OTHERS = ("/api", BASE, *ROOT_ALIASES, *PROBES, METRICS, "/openapi.json")
"""The beginnings of paths that are never a page's, whatever a browser asks for."""


def add_to(app: Flask) -> None:
    """Add the pages to an application."""
    register(app, ROUTES, "", _prepare, PAGE)


def policies() -> Sequence[AuthPolicy]:
    """How pages treat browsers that are not logged in: one entry for each beginning of a path."""
    return [AuthPolicy(f"/{head}", unauthorized, PUBLIC, has_forms=True) for head in sorted(HEADS)] + [AuthPolicy("/", unauthorized, {})]


def is_page(request: Request) -> bool:
    """Whether a person sees the response: it is of a page's path, or a browser asks for HTML at a path that is nobody's."""
    if request.path.split("/")[1:2] and request.path.split("/")[1] in HEADS:
        return True
    return wants_html(request) and not any(f"{request.path}/".startswith(f"{other}/") for other in OTHERS)


def wants_html(request: Request) -> bool:
    """Whether the client names HTML as what it accepts, as browsers do when somebody opens an address."""
    return HTML in request.environ.get("HTTP_ACCEPT", "")


def unauthorized() -> Response:
    """The way to the login for a browser; 401 for another client, and for a script of a page, which no dialog of the browser interrupts."""
    if wants_html(request) and request.method == "GET":
        target = links.path_of(request.path, request.environ["QUERY_STRING"])
        return see(f"/login{links.query({'next': target} if target != '/' else {})}")
    is_seen = wants_html(request)
    response = errors.page_of(401) if is_seen else protected(no_content(401))
    if is_seen or "HTTP_SEC_FETCH_MODE" in request.environ:
        response.headers["WWW-Authenticate"] = "Session"
    return response


def _prepare(segments: dict[str, Any]) -> None:
    """Before a view: the names in the path as the links have them, and the browser's cookie."""
    segments.update({name: links.named(text) for name, text in segments.items()})
    tokens.note_browser()
