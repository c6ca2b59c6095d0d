"""Operations of a logged-in user, on any server of the REST API, and what the server lists of them at /history/user-operation.

python -m tests.contract.operations http://127.0.0.1:9215/engine-rest    records what an empty engine lists, with the user admin:admin
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.samples import bpmn, form

Send = Callable[[str, str, bytes, str], tuple[int, Any]]
RECORDED = Path(__file__).with_name("operations.json")
LIST = "/history/user-operation"
JSON = "application/json"
MARY = {"profile": {"id": "mary", "firstName": "M"}, "credentials": {"password": "a long password"}}
RIGHT = {"type": 1, "permissions": ["READ", "UPDATE"], "userId": "mary", "groupId": None, "resourceType": 6, "resourceId": "a"}
REVOKED = {"type": 2, "permissions": ["DELETE"], "userId": None, "groupId": "sales", "resourceType": 9, "resourceId": "*"}
GLOBAL = {"type": 0, "permissions": ["ALL"], "userId": "*", "groupId": None, "resourceType": 11, "resourceId": "*"}
LATER = "2099-01-01T00:00:00.000+0000"
STEPS: tuple[tuple[str, str, Any], ...] = (
    ("DEPLOY", "a", {"deployment-name": "n"}),
    ("DEPLOY", "a", {"deployment-name": "n", "tenant-id": "t"}),
    ("DEPLOY", "a", {"deployment-name": "n", "enable-duplicate-filtering": "true"}),
    ("DEPLOY", "a", {"deployment-name": "n", "deploy-changed-only": "true"}),
    ("DEPLOY", "b", {}),
    ("POST", "/deployment/{deployment1}/redeploy", {}),
    ("PUT", "/process-definition/{definition1}/suspended", {"suspended": True}),
    ("PUT", "/process-definition/{definition1}/suspended", {"suspended": False, "includeProcessInstances": True}),
    ("PUT", "/process-definition/suspended", {"processDefinitionKey": "a", "suspended": True}),
    ("PUT", "/process-definition/key/a/suspended", {"suspended": False, "executionDate": LATER}),
    ("PUT", "/process-definition/key/a/tenant-id/t/suspended", {"suspended": False}),
    ("PUT", "/process-definition/{definition1}/history-time-to-live", {"historyTimeToLive": 7}),
    ("DELETE", "/process-definition/{definition2}?cascade=true", None),
    ("DELETE", "/process-definition/key/a/delete", None),
    ("DELETE", "/process-definition/{definition5}", None),
    ("DELETE", "/deployment/{deployment1}", None),
    ("DELETE", "/deployment/{deployment2}?cascade=true", None),
    ("POST", "/user/create", MARY),
    ("PUT", "/user/mary/profile", {"id": "mary", "firstName": "X"}),
    ("POST", "/group/create", {"id": "sales", "name": "S", "type": "W"}),
    ("PUT", "/group/sales", {"id": "sales", "name": "T", "type": "W"}),
    ("PUT", "/group/sales/members/mary", None),
    ("POST", "/tenant/create", {"id": "acme", "name": "A"}),
    ("PUT", "/tenant/acme", {"id": "acme", "name": "B"}),
    ("PUT", "/tenant/acme/user-members/mary", None),
    ("PUT", "/tenant/acme/group-members/sales", None),
    ("POST", "/authorization/create", RIGHT),
    ("POST", "/authorization/create", REVOKED),
    ("POST", "/authorization/create", GLOBAL),
    ("PUT", "/authorization/{authorization1}", {**RIGHT, "permissions": ["READ"], "resourceId": "b"}),
    ("DELETE", "/authorization/{authorization1}", None),
    ("DELETE", "/authorization/{authorization2}", None),
    ("DELETE", "/authorization/{authorization3}", None),
    ("DELETE", "/tenant/acme/user-members/mary", None),
    ("DELETE", "/tenant/acme/group-members/sales", None),
    ("DELETE", "/tenant/acme", None),
    ("DELETE", "/tenant/acme", None),
    ("DELETE", "/group/sales/members/mary", None),
    ("DELETE", "/group/sales", None),
    ("DELETE", "/user/mary", None),
)
QUERIES = (
    *("", "userId=admin", "userId=x", "userId=", "operationType=Create", "operationType=create", "entityType=User", "entityType=Group"),
    *("entityTypeIn=Deployment,Tenant", "entityTypeIn=", "entityTypeIn=,", "property=cascade", "category=Admin", "category=admin"),
    *("categoryIn=Admin,Operator", "categoryIn=Admin", "categoryIn=", "categoryIn=,", "deploymentId={deployment1}", "deploymentId=x"),
    *("processDefinitionId={definition1}", "processDefinitionKey=a", "processDefinitionKey=A", "processInstanceId=x", "executionId=x"),
    *("caseDefinitionId=x", "caseInstanceId=x", "caseExecutionId=x", "taskId=x", "jobId=x", "jobDefinitionId=", "batchId=x"),
    *("operationId=x", "externalTaskId=x", "annotation=x", "tenantIdIn=x", "afterTimestamp=2013-01-23T14:42:45.000%2B0200"),
    *("beforeTimestamp=2013-01-23T14:42:45.000%2B0200", "afterTimestamp=x", "beforeTimestamp=x", "afterTimestamp=", "sortBy=timestamp"),
    *("sortBy=timestamp&sortOrder=desc", "sortBy=x&sortOrder=asc", "sortBy=timestamp&sortOrder=x", "sortOrder=asc", "maxResults=x"),
    *("firstResult=-1", "maxResults=3", "entityType=User&operationType=Create", "userId=admin&category=Operator&property=suspensionState"),
)


class Teller:
    """Takes the steps on a server, and notes what it lists of each."""

    def __init__(self, send: Send) -> None:
        self._send, self.names, self._seen = send, dict[str, str](), set[str]()
        self._counts: dict[str, int] = {}
        self.members: list[str] = []

    def tell(self) -> dict[str, Any]:
        """By step what is new in the list, and by query the status and how many there are."""
        steps = [[method, path, self._take(method, path, body), self._new()] for method, path, body in STEPS]
        return {"members": self.members, "steps": steps, "queries": {query: self._asked(query) for query in QUERIES}}

    def _take(self, method: str, path: str, body: Any) -> int:
        if method == "DEPLOY":
            data, kind = form([(f"{path}.bpmn", bpmn(path, historyTimeToLive="5"))], body)
            status, answer = self._send("POST", "/deployment/create", data, kind)
            self._name("deployment", answer["id"])
            for ident in answer["deployedProcessDefinitions"] or {"none": None}:
                self._name("definition", ident)
            return status
        data = b"" if body is None else json.dumps(body).encode()
        status, answer = self._send(method, path.format(**self.names), data, "" if body is None else JSON)
        if path == "/authorization/create":
            self._name("authorization", answer["id"])
        if path.endswith("redeploy"):
            self._name("deployment", answer["id"])
            self._name("definition", next(iter(answer["deployedProcessDefinitions"])))
        return status

    def _name(self, word: str, ident: str) -> None:
        self._counts[word] = self._counts.get(word, 0) + 1
        self.names[f"{word}{self._counts[word]}"] = ident

    def _new(self) -> list[dict[str, Any]]:
        _, rows = self._send("GET", LIST, b"", "")
        new = [row for row in rows if row["id"] not in self._seen]
        self._seen |= {row["id"] for row in new}
        operations = sorted({row["operationId"] for row in new})
        back = {ident: name for name, ident in reversed(self.names.items())}
        for row in new:
            self.members = sorted(row.keys() - {"id", "timestamp"})
        plain = [{name: back.get(value, value) for name, value in row.items() if value is not None} for row in new]
        kept = [{**{name: row[name] for name in row if name in self.members}, "operationId": len(operations)} for row in plain]
        return sorted(kept, key=lambda row: json.dumps(row, sort_keys=True))

    def _asked(self, query: str) -> list[Any]:
        answers = [self._send("GET", f"{path}?{query.format(**self.names)}", b"", "") for path in (LIST, f"{LIST}/count")]
        return [[status, len(body) if isinstance(body, list) else body] for status, body in answers]


def sending(base: str, user: str, password: str) -> Send:
    """Sends requests to a server as a user."""
    head = {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}

    def send(method: str, path: str, body: bytes, kind: str) -> tuple[int, Any]:
        headers = {**head, **({"Content-Type": kind} if kind else {})}
        answer = httpx.request(method, base + path, content=body, headers=headers, timeout=60)
        return answer.status_code, answer.json() if answer.content else None

    return send


if __name__ == "__main__":
    told = Teller(sending(sys.argv[1], "admin", "admin")).tell()
    RECORDED.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
