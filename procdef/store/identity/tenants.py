"""Tenants that are created as such, and their members: users and groups.

A definition or deployment may have a tenant that is not among them, as in an engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procdef.errors import NotFound
from procdef.store.clock import new_id
from procdef.store.events import log
from procdef.store.events.log import NewEvent
from procdef.store.events.types import CHANGED, CREATED, DELETED, MEMBERSHIP_CREATED, MEMBERSHIP_DELETED
from procdef.store.identity import automatic
from procdef.store.identity.users import Exists, check_identity
from procdef.store.models import Group, Tenant, TenantMember, User
from procdef.store.store import Store
from procdef.store.texts import Missing

MEMBERS: Mapping[str, tuple[Any, Any]] = {"user": (User, TenantMember.user_id), "group": (Group, TenantMember.group_id)}
"""The kinds of members: the model of each, and the column of a membership that refers to it."""


def create(store: Store, tenant: Mapping[str, str | None]) -> None:
    """Add a tenant, by attribute of `Tenant`. Raises Missing without an id, InvalidId, TooLong, and Exists."""
    if tenant.get("id") is None:
        raise Missing("tenantId is null")
    check_identity(Tenant, "Tenant", tenant)
    with store.write() as database:
        if Tenant.select().where(Tenant.id == tenant["id"]).exists(database):
            raise Exists("The tenant already exists")
        Tenant.insert({**tenant, "rev": 1}).execute(database)
        log.write(database, [_event(CREATED, tenant["id"], after={"name": tenant.get("name")})])


def rename(store: Store, tenant_id: str, name: str | None) -> None:
    """Change a tenant's name. Raises NotFound and TooLong."""
    check_identity(Tenant, "Tenant", {"id": tenant_id, "name": name})
    with store.write() as database:
        before = list(Tenant.select(Tenant.name).where(Tenant.id == tenant_id).tuples().execute(database))
        if not before:
            raise NotFound("tenant", tenant_id)
        Tenant.update({"name": name, "rev": Tenant.rev + 1}).where(Tenant.id == tenant_id).execute(database)
        log.write(database, [_event(CHANGED, tenant_id, before={"name": before[0][0]}, after={"name": name})])


def delete(store: Store, tenant_id: str) -> None:
    """Delete a tenant, if it exists, with its memberships. Definitions and deployments of the tenant stay."""
    with store.write() as database:
        automatic.deleted(store.settings, database, "tenant", tenant_id)
        TenantMember.delete().where(TenantMember.tenant_id == tenant_id).execute(database)
        if Tenant.delete().where(Tenant.id == tenant_id).execute(database):
            log.write(database, [_event(DELETED, tenant_id)])


def add_member(store: Store, tenant_id: str, kind: str, member_id: str) -> None:
    """Make a user or a group a member of a tenant; `kind` is one of MEMBERS. Raises NotFound, and Exists for a member."""
    model, column = MEMBERS[kind]
    with store.write() as database:
        for name, wanted, ident in (("tenant", Tenant, tenant_id), (kind, model, member_id)):
            if not wanted.select().where(wanted.id == ident).exists(database):
                raise NotFound(name, ident)
        if TenantMember.select().where((TenantMember.tenant_id == tenant_id) & (column == member_id)).exists(database):
            raise Exists(f"The {kind} {member_id!r} is a member of the tenant {tenant_id!r} already.")
        TenantMember.insert({"id": new_id(), "tenant_id": tenant_id, column.name: member_id}).execute(database)
        automatic.joined_tenant(store.settings, database, tenant_id, kind, member_id)
        log.write(database, [_event(MEMBERSHIP_CREATED, tenant_id, object_id=member_id, after={kind: member_id, "tenant": tenant_id})])


def remove_member(store: Store, tenant_id: str, kind: str, member_id: str) -> None:
    """Remove a user or a group from a tenant, if it is a member."""
    column = MEMBERS[kind][1]
    with store.write() as database:
        if TenantMember.delete().where((TenantMember.tenant_id == tenant_id) & (column == member_id)).execute(database):
            automatic.left_tenant(store.settings, database, tenant_id, kind, member_id)
            event = _event(MEMBERSHIP_DELETED, tenant_id, object_id=member_id, before={kind: member_id, "tenant": tenant_id})
            log.write(database, [event])


def _event(type_: str, tenant_id: str | None, **values: Any) -> NewEvent:
    return NewEvent(type_.format("tenant"), tenant_id, **{"object_id": tenant_id, **values})
