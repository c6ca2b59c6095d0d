"""The requests about logins: groups of a user, passwords, and the links that OPTIONS answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, request

from procdef.camunda.protocol.bodies import Body, JsonText, json_body
from procdef.camunda.protocol.conversion import Text
from procdef.camunda.protocol.errors import DEFAULTS, NO_CREDENTIALS, NO_USER_ID, EngineError
from procdef.errors import TooManyTries
from procdef.http.logins import logins
from procdef.http.needs import require
from procdef.http.responses import json_response, public_url, reader, rights
from procdef.http.routes import Answer, Cached, Parameter, Routes, View, named
from procdef.http.schemas import array_of, members, text_or_null
from procdef.rights import object_types as types
from procdef.rights.object_types import ObjectType
from procdef.rights.permissions import READ_GROUP, READ_USER, Permission
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
CREATED, DELETED, UPDATED = "create", "delete", "update"
LINKS = members(links={**array_of(LINK), "description": "The possible requests."})
LIST = (("GET", "", "list"), ("GET", "/count", "count"), ("POST", "/create", CREATED))
ONE = (("GET", "", "self"), ("DELETE", "", DELETED), ("PUT", "", UPDATED))
MEMBERS = (("DELETE", "", DELETED), ("PUT", "", CREATED))
OPTIONS: Mapping[str, tuple[ObjectType, Sequence[tuple[str, str, str]]]] = {
    "/user": (types.USER, LIST),
    "/user/{id}": (types.USER, (("GET", "/profile", "self"), ("DELETE", "", DELETED), ("PUT", "/profile", UPDATED))),
    "/group": (types.GROUP, LIST),
    "/group/{id}": (types.GROUP, ONE),
    "/group/{id}/members": (types.GROUP_MEMBERSHIP, MEMBERS),
    "/authorization": (types.AUTHORIZATION, LIST),
    "/authorization/{id}": (types.AUTHORIZATION, ONE),
    "/tenant": (types.TENANT, LIST),
    "/tenant/{id}": (types.TENANT, ONE),
    "/tenant/{id}/user-members": (types.TENANT_MEMBERSHIP, MEMBERS),
    "/tenant/{id}/group-members": (types.TENANT_MEMBERSHIP, MEMBERS),
    "/filter": (types.FILTER, LIST[:2]),
    "/filter/{id}": (types.FILTER, (*ONE[:1], ("GET", "/list", "list"), ("GET", "/count", "count"))),
}
"""The links that OPTIONS answers, by path, with the type of the objects there. Each has a method, the rest of its path, and a relation."""
CHANGES = {CREATED: types.CREATE, DELETED: types.DELETE, UPDATED: types.UPDATE}
"""The permission that a link needs, by relation; a link to read needs none."""


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
    may_see_group, may_see_user = _seen(READ_GROUP), _seen(READ_USER)
    groups = {ident: name for ident, name in users.groups_of(reader(), user) if may_see_group(ident)}
    colleagues = {row[0]: row[:3] for row in users.colleagues_of(reader(), user) if may_see_user(row[0]) and row[-1] in groups}
    shown = [{"id": ident, "name": name} for ident, name in groups.items()]
    return json_response({"groups": shown, "groupUsers": [_colleague(*row) for row in colleagues.values()]})


def _seen(permission: Permission) -> Callable[[str], bool]:
    """Whether the client sees the object with an id, by the permission to read it."""
    client = rights()
    return (lambda _ident: True) if client is None else client.allowed(permission, listing=True).has


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
    if (client := rights()) is not None:
        require(client, (READ_USER,), user)
    is_right = logins().is_right(user, password)
    return json_response({"authenticatedUser": user, "groups": None, "tenants": None, "authenticated": is_right})


def _colleague(ident: str, first: str | None, last: str | None) -> dict[str, Any]:
    """A user as the engine shows it. The engine writes `null` for a missing first name before a last name."""
    name = f"{first or 'null'} {last}" if last else first or ident
    return {"firstName": first, "lastName": last, "displayName": name, "id": ident}


def _links(path: str, object_type: ObjectType, links: Sequence[tuple[str, str, str]]) -> View:
    def view(**segments: str) -> Response:
        base = public_url() + request.path.rstrip("/")  # the path of the client, for example below /engine-rest/engine/default
        shown = [link for link in links if _may_follow(object_type, link[-1], segments.get("id"))]
        return json_response({"links": [{"method": method, "href": base + rest, "rel": relation} for method, rest, relation in shown]})

    return named(view, "OPTIONS", path, "The possible requests at this path, as links.")


def _may_follow(object_type: ObjectType, relation: str, ident: str | None) -> bool:
    """Whether the client may send the request of a link."""
    client = rights()
    return client is None or relation not in CHANGES or client.has(Permission(object_type, CHANGES[relation]), ident)


for _path, (_type, _path_links) in OPTIONS.items():
    routes.route("OPTIONS", _path, "Get the links", Answer(200, "The links.", schema=LINKS))(_links(_path, _type, _path_links))
