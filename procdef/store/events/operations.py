"""The operations of logged-in users, as an engine lists them: written with the events, in the transaction of the change.

As in an engine, only a user who is logged in has operations. An operation has a row for each property that says what was done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from procdef.rights.object_types import OBJECT_TYPES
from procdef.store import bulk
from procdef.store.clock import new_id, now
from procdef.store.events import types
from procdef.store.events.actor import PAGE, PROCESSES, REST, present
from procdef.store.models import Operation

OF_USERS = frozenset({REST, PAGE, PROCESSES})
"""The sources of changes whose user is logged in."""
CREATE, UPDATE, DELETE = "Create", "Update", "Delete"
SUSPEND, ACTIVATE, SET_TTL = "SuspendProcessDefinition", "ActivateProcessDefinition", "UpdateHistoryTimeToLive"
DEPLOYMENT, DEFINITION = "Deployment", "ProcessDefinition"
OPERATOR, ADMIN = "Operator", "Admin"
LONGEST = 4000
"""Characters of a value."""


class Property(NamedTuple):
    """A property of an operation: its name, and its value before and after. False is written as `false`, a number in digits."""

    name: str
    before: Any = None
    after: Any = None


def write(database: Any, entity: str, operation: str, properties: Sequence[Property], *subjects: Mapping[str, Any]) -> None:
    """Write an operation of the user that is present, inside a write transaction; nothing if nobody is logged in.

    `subjects` are what it was done with, by attribute of `Operation`: deployments, definitions or keys. Without one it has one row for each
    property.
    """
    actor = present()
    if actor.user is None or actor.source not in OF_USERS:
        return
    category = OPERATOR if entity in (DEPLOYMENT, DEFINITION) else ADMIN
    common = {"timestamp": now(), "operation_id": new_id(), "user_id": actor.user[:255], "operation_type": operation}
    common |= {"entity_type": entity, "category": category}
    absent = dict.fromkeys(("deployment_id", "definition_id", "key", "tenant_id"))
    rows = [
        {"id": new_id(), **common, "property": one.name, "before": _text(one.before), "after": _text(one.after), **absent, **subject}
        for subject in subjects or ({},)
        for one in properties
    ]
    bulk.insert(database, Operation, rows)


def suspension(*, suspended: bool, with_instances: bool) -> tuple[str, Sequence[Property]]:
    """The type and the properties of an operation that suspends or activates."""
    state = Property("suspensionState", after="suspended" if suspended else "active")
    return SUSPEND if suspended else ACTIVATE, (state, Property("includeProcessInstances", after=with_instances))


def of_event(database: Any, event: Any) -> None:
    """Write the operation of an event about users, groups, tenants or authorizations, if it is one."""
    if event.type in MEMBERSHIPS:
        entity = "Group membership" if event.tenant_id is None else "TenantMembership"
        write(database, entity, MEMBERSHIPS[event.type], _member(event))
    elif (row := OF_EVENTS.get(event.type)) is not None:
        entity, operation, properties = row
        write(database, entity, operation, properties(event))


def _text(value: Any) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)[:LONGEST]


Properties = Callable[[Any], Sequence[Property]]


def _named(name: str) -> Properties:
    return lambda event: (Property(name, after=event.object_id),)


def _member(event: Any) -> Sequence[Property]:
    values: Mapping[str, str] = event.after or event.before or {}
    return [Property(f"{word}Id", after=values[word]) for word in ("user", "group", "tenant") if word in values]


def _authorization(event: Any) -> Sequence[Property]:
    """Its properties. Those of a deleted one count as new ones."""
    after = _described(event.after or event.before)
    before = _described(event.before) if event.after and event.before else {}
    return [Property(name, before.get(name), value) for name, value in after.items() if value is not None]


def _described(values: Mapping[str, Any]) -> dict[str, Any]:
    names, object_type = values["permissions"], OBJECT_TYPES.get(values["resourceType"])
    texts = {"permissionBits": values["bits"], "permissions": ", ".join(names), "type": values["type"]}
    of = {"resource": object_type.title if object_type else values["resourceType"], "resourceId": values["resourceId"]}
    return {**texts, **of, "userId": values["userId"], "groupId": values["groupId"]}


def _all(word: str, entity: str, properties: Properties) -> dict[str, tuple[str, str, Properties]]:
    kinds = ((types.CREATED, CREATE), (types.CHANGED, UPDATE), (types.DELETED, DELETE))
    return {text.format(word): (entity, operation, properties) for text, operation in kinds}


OF_EVENTS: Mapping[str, tuple[str, str, Properties]] = {
    **_all("user", "User", _named("userId")),
    **_all("group", "Group", _named("groupId")),
    **_all("tenant", "Tenant", _named("tenantId")),
    **_all("authorization", "Authorization", _authorization),
}
"""By type of event, what an engine calls the object and the operation, and what makes its properties of the event."""
MEMBERSHIPS = {types.MEMBERSHIP_CREATED: CREATE, types.MEMBERSHIP_DELETED: DELETE}
