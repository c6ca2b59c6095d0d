"""What each request needs where authorization is on: step by step, as the engine 7.24 answers a user who gets what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from procdef.rights.object_types import OBJECT_TYPES, ObjectType
from procdef.settings import load
from procdef.store.identity import authorizations, roles, tokens, users
from procdef.store.models import Authorization
from tests.api import Api
from tests.conftest import BOTH, make_database, running_app
from tests.emptying import empty
from tests.samples import bpmn

BY_TITLE = {row.title: row for row in OBJECT_TYPES.values()}
HIDDEN = "404"
FORM = b"<form/>"
OF_DEFINITION = {
    "GET {of}/xml": ["READ ProcessDefinition order", 200],
    "GET {of}/diagram": ["READ ProcessDefinition order", 204],
    "GET {of}/static-called-process-definitions": ["READ ProcessDefinition order", 200],
    "GET {of}/startForm": ["READ ProcessDefinition order", 200],
    "GET {of}/form-variables": ["READ ProcessDefinition order", 200],
    "GET {of}/statistics": ["READ ProcessDefinition order", 200],
    'PUT {of}/history-time-to-live {"historyTimeToLive": 7}': ["UPDATE ProcessDefinition order", 204],
    'PUT {of}/suspended {"suspended": true}': ["SUSPEND ProcessDefinition order|UPDATE ProcessDefinition order", 204],
    'PUT {of}/suspended {"suspended": true, "includeProcessInstances": true}': [
        "SUSPEND ProcessDefinition order|UPDATE ProcessDefinition order",
        "SUSPEND ProcessInstance|SUSPEND_INSTANCE ProcessDefinition order|UPDATE ProcessInstance|UPDATE_INSTANCE ProcessDefinition order",
        204,
    ],
    "DELETE {of}": ["DELETE ProcessDefinition order", 200],
    "POST {of}/start {}": ["CREATE ProcessInstance", "CREATE_INSTANCE ProcessDefinition order", 501],
    "POST {of}/restart {}": ["READ_HISTORY ProcessDefinition order", 501],
    "POST {of}/restart-async {}": [
        "CREATE_BATCH_RESTART_PROCESS_INSTANCES Batch|CREATE Batch",
        501,
    ],
}
"""Requests below a definition, by its id; by its key one must first be able to read it."""
READ_RIGHT = f"{HIDDEN} READ Authorization {{authorization}}"
READ_KEY = f"{HIDDEN} READ ProcessDefinition order"
CHAINS: dict[str, list[Any]] = {
    **{request.replace("{of}", "/process-definition/{id}"): chain for request, chain in OF_DEFINITION.items()},
    **{
        request.replace("{of}", "/process-definition/key/order"): [READ_KEY, *(one for one in chain if one not in READ_KEY.split(" ", 1))]
        for request, chain in OF_DEFINITION.items()
    },
    "GET /process-definition/{id}": [READ_KEY, 200],
    "GET /process-definition/key/order": [READ_KEY, 200],
    'PUT /process-definition/suspended {"processDefinitionKey": "order", "suspended": true}': [
        "SUSPEND ProcessDefinition order|UPDATE ProcessDefinition order",
        204,
    ],
    "DELETE /process-definition/key/order/delete": ["DELETE ProcessDefinition order", 204],
    "GET /deployment/{deployment}": [f"{HIDDEN} READ Deployment {{deployment}}", 200],
    "GET /deployment/{deployment}/resources": ["READ Deployment {deployment}", 200],
    "GET /deployment/nope/resources": ["READ Deployment nope", 404],
    "GET /deployment/{deployment}/resources/{file}": ["READ Deployment {deployment}", 200],
    "GET /deployment/{deployment}/resources/{file}/data": ["READ Deployment {deployment}", 200],
    "DELETE /deployment/{deployment}": [f"{HIDDEN} READ Deployment {{deployment}}", "DELETE Deployment {deployment}", 204],
    "POST /deployment/{deployment}/redeploy {}": [f"{HIDDEN} READ Deployment {{deployment}}", "CREATE Deployment", 200],
    "GET /incident/{incident}": [f"{HIDDEN} READ_INSTANCE ProcessDefinition order", 200],
    'PUT /incident/{incident}/annotation {"annotation": "a"}': [
        "UPDATE ProcessInstance instance|UPDATE_INSTANCE ProcessDefinition order",
        204,
    ],
    "DELETE /incident/{incident}/annotation": ["UPDATE ProcessInstance instance|UPDATE_INSTANCE ProcessDefinition order", 204],
    "DELETE /incident/{incident}": ["UPDATE ProcessInstance instance|UPDATE_INSTANCE ProcessDefinition order", 204],
    'PUT /incident/new {"processDefinitionId": "{id}", "incidentType": "x"}': ["CREATE ReportedIncident", 201],
    'PUT /incident/{incident} {"processDefinitionId": "{id}", "incidentType": "x"}': [
        "CREATE ReportedIncident",
        "UPDATE ReportedIncident order",
        200,
    ],
    'POST /user/create {"profile": {"id": "new"}}': ["CREATE User", 204],
    "GET /user/john/profile": [f"{HIDDEN} READ User john", 200],
    'PUT /user/john/profile {"id": "john"}': [f"{HIDDEN} READ User john", "UPDATE User john", 204],
    "DELETE /user/john": ["DELETE User john", "READ User john", 204],
    'POST /group/create {"id": "new"}': ["CREATE Group", 204],
    "GET /group/sales": [f"{HIDDEN} READ Group sales", 200],
    'PUT /group/sales {"id": "sales"}': [f"{HIDDEN} READ Group sales", "UPDATE Group sales", 204],
    "DELETE /group/sales": ["DELETE Group sales", "READ Group sales", 204],
    "PUT /group/sales/members/john": ["CREATE Group membership sales", "READ User john", "READ Group sales", 204],
    "DELETE /group/sales/members/john": ["DELETE Group membership sales", 204],
    'POST /tenant/create {"id": "new"}': ["CREATE Tenant", 204],
    "GET /tenant/north": [f"{HIDDEN} READ Tenant north", 200],
    'PUT /tenant/north {"id": "north"}': [f"{HIDDEN} READ Tenant north", "UPDATE Tenant north", 204],
    "DELETE /tenant/north": ["DELETE Tenant north", "READ Tenant north", 204],
    "PUT /tenant/north/user-members/john": ["CREATE TenantMembership north", "READ Tenant north", "READ User john", 204],
    "PUT /tenant/north/group-members/sales": ["CREATE TenantMembership north", "READ Tenant north", "READ Group sales", 204],
    "DELETE /tenant/north/user-members/john": ["DELETE TenantMembership north", 204],
    "GET /authorization/{authorization}": [READ_RIGHT, 200],
    "DELETE /authorization/{authorization}": [READ_RIGHT, "DELETE Authorization {authorization}", 204],
    'POST /identity/verify {"username": "john", "password": "x"}': ["READ User john", 200],
    "GET /filter/nope": ["READ Filter nope", 404],
    "GET /task/report/candidate-group-count": ["READ Task *", 200],
    "GET /history/process-instance/report": ["READ_HISTORY ProcessDefinition *", 200],
    "GET /history/batch/cleanable-batch-report": ["READ_HISTORY Batch", 200],
    "POST /process-instance/delete {}": ["CREATE_BATCH_DELETE_RUNNING_PROCESS_INSTANCES Batch|CREATE Batch", 501],
    "POST /task/create {}": ["CREATE Task", 501],
    "POST /message {}": [501],
}  # fmt: skip
"""By request, what the user does not have and then gets, one after the other, and the status at last.

