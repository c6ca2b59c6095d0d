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
        """Whether a list has an object for a user: the most important level that says something decides."""
        rows = [row for row in self.rights if row.user in (user, "*") or row.group in self.groups[user]]
        is_simple = not any(row.type == REVOKE for row in rows)
        rows = [row for row in rows if row.object_type == object_type and (row.is_about(permission) or row.type == GLOBAL)]
        levels: tuple[list[Right], list[Right], list[Right]] = ([], [], [])
        for row in rows:
            if row.type == GLOBAL or (row.user == "*" and is_simple):
                levels[2].append(row)
            elif row.user == user:
                levels[0].append(row)
            elif row.group is not None:
                levels[1].append(row)
        if is_simple:
            levels = (levels[0], levels[1], [row for row in levels[2] if row.is_about(permission)])
        said = (self._said(level, permission, object_id) for level in levels)
        return next((one for one in said if one is not None), False)

    @staticmethod
    def _said(level: Sequence[Right], permission: str, object_id: str) -> bool | None:
        grants = [row.object_id for row in level if row.type != REVOKE and row.is_about(permission)]
        if any(row.object_id == object_id for row in level):
            return object_id in grants
        if any(len(start) > 1 and start.endswith("*") and object_id.startswith(start[:-1]) for start in grants):
            return True
        return "*" in grants if any(row.object_id == "*" for row in level) else None
