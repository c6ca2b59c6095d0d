"""The rights of a user: what the user may see and do, by the authorizations and tenants that the store has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import ModelSelect

from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.query.table import OF_TENANTS, SEEN, UNSEEN, WITHOUT_TENANT, Seen
from procdef.rights import decision
from procdef.rights.decision import ANY, Allowed
from procdef.rights.permissions import Permission
from procdef.store.models import Authorization, Membership, TenantMember
from procdef.store.reader import Reader

ADMINISTRATORS = "camunda-admin"
"""The group whose members may see all tenants. Its authorizations are rows like those of every other group."""


@dataclass(frozen=True)
class UserRights:
    """The rights of one user, as the store has them at one moment.

    `tenants` are those of the user and of the user's groups; None: all.
    """

    user_id: str
    groups: frozenset[str]
    tenants: frozenset[str] | None
    authorizations: Mapping[int, Collection[decision.Authorization]]
    _decided: dict[tuple[Permission, bool], Allowed] = field(default_factory=dict, compare=False, repr=False)

    def allowed(self, permission: Permission, *, listing: bool = False) -> Allowed:
        """The objects for which the user has a permission."""
        found = self._decided.get((permission, listing))
        if found is None:
            rows = self.authorizations.get(permission.object_type.number, ())
            found = decision.allowed(rows, self.user_id, permission.bits, listing=listing)
            self._decided[permission, listing] = found
        return found

    def has(self, permission: Permission, object_id: str | None) -> bool:
        """Whether the user has a permission for the object with this id; None asks whether for objects that are not there yet."""
        return self.allowed(permission).has(object_id)

    def is_of(self, tenant_id: str | None) -> bool:
        """Whether objects of a tenant are there for the user; None: those without a tenant."""
        return tenant_id is None or self.tenants is None or tenant_id in self.tenants

    def sees(self, permission: Permission, object_id: str, tenant_id: str | None) -> bool:
        """Whether a list that the permission limits has the object of this id and tenant."""
        return self.is_of(tenant_id) and self.allowed(permission, listing=True).has(object_id)

    def limits(self, seen: Seen) -> Mapping[str, Any]:
        """The values of the filters that limit a table to what the user may see."""
        every, others = self.allowed(seen.permission, listing=True)
        values: dict[str, Any] = {} if every and not others else {UNSEEN if every else SEEN: sorted(others)}
        if seen.tenant is not None and self.tenants is not None:
            values |= {OF_TENANTS: sorted(self.tenants), WITHOUT_TENANT: True}
        return values


def rights_of(reader: Reader, user_id: str) -> UserRights:
    """The rights of a user. A user who does not exist has those of every user."""
    groups = frozenset(group for (group,) in reader.read(_groups_query, values={"user": user_id}))
    holders = {"user": user_id, "any": ANY}
    rows: dict[int, list[decision.Authorization]] = {}
    for object_type, *row in reader.read(_authorizations_query, values=holders):
        rows.setdefault(object_type, []).append(decision.Authorization(*row))
    tenants = None if ADMINISTRATORS in groups else frozenset(row[0] for row in reader.read(_tenants_query, values={"user": user_id}))
    return UserRights(user_id, groups, tenants, rows)


def _groups_of_user() -> ModelSelect[Membership]:
    return Membership.select(Membership.group_id).where(Membership.user_id == placeholder("user"))


def _groups_query(_dialect: Dialect) -> ModelSelect[Membership]:
    return _groups_of_user()


def _tenants_query(_dialect: Dialect) -> ModelSelect[TenantMember]:
    is_member = (TenantMember.user_id == placeholder("user")) | TenantMember.group_id.in_(_groups_of_user())
    return TenantMember.select(TenantMember.tenant_id).distinct().where(is_member)


def _authorizations_query(_dialect: Dialect) -> ModelSelect[Authorization]:
    of_user = Authorization.user_id.in_([placeholder("user"), placeholder("any")])
    columns = (Authorization.type, Authorization.user_id, Authorization.group_id, Authorization.resource_id, Authorization.bits)
    return Authorization.select(Authorization.resource_type, *columns).where(of_user | Authorization.group_id.in_(_groups_of_user()))
