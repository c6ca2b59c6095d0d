"""The two requests of probes: whether the process is alive, and whether the store can be reached."""

from __future__ import annotations

from flask import Flask, Response

from procdef.http.dispatch import register
from procdef.http.responses import json_response, store
from procdef.http.routes import Answer, Cached, Routes
from procdef.http.schemas import members

routes = Routes("Health")
LIVE, READY = "/healthz", "/readyz"
PATHS = frozenset({LIVE, READY})
"""The paths that work with any Host header: a probe uses an address."""
PUBLIC = dict.fromkeys(PATHS, "A probe has no account, and learns nothing of what is stored.")
"""The rules of public routes, each with the reason."""
UP = {"title": "Health", **members(status="`up`.")}


def add_to(app: Flask) -> None:
    """Add the two requests at the server's root."""
    register(app, routes.rows, "")


@routes.route("GET", LIVE, "Ask whether the process is alive", Answer(200, "It is.", schema=UP), produces=None, cached=Cached.NEVER)
def get_liveness() -> Response:
    """The store is not asked."""
    return _up()


@routes.route("GET", READY, "Ask whether the store can be reached", Answer(200, "It can.", schema=UP), produces=None, cached=Cached.NEVER)
def get_readiness() -> Response:
    """The store is asked for its revision."""
    store().everything.revision()
    return _up()


def _up() -> Response:
    response = json_response({"status": "up"})
    response.headers["Cache-Control"] = "no-store"
    return response
