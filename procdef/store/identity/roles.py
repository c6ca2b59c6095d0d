"""The roles of users and tokens: rows of the model of authorizations and tenants, which are written and removed together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from peewee import Database

from procdef.errors import InvalidInput, NotFound
from procdef.rights.decision import ANY, GRANT
from procdef.rights.roles import ROLES, Grant, Role
from procdef.store.clock import new_id
from procdef.store.events import log
from procdef.store.events.log import NewEvent
from procdef.store.events.types import CHANGED
from procdef.store.identity import administrators
from procdef.store.identity.authorizations import permissions_of
from procdef.store.models import Authorization, TenantMember, User
from procdef.store.store import Store
from procdef.store.texts import check_text


class Bound(NamedTuple):
    """A role, and what it is bound to: tenants, and keys or beginnings of keys as `order-*`. Without tenants or keys it is for all."""

    role: Role
    tenants: Sequence[str] = ()
    keys: Sequence[str] = ()

    @property
    def administers(self) -> bool:
        """Whether it is for everything."""
        return self.role.administers and not (self.tenants or self.keys)


def bound(name: str, tenants: Sequence[str] = (), keys: Sequence[str] = ()) -> Bound:
    """A role by its name. Raises InvalidInput for a key that is none, and for texts that are too long."""
    for key in keys:
        if not key or ANY in key[:-1]:
            raise InvalidInput(f"{key!r} is neither a key nor the beginning of keys, as order-*.")
        check_text("key", key, Authorization.resource_id)
    for tenant in tenants:
        check_text("tenant", tenant, TenantMember.tenant_id)
    return Bound(ROLES[name], tuple(dict.fromkeys(tenants)), tuple(dict.fromkeys(keys)))


def set_role(store: Store, user_id: str, role: Bound | None) -> None:
    """Replace the role of a user; None removes it. Authorizations that the user has on other objects stay. Raises NotFound."""
    with store.write() as database:
        if not User.select().where(User.id == user_id).exists(database):
            raise NotFound("user", user_id)
        remove(database, user_id)
        administrators.remove(database, user_id)
        if role is not None:
            give_user(database, user_id, role)
        log.write(database, [NewEvent(CHANGED.format("user"), object_id=user_id, after=described(role))])


def described(role: Bound | None) -> dict[str, Any]:
    """What an event has of a role."""
    return {"role": None} if role is None else {"role": role.role.name, "tenants": role.tenants, "keys": role.keys}


def give_user(database: Database, user_id: str, role: Bound) -> None:
    """Write the rows of a role of a user who has none, inside a write transaction. One that administers is a membership of a group."""
    if role.administers:
        administrators.add(database, user_id)
    else:
        give(database, user_id, role)


def give(database: Database, holder: str, role: Bound) -> None:
    """Write the rows of a role; the holder is a user or a token without a role."""
    Authorization.insert_many([_row(holder, *one) for one in _granted(role)]).execute(database)
    tenants = [{"id": new_id(), "tenant_id": tenant, "user_id": holder} for tenant in role.tenants or (ANY,)]
    TenantMember.insert_many(tenants).execute(database)


def remove(database: Database, holder: str) -> None:
    """Remove the rows of a role, whatever the role is: grants on all objects or on keys, and memberships in tenants."""
    of_keys = {grant.object_type.number for role in ROLES.values() for grant in role.grants if grant.of_keys}
    is_of_role = (Authorization.resource_id == ANY) | Authorization.resource_type.in_(of_keys)
    is_grant = (Authorization.user_id == holder) & (Authorization.type == GRANT)
    Authorization.delete().where(is_grant & is_of_role).execute(database)
    TenantMember.delete().where(TenantMember.user_id == holder).execute(database)


def _granted(role: Bound) -> Iterator[tuple[Grant, str]]:
    """The permissions of a role, each with the id of the object or the beginning of ids."""
    for grant in role.role.grants:
        if grant.of_keys:
            yield from ((grant, key) for key in role.keys or (ANY,))
        elif not role.keys:
            yield grant, ANY


def _row(holder: str, grant: Grant, resource_id: str) -> dict[str, Any]:
    permissions = permissions_of(GRANT, grant.object_type, grant.permissions)
    of = {"user_id": holder, "resource_type": grant.object_type.number, "resource_id": resource_id}
    return {"id": new_id(), "rev": 1, "type": GRANT, **of, **permissions}
