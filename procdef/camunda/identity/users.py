"""The requests below `/user`: users log in, and can be candidate starters."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from procdef.camunda.protocol.bodies import Body, JsonText, json_body
from procdef.camunda.protocol.collection import collection
from procdef.camunda.protocol.errors import (
    DEFAULTS,
    NO_PROFILE,
    NO_USER,
    OTHER_USER,
    EngineError,
    ErrorEntry,
)
from procdef.camunda.protocol.needs import OfAdministrator, OfObject
from procdef.camunda.tables.registry import USERS
from procdef.errors import NotFound, TooManyTries
from procdef.http import audit
from procdef.http.needs import OfAll
from procdef.http.responses import json_text, no_content, reader, store
from procdef.http.routes import Answer, Cached, Change, Routes
from procdef.http.schemas import object_of
from procdef.query.table import Table
from procdef.rights.permissions import (
    CREATE_USER,
    DELETE_USER,
    READ_USER,
    UPDATE_USER,
)
from procdef.store.identity import users
from procdef.store.identity.users import Exists, InvalidId, WeakPassword

routes = Routes("Users and groups")
PROFILE = ("id", "first", "last", "email")
USER = object_of(USERS)
NOT_CREATED = {kind: DEFAULTS[kind] for kind in (Exists, InvalidId, TooManyTries)}
USER_NOT_CREATED = {kind: DEFAULTS[kind] for kind in (*NOT_CREATED, WeakPassword)}


def text(attribute: str, help: str) -> fields.Field[Any]:  # noqa: A002
    """A member of a body that is a string or null, by the attribute that it sets."""
    return JsonText(attribute=attribute, allow_none=True, metadata={"description": help})


class Profile(Body):
    """The body with a user's profile."""

    id = text("id", "The user's id: letters and digits.")
    firstName = text("first", "The first name.")
    lastName = text("last", "The last name.")
    email = text("email", "The e-mail address.")


class Credentials(Body):
    """The body with a user's password."""

    password = text("password", "The password, with at least as many characters as `PROCDEF_PASSWORD_LENGTH` says.")


class NewUser(Body):
    """The body that creates a user."""

    profile = fields.Nested(Profile, allow_none=True)
    credentials = fields.Nested(Credentials, allow_none=True)


@routes.route(
    "POST",
    "/user/create",
    "Create a user",
    Answer(204, "It is created.", None),
    body=NewUser,
    produces=None,
    errors=USER_NOT_CREATED,
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
    return json_text(one_of(USERS, "user", id))


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
    one_of(USERS, "user", id)
    users.update_user(store(), all_members(json_body(Profile, required=True), PROFILE, OTHER_USER, id))
    return no_content()


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


def all_members(body: dict[str, Any], members: tuple[str, ...], other: ErrorEntry, ident: str) -> dict[str, str | None]:
    """Every member of the body; None for each that is not given. Raises EngineError if the body does not have the id of the path."""
    if body.get("id") != ident:
        raise EngineError(other, ident=ident)
    return {name: body.get(name) for name in members}


def one_of(table: Table, kind: str, ident: str) -> str:
    """A user or group as JSON. Raises NotFound."""
    text = reader().one(table, {"id": ident})
    if text is None:
        raise NotFound(kind, ident)
    return text