A step with HIDDEN answers 404 until the user has it; every other one is refused, and says what is missing. Of several any one will do.
"""


class Protected(Api):
    """The REST API with authorization. The administrator asks, or a user to whom nothing is granted at first."""

    def login(self, user: str) -> None:
        """Ask as this user from now on."""
        self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {tokens.create_token(self.store, user)}"

    def fill(self) -> dict[str, str]:
        """Make one object of each kind; their ids by name. Then the user mary asks."""
        for user, role in (("root", roles.bound("admin")), ("mary", None), ("john", None)):
            users.create_user(self.store, {"id": user}, None, role)
        self.login("root")
        self.send("POST", "/group/create", json={"id": "sales"})
        self.send("POST", "/tenant/create", json={"id": "north"})
        file = bpmn("order").replace(b'Start"/>', b'Start" c:formKey="embedded:deployment:f.html"/>', 1)
        deployed = self.deploy(("order.bpmn", file), ("f.html", FORM))
        (definition,) = deployed["deployedProcessDefinitions"]
        report = {"processDefinitionId": definition, "incidentType": "x", "processInstanceId": "instance"}
        assert self.put("/incident/incident", report).status_code == 201
        right = {"type": 1, "permissions": ["READ"], "resourceType": 7, "resourceId": "x", "userId": "john"}
        made = self.send("POST", "/authorization/create", json=right).get_json()
        files = self.get(f"/deployment/{deployed['id']}/resources")
        self.login("mary")
        names = {"deployment": deployed["id"], "file": files[0]["id"], "incident": "incident", "authorization": made["id"]}
        return {"id": definition, **names}

    def grant(self, permission: str) -> None:
        """Grant mary a permission, which is written as in a message: its name, the title of the type, and the object's id."""
        name, object_type, object_id = parsed(permission)
        row = {"user_id": "mary", "group_id": None, "resource_type": object_type.number, "resource_id": object_id or "*"}
        is_same = (Authorization.resource_type == object_type.number) & (Authorization.resource_id == row["resource_id"])
        found = self.store.read(
            Authorization.select(Authorization.id, Authorization.bits).where(is_same & (Authorization.user_id == "mary"))
        )
        if found:
            authorizations.update(self.store, found[0][0], [name, *object_type.names(found[0][1])], row)
        else:
            authorizations.create(self.store, 1, [name], row)


