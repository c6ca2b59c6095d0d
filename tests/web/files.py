"""What the pages are tried with: definitions with names of every kind, a call, incidents, a form, a file without a picture."""

from __future__ import annotations

from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from procdef.picture.layout import MAX_FLOW_NODES
from tests.api import Api
from tests.samples import EXTENSIONS, MODEL


class Named(NamedTuple):
    """A definition by key, name, version tag and tenant."""

    key: str
    name: str
    tag: str | None = None
    tenant: str | None = None


LONG = "x" * 255
RTL = "\u202e\u0645\u0639\u0627 <b>x</b> 🚀 " + "n" * 200
NAMES = (
    Named("order", "Order processing", "1.0"),
    Named("order", "Order processing", "1.1"),
    Named("markup", "<script>document.title = 'ran'</script> & \"quoted\" 'x'", "<b>1</b>", "<i>t</i>"),
    Named("emoji", "🚀 Rakete 👩\u200d🚀", "🎉", "a/b/c"),
    Named("rtl", "معالجة \u202eevil", None, ""),
    Named(LONG, "N" * 255, "T" * 64, "t" * 64),
    Named("Größe.x-y_1", "Größe prüfen"),
    Named("percent", "100% of {{ 7 * 7 }} _ \\ ?a=b&c#d", "%25", "%2F ?&#"),
)


def file_of(named: Named, inside: str = "", work: str = "Do the work") -> bytes:
    """A file of one process: start, an external task, a user task, end."""
    tag = "" if named.tag is None else f" c:versionTag={quoteattr(named.tag)}"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="http://example.org/x">
  <process id="{named.key}" name={quoteattr(named.name)} isExecutable="true"{tag}>
    <startEvent id="s" name="Start"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="w"/>
    <serviceTask id="w" name={quoteattr(work)} c:type="external" c:topic="billing"/>
    <sequenceFlow id="f2" sourceRef="w" targetRef="u"/>
    <userTask id="u" name="Check it" c:candidateGroups="sales"/>
    <sequenceFlow id="f3" sourceRef="u" targetRef="e"/>
    <endEvent id="e" name="Done"/>{inside}
  </process>
</definitions>
""".encode()


CALLER = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="http://example.org/x">
  <process id="caller" name="Caller" isExecutable="true" c:candidateStarterUsers="mary">
    <documentation>It calls another.</documentation>
    <startEvent id="s">
      <extensionElements><c:formData>
        <c:formField id="amount" label="&lt;b>Amount&lt;/b>" type="long" defaultValue="3"/>
      </c:formData></extensionElements>
    </startEvent>
    <sequenceFlow id="f" sourceRef="s" targetRef="call"/>
    <callActivity id="call" name="Call the order" calledElement="order"/>
  </process>
</definitions>
""".encode()


TASKS = "".join(f'<task id="t{number}"/>' for number in range(MAX_FLOW_NODES))
UNDRAWN = f"""<definitions xmlns="{MODEL}" targetNamespace="http://example.org/x">
  <process id="undrawn" name="Too large to lay out" isExecutable="true"><startEvent id="s"/>{TASKS}</process>
</definitions>
""".encode()

VALUES = ("<script>document.title = 'ran'</script>", "a/b/../c?d=e&f#g", "..", "🚀 \u202eevil", "v" * 1000, "${a ? 'b' : \"c\"}", "100%_\\")
"""What definitions use, of every sort."""
USING = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="http://example.org/x">
  <process id="using" name="Using" isExecutable="true">
    <startEvent id="s"/>{
    "".join(
        f'<serviceTask id="t{number}" name={quoteattr(value)} c:type="external" c:topic={quoteattr(value)}/>'
        for number, value in enumerate(VALUES)
    )
}
  </process>
</definitions>
""".encode()


def fill(api: Api) -> None:
    """Deploy all of it."""
    for number, named in enumerate(NAMES):
        fields = {} if named.tenant is None else {"tenant_id": named.tenant}
        api.deploy((f"{named.key[:40]}.bpmn", file_of(named, work=f"Work {number}")), deployment_name="seed & co", **fields)
    api.deploy(("caller.bpmn", CALLER), deployment_source="ci")
    api.deploy(("undrawn.bpmn", UNDRAWN))
    (claim,) = api.get("/process-definition", {"key": "markup"})
    for number in range(3):
        body = {"processDefinitionId": claim["id"], "incidentType": "failedJob", "activityId": "w", "incidentMessage": "<img src=x>"}
        assert api.put(f"/incident/i{number}", body).status_code == 201
    (row,) = api.get("/process-definition", {"key": "emoji"})
    assert api.put(f"/process-definition/{row['id']}/suspended", {"suspended": True}).status_code == 204
