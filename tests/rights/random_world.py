"""A random world: definitions of several keys and tenants, users and groups, and random authorizations, which change.

Each thing has a mark of its own in its texts, as `mk12x`, by which it is found in any answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from typing import Any, NamedTuple

import orjson
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from procdef.errors import NotFound
from procdef.rights.object_types import OBJECT_TYPES
from procdef.store.identity import authorizations, roles, tenants, users
from procdef.store.identity.authorizations import Twice
from procdef.store.store import Store
from tests.frends.files import BASE as PROCESSES
from tests.rights.oracle import GLOBAL, GRANT, REVOKE, Oracle, Right
from tests.rights.secret_world import PASSWORD, file_with, login
from tests.samples import form

USER, GROUP, DEFINITION, DEPLOYMENT, TENANT = 1, 2, 6, 9, 11
KEYS = ("order", "order-late", "invoice", "invoice-eu", "kyc", "loan")
TENANTS = (None, "north", "south", "west")
USERS, GROUPS = ("ann", "bob", "cid", "dee", "eve"), ("sales", "staff", "camunda-admin")
OWNER = "owner"


class Thing(NamedTuple):
    """Something with a mark: its type, its id for authorizations, its tenant, and the id of its deployment if it is in one."""

    object_type: int
    object_id: str
    tenant: str | None = None
    deployment: str = ""
    is_incident: bool = False


class RandomWorld:
    """An application, what each mark belongs to, and the names for paths."""

    def __init__(self, app: Flask, random: Random) -> None:
        self.app, self.random = app, random
        self.store: Store = app.extensions["procdef.store"]
        self.marks: dict[str, Thing] = {}
        self.names: list[dict[str, Any]] = []
        self.rights: list[str] = []
        self.groups: dict[str, set[str]] = defaultdict(set)
        self.tenants: dict[str, set[str]] = defaultdict(set)
        self.clients: dict[str, FlaskClient] = {}
        self.known: Oracle | None = None
        self._identities()
        self._definitions()
        for _ in range(120):
            self.change()

    @property
    def oracle(self) -> Oracle:
        """What it says now, by the authorizations as a client reads them: some are made and removed by procdef itself."""
        if self.known is None:
            names = ("type", "userId", "groupId", "resourceType", "resourceId", "permissions")
            rows = [Right(*(row[name] for name in names)) for row in self._ask("GET", "/engine-rest/authorization")]
            self.known = Oracle(rows, self.groups, self.tenants)
        return self.known

    def send(self, user: str, method: str, path: str, **more: Any) -> TestResponse:
        """A request of a user."""
        if user not in self.clients:
            self.clients[user] = self.app.test_client()
            self.clients[user].environ_base["HTTP_AUTHORIZATION"] = login(user)
        return self.clients[user].open(path, method=method, **more)

    def change(self) -> None:
        """Add or remove an authorization or a membership."""
        self.known, kind = None, self.random.random()
        if kind < 0.15 and self.rights:
            ident = self.random.choice(self.rights)
            self.rights.remove(ident)
            with suppress(NotFound):  # it went with a membership
                authorizations.delete(self.store, ident)
        elif kind < 0.8:
            self._add_right()
        else:
            self._change_membership()

    def _add_right(self) -> None:
        random = self.random
        object_type = random.choice([DEFINITION, DEFINITION, DEFINITION, DEPLOYMENT, DEPLOYMENT, USER, GROUP, TENANT])
        known = sorted({thing.object_id for thing in self.marks.values() if thing.object_type == object_type})
        type_ = random.choice([GLOBAL, GRANT, GRANT, GRANT, REVOKE])
        starts = ["order*", "inv*"] if object_type == DEFINITION and type_ != REVOKE else []
        holder = "*" if type_ == GLOBAL else random.choice([*USERS, *USERS, *GROUPS[:2], "*"] if type_ == GRANT else [*USERS, *GROUPS[:2]])
        names = random.choice([["READ"], ["READ"], ["ALL"], ["READ_INSTANCE"], ["READ_HISTORY"], ["READ", "UPDATE"], ["DELETE"]])
        names = [name for name in names if OBJECT_TYPES[object_type].has(name)] or ["READ"]
        user, group = (None, holder) if holder in GROUPS else (holder, None)
        right = Right(type_, user, group, object_type, random.choice(["*", *starts, *known]), names)
        values = {"user_id": user, "group_id": group, "resource_type": object_type, "resource_id": right.object_id}
        try:
            self.rights.append(authorizations.create(self.store, type_, names, values))
        except Twice:
            return

    def _change_membership(self) -> None:
        user, group, tenant = self.random.choice(USERS), self.random.choice(GROUPS[:2]), self.random.choice(TENANTS[1:])
        if self.random.random() < 0.5:
            kind, holder = self.random.choice([("user", user), ("group", group)])
            if tenant in self.tenants[holder]:
                tenants.remove_member(self.store, str(tenant), kind, holder)
            else:
                tenants.add_member(self.store, str(tenant), kind, holder)
            self.tenants[holder] ^= {str(tenant)}
        elif group in self.groups[user]:
            users.remove_member(self.store, group, user)
            self.groups[user] -= {group}
        else:
            users.add_member(self.store, group, user)
            self.groups[user] |= {group}

    def _mark(self, thing: Thing) -> str:
        mark = f"mk{len(self.marks)}x"
        self.marks[mark] = thing
        return mark

    def _identities(self) -> None:
        users.create_user(self.store, {"id": OWNER, "first": self._mark(Thing(USER, OWNER))}, PASSWORD)
        roles.set_role(self.store, OWNER, roles.bound("admin"))
        for user in USERS:
            users.create_user(self.store, {"id": user, "first": self._mark(Thing(USER, user))}, PASSWORD)
        for group in GROUPS[:2]:
            users.create_group(self.store, {"id": group, "name": self._mark(Thing(GROUP, group)), "type": "W"})
        for tenant in TENANTS[1:]:
            tenants.create(self.store, {"id": str(tenant), "name": self._mark(Thing(TENANT, str(tenant)))})

    def _definitions(self) -> None:
        for key in KEYS:
            for tenant in self.random.sample(TENANTS, self.random.randint(1, 4)):
                for _ in range(self.random.randint(1, 3)):
                    self._deploy(key, tenant)

    def _deploy(self, key: str, tenant: str | None) -> None:
        of = Thing(DEFINITION, key, tenant)
        mark, name = self._mark(of), self._mark(Thing(DEPLOYMENT, "", tenant))
        called = (self.random.choice(KEYS), "")
        fields = {"deployment-name": name, "deployment-source": name, **({} if tenant is None else {"tenant-id": tenant})}
        files = [(f"{key}.bpmn", file_with(key, mark, tag=mark, calls=called)), (f"{key}.png", b"png")]
        body, content_type = form(files, fields)
        deployed = self._ask("POST", "/engine-rest/deployment/create", data=body, content_type=content_type)
        (definition,) = deployed["deployedProcessDefinitions"].values()
        self.marks[mark] = of._replace(deployment=deployed["id"])
        self.marks[name] = Thing(DEPLOYMENT, deployed["id"], tenant, deployed["id"])
        incident = f"incident{len(self.names)}"
        message = self._mark(of._replace(is_incident=True))
        self._ask("PUT", f"/engine-rest/incident/{incident}", json={"processDefinitionId": definition["id"], "incidentType": message})
        resource = self._ask("GET", f"/engine-rest/deployment/{deployed['id']}/resources")[0]
        rows = self._ask("GET", f"{PROCESSES}?processName={mark}&allVersions=true")["data"]
        process: Mapping[str, Any] = next(row for row in rows if row["version"] == definition["version"])
        self.names.append(
            {
                "definition": definition["id"],
                "version": definition["version"],
                "tenantOf": tenant,
                "key": key,
                "tenant": tenant or "north",
                "deployment": deployed["id"],
                "file_of": deployed["id"],
                "resource": resource["id"],
                "incident": incident,
                "process": process["id"],
                "guid": process["uniqueIdentifier"],
                "processGuid": process["uniqueIdentifier"],
                "processVersion": definition["version"],
                "mark": mark,
            }
        )

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self.send(OWNER, method, path, **more)
        assert answer.status_code < 300, (path, answer.text)
        return orjson.loads(answer.data) if answer.data else None