def parsed(permission: str) -> tuple[str, ObjectType, str | None]:
    name, rest = permission.split(" ", 1)
    title = max((title for title in BY_TITLE if f"{rest} ".startswith(f"{title} ")), key=len)
    return name, BY_TITLE[title], rest[len(title) + 1 :] or None


def missing(answer: TestResponse) -> str:
    """What an answer says is missing, as a step of a chain."""
    body = answer.get_json()
    assert (body["type"], body["code"], body["userId"]) == ("AuthorizationException", 0, "mary")
    rows = body["missingAuthorizations"]
    assert body["permissionName"] == (rows[0]["permissionName"] if len(rows) == 1 else None)
    return "|".join(" ".join(filter(None, (row["permissionName"], row["resourceName"], row["resourceId"]))) for row in rows)


@pytest.fixture(scope="module", params=BOTH)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Protected]:
    url = make_database(request, tmp_path_factory.mktemp("needs"), "procdef_needs")
    given = {"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic,token", "PROCDEF_AUTHORIZATION": "on"}
    with running_app(load(given)) as app:
        yield Protected(app)


@pytest.fixture
def protected(shared: Protected) -> Protected:
    """The REST API over an empty store, and nobody is logged in."""
    empty(shared.store)
    shared.client = shared.app.test_client()
    return shared


@pytest.mark.parametrize(("request_", "chain"), CHAINS.items(), ids=[*CHAINS])
def test_what_a_request_needs(protected: Protected, request_: str, chain: list[Any]) -> None:
    names = protected.fill()
    for name, ident in names.items():
        request_ = request_.replace(f"{{{name}}}", ident)
    method, path, *body = request_.split(" ", 2)
    more = {"data": body[0], "content_type": "application/json"} if body else {}
    *steps, status = chain
    for step in steps:
        answer = protected.send(method, path, **more)
        is_hidden, wanted = step.startswith(f"{HIDDEN} "), step.removeprefix(f"{HIDDEN} ").format_map(names)
        assert answer.status_code == (404 if is_hidden else 403), answer.text
        assert is_hidden or missing(answer) == wanted
        protected.grant(wanted.split("|")[-1])
    assert protected.send(method, path, **more).status_code == status


def test_incidents_of_other_keys_are_not_reported(protected: Protected) -> None:
    names = protected.fill()
    protected.grant("CREATE ReportedIncident invoice")
    refused = protected.put("/incident/new", {"processDefinitionId": names["id"], "incidentType": "x"})
    assert missing(refused) == "CREATE ReportedIncident order"
