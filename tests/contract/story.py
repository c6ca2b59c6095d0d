"""A story of changes, told to an empty server: each step a request, and after it a summary of all that the server holds."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.contract.answers import Names, answer_of
from tests.contract.requests import Request
from tests.samples import bpmn, definitions, form, process

Send = Callable[[Request], tuple[int, Mapping[str, str], bytes]]
JSON = "application/json"
PNG, ORDER, INVOICE = b"\x89PNG", ("order.bpmn", bpmn("order")), ("invoice.bpmn", bpmn("invoice", name="Invoice"))
CHANGED = ("order.bpmn", bpmn("order") + b"<!-- changed -->")
PAIR = ("pair.bpmn", definitions(process("one"), process("two", work="other")))
RECORDED = Path(__file__).with_name("story.json")
LATER = "2099-01-01T00:00:00"


def deploy(*files: tuple[str, bytes], **fields: str) -> Request:
    """A deployment; underscores in the names of fields stand for hyphens."""
    names = {"name": "deployment-name", "source": "deployment-source", "tenant": "tenant-id", "filtering": "enable-duplicate-filtering"}
    names |= {"changed": "deploy-changed-only", "activation": "deployment-activation-time"}
    note = f"{', '.join(name for name, _ in files)} {json.dumps(fields)}"
    return Request("POST", "/deployment/create", *form(files, {names[name]: text for name, text in fields.items()}), note=note)


def send(method: str, path: str, body: Any = None) -> Request:
    """A request of JSON, where there is any."""
    return Request(method, path) if body is None else Request(method, path, json.dumps(body).encode(), JSON)


def suspended(path: str, body: Any) -> Request:
    return send("PUT", f"/process-definition/{path}suspended", body)


STEPS: Sequence[Request] = (
    # versions, tenants, diagrams
    deploy(ORDER, ("order.png", PNG), name="sales", source="ci"),
    deploy(ORDER, ("order.svg", b"<svg/>"), ("order.order.gif", b"GIF"), ("order.jpg", b"JPG"), name="sales"),
    deploy(ORDER, name="sales", tenant="a"),
    deploy(ORDER, name="sales", tenant=""),
    deploy(PAIR, ("notes.txt", b"notes"), name="pair"),
    deploy(("draft.bpmn", bpmn("draft", isExecutable="false")), ("one.bpmn", bpmn("numeral", isExecutable="1"))),
    deploy(
        ("x.BPMN", b"no"), ("x.bpmn2", b"no"), ("x.xml", b"no"), ("bpmn", bpmn("bare")), ("dir/xbpmn", bpmn("dotless")), ("dir/x.png", PNG)
    ),
    deploy(("k25.bpmn", bpmn("k" * 25)), ("k26.bpmn", bpmn("k" * 26))),
    deploy(("same.bpmn", bpmn("first")), ("same.bpmn", bpmn("second"))),
    deploy(("tag.bpmn", bpmn("tag", versionTag="", name="", historyTimeToLive="0", isStartableInTasklist="no"))),
    # refused, and nothing of it is kept
    deploy(ORDER, ("broken.bpmn", b"no XML"), name="refused"),
    deploy(ORDER, ("other.bpmn", bpmn("order")), name="refused"),
    deploy(("ttl.bpmn", bpmn("ttl", historyTimeToLive="P1M")), name="refused"),
    deploy(("ttl.bpmn", bpmn("ttl", historyTimeToLive="")), name="refused"),
    # duplicate filtering
    deploy(ORDER, INVOICE, name="filtered", filtering="true"),
    deploy(ORDER, INVOICE, name="filtered", filtering="true"),
    deploy(ORDER, name="filtered", filtering="TRUE"),
    deploy(ORDER, name="filtered", filtering="1"),
    deploy(CHANGED, INVOICE, name="filtered", filtering="true"),
    deploy(ORDER, INVOICE, name="filtered", changed="true"),
    deploy(ORDER, INVOICE, name="filtered", changed="true"),
    deploy(ORDER, ("new.txt", b"new"), name="filtered", changed="true"),
    deploy(ORDER, name="filtered", filtering="true", tenant="a"),
    deploy(ORDER, name="filtered", filtering="true", tenant="a"),
    deploy(ORDER, name="filtered", filtering="true", source="s"),
    deploy(ORDER, name="filtered", filtering="true", source="s"),
    deploy(ORDER, name="filtered", filtering="true", source="process application"),
    deploy(ORDER, filtering="true"),
    deploy(ORDER, filtering="true"),
    deploy(ORDER, name="", filtering="true"),
    deploy(ORDER, name="", filtering="true"),
    # suspension
    suspended("{@order/1}/", {"suspended": True}),
    suspended("{@order/1}/", {"suspended": True}),
    suspended("key/order/", {"suspended": True}),
    suspended("key/order/tenant-id/a/", {"suspended": True}),
    suspended("", {"processDefinitionKey": "one", "suspended": True, "includeProcessInstances": True}),
    suspended("", {"processDefinitionKey": "order", "suspended": False}),
    suspended("", {"processDefinitionKey": "nope", "suspended": True}),
    suspended("", {"suspended": True}),
    suspended("", {"suspended": True, "processDefinitionId": "x"}),
    suspended("", {"suspended": True, "processDefinitionId": "x", "processDefinitionKey": "order"}),
    suspended("", {"suspended": True, "processDefinitionKey": "order", "executionDate": "junk"}),
    suspended("", {"suspended": True, "processDefinitionKey": "order", "executionDate": LATER}),
    suspended("{@one/1}/", {"suspended": False, "processDefinitionId": "ignored", "executionDate": ""}),
    suspended("{@one/1}/", {"suspended": True, "executionDate": "junk"}),
    suspended("{@one/1}/", {"suspended": True, "executionDate": LATER}),
    suspended("key/nope/", {"suspended": True}),
    suspended("key/order/tenant-id/nope/", {"suspended": True}),
    deploy(("late.bpmn", bpmn("late")), name="late", activation=LATER),
    deploy(("late.bpmn", bpmn("late")), name="late", filtering="true", activation=LATER),
    deploy(("late.bpmn", bpmn("late")), name="late", activation=""),
    # history time to live
    *(
        send("PUT", "/process-definition/{@order/1}/history-time-to-live", {"historyTimeToLive": value})
        for value in (5, 0, "7", 1.9, -1, None, "")
    ),
    send("PUT", "/process-definition/{@order/1}/history-time-to-live", {}),
    send("PUT", "/process-definition/key/order/history-time-to-live", {"historyTimeToLive": 9}),
    send("PUT", "/process-definition/key/order/tenant-id/a/history-time-to-live", {"historyTimeToLive": 8}),
    send("PUT", "/process-definition/key/nope/history-time-to-live", {"historyTimeToLive": 9}),
    # deploying again
    send("POST", "/deployment/{@deployment1}/redeploy", {}),
    send("POST", "/deployment/{@deployment2}/redeploy", {"source": "again", "resourceNames": ["order.bpmn", "order.jpg"]}),
    send("POST", "/deployment/{@deployment1}/redeploy", {"resourceIds": ["{@resource1/order.png}"], "resourceNames": ["order.bpmn"]}),
    send("POST", "/deployment/{@deployment3}/redeploy", {"resourceIds": [], "resourceNames": None}),
    send("POST", "/deployment/{@deployment1}/redeploy", {"resourceNames": ["nope"]}),
    send("POST", "/deployment/{@deployment1}/redeploy", {"resourceIds": ["nope", "n2"]}),
    send("POST", "/deployment/{@deployment1}/redeploy", {"resourceNames": [None]}),
    send("POST", "/deployment/nope/redeploy", {}),
    Request("POST", "/deployment/{@deployment5}/redeploy"),
    Request("POST", "/deployment/{@deployment1}/redeploy", b"{}", "text/plain"),
    # deletion: which version is the latest, and which number comes next
    send("DELETE", "/process-definition/{@two/1}"),
    send("DELETE", "/process-definition/{@two/1}"),
    send("DELETE", "/process-definition/key/order"),
    deploy(ORDER, name="after the latest"),
    send("DELETE", "/process-definition/{@order/2}?cascade=true"),
    deploy(ORDER, name="after an old one"),
    send("DELETE", "/process-definition/key/order/tenant-id/a"),
    send("DELETE", "/process-definition/key/order/tenant-id/nope"),
    send("DELETE", "/process-definition/key/order/tenant-id/a/delete"),
    send("DELETE", "/process-definition/key/order/tenant-id/a/delete"),
    deploy(ORDER, name="sales", tenant="a"),
    send("DELETE", "/process-definition/key/order/delete?cascade=TRUE"),
    send("DELETE", "/process-definition/key/order/delete"),
    deploy(ORDER, name="from the start"),
    send("DELETE", "/deployment/{@deployment5}?cascade=true"),
    send("DELETE", "/deployment/{@deployment5}"),
    send("GET", "/deployment/{@deployment5}/resources"),
    send("GET", "/deployment/{@deployment1}/resources"),
    send("DELETE", "/deployment/{@deployment8}"),
    send("GET", "/process-definition/statistics?incidents=true&rootIncidents=false"),
    send("GET", "/process-definition/statistics?incidents=&incidentsForType=x"),
    send("GET", "/process-definition/statistics?rootIncidents=true&incidentsForType=x"),
    send("GET", "/process-definition/nope/statistics"),
    send("GET", "/process-definition/key/nope/statistics"),
)


@dataclass(frozen=True)
class Told:
    """One step: its label, the answer's status and body, and what the server does not hold or newly holds after it, by stable names."""

    label: str
    status: int
    body: Any
    changes: list[str]


