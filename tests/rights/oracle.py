"""A plain Python oracle: what a user may read, by all authorizations and memberships. It shares no code with procdef's own decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

GLOBAL, GRANT, REVOKE = 0, 1, 2


class Right(NamedTuple):
    """An authorization, as a client writes it."""

    type: int
    user: str | None
    group: str | None
    object_type: int
    object_id: str
    permissions: Sequence[str]

    def is_about(self, permission: str) -> bool:
        """Whether it grants or revokes a permission."""
        return permission in self.permissions or "ALL" in self.permissions


class Oracle(NamedTuple):
    """All authorizations, the groups of each user, and the tenants of each user and group."""

    rights: Sequence[Right]
    groups: Mapping[str, set[str]]
    tenants: Mapping[str, set[str]]

    def is_of(self, user: str, tenant: str | None) -> bool:
        """Whether a user is a member of a tenant, alone or by a group. What has no tenant is everybody's."""
        if tenant is None or "camunda-admin" in self.groups[user]:
            return True
        return any(tenant in self.tenants[holder] for holder in (user, *self.groups[user]))

    def may_read(self, user: str, permission: str, object_type: int, object_id: str) -> bool:
        """Whether a list has an object for a user: the most important level that says something decides.

        If nothing is revoked from the user, grants for the user `*` count in lists, and a global authorization only grants; else a global
        one without the permission denies it.
        """
        mine = [row for row in self.rights if row.user in (user, "*") or row.group in self.groups[user]]
        is_revoking = any(row.type == REVOKE for row in mine)
        own, of_groups, of_all = list[Right](), list[Right](), list[Right]()
        for row in (row for row in mine if row.object_type == object_type):
            if row.type == GLOBAL or (row.user == "*" and not is_revoking):
                of_all.append(row)
            elif row.user == user:
                own.append(row)
            elif row.group is not None:
                of_groups.append(row)
        said = [self._said([row for row in level if row.is_about(permission)], object_id, permission) for level in (own, of_groups)]
        counting = of_all if is_revoking else [row for row in of_all if row.is_about(permission)]
        said.append(self._said(counting, object_id, permission))
        return next((one for one in said if one is not None), False)

    @staticmethod
    def _said(level: Sequence[Right], object_id: str, permission: str) -> bool | None:
        def grants(row: Right) -> bool:
            return row.type != REVOKE and row.is_about(permission)

        exact = [row for row in level if row.object_id == object_id]
        if exact:
            return any(map(grants, exact))
        starts = [row.object_id[:-1] for row in level if grants(row) and len(row.object_id) > 1 and row.object_id.endswith("*")]
        if any(object_id.startswith(start) for start in starts):
            return True
        every = [row for row in level if row.object_id == "*"]
        return any(map(grants, every)) if every else None
