"""The requests below `/deployment` that read and delete: queries, one deployment, and its resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from flask import Response, request

from procdef.camunda.protocol import files
from procdef.camunda.protocol.collection import DETAILS, collection, query_by_body
from procdef.camunda.protocol.errors import (
    ENGINE,
    NO_DEPLOYMENT,
    NO_DEPLOYMENT_TO_DELETE,
    NO_RESOURCE,
    NO_RESOURCE_DATA,
    NO_RESOURCES,
    EngineError,
    ErrorEntry,
)
from procdef.camunda.protocol.needs import OfAdministrator
from procdef.camunda.registry.definitions import DELETE_OPTIONS
from procdef.camunda.tables.details import DETAILED_DEPLOYMENTS
from procdef.camunda.tables.registry import DEPLOYMENTS, RESOURCES
from procdef.errors import Conflict, NotFound, OfForeignTenant
from procdef.http.needs import require
from procdef.http.responses import everything, json_response, json_text, no_content, reader, store
from procdef.http.routes import Answer, Cached, Change, Routes
from procdef.http.schemas import array_of, object_of
from procdef.query.cache import ListQuery
from procdef.rights.permissions import DELETE_DEPLOYMENT, READ_DEPLOYMENT, READ_SYSTEM, Permission
from procdef.store.identity.rights import UserRights
from procdef.store.registry.deployments import undeploy
from procdef.store.registry.lookups import resource_by_id, tenant_of_deployment

routes = Routes("Deployment")
DEPLOYMENT, RESOURCE = object_of(DEPLOYMENTS), object_of(RESOURCES)


@dataclass(frozen=True, slots=True)
class OfDeployment:
    """One of these permissions for the deployment whose id is the segment `name` of the path.

    Without it the deployment is not there, with the error `hidden`; None: the request is refused.
    """

    permissions: tuple[Permission, ...]
    name: str = "id"
    hidden: ErrorEntry | None = None

    def check(self, rights: UserRights, segments: Mapping[str, str]) -> None:
        """Raises Forbidden, OfForeignTenant, and EngineError for one that is hidden. The view refuses an unknown deployment."""
        ident = segments[self.name]
        tenant = tenant_of_deployment(reader(), ident)
        is_there = tenant is None or rights.is_of(*tenant)
        if self.hidden is not None and not (tenant and is_there and rights.has_one(*((one, ident) for one in self.permissions))):
            raise EngineError(self.hidden, ident=ident)
        if not is_there:
            raise OfForeignTenant("get the", "deployment", ident)
        require(rights, self.permissions, ident)


collection(routes, "/deployment", DEPLOYMENTS, "deployments", {DETAILS: DETAILED_DEPLOYMENTS})
query_by_body(routes, "/deployment", DEPLOYMENTS, "deployments", {DETAILS: DETAILED_DEPLOYMENTS})


@routes.route(
    "GET",
    "/deployment/registered",
    "List the ids of all deployments",
    Answer(200, "The ids.", schema=array_of({"type": "string"})),
    needs=(OfAdministrator((READ_SYSTEM,)),),
    cached=Cached.BEFORE_READS,
)
def registered_deployments() -> Response:
    """Every deployment is registered, as on an engine after a restart; who may ask sees all of them."""
    return json_response([deployment["id"] for deployment in orjson.loads(everything().rows(DEPLOYMENTS, ListQuery({})).text)])


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
    return json_text(_deployment(id))


@routes.route(
    "DELETE",
    "/deployment/{id}",
    "Delete a deployment",
    Answer(204, "It is deleted.", None),
    errors={NotFound: NO_DEPLOYMENT_TO_DELETE, Conflict: ENGINE},
    produces=None,
    parameters=DELETE_OPTIONS,
    needs=(OfDeployment((READ_DEPLOYMENT,), hidden=NO_DEPLOYMENT_TO_DELETE), OfDeployment((DELETE_DEPLOYMENT,))),
    change=Change("delete deployment"),
)
def delete_deployment(id: str) -> Response:  # noqa: A002
    """Delete a deployment, its resources and its definitions. If a latest version is deleted, the one before it becomes the latest."""
    undeploy(store(), id, cascade=request.args.get("cascade") == "true")
    return no_content()


@routes.route(
    "GET",
    "/deployment/{id}/resources",
    "List a deployment's resources",
    Answer(200, "The resources.", schema=array_of(RESOURCE)),
    errors={NotFound: NO_RESOURCES},
    needs=(OfDeployment((READ_DEPLOYMENT,)),),
    cached=Cached.BEFORE_READS,
)
def list_resources(id: str) -> Response:  # noqa: A002
    """The resources by name."""
    resources = reader().rows(RESOURCES, ListQuery({"deploymentId": id}, "name")).text
    if resources == "[]":
        raise NotFound("deployment", id)
    return json_text(resources)


@routes.route(
    "GET",
    "/deployment/{deployment}/resources/{id}",
    "Get a resource",
    Answer(200, "The resource.", schema=RESOURCE),
    errors={NotFound: NO_RESOURCE},
    needs=(OfDeployment((READ_DEPLOYMENT,), "deployment"),),
    cached=Cached.BEFORE_READS,
)
def get_resource(deployment: str, id: str) -> Response:  # noqa: A002
    """One resource, without its bytes."""
    resource = reader().one(RESOURCES, {"deploymentId": deployment, "id": id})
    if resource is None and reader().count(RESOURCES, ListQuery({"deploymentId": deployment})).text == "0":
        raise EngineError(NO_RESOURCES, ident=deployment)
    if resource is None:
        raise NotFound("resource", id)
    return json_text(resource)


@routes.route(
    "GET",
    "/deployment/{deployment}/resources/{id}/data",
    "Download a resource",
    *files.answers("The unchanged bytes of the file.", files.RESOURCES),
    errors={NotFound: NO_RESOURCE_DATA},
    needs=(OfDeployment((READ_DEPLOYMENT,), "deployment"),),
    produces=None,
    uploaded=True,
    cached=Cached.BEFORE_READS,
)
def get_resource_data(deployment: str, id: str) -> Response:  # noqa: A002
    """The bytes of a resource, as an attachment."""
    resource = resource_by_id(reader(), deployment, id)
    if resource is None:
        raise NotFound("resource", id)
    return files.resource(*resource)


def _deployment(ident: str) -> str:
    text = reader().one(DEPLOYMENTS, {"id": ident})
    if text is None:
        raise NotFound("deployment", ident)
    return text
