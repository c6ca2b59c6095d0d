"""The requests below `/deployment` that ask and delete: queries, one deployment, its resources."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, request

from procdef.camunda.protocol import files
from procdef.camunda.protocol.collection import collection
from procdef.camunda.protocol.errors import (
    ENGINE,
    NO_DEPLOYMENT,
    NO_DEPLOYMENT_TO_DELETE,
    NO_RESOURCE,
    NO_RESOURCE_DATA,
    NO_RESOURCES,
    EngineError,
)
from procdef.camunda.registry.definitions import DELETE_OPTIONS
from procdef.camunda.tables.registry import DEPLOYMENTS, RESOURCES
from procdef.errors import Conflict, NotFound
from procdef.http.responses import json_response, json_text, no_content, reader, store
from procdef.http.routes import Answer, Cached, Change, Routes
from procdef.http.schemas import array_of, object_of
from procdef.query.cache import ListQuery
from procdef.store.registry.deployments import undeploy
from procdef.store.registry.lookups import resource_by_id

routes = Routes("Deployment")
DEPLOYMENT, RESOURCE = object_of(DEPLOYMENTS), object_of(RESOURCES)


collection(routes, "/deployment", DEPLOYMENTS, "deployments")


@routes.route(
    "GET",
    "/deployment/registered",
    "List the ids of all deployments",
    Answer(200, "The ids.", schema=array_of({"type": "string"})),
    cached=Cached.BEFORE_READS,
)
def registered_deployments() -> Response:
    """Every deployment counts as registered, as after a restart of an engine."""
    return json_response([row["id"] for row in orjson.loads(reader().rows(DEPLOYMENTS, ListQuery({})).text)])


@routes.route(
    "GET",
    "/deployment/{id}",
    "Get a deployment",
    Answer(200, "The deployment.", schema=DEPLOYMENT),
    errors={NotFound: NO_DEPLOYMENT},
    cached=Cached.BEFORE_READS,
)
def get_deployment(id: str) -> Response:  # noqa: A002
    """One deployment, without links."""
    return json_text(_found(DEPLOYMENTS, "deployment", {"id": id}))


@routes.route(
    "DELETE",
    "/deployment/{id}",
    "Delete a deployment",
    Answer(204, "It is deleted.", None),
    errors={NotFound: NO_DEPLOYMENT_TO_DELETE, Conflict: ENGINE},
    produces=None,
    parameters=DELETE_OPTIONS,
    change=Change("delete deployment"),
)
def delete_deployment(id: str) -> Response:  # noqa: A002
    """The deployment goes with its resources and definitions; where the latest version goes, the one before it becomes the latest."""
    undeploy(store(), id, cascade=request.args.get("cascade") == "true")
    return no_content()


@routes.route(
    "GET",
    "/deployment/{id}/resources",
    "List a deployment's resources",
    Answer(200, "The resources.", schema=array_of(RESOURCE)),
    errors={NotFound: NO_RESOURCES},
    cached=Cached.BEFORE_READS,
)
def list_resources(id: str) -> Response:  # noqa: A002
    """The resources by name."""
    found = reader().rows(RESOURCES, ListQuery({"deploymentId": id}, "name")).text
    if found == "[]":
        raise NotFound("deployment", id)
    return json_text(found)


@routes.route(
    "GET",
    "/deployment/{deployment}/resources/{id}",
    "Get a resource",
    Answer(200, "The resource.", schema=RESOURCE),
    errors={NotFound: NO_RESOURCE},
    cached=Cached.BEFORE_READS,
)
def get_resource(deployment: str, id: str) -> Response:  # noqa: A002
    """One resource, without its bytes."""
    found = reader().one(RESOURCES, {"deploymentId": deployment, "id": id})
    if found is None and reader().count(RESOURCES, ListQuery({"deploymentId": deployment})).text == "0":
        raise EngineError(NO_RESOURCES, ident=deployment)
    if found is None:
        raise NotFound("resource", id)
    return json_text(found)


@routes.route(
    "GET",
    "/deployment/{deployment}/resources/{id}/data",
    "Download a resource",
    *files.answers("The bytes as they were sent.", files.RESOURCES),
    errors={NotFound: NO_RESOURCE_DATA},
    produces=None,
    uploaded=True,
    cached=Cached.BEFORE_READS,
)
def get_resource_data(deployment: str, id: str) -> Response:  # noqa: A002
    """The bytes of a resource, as an attachment."""
    found = resource_by_id(reader(), deployment, id)
    if found is None:
        raise NotFound("resource", id)
    return files.resource(*found)


def _found(table: Any, kind: str, values: dict[str, Any]) -> str:
    found = reader().one(table, values)
    if found is None:
        raise NotFound(kind, values["id"])
    return found
