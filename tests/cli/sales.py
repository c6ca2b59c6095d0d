"""The folder of the screens about deployments: a process in several versions, one that does not change, and one that is refused."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from tests.bpmn.files import NAMESPACES

SHAPE = '<bpmndi:BPMNShape id="{0}_di" bpmnElement="{0}"><dc:Bounds x="{1}" y="100" width="100" height="80"/></bpmndi:BPMNShape>'


def file(key: str, *tasks: str, start: int = 0, name: str = "", attributes: str = "") -> bytes:
    """A file of one process: a start event, user tasks and an end event in a row, with shapes from `start` on."""
    ids = ["begin", *tasks, "end"]
    inner = "\n".join(f'    <userTask id="{task}" name="{name}{task}" {attributes}/>' for task in tasks)
    flows = "\n".join(f'    <sequenceFlow id="from-{one}" sourceRef="{one}" targetRef="{other}"/>' for one, other in pairwise(ids))
    shapes = "\n".join(SHAPE.format(ident, start + 200 * number) for number, ident in enumerate(ids))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions {NAMESPACES} targetNamespace="tests">\n'
        f'  <process id="{key}" isExecutable="true">\n    <startEvent id="begin"/>\n{inner}\n'
        f'    <endEvent id="end"/>\n{flows}\n  </process>\n'
        f'  <bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="{key}">\n{shapes}\n'
        f"  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n</definitions>\n"
    ).encode()


ORDER = (file("order", "check"), file("order", "check", "ship"), file("order", "check", "ship", "pay", start=50, name="We "))
BILLING = file("billing", "write")
REFUND = file("refund", "ask", attributes='camunda:formKey="a" camunda:formRef="b" camunda:formRefBinding="latest"')


def folder(parent: Path, order: bytes = ORDER[0]) -> Path:
    """A folder `processes` with `order` and, below, `billing`."""
    made = parent / "processes"
    (made / "money").mkdir(parents=True, exist_ok=True)
    (made / "order.bpmn").write_bytes(order)
    (made / "money/billing.bpmn").write_bytes(BILLING)
    return made
