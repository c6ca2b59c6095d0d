"""What the pages of the Operaton web apps ask, and what a Camunda 7.24 engine answers: `web_apps.json`, recorded by

python -m tests.camunda.web_apps http://127.0.0.1:8080/engine-rest
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from tests.samples import bpmn, form

RECORDED = Path(__file__).with_name("web_apps.json")
USER = {"profile": {"id": "aauser", "firstName": "A", "lastName": "A", "email": "a@example.org"}, "credentials": {"password": "Secret-1-x"}}
KEY, FILE = "aaprocess", "aa process.bpmn"


class Ask(NamedTuple):
    """One request of a page; names in braces are those of `Server.names`. `incident` says that there has to be one meanwhile."""

    page: str
    method: str
    path: str
    body: Any = None
    incident: bool = False

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"


ASKS = (
    Ask("login", "GET", "/user"),
    Ask("login", "GET", "/authorization"),
    Ask("dashboard", "GET", "/task?sortBy=name&sortOrder=asc&firstResult=0&maxResults=3"),
    Ask("dashboard", "GET", "/task?processDefinitionId="),
    Ask("dashboard", "GET", "/process-definition/statistics"),
    Ask("dashboard", "GET", "/process-definition/statistics?incidents=true", incident=True),
    Ask("dashboard", "GET", "/deployment?sortBy=deploymentTime&sortOrder=desc"),
    Ask("dashboard", "GET", "/decision-definition"),
    Ask("processes", "GET", "/process-definition/statistics?nameLike=%25aa%25&active=true&sortBy=name&sortOrder=asc"),
    Ask("definition", "GET", "/process-definition/{definition}"),
    Ask("definition", "GET", "/process-definition/{definition}/xml"),
    Ask("definition", "GET", "/process-definition/{definition}/statistics?incidents=true", incident=True),
    Ask("definition", "PUT", "/process-definition/{definition}/suspended", {"suspended": False, "includeProcessInstances": True}),
    Ask("instances", "GET", "/history/process-instance?sortBy=startTime&sortOrder=asc&unfinished=true&processDefinitionId={definition}&firstResult=0&maxResults=20"),
    Ask("instances", "GET", "/history/process-instance?sortBy=startTime&sortOrder=asc&processDefinitionId={definition}&firstResult=0&maxResults=20"),
    Ask("instances", "GET", "/process-instance?processDefinitionId={definition}"),
    Ask("instances", "POST", "/process-instance", {"activityIdIn": ["work"], "processDefinitionId": "{definition}"}),
    Ask("incidents", "GET", "/incident?processDefinitionId={definition}", incident=True),
    Ask("incidents", "GET", "/history/incident?processDefinitionId={definition}", incident=True),
    Ask("incidents", "GET", "/history/incident?processInstanceId={instance}", incident=True),
    Ask("incidents", "PUT", "/incident/{incident}/annotation", {"annotation": "seen"}, incident=True),
    Ask("incidents", "DELETE", "/incident/{incident}/annotation", incident=True),
    Ask("incidents", "PUT", "/incident/gone/annotation", {"annotation": "seen"}),
    Ask("called definitions", "GET", "/process-definition/{definition}/static-called-process-definitions"),
    Ask("jobs", "GET", "/job-definition?processDefinitionId={definition}"),
    Ask("jobs", "GET", "/job?processInstanceId={instance}"),
    Ask("jobs", "GET", "/external-task?processInstanceId={instance}"),
    Ask("deployments", "GET", "/deployment/{deployment}/resources"),
    Ask("deployments", "GET", "/deployment/{deployment}/resources/{resource}/data"),
    Ask("deployments", "GET", "/process-definition?deploymentId={deployment}&resourceName=aa%20process.bpmn"),
    Ask("deployments", "POST", "/process-instance/count", {"deploymentId": "{deployment}"}),
    Ask("start", "GET", "/process-definition?latest=true&active=true&startableInTasklist=true&startablePermissionCheck=true&firstResult=0&maxResults=15"),
    Ask("start", "GET", "/process-definition/{definition}/startForm"),
    Ask("start", "GET", "/process-definition/{definition}/rendered-form"),
    Ask("start", "GET", "/process-definition/{definition}/deployed-start-form"),
    Ask("tasks", "GET", "/filter?resourceType=Task"),
    Ask("tasks", "GET", "/task?processInstanceId={instance}"),
    Ask("instance", "GET", "/process-instance/gone"),
    Ask("instance", "GET", "/process-instance/gone/activity-instances"),
    Ask("instance", "GET", "/history/process-instance/gone"),
    Ask("instance", "GET", "/process-instance?superProcessInstance=gone"),
    Ask("instance", "GET", "/history/variable-instance?processInstanceId=gone"),
    Ask("instance", "GET", "/history/task?processInstanceId=gone"),
    Ask("instance", "GET", "/history/activity-instance?processInstanceId=gone&sortBy=startTime&sortOrder=asc"),
    Ask("instance", "GET", "/history/user-operation?processInstanceId=gone&sortBy=timestamp&sortOrder=desc"),
    Ask("go to", "GET", "/process-definition/gone"),
    Ask("go to", "GET", "/task/gone"),
    Ask("go to", "GET", "/deployment/gone"),
    Ask("account", "GET", "/user/aauser/profile"),
    Ask("account", "PUT", "/user/aauser/profile", USER["profile"]),
    Ask("account", "PUT", "/user/aauser/credentials", {"password": "Secret-2-x", "authenticatedUserPassword": "Secret-1-x"}),
    Ask("account", "POST", "/user/aauser/unlock", {}),
    Ask("account", "GET", "/group?member=aauser&maxResults=50&firstResult=0"),
    Ask("account", "GET", "/tenant?userMember=aauser&maxResults=50&firstResult=0"),
    Ask("admin", "GET", "/tenant?firstResult=0&maxResults=50&sortBy=id&sortOrder=asc"),
    Ask("admin", "GET", "/authorization?resourceType=0&firstResult=0&maxResults=50"),
    Ask("admin", "GET", "/telemetry/configuration"),
    Ask("batches", "GET", "/batch/statistics?sortBy=batchId&sortOrder=desc&firstResult=0&maxResults=20"),
    Ask("batches", "GET", "/history/batch?sortBy=batchId&sortOrder=desc&firstResult=0&maxResults=20"),
    Ask("batches", "GET", "/history/batch/gone"),
    Ask("cleanup", "GET", "/history/cleanup/configuration"),
    Ask("cleanup", "GET", "/history/cleanup/jobs"),
    Ask("cleanup", "GET", "/history/process-definition/cleanable-process-instance-report"),
    Ask("cleanup", "GET", "/history/decision-definition/cleanable-decision-instance-report"),
    Ask("cleanup", "GET", "/history/batch/cleanable-batch-report"),
    Ask("cleanup", "GET", "/metrics/history-cleanup-removed-process-instances/sum"),
    Ask("reports", "GET", "/history/process-instance/report?reportType=duration&periodUnit=month"),
    Ask("reports", "GET", "/history/task/report?reportType=duration&periodUnit=month"),
)  # fmt: skip

Call = Callable[[str, str, bytes | None, str], tuple[int, str, bytes]]
"""Sends method, path, body and its type; gives status, content type and body."""


class Server:
    """A server with one definition, of which there may be an incident, and one user; `names` are their ids."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.names = {"instance": "gone"}
        body, kind = form([(FILE, bpmn(KEY, name="aa"))], {"deployment-name": "aa"})
        deployed = json.loads(self.call("POST", "/deployment/create", body, kind)[2])
        self.names |= {"deployment": deployed["id"], "definition": next(iter(deployed["deployedProcessDefinitions"]))}
        self.names["resource"] = self.send("GET", f"/deployment/{deployed['id']}/resources")[0]["id"]
        self.send("POST", "/user/create", USER)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer, which must be a success."""
        status, _, data = self.call(method, path, None if body is None else json.dumps(body).encode(), "application/json")
        assert status < 300, (method, path, data)
        return json.loads(data) if data else None

    def answer(self, ask: Ask) -> list[Any]:
        """Status, content type and shape of the answer to a page's request."""
        body = None if ask.body is None else self._named(json.dumps(ask.body)).encode()
        status, kind, data = self.call(ask.method, self._named(ask.path), body, "application/json")
        return [status, kind, shape(json.loads(data)) if data and kind == "application/json" else None]

    def _named(self, text: str) -> str:
        for name, value in self.names.items():
            text = text.replace(f"{{{name}}}", value)
        return text


