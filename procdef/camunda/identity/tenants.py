"""The requests below `/tenant`: tenants that are created as such, and their members."""

from __future__ import annotations

from flask import Response

from procdef.camunda.protocol.bodies import Body, JsonText, json_body
from procdef.camunda.protocol.collection import collection
from procdef.camunda.protocol.errors import (
    ENGINE,
    MEMBER_EXISTS,
    NO_MEMBER_GROUP,
    NO_MEMBER_TENANT,
    NO_MEMBER_USER,
    NO_TENANT,
    NULL_VALUE,
    OTHER_TENANT,
    EngineError,
    ErrorEntry,
)
from procdef.camunda.protocol.errors import IDENTITY_EXISTS as TENANT_EXISTS
from procdef.camunda.protocol.needs import OfObject
from procdef.camunda.tables.rights import TENANTS
from procdef.errors import NotFound
from procdef.http import audit
from procdef.http.needs import OfAll
from procdef.http.responses import json_text, no_content, reader, store
from procdef.http.routes import Answer, Cached, Change, Routes, named
from procdef.http.schemas import object_of
from procdef.rights.permissions import (
    ADD_TENANT_MEMBER,
    CREATE_TENANT,
    DELETE_TENANT,
    READ_GROUP,
    READ_TENANT,
    READ_USER,
    REMOVE_TENANT_MEMBER,
    UPDATE_TENANT,
)
from procdef.store.identity import tenants
from procdef.store.identity.users import Exists, InvalidId
from procdef.store.texts import Missing

routes = Routes("Tenant")
TENANT = object_of(TENANTS)
ABSENT = {"tenant": NO_MEMBER_TENANT, "user": NO_MEMBER_USER, "group": NO_MEMBER_GROUP}
READS = {"user": READ_USER, "group": READ_GROUP}
REFUSED: dict[type[Exception], ErrorEntry] = {Missing: NULL_VALUE, Exists: TENANT_EXISTS, InvalidId: ENGINE}


class NewTenant(Body):
    """The body that creates or changes a tenant."""

    id = JsonText(allow_none=True, load_default=None, metadata={"description": "The tenant's id: letters and digits. Required."})
    name = JsonText(allow_none=True, load_default=None, metadata={"description": "Its name."})


@routes.route(
    "POST",
    "/tenant/create",
    "Create a tenant",
    Answer(204, "It is created.", None),
    body=NewTenant,
    produces=None,
    errors=REFUSED,
    needs=(OfAll((CREATE_TENANT,)),),
    change=Change("create tenant"),
)
def create_tenant() -> Response:
    """Create a tenant. Its id may have letters and digits only; definitions may have other tenants too."""
    body = json_body(NewTenant)
    audit.tell(id=body["id"])
    tenants.create(store(), body)
    return no_content()


collection(routes, "/tenant", TENANTS, "tenants")


@routes.route(
    "GET",
    "/tenant/{id}",
    "Get a tenant",
    Answer(200, "The tenant.", schema=TENANT),
    errors={NotFound: NO_TENANT},
    cached=Cached.BEFORE_READS,
)
def get_tenant(id: str) -> Response:  # noqa: A002
    """One tenant."""
    return json_text(_tenant(id))


@routes.route(
    "PUT",
    "/tenant/{id}",
    "Change a tenant",
    Answer(204, "It is changed.", None),
    body=NewTenant,
    errors={NotFound: NO_TENANT},
    refusals=(OTHER_TENANT,),
    produces=None,
    needs=(OfObject((READ_TENANT,), hidden=NO_TENANT), OfObject((UPDATE_TENANT,))),
    change=Change("change tenant"),
)
def put_tenant(id: str) -> Response:  # noqa: A002
    """Change the tenant's name. Without a name it has none any more."""
    body = json_body(NewTenant, required=True)
    _tenant(id)
    if body["id"] != id:
        raise EngineError(OTHER_TENANT, ident=id)
    tenants.rename(store(), id, body["name"])
    return no_content()


@routes.route(
    "DELETE",
    "/tenant/{id}",
    "Delete a tenant",
    Answer(204, "It does not exist any more.", None),
    produces=None,
    needs=(
        OfObject((DELETE_TENANT,)),
        OfObject((READ_TENANT,)),
    ),
    change=Change("delete tenant"),
)
def delete_tenant(id: str) -> Response:  # noqa: A002
    """Delete the tenant and its memberships. Its definitions and deployments stay. An unknown id is no error."""
    tenants.delete(store(), id)
    return no_content()


def _members(kind: str) -> None:
    """Declare the requests that make a user or a group a member of a tenant, and that end it."""
    path = f"/tenant/{{tenant}}/{kind}-members/{{member}}"

    def add(tenant: str, member: str) -> Response:
        try:
            tenants.add_member(store(), tenant, kind, member)
        except NotFound as error:
            raise EngineError(ABSENT[error.kind], ident=error.ident) from error
        return no_content()

    def remove(tenant: str, member: str) -> Response:
        tenants.remove_member(store(), tenant, kind, member)
        return no_content()

    routes.route(
        "PUT",
        path,
        f"Add a {kind} to a tenant",
        Answer(204, f"The {kind} is a member.", None),
        errors={Exists: MEMBER_EXISTS},
        refusals=(NO_MEMBER_TENANT, ABSENT[kind]),
        produces=None,
        needs=(OfObject((ADD_TENANT_MEMBER,), "tenant"), OfObject((READ_TENANT,), "tenant"), OfObject((READS[kind],), "member")),
        change=Change(f"add {kind} to tenant"),
    )(named(add, "PUT", path, f"Make a {kind} a member of a tenant."))
    routes.route(
        "DELETE",
        path,
        f"Remove a {kind} from a tenant",
        Answer(204, f"The {kind} is no member.", None),
        produces=None,
        needs=(OfObject((REMOVE_TENANT_MEMBER,), "tenant"),),
        change=Change(f"remove {kind} from tenant"),
    )(named(remove, "DELETE", path, f"Remove a {kind} from a tenant. It is no error if it is no member."))


for _kind in tenants.MEMBERS:
    _members(_kind)


def _tenant(ident: str) -> str:
    text = reader().one(TENANTS, {"id": ident})
    if text is None:
        raise NotFound("tenant", ident)
    return text
