"""What somebody may do: which buttons the pages show, and which pages and forms are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from procdef.http.needs import may_deploy, require
from procdef.http.responses import rights
from procdef.rights import permissions as all_permissions
from procdef.rights.permissions import Permission
from procdef.store.identity.rights import UserRights

DELETES_DEPLOYMENT = (all_permissions.DELETE_DEPLOYMENT,)
DELETES = (all_permissions.DELETE_DEFINITION,)
SUSPENDS = (all_permissions.SUSPEND_DEFINITION, all_permissions.UPDATE_DEFINITION)


class May:
    """What the client of the present request may do, for the templates. Where authorization is off, everything."""

    @property
    def deploy(self) -> bool:
        """Deploy files, and import processes."""
        client = rights()
        return client is None or may_deploy(client)

    @staticmethod
    def suspend(key: str) -> bool:
        """Suspend and activate the definitions of a key."""
        return _has(SUSPENDS, key)

    @staticmethod
    def delete(key: str) -> bool:
        """Delete definitions of a key."""
        return _has(DELETES, key)

    @staticmethod
    def undeploy(deployment_id: str) -> bool:
        """Delete a deployment."""
        return _has(DELETES_DEPLOYMENT, deployment_id)


@dataclass(frozen=True, slots=True)
class OfNamed:
    """One of these permissions for what the segment `name` of the path names.

    What `find` does not find is not there, whatever the permissions: it gets the values of the path, and raises NotFound.
    """

    permissions: tuple[Permission, ...]
    name: str
    find: Callable[..., object]

    def check(self, rights: UserRights, segments: Mapping[str, str]) -> None:
        """Raises Forbidden, and what `find` raises."""
        if not any(rights.has(one, segments[self.name]) for one in self.permissions):
            self.find(*segments.values())
            require(rights, self.permissions, segments[self.name])


def check(permissions: tuple[Permission, ...], object_id: str) -> None:
    """Check that the client of the present request has one of these permissions for an object. Raises Forbidden."""
    if (client := rights()) is not None:
        require(client, permissions, object_id)


def _has(permissions: tuple[Permission, ...], object_id: str) -> bool:
    client = rights()
    return client is None or any(client.has(one, object_id) for one in permissions)
