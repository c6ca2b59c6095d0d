"""The requests below `/group`: groups have users as members, and can be candidate starters."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response

from procdef.camunda.identity.users import NOT_CREATED, all_members, one_of, text
from procdef.camunda.protocol.arguments import page_of
from procdef.camunda.protocol.bodies import Body, json_body
from procdef.camunda.protocol.collection import collection
from procdef.camunda.protocol.errors import (
    MEMBER_EXISTS,
    NO_GROUP,
    NO_GROUP_ID,
    NO_MEMBER_GROUP,
    NO_MEMBER_USER,
    OTHER_GROUP,
    EngineError,
)
from procdef.camunda.protocol.needs import OfObject
from procdef.camunda.protocol.queries import posted, query_body
from procdef.camunda.tables.registry import GROUPS, USERS
from procdef.errors import NotFound
from procdef.http import audit
from procdef.http.needs import OfAll, Segments, require
from procdef.http.responses import everything, json_response, json_text, no_content, reader, rows_response, store
from procdef.http.routes import Answer, Cached, Change, Routes
from procdef.http.schemas import COUNT, array_of, object_of
from procdef.rights.permissions import (
    ADD_GROUP_MEMBER,
    CREATE_GROUP,
    DELETE_GROUP,
    READ_GROUP,
    READ_USER,
    REMOVE_GROUP_MEMBER,
    UPDATE_GROUP,
    Permission,
)
from procdef.store.identity import users
from procdef.store.identity.rights import UserRights
from procdef.store.identity.users import Exists

routes = Routes("Users and groups")
GROUP_MEMBERS = ("id", "name", "type")
GROUP = object_of(GROUPS)


@dataclass(frozen=True, slots=True)
class OfGroup:
    """The permission to read the group of a new member. An engine asks for it after it has looked for the user."""

    permissions: tuple[Permission, ...] = (READ_GROUP,)

    def check(self, rights: UserRights, segments: Segments) -> None:
        """Raises Forbidden. The view refuses an unknown user."""
        if everything().one(USERS, {"id": segments["user"]}) is not None:
            require(rights, self.permissions, segments["group"])


class NewGroup(Body):
    """The body that creates a group."""

    id = text("id", "The group's id: letters and digits.")
    name = text("name", "Its name.")
    type = text("type", "Its type, for example `WORKFLOW`.")


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
    return json_text(one_of(GROUPS, "group", id))


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
    one_of(GROUPS, "group", id)
    users.update_group(store(), all_members(json_body(NewGroup, required=True), GROUP_MEMBERS, OTHER_GROUP, id))
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
    needs=(OfObject((ADD_GROUP_MEMBER,), "group"), OfObject((READ_USER,), "user"), OfGroup()),
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
