"""What requests need where authorization is on: permissions on the object that the path names.

Source: the engine 7.24 with authorization, as observed. The engine answers 500 for an object of a foreign tenant, procdef 403.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from procdef.camunda.protocol.errors import EngineError, ErrorEntry
from procdef.errors import Forbidden, Missing, OnlyAdministrators
from procdef.rights.permissions import Permission
from procdef.store.identity.rights import UserRights

Segments = Mapping[str, str]
"""The values of the names in a path."""


def require(rights: UserRights, permissions: tuple[Permission, ...], object_id: str | None) -> None:
    """Check that the user has one of these permissions for an object; None: for objects that are not there yet. Raises Forbidden."""
    require_one(rights, *((permission, object_id) for permission in permissions))


def require_one(rights: UserRights, *permissions: tuple[Permission, str | None]) -> None:
    """Check that the user has one of these permissions, each for an object. Raises Forbidden."""
    if not rights.has_one(*permissions):
        raise Forbidden(rights.user_id, *(_missing(permission, object_id) for permission, object_id in permissions))


def _missing(permission: Permission, object_id: str | None) -> Missing:
    return Missing(permission.name, permission.object_type.title, object_id)


@dataclass(frozen=True, slots=True)
class OfAll:
    """One of these permissions for all objects of the type, those that are not there yet included; `name` is what a message calls them."""

    permissions: tuple[Permission, ...]
    name: str | None = None

    def check(self, rights: UserRights, _segments: Segments) -> None:
        """Raises Forbidden."""
        require(rights, self.permissions, self.name)


@dataclass(frozen=True, slots=True)
class OfObject:
    """One of these permissions for the object whose id is the segment `name` of the path.

    Without it the object is not there, with the error `hidden`; None: the request is refused.
    """

    permissions: tuple[Permission, ...]
    name: str = "id"
    hidden: ErrorEntry | None = None

    def check(self, rights: UserRights, segments: Segments) -> None:
        """Raises Forbidden, and EngineError for an object that is hidden."""
        ident = segments[self.name]
        if self.hidden is not None and not rights.has_one(*((one, ident) for one in self.permissions)):
            raise EngineError(self.hidden, ident=ident, id=ident)
        require(rights, self.permissions, ident)


@dataclass(frozen=True, slots=True)
class OfAdministrator:
    """The user is an administrator, or has one of these permissions for all objects of the type."""

    permissions: tuple[Permission, ...] = ()

    def has(self, rights: UserRights) -> bool:
        """Whether that is so."""
        return rights.administers or any(rights.has(one, None) for one in self.permissions)

    def check(self, rights: UserRights, _segments: Segments) -> None:
        """Raises OnlyAdministrators."""
        if not self.has(rights):
            raise OnlyAdministrators(*(_missing(one, None) for one in self.permissions))
