"""A server with a user of each role, all bound to one tenant, and the same things in that tenant, in a foreign one, and in none."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from procdef.store.identity import authorizations, roles, tenants, users
from procdef.store.store import Store
from tests.frends.files import BASE as PROCESSES
from tests.rights.secret_world import PASSWORD, file_with, login
from tests.samples import form

OWN, FOREIGN = "own", "foreign"
TENANTS = (OWN, None, FOREIGN)
"""The tenants, as the columns of the table have them."""
READER, DEPLOYER, ADMIN_OF, ADMIN = "reader", "deployer", "adminOfTenant", "admin"
USERS = {READER: ("reader", [OWN]), DEPLOYER: ("deployer", [OWN]), ADMIN_OF: ("admin", [OWN]), ADMIN: ("admin", [])}
"""The users: the role of each, and the tenants that it is bound to."""


class RoleWorld:
    """An application, the names for paths by tenant, and requests that change nothing."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.store: Store = app.extensions["procdef.store"]
        for user, (role, bound_to) in USERS.items():
            users.create_user(self.store, {"id": user}, PASSWORD)
            roles.set_role(self.store, user, roles.bound(role, bound_to))
        users.create_user(self.store, {"id": "somebody"}, PASSWORD)
        users.create_group(self.store, {"id": "people", "name": "People", "type": "W"})
        users.add_member(self.store, "people", "somebody")
        for tenant in (OWN, FOREIGN, "third"):
            tenants.create(self.store, {"id": tenant, "name": tenant})
            tenants.add_member(self.store, tenant, "user", "somebody")
        values = {"user_id": "somebody", "group_id": None, "resource_type": 6, "resource_id": "x"}
        right = authorizations.create(self.store, 1, ["READ"], values)
        common = {"user": "somebody", "group": "people", "authorization": right}
        self.clients = {user: self._client(user) for user in USERS}
        self.names = {tenant: {**common, **self._filled(tenant)} for tenant in TENANTS}

    def send(self, user: str, method: str, path: str, **more: Any) -> TestResponse:
        """A request of a user."""
        return self.clients[user].open(path, method=method, **more)

    def _client(self, user: str) -> FlaskClient:
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = login(user)
        return client

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self.send(ADMIN, method, path, **more)
        assert answer.status_code < 300, (path, answer.text)
        return orjson.loads(answer.data) if answer.data else None

    def _filled(self, tenant: str | None) -> dict[str, Any]:
        """Two versions of a key, with an incident."""
        key = f"{tenant or 'no'}Key"
        for number in (1, 2):
            files = [(f"{key}.bpmn", file_with(key, key, tag=str(number), calls=(key, ""))), (f"{key}.png", b"png")]
            fields = {"deployment-name": key, **({} if tenant is None else {"tenant-id": tenant})}
            body, content_type = form(files, fields)
            deployed = self._ask("POST", "/engine-rest/deployment/create", data=body, content_type=content_type)
        (definition,) = deployed["deployedProcessDefinitions"].values()
        first = self._ask("GET", f"/engine-rest/process-definition?key={key}&version=1")[0]
        self._ask(
            "PUT",
            f"/engine-rest/incident/{key}-incident",
            json={"processDefinitionId": definition["id"], "incidentType": f"{key}Type", "activityId": "work"},
        )
        (resource,) = (
            row for row in self._ask("GET", f"/engine-rest/deployment/{deployed['id']}/resources") if row["name"].endswith("bpmn")
        )
        (process,) = self._ask("GET", f"{PROCESSES}?processName={key}")["data"]
        guid = process["uniqueIdentifier"]
        return {
            "definition": definition["id"],
            "version": 2,
            "tenantOf": tenant,
            "key": key,
            "other": first["id"],
            "deployment": deployed["id"],
            "file_of": deployed["id"],
            "resource": resource["id"],
            "deployment_name": key,
            "incident": f"{key}-incident",
            "process": process["id"],
            "guid": guid,
            "processGuid": guid,
            "processVersion": 2,
            "tenant": tenant or "third",
        }
