"""What requests of every surface need where authorization is on: permissions for all objects of a type, and to deploy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from procdef.errors import Forbidden, Missing, OfForeignTenant
from procdef.http.responses import rights
from procdef.rights.permissions import CREATE_DEPLOYMENT, DEPLOY_KEY, Permission
from procdef.store.identity.rights import UserRights

Segments = Mapping[str, str]
"""The values of the names in a path."""


def require(rights: UserRights, permissions: tuple[Permission, ...], object_id: str | None) -> None:
    """Check that the user has one of these permissions for an object; None: for objects that are not there yet. Raises Forbidden."""
    require_one(rights, *((permission, object_id) for permission in permissions))


def require_one(rights: UserRights, *permissions: tuple[Permission, str | None]) -> None:
    """Check that the user has one of these permissions, each for an object. Raises Forbidden."""
    if not rights.has_one(*permissions):
        raise Forbidden(rights.user_id, *(missing(permission, object_id) for permission, object_id in permissions))


def missing(permission: Permission, object_id: str | None) -> Missing:
    """A permission that is missing."""
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
class ToDeploy:
    """The permission to create deployments, or to deploy definitions with some keys."""

    permissions: tuple[Permission, ...] = (CREATE_DEPLOYMENT, DEPLOY_KEY)

    def check(self, rights: UserRights, _segments: Segments) -> None:
        """Raises Forbidden."""
        if not may_deploy(rights):
            require(rights, (CREATE_DEPLOYMENT,), None)


def may_deploy(rights: UserRights) -> bool:
    """Whether the user may deploy something."""
    return rights.allowed(DEPLOY_KEY).any or rights.has(CREATE_DEPLOYMENT, None)


def check_keys(tenant_id: str | None, keys: Sequence[str]) -> None:
    """Check that the client may deploy definitions of a tenant with these keys. Raises Forbidden and OfForeignTenant."""
    client = rights()
    if client is None or client.has(CREATE_DEPLOYMENT, None):
        return
    if not client.is_member(tenant_id):
        raise OfForeignTenant("create the", "deployment", tenant_id or "")
    for key in keys or (None,):
        require(client, (DEPLOY_KEY,), key)
