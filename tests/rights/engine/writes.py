"""The requests that change something, each sent to an object that is made for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from procdef.rights import object_types as types
from procdef.rights.object_types import ObjectType
from tests.rights.engine.servers import ADMIN, PASSWORD, Ask
from tests.rights.engine.world import FRESH_KEYS, GROUPS, TENANTS, USERS, Definition, World, bpmn

NOBODY = "nope"
"""The id of no object."""


class Fresh(NamedTuple):
    """An object that is made for one request: its ids by the names of a path, and how it is removed."""

    names: Mapping[str, str]
    remove: Callable[[], None]


class Make(Protocol):
    """Makes the object of a request, and sends the requests `after` when it is there."""

    def __call__(self, world: World, *after: Ask) -> Fresh:
        """The object, with random authorizations for it."""


class Write(NamedTuple):
    """A request that changes something. It is sent to an object of its own, by `make`; what it makes is named in `made` to be removed.

    The members of the body may have the names of the path in braces, as `{id}`; `{own}` is the password of the user who sends it. After
    one that `locks` an engine does not let the user in for some seconds.
    """

    path: str
    make: Make
    json: Any = None
    files: dict[str, bytes] | None = None
    fields: dict[str, str] | None = None
    locks: bool = False

    def asked(self, method: str, names: Mapping[str, str]) -> Ask:
        """The request for an object."""

        def named(value: Any) -> Any:
            if isinstance(value, dict):
                return {name: named(member) for name, member in value.items()}
            if isinstance(value, list):
                return [named(member) for member in value]
            return re.sub(r"{(\w+)}", lambda found: names[found[1]], value) if isinstance(value, str) else value

        return Ask(method, named(self.path), named(self.json), self.fields, self.files)


def _definition(world: World, *_after: Ask) -> Fresh:
    """A definition of a key and tenant of its own, with random authorizations for its deployment."""
    return _of_definition(world, _deploy(world))


def _deploy(world: World) -> Definition:
    return world.deploy(world.random.choice(FRESH_KEYS), world.random.choice((None, None, *TENANTS)))


def _of_definition(world: World, made: Definition) -> Fresh:
    for _ in range(3):
        world.authorize(types.DEPLOYMENT, made.deployment)
    names = {"id": made.name, "deployment": made.deployment, "key": made.key, "tenant": made.tenant or NOBODY, "file": made.resource}
    return Fresh(names, lambda: world.undeploy(made))


def _of(object_type: ObjectType, ident: str, create: Ask, *more: ObjectType) -> Make:
    """An object with this id, with random authorizations for it."""
    segment = create.path.split("/")[1]

    def make(world: World, *after: Ask) -> Fresh:
        for ask in (create, *after):
            world.pair.both(ask)
        for each in (object_type, object_type, *more):
            world.authorize(each, ident)
        names = {"id": ident, segment: ident}
        return Fresh(names, lambda: _delete(world, f"/{segment}/{ident}"))

    return make


def _delete(world: World, path: str) -> None:
    for server in world.pair:
        server.send(ADMIN, Ask("DELETE", path))


_PROFILE = {"id": "fresh", "firstName": "F", "lastName": None, "email": None}
_user = _of(types.USER, "fresh", Ask("POST", "/user/create", {"profile": _PROFILE, "credentials": {"password": PASSWORD}}), types.USER)
_group = _of(types.GROUP, "fresh", Ask("POST", "/group/create", {"id": "fresh", "name": "f", "type": "t"}), types.GROUP_MEMBERSHIP)
_tenant = _of(types.TENANT, "fresh", Ask("POST", "/tenant/create", {"id": "fresh", "name": "f"}), types.TENANT_MEMBERSHIP)


def _member(make: Make, kind: str, path: str, name: str = "member") -> Make:
    """An object with a member, which is a user or a group."""

    def made(world: World, *_after: Ask) -> Fresh:
        member = world.random.choice(GROUPS if kind == "group" else USERS)
        fresh = make(world, Ask("PUT", path.format(member=member)))
        return Fresh({**fresh.names, name: member}, fresh.remove)

    return made


def _with_name(make: Make, name: str, values: tuple[str, ...]) -> Make:
    """An object, and a random other one that becomes its member."""

    def made(world: World, *_after: Ask) -> Fresh:
        fresh = make(world)
        return Fresh({**fresh.names, name: world.random.choice(values)}, fresh.remove)

    return made


def _authorization(world: World, *_after: Ask) -> Fresh:
    row = {"type": 1, "permissions": ["READ"], "resourceType": types.TASK.number, "resourceId": "freshTask", "userId": USERS[0]}
    one, other = world.pair.both(Ask("POST", "/authorization/create", row))
    name = world.pair.name("fresh", (one["id"], other["id"]))
    for _ in range(3):
        world.authorize(types.AUTHORIZATION, name)
    return Fresh({"id": name}, lambda: _forget(world, f"/authorization/{name}"))


def _forget(world: World, path: str) -> None:
    _delete(world, path)
    world.pair.forget("fresh")


def _nothing(*paths: str, **names: str) -> Make:
    """Nothing is made before; what the request makes is deleted at these paths."""

    def made(world: World, *_after: Ask) -> Fresh:
        def remove() -> None:
            for path in paths:
                _delete(world, path)

        return Fresh(names, remove)

    return made


def _deployed(world: World, *_after: Ask) -> Fresh:
    """Nothing is made before; the deployments with this name are deleted."""

    def remove() -> None:
        for server in world.pair:
            for row in server.must(Ask("GET", "/deployment?name=fresh")):
                server.must(Ask("DELETE", f"/deployment/{row['id']}?cascade=true"))

    return Fresh({}, remove)


def _granted(world: World, *_after: Ask) -> Fresh:
    """Nothing is made before; the authorizations of nobody are deleted."""

    def remove() -> None:
        for server in world.pair:
            for row in server.must(Ask("GET", "/authorization?userIdIn=freshUser")):
                server.must(Ask("DELETE", f"/authorization/{row['id']}"))

    return Fresh({}, remove)


def _incident(world: World, *_after: Ask) -> Fresh:
    """An incident of a definition of its own."""
    made = _deploy(world)
    return Fresh({"id": world.incident(made)}, lambda: world.undeploy(made))


def _redeployed(world: World, *_after: Ask) -> Fresh:
    """A deployment whose files are deployed again. The new one has its name."""
    fresh, remove = _definition(world), _deployed(world).remove
    (row,) = world.pair.procdef.must(Ask("GET", f"/deployment?id={fresh.names['deployment']}"))

    def both() -> None:
        fresh.remove()
        for server in world.pair:
            for each in server.must(Ask("GET", f"/deployment?name={row['name']}")):
                server.must(Ask("DELETE", f"/deployment/{each['id']}?cascade=true"))
        remove()

    return Fresh(fresh.names, both)


def _deployment(world: World, *_after: Ask) -> Fresh:
    fresh = _definition(world)
    return Fresh({**fresh.names, "id": fresh.names["deployment"]}, fresh.remove)


SUSPEND, WITH_INSTANCES = {"suspended": True}, {"suspended": True, "includeProcessInstances": True}
OF_KEY = {"processDefinitionKey": "{key}"}
LATER = {"suspended": True, "executionDate": "2099-01-01T00:00:00.000+0000"}
PLAN = {"sourceProcessDefinitionId": "{id}", "targetProcessDefinitionId": "{id}"}
GROUP_BODY, TENANT_BODY = {"id": "fresh", "name": "changed"}, {"id": "fresh", "name": "changed"}
AUTHORIZATION_BODY = {"permissions": ["READ"], "resourceType": 7, "resourceId": "freshOther", "userId": USERS[1]}
CREDENTIALS = {"password": "another-Pa55word", "authenticatedUserPassword": "{own}"}
TARGETED = {"processDefinitionId": "{id}", "processInstanceIds": [NOBODY], "instructions": [{"type": "cancel", "activityId": "wait"}]}
MIGRATED = {"migrationPlan": {**PLAN, "instructions": []}, "processInstanceIds": [NOBODY]}
DRAFT, NAMED = {"a.bpmn": bpmn(FRESH_KEYS[0])}, {"deployment-name": "fresh"}
NEW_USER = {"profile": _PROFILE, "credentials": {"password": PASSWORD}}
GRANTED = {"type": 1, "permissions": ["READ"], "resourceType": 9, "resourceId": "*", "userId": "freshUser"}
_OF_DEFINITION = ("/process-definition/{id}", "/process-definition/key/{key}", "/process-definition/key/{key}/tenant-id/{tenant}")


def _for_each(path: str, *bodies: Any) -> tuple[Write, ...]:
    return tuple(Write(prefix + path, _definition, body) for prefix in _OF_DEFINITION for body in bodies)


RESTART = {"processInstanceIds": [NOBODY], "instructions": [{"type": "startAfterActivity", "activityId": "start"}]}
WRITES: Mapping[str, tuple[Write, ...]] = {
    "PUT": (
        *_for_each("/suspended", SUSPEND, WITH_INSTANCES, LATER),
        *_for_each("/history-time-to-live", {"historyTimeToLive": 7}),
        *(Write("/process-definition/suspended", _definition, {**body, **OF_KEY}) for body in (SUSPEND, WITH_INSTANCES, LATER)),
        Write("/incident/{id}/annotation", _incident, {"annotation": "a"}),
        Write("/incident/{id}/annotation", _nothing(id=NOBODY), {"annotation": "a"}),
        Write("/user/{id}/profile", _user, {**_PROFILE, "firstName": "G"}),
        Write("/user/{id}/profile", _nothing(id=NOBODY), {**_PROFILE, "id": NOBODY}),
        Write("/user/{id}/credentials", _user, CREDENTIALS),
        Write("/user/{id}/credentials", _user, {**CREDENTIALS, "authenticatedUserPassword": "wrong"}, locks=True),
        Write("/user/{id}/credentials", _user, {"password": "another-Pa55word"}, locks=True),
        Write("/user/{id}/credentials", _nothing(id=NOBODY), CREDENTIALS),
        Write("/group/{id}", _group, GROUP_BODY),
        Write("/group/{id}", _nothing(id=NOBODY), {**GROUP_BODY, "id": NOBODY}),
        Write("/group/{group}/members/{user}", _with_name(_group, "user", USERS)),
        Write("/group/{group}/members/{user}", _with_name(_group, "user", (NOBODY,))),
        Write("/group/{group}/members/{user}", _nothing(group=NOBODY, user=USERS[0])),
        Write("/tenant/{id}", _tenant, TENANT_BODY),
        Write("/tenant/{id}", _nothing(id=NOBODY), {**TENANT_BODY, "id": NOBODY}),
        Write("/tenant/{tenant}/user-members/{member}", _with_name(_tenant, "member", USERS)),
        Write("/tenant/{tenant}/user-members/{member}", _with_name(_tenant, "member", (NOBODY,))),
        Write("/tenant/{tenant}/group-members/{member}", _with_name(_tenant, "member", GROUPS)),
        Write("/tenant/{tenant}/group-members/{member}", _with_name(_tenant, "member", (NOBODY,))),
        Write("/tenant/{tenant}/group-members/{member}", _nothing(tenant=NOBODY, member=GROUPS[0])),
        Write("/authorization/{id}", _authorization, AUTHORIZATION_BODY),
        Write("/authorization/{id}", _nothing(id=NOBODY), AUTHORIZATION_BODY),
    ),
    "DELETE": (
        *_for_each("", None),
        Write("/process-definition/key/{key}/delete", _definition),
        Write("/process-definition/key/{key}/tenant-id/{tenant}/delete", _definition),
        Write("/deployment/{id}", _deployment),
        Write("/deployment/{id}", _nothing(id=NOBODY)),
        Write("/incident/{id}", _incident),
        Write("/incident/{id}", _nothing(id=NOBODY)),
        Write("/incident/{id}/annotation", _incident),
        Write("/user/{id}", _user),
        Write("/user/{id}", _nothing(id=NOBODY)),
        Write("/group/{id}", _group),
        Write("/group/{group}/members/{user}", _member(_group, "user", "/group/fresh/members/{member}", "user")),
        Write("/tenant/{id}", _tenant),
        Write("/tenant/{tenant}/user-members/{member}", _member(_tenant, "user", "/tenant/fresh/user-members/{member}")),
        Write("/tenant/{tenant}/group-members/{member}", _member(_tenant, "group", "/tenant/fresh/group-members/{member}")),
        Write("/authorization/{id}", _authorization),
        Write("/authorization/{id}", _nothing(id=NOBODY)),
    ),
    "POST": (
        Write("/deployment/create", _deployed, None, DRAFT, NAMED),
        Write("/deployment/create", _deployed, None, DRAFT, {**NAMED, "tenant-id": TENANTS[0]}),
        Write("/deployment/{deployment}/redeploy", _redeployed, {}),
        Write("/deployment/{deployment}/redeploy", _nothing(deployment=NOBODY), {}),
        Write("/user/create", _nothing("/user/fresh"), NEW_USER),
        Write("/group/create", _nothing("/group/fresh"), GROUP_BODY),
        Write("/tenant/create", _nothing("/tenant/fresh"), TENANT_BODY),
        Write("/authorization/create", _granted, GRANTED),
        Write("/user/{id}/unlock", _user),
        Write("/identity/verify", _user, {"username": "{id}", "password": PASSWORD}),
        Write("/identity/verify", _user, {"username": "{id}", "password": "wrong"}),
        Write("/identity/verify", _nothing(), {"username": NOBODY, "password": "wrong"}),
        *_for_each("/start", {}),
        *_for_each("/submit-form", {"variables": {}}),
        *_for_each("/restart", RESTART),
        *_for_each("/restart-async", RESTART),
        Write("/migration/generate", _definition, PLAN),
        Write("/migration/validate", _definition, {**PLAN, "instructions": []}),
        Write("/migration/execute", _definition, MIGRATED),
        Write("/migration/executeAsync", _definition, MIGRATED),
        Write("/modification/execute", _definition, TARGETED),
        Write("/modification/executeAsync", _definition, TARGETED),
    ),
}  # fmt: skip
"""The requests that change something, by method."""
