"""The roles: sets of permissions with a name, for those who do not want to write authorizations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from procdef.rights import object_types as types
from procdef.rights.object_types import ALL, CREATE, DELETE, READ, UPDATE, ObjectType


class Grant(NamedTuple):
    """Permissions that a role has: `of_keys` on the keys that the role is bound to; else on all objects, if it is not bound."""

    object_type: ObjectType
    permissions: tuple[str, ...]
    of_keys: bool = False


class Role(NamedTuple):
    """A role, what its users may do, and its permissions. One that `administers` may also do all else, if it is not bound."""

    name: str
    help: str
    grants: tuple[Grant, ...]
    administers: bool = False


_SEES = ("READ_INSTANCE", "READ_HISTORY")
READER = Role(
    "reader",
    "See definitions, deployments and incidents.",
    (Grant(types.PROCESS_DEFINITION, (READ, *_SEES), of_keys=True), Grant(types.DEPLOYMENT, (READ,))),
)
DEPLOYER = Role(
    "deployer",
    "What a reader may; deploy, suspend and activate, set how long history is kept, report incidents, and delete what one has deployed.",
    (
        Grant(types.PROCESS_DEFINITION, (READ, UPDATE, "SUSPEND", *_SEES), of_keys=True),
        Grant(types.DEPLOYMENT, (READ,)),
        Grant(types.DEPLOYED_KEY, (CREATE,), of_keys=True),
        Grant(types.REPORTED_INCIDENT, (CREATE, UPDATE, DELETE), of_keys=True),
    ),
)
ADMIN = Role(
    "admin",
    "Everything, also with users and permissions. Bound to tenants or keys: everything with these definitions.",
    (
        Grant(types.PROCESS_DEFINITION, (ALL,), of_keys=True),
        Grant(types.DEPLOYMENT, (READ, DELETE)),
        Grant(types.DEPLOYED_KEY, (ALL,), of_keys=True),
        Grant(types.REPORTED_INCIDENT, (ALL,), of_keys=True),
    ),
    administers=True,
)
ROLES: Mapping[str, Role] = {role.name: role for role in (READER, DEPLOYER, ADMIN)}
"""The roles by name."""
