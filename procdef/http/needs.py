"""What requests need where authorization is on, for every surface: permissions for all objects of a type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from procdef.errors import Forbidden, Missing
from procdef.rights.permissions import Permission
from procdef.store.identity.rights import UserRights

Segments = Mapping[str, str]
"""The values of the names in a path."""


def require(rights: UserRights, permissions: tuple[Permission, ...], object_id: str | None) -> None:
    """Check that the user has one of these permissions for an object; None: for objects that are not there yet. Raises Forbidden."""
    if not any(rights.has(permission, object_id) for permission in permissions):
        missing = (Missing(permission.name, permission.object_type.title, object_id) for permission in permissions)
        raise Forbidden(rights.user_id, *missing)


@dataclass(frozen=True, slots=True)
class OfAll:
    """One of these permissions for all objects of the type, those that are not there yet included."""

    permissions: tuple[Permission, ...]

    def check(self, rights: UserRights, _segments: Segments) -> None:
        """Raises Forbidden."""
        require(rights, self.permissions, None)
