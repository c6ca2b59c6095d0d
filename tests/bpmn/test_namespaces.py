"""The namespaces that an engine reads its extensions from: its own first, wherever they stand."""

from __future__ import annotations

import pytest

from procdef.bpmn.facts.calls import calls_in
from procdef.bpmn.facts.form_html import rendered_form
from procdef.bpmn.facts.forms import form_variables, start_form
from procdef.bpmn.model import Options
from procdef.bpmn.parse import parse
from procdef.bpmn.reading.node import CAMUNDA, NAMESPACES, OPERATON
from procdef.bpmn.reading.reader import read
from procdef.bpmn.rules.context import RuleContext
from procdef.errors import InvalidBpmn, UnreadableBpmn

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
URIS = dict(zip(("operaton", "camunda", "activiti"), NAMESPACES[OPERATON], strict=True))
READ = [*((OPERATON, prefix) for prefix in URIS), (CAMUNDA, "camunda"), (CAMUNDA, "activiti")]
EVERYTHING = """<process id="p" isExecutable="true" x:versionTag="7" x:historyTimeToLive="P3D" x:isStartableInTasklist="false"
  x:candidateStarterUsers="ann,bob" x:candidateStarterGroups="sales">
  <startEvent id="s" x:formKey="k"><extensionElements><x:formData businessKey="b"><x:formField id="b" type="enum" defaultValue="v">
    <x:properties><x:property id="q" value="w"/></x:properties><x:validation><x:constraint name="required"/></x:validation>
    <x:value id="v" name="V"/></x:formField></x:formData></extensionElements></startEvent>
  <serviceTask id="t" x:type="external" x:topic="mail"/>
  <userTask id="u" x:assignee="ann"><extensionElements><x:taskListener event="create" class="a.B"/></extensionElements></userTask>
  <callActivity id="c" calledElement="other" x:calledElementBinding="versionTag" x:calledElementVersionTag="t1"/>
</process>"""
BROKEN = {
    "type": '<serviceTask id="t" x:type="external"/>',
    "listener": '<task id="t"><extensionElements><x:executionListener event="start"/></extensionElements></task>',
    "task listener": '<userTask id="t"><extensionElements><x:taskListener event="create"/></extensionElements></userTask>',
    "mapping": '<userTask id="t"><extensionElements><x:inputOutput><x:inputParameter/></x:inputOutput></extensionElements></userTask>',
    "expression": '<userTask id="t" x:assignee="${"/>',
    "retries": '<task id="t" x:asyncBefore="true"><extensionElements><x:failedJobRetryTimeCycle>${</x:failedJobRetryTimeCycle>'
    "</extensionElements></task>",
}


def file(text: str, prefix: str, more: str = "") -> bytes:
    declared = " ".join(f'xmlns:{name}="{uri}"' for name, uri in URIS.items())
    return f'<definitions xmlns="{MODEL}" xmlns:x="{URIS[prefix]}" {declared} targetNamespace="t">{text}{more}</definitions>'.encode()


def broken(text: str) -> str:
    return f'<process id="p" isExecutable="true"><startEvent id="s"/>{text}</process>'


@pytest.mark.parametrize(("engine", "prefix"), READ)
def test_everything_is_read(engine: str, prefix: str) -> None:
    data = file(EVERYTHING, prefix)
    process = parse("a.bpmn", data, Options(engine=engine)).processes[0]
    assert (process.version_tag, process.history_ttl, process.startable_in_tasklist, process.has_start_form_key) == ("7", 3, False, True)
    assert (process.candidate_users, process.candidate_groups) == (("ann", "bob"), ("sales",))
    form = start_form(data, "p", engine)
    assert form is not None
    assert form.key == "k"
    assert 'name="b" cam-business-key required' in (rendered_form(form) or "")
    assert form_variables(form) == {"b": {"type": "String", "value": "v", "valueInfo": {}}}
    assert [(call.binding, call.version_tag) for call in calls_in(data, "p", engine)] == [("versionTag", "t1")]


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize(("engine", "prefix"), READ)
def test_every_rule_reads_them(engine: str, prefix: str, name: str) -> None:
    with pytest.raises((InvalidBpmn, UnreadableBpmn)):
        parse("a.bpmn", file(broken(BROKEN[name]), prefix), Options(engine=engine))


def test_camunda_ignores_what_is_operatons() -> None:
    data = file(EVERYTHING.replace('<serviceTask id="t" x:type="external" x:topic="mail"/>', ""), "operaton")
    process = parse("a.bpmn", data, Options(engine=CAMUNDA)).processes[0]
    assert (process.version_tag, process.history_ttl, process.startable_in_tasklist, process.candidate_users) == (None, 180, True, ())
    form = start_form(data, "p", CAMUNDA)
    assert form is not None
    assert (form.key, form.fields) == (None, ())
    assert [call.binding for call in calls_in(data, "p", CAMUNDA)] == ["latest"]
    for name in set(BROKEN) - {"type"}:
        assert parse("a.bpmn", file(broken(BROKEN[name]), "operaton"), Options(engine=CAMUNDA))
    with pytest.raises(InvalidBpmn, match="One of the attributes"):
        parse("a.bpmn", file(EVERYTHING, "operaton"), Options(engine=CAMUNDA))


BOTH = """<process id="p" isExecutable="true" activiti:versionTag="1" camunda:versionTag="2" operaton:versionTag="3">
  <startEvent id="s"><extensionElements><camunda:formData><camunda:formField id="c" type="string"/></camunda:formData>
    <operaton:formData><operaton:formField id="o" type="string"/></operaton:formData></extensionElements></startEvent></process>"""


@pytest.mark.parametrize(("engine", "tag", "field"), [(OPERATON, "3", "o"), (CAMUNDA, "2", "c")])
def test_the_engines_own_come_first(engine: str, tag: str, field: str) -> None:
    data = file(BOTH, "camunda")
    assert parse("a.bpmn", data, Options(engine=engine)).processes[0].version_tag == tag
    form = start_form(data, "p", engine)
    assert form is not None
    assert [found.id for found in form.fields] == [field]
    assert RuleContext(read("a.bpmn", data, 100, engine), Options()).root.engine == engine
