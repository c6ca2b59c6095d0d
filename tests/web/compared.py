"""What differences are tried with: two versions of a process with two diagrams, and names with markup."""

from __future__ import annotations

from tests.api import Api
from tests.samples import EXTENSIONS, MODEL

DI, DC = "http://www.omg.org/spec/BPMN/20100524/DI", "http://www.omg.org/spec/DD/20100524/DC"
NAME = "Shop <b>1</b> & 🚀"
KEY = "shop"


def _shape(element: str, x: int, more: str = "") -> str:
    return (
        f'<bpmndi:BPMNShape id="{element}-di" bpmnElement="{element}"{more}>'
        f'<dc:Bounds x="{x}" y="80" width="100" height="80"/></bpmndi:BPMNShape>'
    )


def _diagram(element: str, *shapes: str) -> str:
    plane = f'<bpmndi:BPMNPlane id="{element}-plane" bpmnElement="{element}">{"".join(shapes)}</bpmndi:BPMNPlane>'
    return f'<bpmndi:BPMNDiagram id="{element}-diagram">{plane}</bpmndi:BPMNDiagram>'


def shop(topic: str = "shipping", *, added: bool = False, moved: int = 0, text: str = "", key: str = KEY) -> bytes:
    """A process with a service task, a collapsed sub-process with a diagram of its own, and a user task if `added`."""
    more = '<userTask id="look" name="Look &lt;i&gt; again"/>' if added else '<manualTask id="pack" name="Pack"/>'
    shapes = [_shape("ship", 100), _shape("inner", 300 + moved, ' isExpanded="false"'), _shape("look" if added else "pack", 500)]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" xmlns:bpmndi="{DI}" xmlns:dc="{DC}" targetNamespace="http://example.org/x">
  <process id="{key}" name="Shop &lt;b>1&lt;/b> &amp; 🚀" isExecutable="true">
    <documentation>{text}</documentation>
    <startEvent id="first"/>
    <serviceTask id="ship" name="Ship" c:type="external" c:topic="{topic}"/>
    <subProcess id="inner" name="Inside"><startEvent id="begin"/><userTask id="deep" name="Deep {topic}"/></subProcess>
    {more}
  </process>
  {_diagram(key, *shapes)}
  {_diagram("inner", _shape("deep", 100))}
</definitions>
""".encode()


LONG = "\n".join(f"Line {number}" for number in range(30))
OLD, NEW = shop(text=LONG), shop("parcels", added=True, moved=40, text=LONG.replace("Line 9", "Line nine"))


def fill(api: Api) -> None:
    """Deploy both versions, and the second one once more with another key, and for a tenant."""
    for data in (OLD, NEW):
        api.deploy(("shop.bpmn", data))
    api.deploy(("other.bpmn", shop("parcels", key="other")))
    api.deploy(("shop.bpmn", NEW), tenant_id="a/b ?&")
