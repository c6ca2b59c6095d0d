"""The surface as a whole: its routes, where they stand, and who is let in."""

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

ROUTES: Sequence[Route] = [row for part in (processes, exporting, importing) for row in part.routes.rows]
DOCUMENT = f"{BASE}/openapi.json"
OPEN = {DOCUMENT: "It says how a client says who it is, and nothing of what is kept."}
"""The rules that are open to anybody, each with the reason."""


def add_to(app: Flask) -> None:
    """Answer the surface's requests and its OpenAPI document."""
    register(app, ROUTES, BASE, check)
    text = text_of(ROUTES)
    app.add_url_rule(DOCUMENT, "processes openapi", lambda: Response(text, content_type=JSON))


def refuse() -> Response:
    """What is answered to who is not known."""
    return render(Unauthorized("Log in, in one of the ways that the header WWW-Authenticate names."), request)
