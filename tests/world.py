"""A small world of deployments, incidents and users, on any server that speaks the REST API.

Its things have stable names, as `@order/2` for a definition or `@deployment1`, under which the tests speak of ids and times that a server
chooses. It holds what the values `match` of the filter tables find, and nothing that their values `miss` could find.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.samples import bpmn, definitions, form, process

Call = Callable[[str, str, bytes, str], tuple[int, bytes]]
"""Sends method, path below the base, body and content type; gives status and body."""

PEOPLE = "http://example.org/people"
PNG = b"\x89PNG\r\n\x1a\n not really\0"


@dataclass(frozen=True)
class Deployment:
    """One deployment of the world."""

    name: str | None
    files: Sequence[tuple[str, bytes]]
    source: str | None = None
    tenant: str | None = None

    def form(self) -> tuple[bytes, str]:
        fields = {"deployment-name": self.name, "deployment-source": self.source, "tenant-id": self.tenant}
        return form(self.files, {name: value for name, value in fields.items() if value is not None})


@dataclass(frozen=True)
class Incident:
    """One incident of the world: the stable name of its definition, its type and message."""

    definition: str
    type: str
    message: str | None


def _order(**attributes: Any) -> tuple[str, bytes]:
    return "order.bpmn", bpmn("order", **{"name": "Order process", **attributes})


DEPLOYMENTS = (
    Deployment("sales", [_order(versionTag="1.0", documentation=["Sells things."]), ("order.png", PNG)], source="ci"),
    Deployment(
        "sales", [_order(candidateStarterUsers="mary, john", historyTimeToLive="5", documentation=[" Sells ", "", "more\nthings "])]
    ),
    Deployment("sales", [_order(versionTag="1.0")], tenant="tenant-a"),
    Deployment(
        "people",
        [
            ("invoice.bpmn", bpmn("invoice", namespace=PEOPLE, name="Invoice_run", isStartableInTasklist="false", versionTag="2024_Q1")),
            ("kyc.bpmn20.xml", bpmn("kyc", namespace=PEOPLE, candidateStarterGroups="sales,,none", historyTimeToLive="P30D")),
            ("readme.txt", "Grüße\r\n".encode()),
            ("kyc.kyc.svg", b"<svg/>"),
        ],
        source="ops_script",
    ),
    Deployment("people", [_order(name="ORDER process", versionTag="2024XQ1")], source="opsXscript", tenant="tenant-b"),
    Deployment(None, [("processes/loan 100%.bpmn", bpmn("loan.approval", name="Ärger naïve", versionTag="", documentation=[""]))]),
    Deployment("", [_order(name="")], source="", tenant=""),
    Deployment(
        "pair \\ 100%",
        [
            (
                "pair.bpmn",
                definitions(
                    process("pay_ment", name="a_b", versionTag="w"), process("payXment", name="aXb", work="other"), namespace="urn:a_b"
                ),
            )
        ],
    ),
    Deployment("Übersee", [("x.bpmn", bpmn("p" * 40, name="日本 🚀", namespace="urn:aXb"))]),
    Deployment("draft", [("draft.bpmn", bpmn("draft", isExecutable="false")), ("notes.md", b"")]),
    *(Deployment("ten", [("ten.bpmn", bpmn("ten", name=f"ten {number}", versionTag=f"{number}"))]) for number in range(2, 12)),
    Deployment("sales", [_order(name="Order process", versionTag="3.0", candidateStarterGroups="management")], source="ci"),
)

SUSPENDED = ("@order/1", "@ten/10", "@order/1/tenant-b")

INCIDENTS = (
    Incident("@order/2", "failedJob", "boom"),
    Incident("@order/2", "customIncident", "100% of 10_000"),
    Incident("@order/1/tenant-a", "failedJob", "100 of 10X000"),
    Incident("@invoice/1", "failed_Job", None),
    Incident("@ten/3", "failedJob", "Böse"),
    Incident("@ten/3", "failedJob", "boom \\ bang"),
)

USERS = (("mary", "Mary", "Smith", "mary@example.org"), ("john", "John", "Doe", "john@example.net"))
GROUPS = (("sales", "Sales people", "WORKFLOW"), ("management", "Managers", "SYSTEM"))
MEMBERS = (("sales", "mary"), ("management", "john"), ("sales", "john"))


@dataclass
class World:
    """A server that holds the world, and its ids and times by stable name."""

    call: Call
    names: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send JSON and give the JSON of the answer, which must be a success."""
        return self._sent(method, path, b"" if body is None else json.dumps(body).encode(), "application/json")

    def deploy(self) -> None:
        for number, deployment in enumerate(DEPLOYMENTS, 1):
            self._name(number, self._sent("POST", "/deployment/create", *deployment.form()))
            time.sleep(0.002)  # no two at the same millisecond

    def suspend(self) -> None:
        for name in SUSPENDED:
            self.send("PUT", f"/process-definition/{quote(self.names[name])}/suspended", {"suspended": True})

    def identities(self) -> None:
        for user, first, last, email in USERS:
            profile = {"id": user, "firstName": first, "lastName": last, "email": email}
            self.send("POST", "/user/create", {"profile": profile, "credentials": {"password": "Pass-word-1x"}})
        for group, name, kind in GROUPS:
            self.send("POST", "/group/create", {"id": group, "name": name, "type": kind})
        for group, user in MEMBERS:
            self.send("PUT", f"/group/{group}/members/{user}", {})

    def _sent(self, method: str, path: str, body: bytes, content_type: str) -> Any:
        status, answer = self.call(method, path, body, content_type)
        assert status < 300, (method, path, status, answer[:400])
        return json.loads(answer) if answer else None

    def _name(self, number: int, answer: dict[str, Any]) -> None:
        self.names[f"@deployment{number}"] = answer["id"]
        self.names[f"@time{number}"] = answer["deploymentTime"]
        for definition in (answer["deployedProcessDefinitions"] or {}).values():
            tenant = "" if definition["tenantId"] is None else f"/{definition['tenantId']}"
            self.names[f"@{definition['key']}/{definition['version']}{tenant}"] = definition["id"]
        for resource in self.send("GET", f"/deployment/{answer['id']}/resources"):
            self.names[f"@resource{number}/{resource['name']}"] = resource["id"]
