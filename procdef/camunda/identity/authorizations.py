"""The requests below `/authorization`: who has which permissions on which objects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request

from procdef.camunda.protocol.bodies import Body, JsonInt, JsonText, JsonTexts, json_body
from procdef.camunda.protocol.collection import collection
from procdef.camunda.protocol.conversion import Int, Text
from procdef.camunda.protocol.errors import (
    BAD_PAGE,
    BAD_REQUEST,
    ENGINE,
    NO_AUTHORIZATION,
    NO_CHECK,
    NO_PARAMETER,
    NOT_AUTHENTICATED,
    NULL_MEMBER,
    NULL_VALUE,
    SAME_AUTHORIZATION,
    EngineError,
    ErrorEntry,
)
from procdef.camunda.protocol.needs import OfObject
from procdef.camunda.tables.rights import AUTHORIZATIONS
from procdef.errors import NotFound
from procdef.http.auth import current_user
from procdef.http.needs import OfAll
from procdef.http.responses import json_response, json_text, no_content, reader, rights, store
from procdef.http.routes import Answer, Cached, Change, Parameter, Routes
from procdef.http.schemas import members, object_of, text_or_null
from procdef.rights.object_types import OBJECT_TYPES
from procdef.rights.permissions import CREATE_AUTHORIZATION, DELETE_AUTHORIZATION, READ_AUTHORIZATION, UPDATE_AUTHORIZATION, Permission
from procdef.store.identity import authorizations
from procdef.store.identity.authorizations import InvalidPermission, Nobody, Twice, UnknownObjectType, WrongType
from procdef.store.identity.rights import UserRights, Who, rights_of

routes = Routes("Authorization")
AUTHORIZATION = object_of(AUTHORIZATIONS)
REFUSED: dict[type[Exception], ErrorEntry] = {
    WrongType: ENGINE,
    Nobody: NULL_VALUE,
    UnknownObjectType: BAD_REQUEST,
    InvalidPermission: BAD_REQUEST,
    Twice: SAME_AUTHORIZATION,
}
NUMBER = re.compile(r"[+-]?\d{1,10}", re.ASCII)
CHECKED = ("permissionName", "resourceName", "resourceType")


PERMISSION = members(
    permissionName="The permission.",
    resourceName="The name of the resource, from the request.",
    resourceId=text_or_null("The id of the object, from the request."),
    authorized={"type": "boolean", "description": "Whether the user has it. Where authorization is off, it is always true."},
)


def _describe(description: str) -> dict[str, str]:
    return {"description": description}


class Changed(Body):
    """The body that changes an authorization."""

    permissions = JsonTexts(allow_none=True, load_default=None, metadata=_describe("The names of the permissions."))
    userId = JsonText(attribute="user_id", allow_none=True, load_default=None, metadata=_describe("The user; `*` for every user."))
    groupId = JsonText(attribute="group_id", allow_none=True, load_default=None, metadata=_describe("The group, if it is for no user."))
    resourceType = JsonInt(attribute="resource_type", allow_none=True, load_default=None, metadata=_describe("The resource's number."))
    resourceId = JsonText(attribute="resource_id", allow_none=True, load_default=None, metadata=_describe("The object's id; `*` for all."))


class New(Changed):
    """The body that creates an authorization."""

    type = JsonInt(allow_none=True, load_default=None, metadata=_describe("0: for every user; 1: it grants; 2: it revokes. Required."))


collection(routes, "/authorization", AUTHORIZATIONS, "authorizations")


@routes.route(
    "GET",
    "/authorization/check",
    "Check a permission",
    Answer(200, "Whether the user has the permission.", schema=PERMISSION),
    parameters=(
        Parameter("permissionName", Text(), "The permission; required."),
        Parameter("resourceName", Text(), "The name of the resource; required. It is only repeated in the answer."),
        Parameter("resourceType", Int(), "The number of the resource; required."),
        Parameter("resourceId", Text(), "The id of the object."),
        Parameter("userId", Text(), "The user; if it is not given, the client."),
    ),
    refusals=(BAD_PAGE, NO_PARAMETER, NOT_AUTHENTICATED, BAD_REQUEST, NO_CHECK),
    cached=Cached.NEVER,
)
def check_permission() -> Response:
    """Whether the authenticated user has a permission.

    Raises EngineError for a missing or wrong parameter, or if no user is authenticated.
    """
    if not NUMBER.fullmatch(request.args.get("resourceType", "0")):
        raise EngineError(BAD_PAGE)
    for name in CHECKED:
        if name not in request.args:
            raise EngineError(NO_PARAMETER, name=name)
    if current_user() is None:
        raise EngineError(NOT_AUTHENTICATED)
    name, object_type = request.args["permissionName"], int(request.args["resourceType"])
    _check_names(name, request.args["resourceName"], object_type)
    checked = _rights_of(request.args.get("userId"))
    authorized = checked is None or checked.has(Permission(OBJECT_TYPES[object_type], name), request.args.get("resourceId"))
    parameters = {name: request.args.get(name) for name in ("permissionName", "resourceName", "resourceId")}
    return json_response({**parameters, "authorized": authorized})


@routes.route(
    "GET",
    "/authorization/{id}",
    "Get an authorization",
    Answer(200, "The authorization.", schema=AUTHORIZATION),
    errors={NotFound: NO_AUTHORIZATION},
    cached=Cached.BEFORE_READS,
)
def get_authorization(id: str) -> Response:  # noqa: A002
    """One authorization."""
    return json_text(_authorization(id))


@routes.route(
    "POST",
    "/authorization/create",
    "Create an authorization",
    Answer(200, "The new authorization.", schema=AUTHORIZATION),
    body=New,
    errors={NotFound: NO_AUTHORIZATION, **REFUSED},
    refusals=(NULL_MEMBER,),
    needs=(OfAll((CREATE_AUTHORIZATION,)),),
    change=Change("create authorization"),
)
def create_authorization() -> Response:
    """Create an authorization. The user, the group and the object need not exist.

    Where authorization is on, who may not read the new one gets 404, as an engine answers; it is there all the same.
    """
    values = json_body(New)
    for name in ("type", "resourceType", "permissions"):
        _require(values, name)
    return json_text(_authorization(authorizations.create(store(), values.pop("type"), values.pop("permissions"), values)))


@routes.route(
    "PUT",
    "/authorization/{id}",
    "Change an authorization",
    Answer(204, "It is changed.", None),
    body=Changed,
    errors={NotFound: NO_AUTHORIZATION, **REFUSED},
    refusals=(NULL_MEMBER,),
    produces=None,
    needs=(OfObject((READ_AUTHORIZATION,), hidden=NO_AUTHORIZATION), OfObject((UPDATE_AUTHORIZATION,))),
    change=Change("change authorization"),
)
def put_authorization(id: str) -> Response:  # noqa: A002
    """Replace whom it is for, its object and its permissions. Without permissions they stay, and so does the type of objects."""
    values = json_body(Changed)
    _authorization(id)
    names: Sequence[str | None] | None = values.pop("permissions")
    if names is not None:
        _require(values, "resourceType")
    elif values["resource_type"] is None:
        del values["resource_type"]
    authorizations.update(store(), id, names, values)
    return no_content()


@routes.route(
    "DELETE",
    "/authorization/{id}",
    "Delete an authorization",
    Answer(204, "It does not exist any more.", None),
    errors={NotFound: NO_AUTHORIZATION},
    produces=None,
    needs=(OfObject((READ_AUTHORIZATION,), hidden=NO_AUTHORIZATION), OfObject((DELETE_AUTHORIZATION,))),
    change=Change("delete authorization"),
)
def delete_authorization(id: str) -> Response:  # noqa: A002
    """Delete the authorization."""
    _authorization(id)
    authorizations.delete(store(), id)
    return no_content()


def _rights_of(user_id: str | None) -> UserRights | None:
    """The rights of a user, by default the client; None where authorization is off. Raises EngineError if the client may not know them."""
    client = rights()
    if client is None or user_id in (None, client.user_id):
        return client
    if not client.has(READ_AUTHORIZATION, None):
        raise EngineError(NO_CHECK)
    return rights_of(reader(), Who(str(user_id)))


def _require(values: Mapping[str, Any], member: str) -> None:
    """Check that a member of the body is not null. Raises EngineError."""
    if values[New().fields[member].attribute or member] is None:
        raise EngineError(NULL_MEMBER, name=member)


def _check_names(permission: str, resource_name: str, number: int) -> None:
    """Check that there is such a type of objects, and that it has the permission. Raises EngineError."""
    object_type = OBJECT_TYPES.get(number)
    if object_type is None:
        message = f"ENGINE-03086 The resource type '{resource_name}' is not valid for '{permission}' permission."
        raise EngineError(BAD_REQUEST, message=message)
    if not object_type.has(permission):
        raise EngineError(BAD_REQUEST, message=str(authorizations.not_of(object_type, permission)))


def _authorization(ident: str) -> str:
    text = reader().one(AUTHORIZATIONS, {"id": ident})
    if text is None:
        raise NotFound("authorization", ident)
    return text
