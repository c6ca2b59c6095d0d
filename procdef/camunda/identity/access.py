"""What clients ask to log in and to learn what they may do: groups, passwords, authorizations, and the links of OPTIONS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from procdef.camunda.protocol.bodies import Body, JsonText, json_body
from procdef.camunda.protocol.conversion import Text
from procdef.camunda.protocol.errors import BAD_PAGE, DEFAULTS, NO_CREDENTIALS, NO_PARAMETER, NO_USER_ID, NOT_AUTHENTICATED, EngineError
from procdef.errors import TooManyTries
from procdef.http.auth import current_user
from procdef.http.logins import logins
from procdef.http.responses import json_response, public_url, reader
from procdef.http.routes import Answer, Cached, Parameter, Routes, View, named
from procdef.http.schemas import Schema, array_of, members
from procdef.store.identity import users

routes = Routes("Login and permissions")


def _text_or_null(description: str) -> Schema:
    return {"type": ["string", "null"], "description": description}


PERMISSION = members(
    permissionName="The permission.",
    resourceName="Of what kind of thing.",
    resourceId=_text_or_null("Of what, as it was asked."),
    isAuthorized={"type": "boolean", "description": "Always true."},
)
NULL = {"type": "null", "description": "Always null."}
GROUPS = array_of(members(id="The group's id.", name=_text_or_null("Its name.")))
COLLEAGUES = array_of(
    members(
        firstName=_text_or_null("The first name."),
        lastName=_text_or_null("The last name."),
        displayName="The name as it is shown.",
        id="The user's id.",
    )
)
GROUPS_OF_USER = members(
    groups={**GROUPS, "description": "The user's groups, by name."},
    groupUsers={**COLLEAGUES, "description": "Who else is in one of them, by id."},
)
VERIFIED = members(
    authenticatedUser="The user's id.",
    groups=NULL,
    tenants=NULL,
    authenticated={"type": "boolean", "description": "Whether it is the user's password."},
)
LINK = members(method="The method of the link.", href="Its URL.", rel="What it leads to.")
LINKS = members(links={**array_of(LINK), "description": "What can be done."})
LIST = (("GET", "", "list"), ("GET", "/count", "count"), ("POST", "/create", "create"))
ONE = (("GET", "", "self"), ("DELETE", "", "delete"), ("PUT", "", "update"))
OPTIONS = {
    "/user": LIST,
    "/user/{id}": (("GET", "/profile", "self"), ("DELETE", "", "delete"), ("PUT", "/profile", "update")),
    "/group": LIST,
    "/group/{id}": ONE,
    "/group/{id}/members": (("DELETE", "", "delete"), ("PUT", "", "create")),
    "/authorization": LIST[:2],
    "/authorization/{id}": ONE[:1],
    "/tenant": LIST[:2],
    "/tenant/{id}": ONE[:1],
    "/filter": LIST[:2],
    "/filter/{id}": (*ONE[:1], ("GET", "/list", "list"), ("GET", "/count", "count")),
}
"""What OPTIONS says of a path: method, rest of the path and relation of what can be done there."""
CHECKED = ("permissionName", "resourceName", "resourceType")


class Login(Body):
    """Who says to be a user."""

    username = JsonText(load_default=None, allow_none=True, metadata={"description": "The user's id."})
    password = JsonText(load_default=None, allow_none=True, metadata={"description": "The password."})


@routes.route(
    "GET",
    "/identity/groups",
    "List a user's groups and who else is in them",
    Answer(200, "The groups and users.", schema=GROUPS_OF_USER),
    parameters=(Parameter("userId", Text(), "The user's id; required."),),
    refusals=(NO_USER_ID,),
    cached=Cached.BEFORE_READS,
)
def groups_of_user() -> Response:
    """The groups of a user; an unknown one has none."""
    user = request.args.get("userId")
    if user is None:
        raise EngineError(NO_USER_ID)
    groups = [{"id": ident, "name": name} for ident, name in users.groups_of(reader(), user)]
    return json_response({"groups": groups, "groupUsers": [_colleague(*row[:3]) for row in users.colleagues_of(reader(), user)]})


@routes.route(
    "POST",
    "/identity/verify",
    "Check a password",
    Answer(200, "Whether it is right.", schema=VERIFIED),
    body=Login,
    errors={TooManyTries: DEFAULTS[TooManyTries]},
    refusals=(NO_CREDENTIALS,),
)
def verify() -> Response:
    """Whether there is such a user with such a password."""
    body = json_body(Login, required=True)
    user, password = body["username"], body["password"]
    if user is None or password is None:
        raise EngineError(NO_CREDENTIALS)
    right = logins().is_right(user, password)
    return json_response({"authenticatedUser": user, "groups": None, "tenants": None, "authenticated": right})


@routes.route(
    "GET",
    "/authorization/check",
    "Check a permission",
    Answer(200, "Whether the user who asks has it; in procdef every user may do everything.", schema=PERMISSION),
    parameters=(*(Parameter(name, Text(), "Required.") for name in CHECKED), Parameter("resourceId", Text(), "Of what.")),
    refusals=(BAD_PAGE, NO_PARAMETER, NOT_AUTHENTICATED),
    cached=Cached.NEVER,
)
def check_permission() -> Response:
    """Permissions are those of who is authenticated; without authentication that is nobody. Raises EngineError."""
    if not request.args.get("resourceType", "0").lstrip("+-").isdecimal():
        raise EngineError(BAD_PAGE)
    for name in CHECKED:
        if name not in request.args:
            raise EngineError(NO_PARAMETER, name=name)
    if current_user() is None:
        raise EngineError(NOT_AUTHENTICATED)
    named = {name: request.args.get(name) for name in ("permissionName", "resourceName", "resourceId")}
    return json_response({**named, "isAuthorized": True})


def _colleague(ident: str, first: str | None, last: str | None) -> dict[str, Any]:
    """A user as the engine shows it; it writes a first name that is not there as null before a last name."""
    name = f"{first or 'null'} {last}" if last else first or ident
    return {"firstName": first, "lastName": last, "displayName": name, "id": ident}


def _links(path: str, rows: Sequence[tuple[str, str, str]]) -> View:
    def view(**_segments: str) -> Response:
        here = public_url() + request.path.rstrip("/")  # below the base that the client chose, as /engine-rest/engine/default
        return json_response({"links": [{"method": method, "href": here + rest, "rel": relation} for method, rest, relation in rows]})

    return named(view, "OPTIONS", path, "What can be done there, as links.")


for _path, _rows in OPTIONS.items():
    routes.route("OPTIONS", _path, "Get the links", Answer(200, "The links.", schema=LINKS))(_links(_path, _rows))
