"""What an engine says of itself: its version and its name."""

from __future__ import annotations

from flask import Response

from procdef.http.answers import json_value
from procdef.http.routes import Answer, Routes
from procdef.http.schemas import array_of, members

routes = Routes("Engine")
VERSION = "7.24.0"
"""The version of the REST API that procdef answers as; clients compare it."""
NAME = "default"


@routes.route(
    "GET", "/version", "Get the version", Answer(200, "The version of the REST API.", schema=members(version="The version, as `7.24.0`."))
)
def get_version() -> Response:
    """The version of the engine whose answers these are."""
    return json_value({"version": VERSION})


@routes.route("GET", "/engine", "List the engines", Answer(200, "The one engine.", schema=array_of(members(name="The engine's name."))))
def list_engines() -> Response:
    """The names below `/engine/{name}` at which every request is answered too."""
    return json_value([{"name": NAME}])
