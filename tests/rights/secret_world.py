"""A server with authorization on, and things on it that some users may not see: every text of these has one word in it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from procdef.rights.object_types import OBJECT_TYPES, PROCESS_INSTANCE, SYSTEM
from procdef.store.identity import authorizations, tenants, users
from procdef.store.store import Store
from tests.frends.files import BASE as PROCESSES
from tests.frends.files import exported, file_of, guid
from tests.samples import EXTENSIONS, FIELD, MODEL, form, form_of

WORD = "zebra"
"""The word that nothing says to a user who may not see it."""
HIDDEN, IMPORTED, NORTH = f"{WORD}-hidden", f"{WORD}-hidden-imported", f"{WORD}North"
"""Two keys without READ, the second one of a process that was imported, and a tenant of which nobody but the owner is a member."""
COVERT = "covert"
"""A third key without READ, which does not have the word in it, so that what eve may see can call it."""
OWNER, EVE, NOBODY = "owner", "eve", "nobody"
"""Users: the owner may do everything; eve everything but with what is secret; nobody nothing."""
SECRET_KEYS = (HIDDEN, IMPORTED, COVERT)
PASSWORD = "correct horse"
BOUND = 'c:calledElementBinding="version" c:calledElementVersion="1"'
"""What a call has that means version 1."""
ALL_TYPES = tuple(OBJECT_TYPES)
USER, GROUP, AUTHORIZATION, DEFINITION, DEPLOYMENT, TENANT, LOG = 1, 2, 4, 6, 9, 11, 17
CHANGES = ("CREATE", "UPDATE", "DELETE")
"""What eve may do with every authorization. She may read few of them: a revocation has the id of what it hides."""
SHARED_GUID, SECRET_GUID = guid("Shared"), guid(WORD)


def file_with(key: str, said: str, *, tag: str, calls: tuple[str, str] | None = None) -> bytes:
    """A BPMN file of one process with a form, a topic of its own and a shared one, users, and a call if it has one."""
    called = "" if calls is None else f'<callActivity id="{said}Call" calledElement="{calls[0]}" {calls[1]}/>'
    attributes = f'c:versionTag="{tag}" c:historyTimeToLive="5" c:candidateStarterUsers="{said}"'
    return f"""<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="urn:{said}">
  <process id="{key}" name="{said} process" isExecutable="true" {attributes}>
    <documentation>{said} documentation</documentation>
    <startEvent id="start"><extensionElements>{FIELD}</extensionElements></startEvent>
    <sequenceFlow id="in" sourceRef="start" targetRef="work"/>
    <serviceTask id="work" name="{said} work" c:type="external" c:topic="{said}-topic"/>
    <serviceTask id="more" c:type="external" c:topic="shared-topic"/>{called}
  </process></definitions>""".encode()


def login(user: str) -> str:
    """The header of a user."""
    return "Basic " + b64encode(f"{user}:{PASSWORD}".encode()).decode()


FOR_EVERYTHING = (PROCESS_INSTANCE.number, SYSTEM.number, LOG)
"""Types of objects that eve has no permission on: as in an engine, to read all of them shows what belongs to every definition."""


class SecretWorld:
    """An application with users and what all of them but `nobody` may see; the secrets come later."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.store: Store = app.extensions["procdef.store"]
        self.clients: dict[str, FlaskClient] = {}
        for user in (OWNER, EVE, NOBODY):
            users.create_user(self.store, {"id": user, "first": user}, PASSWORD)
        for number in ALL_TYPES:
            self.grant(number, OWNER)
            if number not in FOR_EVERYTHING:
                self.grant(number, EVE, names=CHANGES if number == AUTHORIZATION else ("ALL",))
        users.create_group(self.store, {"id": "camunda-admin", "name": "Administrators", "type": "SYSTEM"})
        users.add_member(self.store, "camunda-admin", OWNER)
        tenants.create(self.store, {"id": "south", "name": "South"})
        tenants.add_member(self.store, "south", "user", EVE)
        self.seen = self._fill("open", "plain", "south", SHARED_GUID)

    def grant(self, number: int, user: str, object_id: str = "*", *, kind: int = 1, names: Sequence[str] = ("ALL",)) -> str:
        """Give a user permissions on an object, or with `kind` 2 take all of them."""
        values = {"user_id": user, "group_id": None, "resource_type": number, "resource_id": object_id}
        return authorizations.create(self.store, kind, names, values)

    def add_secrets(self) -> None:
        """Add what eve may not see, and take it from her."""
        tenants.create(self.store, {"id": NORTH, "name": f"{WORD} land"})
        users.create_user(self.store, {"id": f"{WORD}User", "first": WORD, "last": WORD, "email": f"{WORD}@example.org"}, PASSWORD)
        users.create_group(self.store, {"id": f"{WORD}Group", "name": WORD, "type": WORD})
        users.add_member(self.store, f"{WORD}Group", f"{WORD}User")
        tenants.add_member(self.store, NORTH, "user", f"{WORD}User")
        self.grant(DEFINITION, f"{WORD}User")
        for number, ident in ((USER, f"{WORD}User"), (GROUP, f"{WORD}Group"), (TENANT, NORTH), *((DEFINITION, key) for key in SECRET_KEYS)):
            self.hide(number, ident)
        self.secret = self._fill(HIDDEN, WORD, NORTH, SECRET_GUID)
        self.secret |= {"user": f"{WORD}User", "group": f"{WORD}Group"}

    def hide(self, number: int, ident: str) -> None:
        """Take every permission on an object from eve."""
        self.grant(number, EVE, ident, kind=2)

    def client(self, user: str) -> FlaskClient:
        """A client of a user, which keeps cookies."""
        if user not in self.clients:
            self.clients[user] = self.app.test_client()
            self.clients[user].environ_base["HTTP_AUTHORIZATION"] = login(user)
        return self.clients[user]

    def send(self, user: str, method: str, path: str, **more: Any) -> TestResponse:
        """A request of a user; `more` is Werkzeug's."""
        return self.client(user).open(path, method=method, **more)

    def ask(self, path: str, **more: Any) -> Any:
        """The JSON of a request of the owner below the REST base, which must succeed."""
        answer = self.send(OWNER, more.pop("method", "GET"), f"/engine-rest{path}", **more)
        assert answer.status_code < 300, (path, answer.text)
        return orjson.loads(answer.data) if answer.data else None

    def _fill(self, key: str, said: str, tenant: str, process_guid: str) -> dict[str, Any]:
        """Two versions of a key without a tenant, one of `open` in the tenant, incidents on both, and an imported process."""
        calls = [("open", ""), (COVERT, "")] if said != WORD else [("open", BOUND), ("open", BOUND)]
        files = [file_with(key, said, tag=f"{said}-{number}", calls=calls[number - 1]) for number in (1, 2)]
        more = [(f"{said}.bpmn.png", b"png"), (f"{said}.form", b'{"id": "%s", "components": []}' % said.encode())]
        deployments = [self._deploy(said, None, [(f"{said}.bpmn", data), *more]) for data in files]
        deployments.append(self._deploy(said, tenant, [(f"{said}.bpmn", file_with("open", said, tag=f"{said}-t", calls=(key, "")))]))
        deployments += [self._deploy(said, None, [("covert.bpmn", file_with(COVERT, said, tag=f"{said}-c"))])] if said == WORD else []
        found = [row for ident in deployments for row in self.ask("/process-definition", query_string={"deploymentId": ident})]
        for number, row in enumerate(found[1:]):
            self._report(f"{said}-incident-{number}", row["id"], said)
        process = self._imported(key, said, process_guid)
        if said == WORD:
            for row in self.ask("/deployment", query_string={"nameLike": f"{WORD}%"}):
                self.hide(DEPLOYMENT, row["id"])
        return {
            "definitions": found,
            "deployments": deployments,
            "resources": [(ident, row["id"]) for ident in deployments for row in self.ask(f"/deployment/{ident}/resources")],
            "incidents": [f"{said}-incident-{number}" for number in range(len(found) - 1)],
            "process": process,
            "key": key,
            "tenant": tenant,
            "guid": process_guid,
            "user": EVE,
            "group": "camunda-admin",
            "authorization": self._right(said),
        }

    def _right(self, said: str) -> str:
        """The id of an authorization that eve may read, unless it is secret."""
        right = self.grant(0, NOBODY, said)
        if said != WORD:
            self.grant(AUTHORIZATION, EVE, right, names=("READ",))
        return right

    def _deploy(self, said: str, tenant: str | None, files: Sequence[tuple[str, bytes]]) -> str:
        fields = {"deployment-name": f"{said} deployment", "deployment-source": f"{said} source", "enable-duplicate-filtering": "false"}
        body, content_type = form(files, {**fields, **({} if tenant is None else {"tenant-id": tenant})})
        return str(self.ask("/deployment/create", method="POST", data=body, content_type=content_type)["id"])

    def _report(self, ident: str, definition: str, said: str) -> None:
        body = {"processDefinitionId": definition, "incidentType": f"{said}Type", "incidentMessage": f"{said} message"}
        body |= {"activityId": "work", "configuration": said, "processInstanceId": said, "executionId": said, "jobDefinitionId": said}
        self.ask(f"/incident/{ident}", method="PUT", json=body)
        self.ask(f"/incident/{ident}/annotation", method="PUT", json={"annotation": f"{said} note"})

    def _imported(self, key: str, said: str, process_guid: str) -> Mapping[str, Any]:
        """A version of a process with this GUID."""
        bpmn = file_with(f"{key}-imported", said, tag="1").decode()
        data = file_of({**exported(said), "UniqueIdentifier": process_guid, "Bpmn": bpmn, "Description": said, "Modifier": said})
        body, content_type = form_of([('form-data; name="file"; filename="processes.json"', data)])
        answer = self.send(OWNER, "POST", f"{PROCESSES}/batch-import", data=body, content_type=content_type)
        assert answer.status_code == 200, answer.text
        found: Mapping[str, Any] = orjson.loads(answer.data)["results"][0]
        return found

    def sides(self) -> Iterator[Mapping[str, Any]]:
        """What eve may see, and what she may not."""
        yield self.seen
        if hasattr(self, "secret"):
            yield self.secret
