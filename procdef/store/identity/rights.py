"""The rights of a user: what the user may see and do, by the authorizations and tenants that the store has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
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
            found = decision.allowed(rows, self.user_id, permission.bits, listing=listing, revoking=self.is_revoking)
            self._decided[permission, listing] = found
        return found

    def has(self, permission: Permission, object_id: str | None) -> bool:
        """Whether the user has a permission for the object with this id; None asks whether for objects that are not there yet."""
        return self.allowed(permission).has(object_id)

    def has_one(self, *permissions: tuple[Permission, str | None]) -> bool:
        """Whether the user has one of these permissions, each for the object with an id; see `decision.answer` if something is revoked."""
        if not self.is_revoking:
            return any(self.has(*one) for one in permissions)
        said = (self._answer(permission, object_id) for permission, object_id in permissions)
        return next((answer for answer in said if answer is not None), False)

    def _answer(self, permission: Permission, object_id: str | None) -> bool | None:
        rows = self.authorizations.get(permission.object_type.number, ())
        return decision.answer(rows, self.user_id, permission.bits, object_id, revoking=True)

    @cached_property
    def is_revoking(self) -> bool:
        """Whether something is revoked, of any type of objects: from the user, a group of the user's, or the user `*`."""
        return any(row.type == decision.REVOKE for rows in self.authorizations.values() for row in rows)

    @property
    def is_administrator(self) -> bool:
        """Whether the user is in the group of administrators."""
        return ADMINISTRATORS in self.groups

    def _listed(self, permission: Permission) -> Allowed:
        return self.allowed(permission, listing=True)

    def _shown(self, seen: Seen) -> Allowed:
        """The objects that a table shows, without filters that narrow it."""
        said = (
            None if seen.first is None else self._answer(seen.first, None) if self.is_revoking else self._listed(seen.first).every or None
        )
        return self._listed(seen.permission) if said is None else Allowed(said, frozenset())

    def is_of(self, tenant_id: str | None) -> bool:
        """Whether objects of a tenant are there for the user; None: those without a tenant."""
        return tenant_id is None or self.tenants is None or tenant_id in self.tenants

    def limits(self, seen: Seen, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of the filters that limit a table to what the user may see; `given` are those of the other filters."""
        narrowed = [permission for name, several in seen.narrowed.items() if given.get(name) for permission in several]
        shown = self._shown(seen)
        for permission in (*seen.also, *narrowed):
            shown = shown.both(self._listed(permission))
        every, others = shown
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
