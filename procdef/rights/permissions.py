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
UPDATE_INSTANCES = Permission(types.PROCESS_DEFINITION, "UPDATE_INSTANCE")
SUSPEND_INSTANCES = Permission(types.PROCESS_DEFINITION, "SUSPEND_INSTANCE")
MIGRATE_INSTANCES = Permission(types.PROCESS_DEFINITION, "MIGRATE_INSTANCE")
CREATE_INSTANCES = Permission(types.PROCESS_DEFINITION, "CREATE_INSTANCE")
READ_INSTANCE, UPDATE_INSTANCE, CREATE_INSTANCE = (Permission(types.PROCESS_INSTANCE, name) for name in (READ, UPDATE, CREATE))
SUSPEND_INSTANCE = Permission(types.PROCESS_INSTANCE, "SUSPEND")
REPORT_INCIDENT, CHANGE_INCIDENT, RESOLVE_INCIDENT = (Permission(types.REPORTED_INCIDENT, name) for name in (CREATE, UPDATE, DELETE))
CREATE_TASK, READ_TASK = (Permission(types.TASK, name) for name in (CREATE, READ))
READ_FILTER = Permission(types.FILTER, READ)
READ_BATCH_HISTORY = Permission(types.BATCH, "READ_HISTORY")
READ_SYSTEM = Permission(types.SYSTEM, READ)
READ_LOG = Permission(types.OPERATION_LOG, READ)
READ_DEPLOYMENT = Permission(types.DEPLOYMENT, READ)
CREATE_DEPLOYMENT = Permission(types.DEPLOYMENT, CREATE)
DEPLOY_KEY = Permission(types.DEPLOYED_KEY, CREATE)
DELETE_DEPLOYMENT = Permission(types.DEPLOYMENT, DELETE)
READ_SYSTEM = Permission(types.SYSTEM, READ)
READ_USER, UPDATE_USER, CREATE_USER, DELETE_USER = (Permission(types.USER, name) for name in (READ, UPDATE, CREATE, DELETE))
READ_GROUP, UPDATE_GROUP, CREATE_GROUP, DELETE_GROUP = (Permission(types.GROUP, name) for name in (READ, UPDATE, CREATE, DELETE))
ADD_GROUP_MEMBER, REMOVE_GROUP_MEMBER = (Permission(types.GROUP_MEMBERSHIP, name) for name in (CREATE, DELETE))
READ_TENANT, UPDATE_TENANT, CREATE_TENANT, DELETE_TENANT = (Permission(types.TENANT, name) for name in (READ, UPDATE, CREATE, DELETE))
ADD_TENANT_MEMBER, REMOVE_TENANT_MEMBER = (Permission(types.TENANT_MEMBERSHIP, name) for name in (CREATE, DELETE))
READ_AUTHORIZATION, UPDATE_AUTHORIZATION, CREATE_AUTHORIZATION, DELETE_AUTHORIZATION = (
    Permission(types.AUTHORIZATION, name) for name in (READ, UPDATE, CREATE, DELETE)
)


def create_batch(name: str) -> tuple[Permission, Permission]:
    """The permissions of which one is needed to create a batch of a kind."""
    return Permission(types.BATCH, f"CREATE_BATCH_{name}"), Permission(types.BATCH, CREATE)
