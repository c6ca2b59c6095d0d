"""The requests below `/user` and `/group`: users log in, and both can be candidate starters."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from procdef.camunda.protocol.arguments import page_of
from procdef.camunda.protocol.bodies import Body, JsonText, json_body
from procdef.camunda.protocol.collection import collection
from procdef.camunda.protocol.errors import (
    DEFAULTS,
    MEMBER_EXISTS,
    NO_GROUP,
    NO_GROUP_ID,
    NO_MEMBER_GROUP,
    NO_MEMBER_USER,
    NO_PROFILE,
    NO_USER,
    OTHER_GROUP,
    OTHER_USER,
    WRONG_OWN_PASSWORD,
    EngineError,
    ErrorEntry,
)
from procdef.camunda.protocol.needs import OfAdministrator, OfAll, OfObject, require
from procdef.camunda.protocol.queries import posted, query_body
from procdef.camunda.tables.registry import GROUPS, USERS
from procdef.errors import NotFound, TooManyTries
from procdef.http import audit
from procdef.http.logins import logins
from procdef.http.responses import json_response, json_text, no_content, reader, rights, rows_response, store
from procdef.http.routes import Answer, Cached, Change, Routes
from procdef.http.schemas import COUNT, array_of, object_of
from procdef.query.table import Table
from procdef.rights.permissions import (
    ADD_GROUP_MEMBER,
    CREATE_GROUP,
    CREATE_USER,
    DELETE_GROUP,
    DELETE_USER,
    READ_GROUP,
    READ_USER,
    REMOVE_GROUP_MEMBER,
    UPDATE_GROUP,
    UPDATE_USER,
)
from procdef.store.identity import users
from procdef.store.identity.rights import UserRights
from procdef.store.identity.users import Exists, InvalidId

routes = Routes("Users and groups")
PROFILE, GROUP_MEMBERS = ("id", "first", "last", "email"), ("id", "name", "type")
USER, GROUP = object_of(USERS), object_of(GROUPS)
NOT_CREATED = {kind: DEFAULTS[kind] for kind in (Exists, InvalidId, TooManyTries)}


def _text(attribute: str, help: str) -> fields.Field[Any]:  # noqa: A002
    return JsonText(attribute=attribute, allow_none=True, metadata={"description": help})


class Profile(Body):
    """The body with a user's profile."""

    id = _text("id", "The user's id: letters and digits.")
    firstName = _text("first", "The first name.")
    lastName = _text("last", "The last name.")
    email = _text("email", "The e-mail address.")


class Credentials(Body):
    """The body with a user's password."""

    password = _text("password", "The password; not empty. Only its argon2 hash is stored.")


class NewCredentials(Credentials):
    """The body that changes a user's password."""

    authenticatedUserPassword = _text("own", "The password of the client; required where authorization is on.")


class NewUser(Body):
    """The body that creates a user."""

    profile = fields.Nested(Profile, allow_none=True)
    credentials = fields.Nested(Credentials, allow_none=True)


class NewGroup(Body):
    """The body that creates a group."""

    id = _text("id", "The group's id: letters and digits.")
    name = _text("name", "Its name.")
    type = _text("type", "Its type, for example `WORKFLOW`.")


@routes.route(
    "POST",
    "/user/create",
    "Create a user",
    Answer(204, "It is created.", None),
    body=NewUser,
    produces=None,
    errors=NOT_CREATED,
    refusals=(NO_PROFILE,),
    needs=(OfAll((CREATE_USER,)),),
    change=Change("create user"),
)
def create_user() -> Response:
    """Create a user. Its id may have letters and digits only."""
    body = json_body(NewUser)
    profile = body.get("profile") or {}
    if profile.get("id") is None:
        raise EngineError(NO_PROFILE)
    audit.tell(id=profile["id"])
    users.create_user(store(), profile, (body.get("credentials") or {}).get("password"))
    return no_content()


