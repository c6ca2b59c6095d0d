"""The requests about logins: groups of a user, passwords, and the links that OPTIONS answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from procdef.camunda.protocol.bodies import Body, JsonText, json_body
from procdef.camunda.protocol.conversion import Text
from procdef.camunda.protocol.errors import DEFAULTS, NO_CREDENTIALS, NO_USER_ID, EngineError
from procdef.errors import TooManyTries
from procdef.http.logins import logins
from procdef.http.responses import json_response, public_url, reader
from procdef.http.routes import Answer, Cached, Parameter, Routes, View, named
from procdef.http.schemas import array_of, members, text_or_null
from procdef.store.identity import users

routes = Routes("Login")


NULL = {"type": "null", "description": "Always null."}
GROUPS = array_of(members(id="The group's id.", name=text_or_null("Its name.")))
COLLEAGUES = array_of(
    members(
        firstName=text_or_null("The first name."),
        lastName=text_or_null("The last name."),
        displayName="The name to show.",
        id="The user's id.",
    )
)
GROUPS_OF_USER = members(
    groups={**GROUPS, "description": "The user's groups, by name."},
    groupUsers={**COLLEAGUES, "description": "The other users in these groups, by id."},
)
VERIFIED = members(
    authenticatedUser="The user's id.",
    groups=NULL,
    tenants=NULL,
    authenticated={"type": "boolean", "description": "Whether the password is right."},
)
LINK = members(method="The method of the link.", href="Its URL.", rel="The relation: what the link is for.")
LINKS = members(links={**array_of(LINK), "description": "The possible requests."})
LIST = (("GET", "", "list"), ("GET", "/count", "count"), ("POST", "/create", "create"))
ONE = (("GET", "", "self"), ("DELETE", "", "delete"), ("PUT", "", "update"))
MEMBERS = (("DELETE", "", "delete"), ("PUT", "", "create"))
OPTIONS = {
    "/user": LIST,
    "/user/{id}": (("GET", "/profile", "self"), ("DELETE", "", "delete"), ("PUT", "/profile", "update")),
    "/group": LIST,
    "/group/{id}": ONE,
    "/group/{id}/members": MEMBERS,
    "/authorization": LIST,
    "/authorization/{id}": ONE,
    "/tenant": LIST,
    "/tenant/{id}": ONE,
    "/tenant/{id}/user-members": MEMBERS,
    "/tenant/{id}/group-members": MEMBERS,
    "/filter": LIST[:2],
    "/filter/{id}": (*ONE[:1], ("GET", "/list", "list"), ("GET", "/count", "count")),
}
"""The links that OPTIONS answers, by path. Each link has a method, the rest of its path, and its relation."""


class Login(Body):
    """The credentials that are checked."""

    username = JsonText(load_default=None, allow_none=True, metadata={"description": "The user's id."})
    password = JsonText(load_default=None, allow_none=True, metadata={"description": "The password."})


@routes.route(
    "GET",
    "/identity/groups",
    "List a user's groups and the other users in them",
    Answer(200, "The groups and users.", schema=GROUPS_OF_USER),
    parameters=(Parameter("userId", Text(), "The user's id; required."),),
    refusals=(NO_USER_ID,),
    cached=Cached.BEFORE_READS,
)
def groups_of_user() -> Response:
    """The groups of a user. An unknown user has no groups."""
    user = request.args.get("userId")
    if user is None:
        raise EngineError(NO_USER_ID)
    groups = [{"id": ident, "name": name} for ident, name in users.groups_of(reader(), user)]
    return json_response({"groups": groups, "groupUsers": [_colleague(*user_row[:3]) for user_row in users.colleagues_of(reader(), user)]})


@routes.route(
    "POST",
    "/identity/verify",
    "Check a password",
    Answer(200, "Whether the password is right.", schema=VERIFIED),
    body=Login,
    errors={TooManyTries: DEFAULTS[TooManyTries]},
    refusals=(NO_CREDENTIALS,),
)
def verify() -> Response:
    """Whether the user exists and has this password."""
    body = json_body(Login, required=True)
    user, password = body["username"], body["password"]
    if user is None or password is None:
        raise EngineError(NO_CREDENTIALS)
    is_right = logins().is_right(user, password)
    return json_response({"authenticatedUser": user, "groups": None, "tenants": None, "authenticated": is_right})


def _colleague(ident: str, first: str | None, last: str | None) -> dict[str, Any]:
    """A user as the engine shows it. The engine writes `null` for a missing first name before a last name."""
    name = f"{first or 'null'} {last}" if last else first or ident
    return {"firstName": first, "lastName": last, "displayName": name, "id": ident}


def _links(path: str, links: Sequence[tuple[str, str, str]]) -> View:
    def view(**_segments: str) -> Response:
        base = public_url() + request.path.rstrip("/")  # the path of the client, for example below /engine-rest/engine/default
        return json_response({"links": [{"method": method, "href": base + rest, "rel": relation} for method, rest, relation in links]})

    return named(view, "OPTIONS", path, "The possible requests at this path, as links.")


for _path, _path_links in OPTIONS.items():
    routes.route("OPTIONS", _path, "Get the links", Answer(200, "The links.", schema=LINKS))(_links(_path, _path_links))
