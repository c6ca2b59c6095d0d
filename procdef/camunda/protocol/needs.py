"""What requests need where authorization is on: permissions on the object that the path names.

Source: the engine 7.24 with authorization, as observed. The engine answers 500 for an object of a foreign tenant, procdef 403.
"""

from __future__ import annotations

from dataclasses import dataclass

from procdef.camunda.protocol.errors import EngineError, ErrorEntry
from procdef.errors import OnlyAdministrators
from procdef.http.needs import Segments, missing, require
from procdef.rights.permissions import Permission
from procdef.store.identity.rights import UserRights


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
            raise OnlyAdministrators(*(missing(one, None) for one in self.permissions))