collection(routes, "/user", USERS, "users")


@routes.route(
    "GET",
    "/user/{id}/profile",
    "Get a user's profile",
    Answer(200, "The profile.", schema=USER),
    errors={NotFound: NO_USER},
    cached=Cached.BEFORE_READS,
)
def get_profile(id: str) -> Response:  # noqa: A002
    """The profile of a user."""
    return json_text(_object(USERS, "user", id))


@routes.route(
    "PUT",
    "/user/{id}/profile",
    "Change a user's profile",
    Answer(204, "It is changed.", None),
    body=Profile,
    errors={NotFound: NO_USER},
    refusals=(OTHER_USER,),
    produces=None,
    needs=(OfObject((READ_USER,), hidden=NO_USER), OfObject((UPDATE_USER,))),
    change=Change("change user"),
)
def put_profile(id: str) -> Response:  # noqa: A002
    """Replace the profile. Members that are not given become null."""
    _object(USERS, "user", id)
    users.update_user(store(), _all_members(json_body(Profile, required=True), PROFILE, OTHER_USER, id))
    return no_content()


@routes.route(
    "PUT",
    "/user/{id}/credentials",
    "Change a user's password",
    Answer(204, "It is changed.", None),
    body=NewCredentials,
    errors={NotFound: NO_USER, TooManyTries: DEFAULTS[TooManyTries]},
    refusals=(WRONG_OWN_PASSWORD,),
    produces=None,
    change=Change("change password"),
)
def put_credentials(id: str) -> Response:  # noqa: A002
    """Set a new password, and delete the user's tokens. null leaves the old password.

    Where authorization is on, the client must send the own password too, and may change other users.
    """
    body = json_body(NewCredentials, required=True)
    if (client := rights()) is not None:
        _check_credentials(client, id, body.get("own"))
    users.set_password(store(), id, body.get("password"))
    return no_content()


def _check_credentials(client: UserRights, ident: str, own: str | None) -> None:
    """Check the client's own password, and that the client may change a user's. Raises EngineError and Forbidden."""
    require(client, (READ_USER,), client.user_id)
    if own is None or not logins().is_right(client.user_id, own):
        raise EngineError(WRONG_OWN_PASSWORD)
    _object(USERS, "user", ident)
    require(client, (UPDATE_USER,), ident)


@routes.route(
    "POST", "/user/{id}/unlock", "Unlock a user", Answer(204, "It is not locked.", None), needs=(OfAdministrator(),), produces=None
)
def unlock_user(id: str) -> Response:  # noqa: A002, ARG001
    """Without effect: procdef never locks a user. An unknown id is no error."""
    return no_content()


@routes.route(
    "DELETE",
    "/user/{id}",
    "Delete a user",
    Answer(204, "It does not exist any more.", None),
    produces=None,
    needs=(
        OfObject((DELETE_USER,)),
        OfObject((READ_USER,)),
    ),
    change=Change("delete user"),
)
def delete_user(id: str) -> Response:  # noqa: A002
    """Delete the user and its memberships. An unknown id is no error."""
    users.delete_user(store(), id)
    return no_content()


@routes.route(
    "POST",
    "/group/create",
    "Create a group",
    Answer(204, "It is created.", None),
    body=NewGroup,
    produces=None,
    errors=NOT_CREATED,
    refusals=(NO_GROUP_ID,),
    needs=(OfAll((CREATE_GROUP,)),),
    change=Change("create group"),
)
def create_group() -> Response:
    """Create a group. Its id may have letters and digits only."""
    group = json_body(NewGroup)
    if group.get("id") is None:
        raise EngineError(NO_GROUP_ID)
    audit.tell(id=group["id"])
    users.create_group(store(), group)
    return no_content()


collection(routes, "/group", GROUPS, "groups")


