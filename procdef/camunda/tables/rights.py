"""The tables of authorizations and tenants: the declarations of their fields, filters and sorts.

Source: the resources authorization and tenant of the engine's REST API 7.24, as observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procdef.camunda.protocol.conversion import Bool, Int, Text, TextList
from procdef.camunda.protocol.errors import ENGINE
from procdef.camunda.tables.registry import WILDCARDS
from procdef.query.bound import placeholder
from procdef.query.operators import ANY_OF, EQUAL, LIKE, Operator
from procdef.query.table import (
    INTEGER,
    OPTIONAL_TIMESTAMP,
    REQUIRED_TEXT,
    TEXT,
    Field,
    FieldType,
    Filter,
    Relation,
    Rule,
    Seen,
    Sort,
    Table,
)
from procdef.rights.permissions import READ_AUTHORIZATION, READ_TENANT
from procdef.store.models import Authorization, Membership, Tenant, TenantMember

PERMISSIONS = FieldType({"type": "array", "items": {"type": "string"}}, lambda dialect, column: dialect.json(column), is_json=True)
OF_GROUPS = Operator(
    "of the groups of the user",
    lambda _dialect, column, _value: column.in_(
        Membership.select(Membership.group_id).where(Membership.user_id == placeholder("userMember"))
    ),
    valued=False,
)


def _is_of_both(values: Mapping[str, Any]) -> bool:
    return values.get("userIdIn") is not None and values.get("groupIdIn") is not None


AUTHORIZATIONS = Table(
    model=Authorization,
    id=Authorization.id,
    fields=(
        Field("id", Authorization.id, REQUIRED_TEXT, "The authorization's id."),
        Field("type", Authorization.type, INTEGER, "0: for every user; 1: it grants; 2: it revokes."),
        Field("permissions", Authorization.permissions, PERMISSIONS, "The permissions that it grants or revokes; `ALL` alone if it is all of them."),
        Field("userId", Authorization.user_id, TEXT, "The user that it is for; `*` for every user."),
        Field("groupId", Authorization.group_id, TEXT, "The group that it is for."),
        Field("resourceType", Authorization.resource_type, INTEGER, "The number of the resource: 6 is a process definition, 9 a deployment."),
        Field("resourceId", Authorization.resource_id, TEXT, "The object's id, for a process definition its key; `*` for every object."),
        Field("removalTime", Authorization.removal_time, OPTIONAL_TIMESTAMP, "When it will be removed; always null, because procdef never removes it."),
        Field("rootProcessInstanceId", Authorization.root_process_instance_id, TEXT, "The instance that it belongs to; always null."),
    ),
    filters=(
        Filter("id", EQUAL, Authorization.id, Text(), "The authorization with this id.", "@authorization", "none"),
        Filter("type", EQUAL, Authorization.type, Int(), "The type is this.", "1", "2"),
        Filter("userIdIn", ANY_OF, Authorization.user_id, TextList(), "It is for one of these users; not together with `groupIdIn`.", "mary,x", "Mary"),
        Filter("groupIdIn", ANY_OF, Authorization.group_id, TextList(), "It is for one of these groups; not together with `userIdIn`.", "sales,x", "Sales"),
        Filter("resourceType", EQUAL, Authorization.resource_type, Int(), "The number of the resource is this.", "6", "99"),
        Filter("resourceId", EQUAL, Authorization.resource_id, Text(), "The object's id is this.", "order", "Order"),
    ),
    sorts=(
        Sort("resourceType", Authorization.resource_type, unindexed=True),
        Sort("resourceId", Authorization.resource_id),
    ),
    rules=(Rule(_is_of_both, ENGINE, "Cannot query for user and group authorizations at the same time."),),
    seen=Seen(READ_AUTHORIZATION, Authorization.id),
)  # fmt: skip

TENANTS = Table(
    model=Tenant,
    id=Tenant.id,
    fields=(
        Field("id", Tenant.id, REQUIRED_TEXT, "The tenant's id."),
        Field("name", Tenant.name, TEXT, "Its name."),
    ),
    filters=(
        Filter("id", EQUAL, Tenant.id, Text(), "The tenant with this id.", "acme", "Acme"),
        Filter("name", EQUAL, Tenant.name, Text(), "The name is this.", "Acme Corporation", "acme corporation"),
        Filter("nameLike", LIKE, Tenant.name, Text(), f"The name matches. {WILDCARDS}", "Acme%", "acme%"),
        Filter("userMember", EQUAL, TenantMember.user_id, Text(), "This user is a member.", "mary", "Mary"),
        Filter("groupMember", EQUAL, TenantMember.group_id, Text(), "This group is a member.", "sales", "Sales"),
        Filter("includingGroupsOfUser", OF_GROUPS, TenantMember.group_id, Bool(), "true: with `userMember`, tenants of the user's groups too.", "true", widens="userMember"),
    ),
    sorts=(Sort("id", Tenant.id), Sort("name", Tenant.name, unindexed=True)),
    relations=(Relation(TenantMember, Tenant.id, TenantMember.tenant_id),),
    seen=Seen(READ_TENANT, Tenant.id),
)  # fmt: skip
