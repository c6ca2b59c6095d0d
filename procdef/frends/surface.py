"""The surface as a whole: its routes, its public routes, and the responses to clients without valid credentials."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, request
from werkzeug.exceptions import Unauthorized

from procdef.frends import exporting, importing, processes
from procdef.frends.arguments import check
from procdef.frends.errors import render
from procdef.frends.openapi import text_of
from procdef.frends.processes import BASE
from procdef.http.dispatch import register
from procdef.http.routes import JSON, Route
from procdef.store.events.actor import PROCESSES

ROUTES: Sequence[Route] = [row for part in (processes, exporting, importing) for row in part.routes.rows]
DOCUMENT = f"{BASE}/openapi.json"
PUBLIC = {DOCUMENT: "It says how a client logs in, and nothing of what is stored."}
"""The paths that need no login, each with the reason."""


def add_to(app: Flask) -> None:
    """Add the surface's routes and its OpenAPI document to an application."""
    register(app, ROUTES, BASE, check, PROCESSES)
    text = text_of(ROUTES)
    app.add_url_rule(DOCUMENT, "processes openapi", lambda: Response(text, content_type=JSON))


def unauthorized() -> Response:
    """The response to a client without valid credentials."""
    return render(Unauthorized("Log in, in one of the ways that the header WWW-Authenticate names."), request)
