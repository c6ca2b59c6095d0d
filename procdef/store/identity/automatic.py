"""Authorizations that come and go with what they are for, where authorization is on: each in the transaction of the write.

Who is created may do everything with the own user, a group's members may read the group, a tenant's members the tenant, and who deploys may
read and delete the deployment. What is deleted takes the authorizations for it along. Source: the engine 7.24, as observed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from peewee import Database, Expression

from procdef.rights.decision import GRANT
from procdef.rights.object_types import (
    ALL,
    AUTHORIZATION,
    DELETE,
    DEPLOYMENT,
    GROUP,
    GROUP_MEMBERSHIP,
    READ,
    TENANT,
    USER,
    ObjectType,
)
from procdef.settings import Settings
from procdef.store.clock import new_id
from procdef.store.models import Authorization, TenantMember

OF_KIND = {"user": USER, "group": GROUP, "tenant": TENANT, "deployment": DEPLOYMENT, "authorization": AUTHORIZATION}
"""The type of objects of each kind."""


def created(settings: Settings, database: Database, kind: str, ident: str) -> None:
    """A user or a group is new; a tenant has nobody who is granted something by it."""
    if settings.authorization and kind == "user":
        _grant(database, Authorization.user_id, ident, USER, ident, [ALL])
    elif settings.authorization and kind == "group":
        _grant(database, Authorization.group_id, ident, GROUP, ident, [READ])


def deleted(settings: Settings, database: Database, kind: str, ident: str) -> None:
    """An object is deleted; the memberships of a user or group must be there still. What is granted to a user or group stays."""
    if settings.authorization:
        _revoke(database, _is_for(OF_KIND[kind], ident))
        if kind in ("user", "group"):
            member, holder = _columns(kind)
            tenants = TenantMember.select(TenantMember.tenant_id).where(member == ident)
            of_tenants = Authorization.resource_id.in_(tenants)
            _revoke(database, (Authorization.resource_type == TENANT.number) & of_tenants & (holder == ident))


def joined_tenant(settings: Settings, database: Database, tenant_id: str, kind: str, member_id: str) -> None:
    """A user or a group has become a member of a tenant."""
    if settings.authorization:
        _grant(database, _columns(kind)[1], member_id, TENANT, tenant_id, [READ])


def left_tenant(settings: Settings, database: Database, tenant_id: str, kind: str, member_id: str) -> None:
    """A user or a group is no member of a tenant any more."""
    if settings.authorization:
        _revoke(database, _is_for(TENANT, tenant_id) & (_columns(kind)[1] == member_id))


def left_group(settings: Settings, database: Database, group_id: str, user_id: str) -> None:
    """A user is no member of a group any more."""
    if settings.authorization:
        _revoke(database, _is_for(GROUP_MEMBERSHIP, group_id) & (Authorization.user_id == user_id))


def deployed(settings: Settings, database: Database, deployment_id: str, user_id: str | None) -> None:
    """A user has deployed."""
    if settings.authorization and user_id is not None:
        _grant(database, Authorization.user_id, user_id, DEPLOYMENT, deployment_id, [READ, DELETE])


def _columns(kind: str) -> tuple[Any, Any]:
    """The columns of a kind of members: in a tenant's memberships, and in authorizations."""
    return (TenantMember.user_id, Authorization.user_id) if kind == "user" else (TenantMember.group_id, Authorization.group_id)


def _is_for(object_type: ObjectType, ident: str) -> Expression:
    return (Authorization.resource_type == object_type.number) & (Authorization.resource_id == ident)


def _revoke(database: Database, condition: Expression) -> None:
    Authorization.delete().where(condition).execute(database)


def _grant(database: Database, holder: Any, holder_id: str, object_type: ObjectType, ident: str, names: Sequence[str]) -> None:
    """Grant permissions, in addition to those that the user or the group has been granted for the object already."""
    is_same = _is_for(object_type, ident) & (holder == holder_id) & (Authorization.type == GRANT)
    bits = object_type.bits(names)
    for known, before in list(Authorization.select(Authorization.id, Authorization.bits).where(is_same).tuples().execute(database)):
        changes = {**_permissions(object_type, before | bits), "rev": Authorization.rev + 1}
        Authorization.update(changes).where(Authorization.id == known).execute(database)
        return
    row = {"id": new_id(), "rev": 1, "type": GRANT, "resource_type": object_type.number, "resource_id": ident, holder.name: holder_id}
    Authorization.insert({**row, **_permissions(object_type, bits)}).execute(database)


def _permissions(object_type: ObjectType, bits: int) -> dict[str, Any]:
    return {"bits": bits, "permissions": orjson.dumps(object_type.names(bits)).decode()}
