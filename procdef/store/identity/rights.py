"""The rights of a user: what the user may see and do, by the authorizations and tenants that the store has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache
from peewee import ModelSelect

from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.query.table import OF_TENANTS, SEEN, SEEN_PREFIXES, UNSEEN, WITH_KEY, WITHOUT_KEY, WITHOUT_TENANT, Seen
from procdef.rights import decision
from procdef.rights.decision import ANY, Allowed
from procdef.rights.permissions import Permission
from procdef.store.models import Authorization, Membership, TenantMember
from procdef.store.reader import Reader

ADMINISTRATORS = "camunda-admin"
"""The group whose members may see all tenants. Its authorizations are rows like those of every other group."""
MAX_USERS = 1000
"""Users whose rights are cached at most."""


class Who(NamedTuple):
    """Whose rights are asked for: a user, who has more groups and tenants for as long as the login says so.

    `token` is the id of the token with which the user logged in, if the token has a role.
    """

    user_id: str
    groups: frozenset[str] = frozenset()
    tenants: frozenset[str] = frozenset()
    token: str | None = None


@dataclass(frozen=True)
class UserRights:
    """The rights of one user, as the store has them at one moment.

    `tenants` are those of the user and of the user's groups; None: all. `narrowed` are the rights of the token with which the user logged
    in; None if it has all of the user's.
    """

    user_id: str
    groups: frozenset[str]
    tenants: frozenset[str] | None
    authorizations: Mapping[int, Collection[decision.Authorization]]
    narrowed: UserRights | None = None
    _decided: dict[tuple[Permission, bool], Allowed] = field(default_factory=dict, compare=False, repr=False)

    def allowed(self, permission: Permission, *, listing: bool = False) -> Allowed:
        """The objects for which the user has a permission."""
        found = self._decided.get((permission, listing))
        if found is None:
            rows = self.authorizations.get(permission.object_type.number, ())
            found = decision.allowed(rows, self.user_id, permission.bits, listing=listing, revoking=self.is_revoking)
            found = found if self.narrowed is None else found.both(self.narrowed.allowed(permission, listing=listing))
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
        has = next((answer for answer in said if answer is not None), False)
        return has and (self.narrowed is None or self.narrowed.has_one(*permissions))

    def _answer(self, permission: Permission, object_id: str | None) -> bool | None:
        rows = self.authorizations.get(permission.object_type.number, ())
        return decision.answer(rows, self.user_id, permission.bits, object_id, revoking=True)

    @cached_property
    def is_revoking(self) -> bool:
        """Whether something is revoked, of any type of objects: from the user, a group of the user's, or the user `*`."""
        return any(row.type == decision.REVOKE for rows in self.authorizations.values() for row in rows)

    def _shown(self, seen: Seen) -> Allowed:
        """The objects that a table shows, without further permissions."""
        shown = self.allowed(seen.permission, listing=True)
        said = None if seen.first is None else self._said_of_all(seen.first)
        shown = shown if said is None else Allowed(said)
        return shown if self.narrowed is None else shown.both(self.narrowed._shown(seen))

    def _said_of_all(self, permission: Permission) -> bool | None:
        """What is said of a permission for all objects; None for nothing that counts in a list."""
        return self._answer(permission, None) if self.is_revoking else self.allowed(permission, listing=True).every or None

    def is_of(self, tenant_id: str | None) -> bool:
        """Whether objects of a tenant are there for the user; None: those without a tenant."""
        return tenant_id is None or self.tenants is None or tenant_id in self.tenants

    def sees(self, permission: Permission, object_id: str, tenant_id: str | None) -> bool:
        """Whether a list that the permission limits has the object of this id and tenant."""
        return self.is_of(tenant_id) and self.allowed(permission, listing=True).has(object_id)

    def is_member(self, tenant_id: str | None) -> bool:
        """Whether the user is a member of a tenant; None: whether the user is a member of all."""
        return self.tenants is None or tenant_id in self.tenants

    @property
    def administers(self) -> bool:
        """Whether the user is an administrator, and does not use a token that has a role."""
        return self.narrowed is None and ADMINISTRATORS in self.groups

    def limits(self, seen: Seen, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of the filters that limit a table to what the user may see; `given` are those of the other filters."""
        narrowed = [permission for name, several in seen.narrowed.items() if given.get(name) for permission in several]
        shown = self._shown(seen)
        for permission in (*seen.also, *narrowed):
            shown = shown.both(self.allowed(permission, listing=True))
        values = _limits(shown)
        if seen.others is not None:
            values[WITHOUT_KEY if self.has(seen.others, None) else WITH_KEY] = True
        if seen.tenant is not None and self.tenants is not None:
            values |= {OF_TENANTS: sorted(self.tenants), WITHOUT_TENANT: True}
        return values


def _limits(allowed: Allowed) -> dict[str, Any]:
    """The limits of the keys. If there are more prefixes than SEEN_PREFIXES, the last ones do not count."""
    values: dict[str, Any] = {} if allowed.every else {SEEN: sorted(allowed.granted)}
    values |= dict(zip(SEEN_PREFIXES, sorted(allowed.prefixes), strict=False))
    return values | ({UNSEEN: sorted(allowed.revoked)} if allowed.revoked else {})


class RightsCache:
    """The rights of the users who were asked for last, each with the store's revision. Safe to use from several threads."""

    def __init__(self) -> None:
        self._rights: LRUCache[Who, tuple[str, UserRights]] = LRUCache(MAX_USERS)
        self._lock = Lock()

    def get(self, reader: Reader, who: Who) -> UserRights:
        """The rights as the store has them now."""
        revision = reader.revision()
        with self._lock:
            known = self._rights.get(who)
        if known is not None and known[0] == revision:
            return known[1]
        rights = rights_of(reader, who)
        with self._lock:
            self._rights[who] = revision, rights
        return rights


def rights_of(reader: Reader, who: Who) -> UserRights:
    """The rights of a user. A user who does not exist has those of every user."""
    rights = _rights(reader, who.user_id, who.groups, who.tenants)
    if who.token is None:
        return rights
    token = _rights(reader, holder_of_token(who.token))
    return replace(rights, tenants=_shared(rights.tenants, token.tenants), narrowed=token)


def holder_of_token(token_id: str) -> str:
    """The user id in the authorizations and memberships of a token. No user has such an id."""
    return f"token:{token_id}"


def _rights(reader: Reader, holder: str, groups: frozenset[str] = frozenset(), tenants: frozenset[str] = frozenset()) -> UserRights:
    groups |= {group for (group,) in reader.read(_groups_query, values={"user": holder})}
    of = {"user": holder, "any": ANY, "groups": sorted(groups)}
    rows: dict[int, list[decision.Authorization]] = {}
    for object_type, *row in reader.read(_authorizations_query, values=of):
        rows.setdefault(object_type, []).append(decision.Authorization(*row))
    tenants |= {tenant for (tenant,) in reader.read(_tenants_query, values=of)}
    return UserRights(holder, groups, None if ADMINISTRATORS in groups or ANY in tenants else tenants, rows)


def _shared(some: frozenset[str] | None, others: frozenset[str] | None) -> frozenset[str] | None:
    """The tenants that are among both; None is all of them."""
    return others if some is None else some if others is None else some & others


def _groups_query(_dialect: Dialect) -> ModelSelect[Membership]:
    return Membership.select(Membership.group_id).where(Membership.user_id == placeholder("user"))


def _tenants_query(dialect: Dialect) -> ModelSelect[TenantMember]:
    is_member = (TenantMember.user_id == placeholder("user")) | dialect.any_of(TenantMember.group_id, placeholder("groups"))
    return TenantMember.select(TenantMember.tenant_id).distinct().where(is_member)


def _authorizations_query(dialect: Dialect) -> ModelSelect[Authorization]:
    of_user = Authorization.user_id.in_([placeholder("user"), placeholder("any")])
    columns = (Authorization.type, Authorization.user_id, Authorization.group_id, Authorization.resource_id, Authorization.bits)
    is_of = of_user | dialect.any_of(Authorization.group_id, placeholder("groups"))
    return Authorization.select(Authorization.resource_type, *columns).where(is_of)