def shape(value: Any) -> Any:
    """What members there are: those of an object, those of a list's first item, nothing of anything else."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    return [shape(part) for part in value[:1]] if isinstance(value, list) else None


def record(server: Server) -> Iterable[tuple[str, list[Any]]]:
    """The answers of an engine, by label; what was made is deleted again, but for the user and the deployment."""
    instance = server.send("POST", f"/process-definition/{server.names['definition']}/start", {})["id"]
    execution = next(row["id"] for row in server.send("GET", f"/execution?processInstanceId={instance}") if row["id"] != instance)
    made = server.send("POST", f"/execution/{execution}/create-incident", {"incidentType": "aa", "configuration": "aa", "message": "aa"})
    server.names |= {"instance": instance, "incident": made["id"]}
    yield from [(ask.label, server.answer(ask)) for ask in ASKS if ask.incident]
    server.send("DELETE", f"/process-instance/{instance}")
    server.send("DELETE", f"/history/process-instance/{instance}")
    server.names["instance"] = "gone"
    yield from [(ask.label, server.answer(ask)) for ask in ASKS if not ask.incident]


def main(base: str) -> None:
    """Record the answers of the engine whose REST URL is given."""
    import httpx

    def call(method: str, path: str, body: bytes | None, kind: str) -> tuple[int, str, bytes]:
        answer = httpx.request(method, base + path, content=body, headers={"Content-Type": kind} if body is not None else {})
        return answer.status_code, answer.headers.get("content-type", ""), answer.content

    server = Server(call)
    try:
        lines = [f"{json.dumps(label)}: {json.dumps(answer)}" for label, answer in record(server)]
        RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    finally:
        server.send("DELETE", f"/deployment/{server.names['deployment']}?cascade=true")
        server.send("DELETE", "/user/aauser")


if __name__ == "__main__":
    main(sys.argv[1])
