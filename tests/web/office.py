"""What the pictures of the pages show: a small company with orders, claims, invoices and returns."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from tests.api import Api
from tests.samples import EXTENSIONS, MODEL

EXAMPLES = Path(__file__).parents[2] / "examples"
ORDER, ORDER_2 = ((EXAMPLES / name).read_bytes() for name in ("order.bpmn", "order-2.bpmn"))


class Step(NamedTuple):
    """A task in a row of tasks: its tag, its id, its name, and its attributes of the engine."""

    tag: str
    id: str
    name: str
    facts: Mapping[str, str] = {}


def external(ident: str, name: str, topic: str) -> Step:
    """A task that a worker does."""
    return Step("serviceTask", ident, name, {"c:type": "external", "c:topic": topic})


def person(ident: str, name: str, group: str) -> Step:
    """A task that somebody of a group does."""
    return Step("userTask", ident, name, {"c:candidateGroups": group})


def call(ident: str, name: str, key: str) -> Step:
    """A call of another process."""
    return Step("callActivity", ident, name, {"calledElement": key})


def file_of(key: str, name: str, tag: str, *steps: Step) -> bytes:
    """A process from a start over the steps to an end; without a layout, so procdef makes one."""
    row = (Step("startEvent", "begun", "Begun"), *steps, Step("endEvent", "done", "Done"))
    flows = "".join(f'<sequenceFlow id="to-{two.id}" sourceRef="{one.id}" targetRef="{two.id}"/>' for one, two in pairwise(row))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="http://example.org/office">
  <process id="{key}" name={quoteattr(name)} isExecutable="true" c:versionTag="{tag}">{"".join(map(_written, row))}{flows}</process>
</definitions>
""".encode()


def _written(step: Step) -> str:
    facts = "".join(f" {name}={quoteattr(value)}" for name, value in step.facts.items())
    return f"<{step.tag} id={quoteattr(step.id)} name={quoteattr(step.name)}{facts}/>"


INVOICE = file_of(
    *("invoice", "Invoice", "3.2"),
    external("write", "Write the invoice", "invoicing"),
    person("approve", "Approve it", "accounting"),
    external("send", "Send it", "mail"),
)
CLAIM = file_of(
    *("claim", "Insurance claim", "2026.11"),
    person("look", "Look at the claim", "claims"),
    external("score", "Score the risk", "scoring"),
    call("pay", "Pay", "invoice"),
)
RETURN = file_of(
    *("return", "Returned goods", "1.0"),
    person("inspect", "Inspect the goods", "backoffice"),
    external("resend", "Send a replacement", "shipping"),
)
WRONG = ORDER_2.replace(b' camunda:topic="invoicing"', b"")
"""A file that is refused: a task for workers without a topic."""


def fill(api: Api) -> Mapping[str, str]:
    """Deploy all of it, with two incidents and a suspended definition; the names that URLs need."""
    api.deploy(("order.bpmn", ORDER), deployment_name="sales", deployment_source="ci")
    api.deploy(("order.bpmn", ORDER_2), deployment_name="sales", deployment_source="ci")
    office = api.deploy(("claim.bpmn", CLAIM), ("invoice.bpmn", INVOICE), deployment_name="office", deployment_source="ci")
    api.deploy(("return.bpmn", RETURN), deployment_name="shop", tenant_id="acme")
    ids = {row["key"]: row["id"] for row in api.get("/process-definition", {"latestVersion": "true"})}
    for number, message in enumerate(("The carrier does not answer", "No address for order 4711")):
        body = {"processDefinitionId": ids["order"], "incidentType": "failedJob", "activityId": "ship", "incidentMessage": message}
        assert api.put(f"/incident/ship-{number}", body).status_code == 201
    assert api.put(f"/process-definition/{ids['return']}/suspended", {"suspended": True}).status_code == 204
    return {"deployment": office["id"]}
