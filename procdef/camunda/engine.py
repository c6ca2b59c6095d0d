"""The requests about the engine itself: its version, its name, its schema and its web apps."""

from __future__ import annotations

from flask import Response
from werkzeug.exceptions import NotFound

from procdef.camunda.protocol.arguments import page_of
from procdef.camunda.protocol.needs import OfAdministrator
from procdef.camunda.protocol.queries import posted, query_body
from procdef.camunda.tables.history import SCHEMA_VERSIONS
from procdef.http.responses import json_response, rights, rows_response, store
from procdef.http.routes import Answer, Cached, Routes
from procdef.http.schemas import array_of, members, object_of
from procdef.query.cache import ListQuery
from procdef.rights.permissions import READ_SYSTEM

routes = Routes("Engine")
WEBAPPS = "/.well-known/camunda-automation-platform/webapps"
"""The path at the server's root from which the Camunda Modeler gets the URLs of the web apps."""
VERSION = "7.24.0"
"""The version of the REST API that procdef speaks. Clients compare it."""
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
    """The version of the engine whose REST API procdef speaks."""
    return json_response({"version": VERSION})


@routes.route(
    "GET",
    "/engine",
    "List the engines",
    Answer(200, "The one engine.", schema=array_of(members(name="The engine's name."))),
    cached=Cached.NEVER,
)
def list_engines() -> Response:
    """The engine names: each request is also answered below `/engine/{name}`."""
    return json_response([{"name": NAME}])


@routes.route(
    "GET", "/schema/log", "List the versions of the schema", SCHEMA_LOG, table=SCHEMA_VERSIONS, paged=True, cached=Cached.WITH_READS
)
def list_schema_versions() -> Response:
    """The versions of the engine's schema that the store has had."""
    return _versions(page_of(SCHEMA_VERSIONS))


@routes.route("POST", "/schema/log", "List the versions of the schema by a query", SCHEMA_LOG, body=query_body(SCHEMA_VERSIONS))
def query_schema_versions() -> Response:
    """The versions of the engine's schema that the store has had."""
    return _versions(page_of(SCHEMA_VERSIONS, posted))


def _versions(query: ListQuery | None) -> Response:
    """The versions, for administrators alone; for others there are none."""
    client = rights()
    return rows_response(SCHEMA_VERSIONS, query if client is None or OfAdministrator((READ_SYSTEM,)).has(client) else None)


def web_apps() -> Response:
    """The URLs of the web apps, below the URL of the setting `PROCDEF_WEBAPPS_URL`. Raises NotFound if it is not set."""
    base = store().settings.webapps_url.rstrip("/")
    if not base:
        raise NotFound
    return json_response({f"{name}Url": f"{base}/{name}" for name in ("admin", "cockpit", "tasklist")})
