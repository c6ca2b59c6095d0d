"""The administrators: the members of the group `camunda-admin`, which may do everything, as in an engine.

Source: the group and the authorizations that the engine 7.24 writes for the user `camunda.bpm.admin-user`.
"""

from __future__ import annotations

from peewee import Database

from procdef.rights import object_types as types
from procdef.rights.decision import ANY, GRANT
from procdef.rights.object_types import ALL, OBJECT_TYPES, READ, ObjectType
from procdef.store.clock import new_id
from procdef.store.identity.authorizations import permissions_of
from procdef.store.identity.rights import ADMINISTRATORS
from procdef.store.models import Authorization, Group, Membership

GROUP = {"id": ADMINISTRATORS, "rev": 1, "name": "camunda BPM Administrators", "type": "SYSTEM"}


def add(database: Database, user_id: str) -> None:
    """Make a user an administrator, inside a write transaction. The group is made, with its authorizations, if it is not there."""
    if not Group.select().where(Group.id == ADMINISTRATORS).exists(database):
        Group.insert(GROUP).execute(database)
    _grant(database)
    is_member = (Membership.user_id == user_id) & (Membership.group_id == ADMINISTRATORS)
    if not Membership.select().where(is_member).exists(database):
        Membership.insert(user_id=user_id, group_id=ADMINISTRATORS).execute(database)


def remove(database: Database, user_id: str) -> None:
    """Let a user be no administrator any more, inside a write transaction."""
    is_member = (Membership.user_id == user_id) & (Membership.group_id == ADMINISTRATORS)
    Membership.delete().where(is_member).execute(database)


def _grant(database: Database) -> None:
    """Write the authorizations of the group that are not there."""
    columns = (Authorization.resource_type, Authorization.resource_id)
    of_group = (Authorization.group_id == ADMINISTRATORS) & (Authorization.type == GRANT)
    present = set(Authorization.select(*columns).where(of_group).tuples().execute(database))
    wanted = [(object_type, ALL, ANY) for object_type in OBJECT_TYPES.values()] + [(types.GROUP, READ, ADMINISTRATORS)]
    rows = [_row(*one) for one in wanted if (one[0].number, one[2]) not in present]
    if rows:
        Authorization.insert_many(rows).execute(database)


def _row(object_type: ObjectType, permission: str, resource_id: str) -> dict[str, object]:
    of = {"group_id": ADMINISTRATORS, "resource_type": object_type.number, "resource_id": resource_id}
    return {"id": new_id(), "rev": 1, "type": GRANT, **of, **permissions_of(GRANT, object_type, [permission])}
