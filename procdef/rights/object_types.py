"""The types of objects that authorizations are for, and the permissions that each has. The REST API calls them resources.

Source: the engine 7.24. Its REST API was asked which permission each one accepts, and its database which bit each one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

NONE, ALL = "NONE", "ALL"
EVERY_BIT = 2**31 - 1
"""The bits of the permission ALL."""
READ, UPDATE, CREATE, DELETE = "READ", "UPDATE", "CREATE", "DELETE"
_BASE = {READ: 2, UPDATE: 4, CREATE: 8, DELETE: 16}
_HISTORY = {"READ_HISTORY": 4096, "DELETE_HISTORY": 8192}
_TASK = {"TASK_WORK": 16384, "TASK_ASSIGN": 32768}


@dataclass(frozen=True, eq=False, slots=True)
class ObjectType:
    """A kind of object that authorizations are for.

    It has a number, a name, a `title` for messages, and the bits of its permissions, in the order in which the engine lists them.
    """

    number: int
    name: str
    title: str
    permissions: Mapping[str, int]

    def has(self, name: str) -> bool:
        """Whether there is a permission of this name."""
        return name in (NONE, ALL) or name in self.permissions

    def bits(self, names: Iterable[str]) -> int:
        """The bits of these permissions together. Raises KeyError, with the name, for a permission that the type does not have."""
        known = {**self.permissions, NONE: 0, ALL: EVERY_BIT}
        return reduce(or_, (known[name] for name in names), 0)

    def names(self, bits: int) -> list[str]:
        """The permissions that these bits have, in the order of the engine: `ALL` alone if they are all bits."""
        if bits == EVERY_BIT:
            return [ALL]
        return [name for name, bit in self.permissions.items() if bits & bit == bit]


def _some(*names: str) -> Mapping[str, int]:
    return {name: _BASE[name] for name in names}


APPLICATION = ObjectType(0, "APPLICATION", "Application", {"ACCESS": 32})
USER = ObjectType(1, "USER", "User", _BASE)
GROUP = ObjectType(2, "GROUP", "Group", _BASE)
GROUP_MEMBERSHIP = ObjectType(3, "GROUP_MEMBERSHIP", "Group membership", _some(CREATE, DELETE))
AUTHORIZATION = ObjectType(4, "AUTHORIZATION", "Authorization", _BASE)
FILTER = ObjectType(5, "FILTER", "Filter", _BASE)
PROCESS_DEFINITION = ObjectType(
    6,
    "PROCESS_DEFINITION",
    "ProcessDefinition",
    {
        **_some(READ, UPDATE, DELETE),
        "READ_TASK": 64,
        "UPDATE_TASK": 128,
        "CREATE_INSTANCE": 256,
        "READ_INSTANCE": 512,
        "UPDATE_INSTANCE": 1024,
        "DELETE_INSTANCE": 2048,
        **_HISTORY,
        **_TASK,
        "MIGRATE_INSTANCE": 65536,
        "RETRY_JOB": 32,
        "SUSPEND": 1048576,
        "SUSPEND_INSTANCE": 131072,
        "UPDATE_INSTANCE_VARIABLE": 262144,
        "UPDATE_TASK_VARIABLE": 524288,
        "READ_INSTANCE_VARIABLE": 2097152,
        "READ_HISTORY_VARIABLE": 4194304,
        "READ_TASK_VARIABLE": 8388608,
        "UPDATE_HISTORY": 16777216,
    },
)
TASK = ObjectType(7, "TASK", "Task", {**_BASE, "READ_HISTORY": 4096, **_TASK, "UPDATE_VARIABLE": 32, "READ_VARIABLE": 64})
PROCESS_INSTANCE = ObjectType(8, "PROCESS_INSTANCE", "ProcessInstance", {**_BASE, "RETRY_JOB": 32, "SUSPEND": 64, "UPDATE_VARIABLE": 128})
DEPLOYMENT = ObjectType(9, "DEPLOYMENT", "Deployment", _some(READ, CREATE, DELETE))
DECISION_DEFINITION = ObjectType(
    10, "DECISION_DEFINITION", "DecisionDefinition", {**_some(READ, UPDATE), "CREATE_INSTANCE": 256, **_HISTORY}
)
TENANT = ObjectType(11, "TENANT", "Tenant", _BASE)
TENANT_MEMBERSHIP = ObjectType(12, "TENANT_MEMBERSHIP", "TenantMembership", _some(CREATE, DELETE))
BATCH = ObjectType(
    13,
    "BATCH",
    "Batch",
    {
        **_BASE,
        **_HISTORY,
        "CREATE_BATCH_MIGRATE_PROCESS_INSTANCES": 32,
        "CREATE_BATCH_MODIFY_PROCESS_INSTANCES": 64,
        "CREATE_BATCH_RESTART_PROCESS_INSTANCES": 128,
        "CREATE_BATCH_DELETE_RUNNING_PROCESS_INSTANCES": 256,
        "CREATE_BATCH_DELETE_FINISHED_PROCESS_INSTANCES": 512,
        "CREATE_BATCH_DELETE_DECISION_INSTANCES": 1024,
        "CREATE_BATCH_SET_JOB_RETRIES": 2048,
        "CREATE_BATCH_SET_EXTERNAL_TASK_RETRIES": 16384,
        "CREATE_BATCH_UPDATE_PROCESS_INSTANCES_SUSPEND": 32768,
        "CREATE_BATCH_SET_REMOVAL_TIME": 65536,
        "CREATE_BATCH_SET_VARIABLES": 131072,
        "CREATE_BATCH_CORRELATE_MESSAGE": 262144,
    },
)
DECISION_REQUIREMENTS = ObjectType(14, "DECISION_REQUIREMENTS_DEFINITION", "DecisionRequirementsDefinition", _some(READ))
REPORT = ObjectType(15, "REPORT", "Report", _BASE)
DASHBOARD = ObjectType(16, "DASHBOARD", "Dashboard", _BASE)
OPERATION_LOG = ObjectType(17, "OPERATION_LOG_CATEGORY", "OperationLogCatgeory", _some(READ, UPDATE, DELETE))
OPTIMIZE = ObjectType(18, "OPTIMIZE", "Optimize", {"EDIT": 2, "SHARE": 4})
HISTORIC_TASK = ObjectType(19, "HISTORIC_TASK", "HistoricTask", {READ: 2, "READ_VARIABLE": 64})
HISTORIC_INSTANCE = ObjectType(20, "HISTORIC_PROCESS_INSTANCE", "HistoricProcessInstance", _some(READ))
SYSTEM = ObjectType(21, "SYSTEM", "System", {READ: 2, "SET": 4, DELETE: 8})
REPORTED_INCIDENT = ObjectType(100, "REPORTED_INCIDENT", "ReportedIncident", _some(UPDATE, CREATE, DELETE))
"""Incidents that are reported, by the key of their definition. An engine notices incidents by itself, and does not have this type."""
DEPLOYED_KEY = ObjectType(101, "DEPLOYED_KEY", "DeployedKey", _some(CREATE))
"""A key of definitions that may be deployed in tenants of one's own. An engine has no such type."""

OBJECT_TYPES: Mapping[int, ObjectType] = {
    row.number: row
    for row in (
        APPLICATION,
        USER,
        GROUP,
        GROUP_MEMBERSHIP,
        AUTHORIZATION,
        FILTER,
        PROCESS_DEFINITION,
        TASK,
        PROCESS_INSTANCE,
        DEPLOYMENT,
        DECISION_DEFINITION,
        TENANT,
        TENANT_MEMBERSHIP,
        BATCH,
        DECISION_REQUIREMENTS,
        REPORT,
        DASHBOARD,
        OPERATION_LOG,
        OPTIMIZE,
        HISTORIC_TASK,
        HISTORIC_INSTANCE,
        SYSTEM,
        REPORTED_INCIDENT,
        DEPLOYED_KEY,
    )
}
"""Every type by its number. A registry has objects of some of them; the others are kept as rows, so that an engine's rights survive."""
EVERY_PERMISSION = frozenset({NONE, ALL}.union(*(row.permissions for row in OBJECT_TYPES.values())))
"""The names of all permissions."""