@routes.route("POST", "/group", "List groups by a query", Answer(200, "The groups.", schema=array_of(GROUP)), body=query_body(GROUPS))
def query_groups() -> Response:
    """The groups that match every member of the body. The page is in the URL."""
    return rows_response(GROUPS, page_of(GROUPS, posted))


@routes.route("POST", "/group/count", "Count groups by a query", Answer(200, "Their number.", schema=COUNT), body=query_body(GROUPS))
def count_queried_groups() -> Response:
    """How many groups match every member of the body."""
    return json_response({"count": int(reader().count(GROUPS, posted(GROUPS)).text)})


@routes.route(
    "GET", "/group/{id}", "Get a group", Answer(200, "The group.", schema=GROUP), errors={NotFound: NO_GROUP}, cached=Cached.BEFORE_READS
)
def get_group(id: str) -> Response:  # noqa: A002
    """One group."""
    return json_text(_object(GROUPS, "group", id))


@routes.route(
    "PUT",
    "/group/{id}",
    "Change a group",
    Answer(204, "It is changed.", None),
    body=NewGroup,
    errors={NotFound: NO_GROUP},
    refusals=(OTHER_GROUP,),
    produces=None,
    needs=(OfObject((READ_GROUP,), hidden=NO_GROUP), OfObject((UPDATE_GROUP,))),
    change=Change("change group"),
)
def put_group(id: str) -> Response:  # noqa: A002
    """Replace the group. Members that are not given become null."""
    _object(GROUPS, "group", id)
    users.update_group(store(), _all_members(json_body(NewGroup, required=True), GROUP_MEMBERS, OTHER_GROUP, id))
    return no_content()


@routes.route(
    "DELETE",
    "/group/{id}",
    "Delete a group",
    Answer(204, "It does not exist any more.", None),
    produces=None,
    needs=(
        OfObject((DELETE_GROUP,)),
        OfObject((READ_GROUP,)),
    ),
    change=Change("delete group"),
)
def delete_group(id: str) -> Response:  # noqa: A002
    """Delete the group and its memberships. An unknown id is no error."""
    users.delete_group(store(), id)
    return no_content()


@routes.route(
    "PUT",
    "/group/{group}/members/{user}",
    "Add a member",
    Answer(204, "The user is a member.", None),
    errors={Exists: MEMBER_EXISTS},
    refusals=(NO_MEMBER_USER, NO_MEMBER_GROUP),
    produces=None,
    needs=(OfObject((ADD_GROUP_MEMBER,), "group"), OfObject((READ_USER,), "user"), OfObject((READ_GROUP,), "group")),
    change=Change("add member"),
)
def add_member(group: str, user: str) -> Response:
    """Make a user a member of a group."""
    try:
        users.add_member(store(), group, user)
    except NotFound as error:
        raise EngineError(NO_MEMBER_USER if error.kind == "user" else NO_MEMBER_GROUP, ident=error.ident) from error
    return no_content()


@routes.route(
    "DELETE",
    "/group/{group}/members/{user}",
    "Remove a member",
    Answer(204, "The user is no member.", None),
    produces=None,
    needs=(OfObject((REMOVE_GROUP_MEMBER,), "group"),),
    change=Change("remove member"),
)
def remove_member(group: str, user: str) -> Response:
    """Remove a user from a group. It is no error if the user is no member."""
    users.remove_member(store(), group, user)
    return no_content()


def _all_members(body: dict[str, Any], members: tuple[str, ...], other: ErrorEntry, ident: str) -> dict[str, str | None]:
    """Every member of the body; None for each that is not given. Raises EngineError if the body does not have the id of the path."""
    if body.get("id") != ident:
        raise EngineError(other, ident=ident)
    return {name: body.get(name) for name in members}


def _object(table: Table, kind: str, ident: str) -> str:
    """A user or group as JSON. Raises NotFound."""
    text = reader().one(table, {"id": ident})
    if text is None:
        raise NotFound(kind, ident)
    return text