def save(story: Iterable[Told], path: Path = RECORDED) -> None:
    """Keep a story, a step a line."""
    lines = (json.dumps(list(vars(told).values()), ensure_ascii=False, separators=(",", ":")) for told in story)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def load(path: Path = RECORDED) -> list[Told]:
    """The story as it was kept."""
    return [Told(*told) for told in json.loads(path.read_text(encoding="utf-8"))]


@dataclass
class Teller:
    """Tells a story to a server, and keeps the stable names of what comes up; a name that did not come up is `nope`."""

    send: Send
    steps: Sequence[Request] = STEPS

    def __post_init__(self) -> None:
        self.names: dict[str, str] = {}
        self._deployments = 0

    def tell(self) -> Iterable[Told]:
        """Each step as it went."""
        held: set[str] = set()
        for number, request in enumerate(self.steps, 1):
            status, headers, body = self._sent(request)
            if status == 200 and b'"deployedProcessDefinitions"' in body:
                self._name(json.loads(body))
            answer = answer_of(Names(self.names), status, headers, body)
            if isinstance(answer.body, dict):
                answer.body.pop("links", None)
            before, held = held, self._held()
            changes = [f"- {text}" for text in sorted(before - held)] + [f"+ {text}" for text in sorted(held - before)]
            yield Told(f"{number} {request.label}", answer.status, answer.body, changes)
            time.sleep(0.002)

    def _sent(self, request: Request) -> tuple[int, Mapping[str, str], bytes]:
        body = request.body
        if request.content_type == JSON:
            body = re.sub(rb"\{(@[^}]*)\}", lambda found: self.names.get(found[1].decode(), "nope").encode(), body)
        path = re.sub(r"\{(@[^}]*)\}", lambda found: quote(self.names.get(found[1], "nope"), safe=":"), request.path)
        return self.send(Request(request.method, path, body, request.content_type, request.accept))

    def _json(self, path: str) -> Any:
        return json.loads(self.send(Request("GET", path))[2])

    def _name(self, answer: dict[str, Any]) -> None:
        if answer["id"] in self.names.values():
            return
        self._deployments += 1
        self.names[f"@deployment{self._deployments}"] = answer["id"]
        self.names[f"@time{self._deployments}"] = answer["deploymentTime"]
        for definition in (answer["deployedProcessDefinitions"] or {}).values():
            tenant = "" if definition["tenantId"] is None else f"/{definition['tenantId']}"
            name = f"@{definition['key']}/{definition['version']}{tenant}"
            self.names[name if name not in self.names else f"{name}#{self._deployments}"] = definition["id"]
        for resource in self._json(f"/deployment/{answer['id']}/resources"):
            self.names[f"@resource{self._deployments}/{resource['name']}"] = resource["id"]

    def _held(self) -> set[str]:
        names = Names(self.names)
        latest = {row["id"] for row in self._json("/process-definition?latestVersion=true")}
        found = [
            f"{row['id']} {row['deploymentId']} {row['diagram']} {row['historyTimeToLive']}"
            + (" suspended" if row["suspended"] else "")
            + (" latest" if row["id"] in latest else "")
            for row in self._json("/process-definition")
        ]
        found += [f"{row['id']} {row['name']} {row['source']} {row['tenantId']}" for row in self._json("/deployment")]
        return {names.stable(text) for text in found}
