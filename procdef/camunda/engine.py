"""The requests about the engine itself: its version, its name, its schema, its web apps."""

from __future__ import annotations

from flask import Response
from werkzeug.exceptions import NotFound

from procdef.camunda.protocol.arguments import page_of
from procdef.camunda.protocol.queries import posted, query_body
from procdef.camunda.tables.history import SCHEMA_VERSIONS
from procdef.http.responses import json_response, rows_response, store
from procdef.http.routes import Answer, Cached, Routes
from procdef.http.schemas import array_of, members, object_of

routes = Routes("Engine")
WEBAPPS = "/.well-known/camunda-automation-platform/webapps"
"""The path at which the Camunda Modeler asks for the web apps, at the server's root."""
VERSION = "7.24.0"
"""The version of the REST API that procdef answers as; clients compare it."""
NAME = "default"
SCHEMA_LOG = Answer(200, "The versions.", schema=array_of(object_of(SCHEMA_VERSIONS)))


@routes.route(
    "GET",
    "/version",
    "Get the version",
    Answer(200, "The version of the REST API.", schema=members(version="The version, as `7.24.0`.")),
    cached=Cached.NEVER,
)
def get_version() -> Response:
    """The version of the engine whose answers these are."""
    return json_response({"version": VERSION})


@routes.route(
    "GET",
    "/engine",
    "List the engines",
    Answer(200, "The one engine.", schema=array_of(members(name="The engine's name."))),
    cached=Cached.NEVER,
)
def list_engines() -> Response:
    """The names below `/engine/{name}` at which every request is answered too."""
    return json_response([{"name": NAME}])


@routes.route(
    "GET", "/schema/log", "List the versions of the schema", SCHEMA_LOG, table=SCHEMA_VERSIONS, paged=True, cached=Cached.WITH_READS
)
def list_schema_versions() -> Response:
    """The versions of the engine's schema that the store had."""
    return rows_response(SCHEMA_VERSIONS, page_of(SCHEMA_VERSIONS))


@routes.route("POST", "/schema/log", "List the versions of the schema by a query", SCHEMA_LOG, body=query_body(SCHEMA_VERSIONS))
def query_schema_versions() -> Response:
    """The versions of the engine's schema that the store had."""
    return rows_response(SCHEMA_VERSIONS, page_of(SCHEMA_VERSIONS, posted))


def web_apps() -> Response:
    """The URLs of the web apps below the URL of a setting. Raises NotFound where it is not set."""
    base = store().settings.webapps_url.rstrip("/")
    if not base:
        raise NotFound
    return json_response({f"{name}Url": f"{base}/{name}" for name in ("admin", "cockpit", "tasklist")})
