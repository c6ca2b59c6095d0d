"""What is asked of each route that an engine has. A route without a request is an error: see `missing`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from procdef.camunda.stubs import TAG
from procdef.camunda.stubs.empty import EMPTY_RESOURCES
from procdef.camunda.surface import ROUTES
from procdef.http.routes import Route
from tests.rights.engine.servers import Ask
from tests.rights.engine.world import EVERY_KEY, GROUPS, TENANTS, USERS, World
from tests.rights.engine.writes import NOBODY, WRITES

OURS = re.compile(
    r"/process-definition/(grouped|usage|cleanable-report)\b.*|/process-definition/.*/(picture|facts|outline|diff|diff/{other}|usage)"
    r"|.*/static-calling-process-definitions|/deployment/validate|/openapi.*|/(event|token|setup)\b(?!-).*"
)
"""The paths that an engine does not have."""
OF_PROCDEF = {("PUT", "/incident/{id}"), ("POST", "/process-definition"), ("POST", "/deployment"), ("POST", "/history/detail")}
"""The requests of other paths that it does not have, counts included."""
BATCH = {"processInstanceIds": [NOBODY], "externalTaskIds": [NOBODY], "jobIds": [NOBODY], "suspended": True, "retries": 1}
BODIES: Mapping[str, Any] = {
    "/message": {"messageName": "no-such-message"},
    "/signal": {"name": "no-such-signal"},
    "/condition": {"variables": {"x": {"value": 1, "type": "Integer"}}},
    "/process-instance/message-async": {**BATCH, "messageName": "no-such-message"},
    "/process-instance/variables-async": {**BATCH, "variables": {"x": {"value": 1, "type": "Integer"}}},
    "/external-task/fetchAndLock": {"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "none", "lockDuration": 1}]},
    "/telemetry/configuration": {"enableTelemetry": False},
    "/task/create": {"name": "x"},
}
"""The bodies of requests that execute something; every other one gets BATCH."""
CHECKED = (
    *(("READ", 6, "order"), ("UPDATE", 6, "*"), ("ALL", 6, "claim"), ("READ", 9, "<deployment1>"), ("DELETE", 1, "user1")),
    *(("CREATE", 4, "x"), ("READ", 21, "*")),
)
"""Permissions that are checked: the name, the number of the type, the object."""
MORE: Mapping[str, tuple[str, ...]] = {
    "/process-definition": (
        "latest=true",
        "withoutTenantId=true",
        "tenantIdIn=tenantA,tenantB",
        "key=order",
        "keyLike=%25i%25",
        "startableBy=user1",
        "startablePermissionCheck=true",
        "startableInTasklist=true&latest=true",
        "active=true",
        "suspended=true",
        "incidentType=failedJob",
        "resourceNameLike=%25o%25",
    ),
    "/process-definition/statistics": ("incidents=true", "rootIncidents=true", "incidentsForType=failedJob", "incidentsForType=own"),
    "/process-definition/{id}/statistics": ("incidents=true",),
    "/deployment": ("withoutTenantId=true", "tenantIdIn=tenantA", "includeDeploymentsWithoutTenantId=true&tenantIdIn=tenantB"),
    "/incident": ("tenantIdIn=tenantA,tenantB", "incidentType=failedJob", "activityId=wait"),
    "/history/incident": ("open=true", "tenantIdIn=tenantA", "processDefinitionKeyLike=%25"),
    "/user": ("memberOfGroup=groupA", "memberOfTenant=tenantA", "firstNameLike=%25"),
    "/group": ("member=user1", "memberOfTenant=tenantA"),
    "/tenant": ("userMember=user1", "userMember=user2&includingGroupsOfUser=true", "groupMember=groupA"),
    "/authorization": ("resourceType=6", "userIdIn=user1,user2", "type=1", "resourceId=*"),
    "/identity/groups": (*(f"userId={user}" for user in (*USERS, NOBODY)),),
    "/authorization/check": tuple(
        f"permissionName={name}&resourceName=x&resourceType={number}&resourceId={ident}{user}"
        for (name, number, ident), user in product(CHECKED, ("", "&userId=user1", "&userId=user3"))
    ),
    "/history/process-instance/report": ("reportType=duration&periodUnit=month",),
    "/history/task/report": ("reportType=duration&periodUnit=month",),
}  # fmt: skip
"""Queries of lists and counts, besides the one without parameters, by path."""
PLAIN = {"/history/user-operation": "userId=nobody"}
"""What is asked of a list instead of everything: an engine has logged what was done on it before, and what it alone can do."""
BY_BODY: Mapping[str, tuple[Any, ...]] = {
    "/group": ({}, {"member": "user1"}),
    "/schema/log": ({},),
    "/identity/password-policy": ({"password": "x"}, {}),
    **{kind.path: ({},) for kind in EMPTY_RESOURCES if kind.posted},
}
"""Queries in the bodies of lists and counts."""


def is_of_engine(route: Route) -> bool:
    """Whether an engine has the request."""
    return OURS.fullmatch(route.path) is None and (route.method, route.path.removesuffix("/count")) not in OF_PROCDEF


def missing() -> list[str]:
    """The routes that an engine has and that are not asked."""
    asked = {(method, write.path) for method, writes in WRITES.items() for write in writes}
    safe = {(route.method, route.path) for route in ROUTES if route.method in ("GET", "OPTIONS")}
    safe |= {("POST", path + count) for path in BY_BODY for count in ("", "/count")}
    executing = {(route.method, route.path) for route in ROUTES if route.tag == TAG}
    known = asked | safe | executing
    return [f"{route.method} {route.path}" for route in ROUTES if is_of_engine(route) and (route.method, route.path) not in known]


def reads(world: World) -> Iterator[Ask]:
    """The requests that change nothing, for every object of the world."""
    written = {(method, write.path) for method, writes in WRITES.items() for write in writes}
    for route in ROUTES:
        if is_of_engine(route) and (route.method, route.path) not in written:
            for path in _paths(world, route.path):
                yield from _asks(route, path)


def _asks(route: Route, path: str) -> Iterator[Ask]:
    base = route.path.removesuffix("/count")
    if route.method in ("GET", "OPTIONS"):
        plain = PLAIN.get(base, "")
        queries = (plain, *MORE.get(base if route.path.endswith("/count") else route.path, ())) if route.method == "GET" else ("",)
        yield from (Ask(route.method, f"{path}?{query}" if query else path) for query in queries)
    elif route.method == "POST" and base in BY_BODY:
        yield from (Ask(route.method, path, body) for body in BY_BODY[base])
    else:
        yield Ask(route.method, path, BODIES.get(route.path, BATCH) if route.method != "DELETE" else None)


def _paths(world: World, path: str) -> Iterator[str]:
    """The path once for each of its objects."""
    if "{" not in path:
        yield path
        return
    for names in _objects(world, path):
        yield path.format_map(defaultdict(lambda: NOBODY, names))


def _objects(world: World, path: str) -> Sequence[Mapping[str, str]]:
    """The ids that the names of a path have, for each object."""
    if path.startswith(("/process-definition/{id}", "/history/process-definition/{id}")):
        return [*({"id": one.name} for one in world.definitions), {}]
    if path.startswith("/process-definition/key/{key}/tenant-id"):
        return [*({"key": one.key, "tenant": one.tenant or NOBODY} for one in world.definitions), {"key": "order"}]
    if path.startswith("/process-definition/key"):
        return [{"key": key} for key in (*EVERY_KEY, NOBODY)]
    if path.startswith("/deployment/"):
        files = [{"id": one.resource, "deployment": one.deployment} for one in world.definitions]
        of_one = [*files, {"deployment": files[0]["deployment"]}, {"id": files[0]["id"]}]
        return of_one if "{deployment}" in path else [*({"id": one} for one in world.deployments), {}]
    kinds: Mapping[str, Sequence[str]] = {
        "user": USERS,
        "group": GROUPS,
        "tenant": TENANTS,
        "incident": world.incidents,
        "authorization": world.authorizations[::7],
    }
    return [{"id": ident} for ident in (*kinds.get(path.split("/")[1], ()), NOBODY)]
