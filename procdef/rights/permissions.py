"""The permissions that a registry asks for."""

from __future__ import annotations

from typing import NamedTuple

from procdef.rights import object_types as types
from procdef.rights.object_types import CREATE, DELETE, READ, UPDATE, ObjectType


class Permission(NamedTuple):
    """A permission on objects of a type, by its name."""

    object_type: ObjectType
    name: str

    @property
    def bits(self) -> int:
        """Its bits."""
        return self.object_type.bits([self.name])


READ_DEFINITION = Permission(types.PROCESS_DEFINITION, READ)
UPDATE_DEFINITION = Permission(types.PROCESS_DEFINITION, UPDATE)
DELETE_DEFINITION = Permission(types.PROCESS_DEFINITION, DELETE)
SUSPEND_DEFINITION = Permission(types.PROCESS_DEFINITION, "SUSPEND")
READ_INSTANCES = Permission(types.PROCESS_DEFINITION, "READ_INSTANCE")
READ_HISTORY = Permission(types.PROCESS_DEFINITION, "READ_HISTORY")
READ_DEPLOYMENT = Permission(types.DEPLOYMENT, READ)
CREATE_DEPLOYMENT = Permission(types.DEPLOYMENT, CREATE)
DELETE_DEPLOYMENT = Permission(types.DEPLOYMENT, DELETE)
READ_USER = Permission(types.USER, READ)
READ_GROUP = Permission(types.GROUP, READ)
READ_TENANT = Permission(types.TENANT, READ)
READ_AUTHORIZATION = Permission(types.AUTHORIZATION, READ)
