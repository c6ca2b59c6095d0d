"""What a process uses, kind by kind, in each namespace of the engines."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.bpmn.facts.fact_table import FACTS
from procdef.bpmn.facts.kinds import KINDS
from procdef.bpmn.facts.stored_facts import stored_facts, uses_in
from procdef.bpmn.facts.uses import declared_in, uses_of
from procdef.bpmn.model import Use
from procdef.bpmn.reading.node import NAMESPACES, OPERATON
from procdef.bpmn.reading.reader import read
from tests.bpmn.facts.fact_samples import in_extensions, owned
from tests.bpmn.files import DECLARED, file
from tests.bpmn.random_files import trees, written

CAMUNDA = "http://camunda.org/schema/1.0/bpmn"


def uses(data: bytes, key: str = "p") -> tuple[Use, ...]:
    """The uses of a process by the whole reading, which the quick pass must find too."""
    root = read("a.bpmn", data, max_elements=100_000)
    process = next(node for node in root.all("process") if node.id == key)
    found = uses_of(process, root, declared_in(root))
    assert uses_in(data, [key])[key] == stored_facts(data)[key].uses == found
    return found


def event(definition: str, tag: str = "intermediateCatchEvent") -> str:
    return f'<{tag} id="x">{definition}</{tag}>'


def condition(attributes: str) -> str:
    return f'<sequenceFlow id="x" sourceRef="a" targetRef="b"><conditionExpression {attributes}>c</conditionExpression></sequenceFlow>'


def timed(part: str) -> str:
    return event(f"<timerEventDefinition>{part}</timerEventDefinition>")


TEMPLATE = 'camunda:modelerTemplate="com.acme.rest"'
MADE = "multiInstanceLoopCharacteristics"
CASES: Mapping[str, tuple[str, list[tuple[str, str]]]] = {
    "topic": ('<serviceTask id="x" camunda:type="external" camunda:topic="ship"/>', [("topic", "ship")]),
    "topic of an event": (event('<messageEventDefinition camunda:topic="ship"/>', "endEvent"), [("topic", "ship")]),
    "no topic of other tasks": ('<userTask id="x" camunda:topic="ship"/>', []),
    "class": ('<serviceTask id="x" camunda:class="com.acme.Ship"/>', [("class", "com.acme.Ship")]),
    "class that maps": ('<callActivity id="x" camunda:variableMappingClass="a.B"/>', [("class", "a.B")]),
    "bean": ('<sendTask id="x" camunda:delegateExpression="${bean}"/>', [("delegateExpression", "${bean}")]),
    "expression": ('<businessRuleTask id="x" camunda:expression="#{a.b(1, 2)}"/>', [("expression", "#{a.b(1, 2)}")]),
    "listeners": (
        in_extensions(
            "userTask",
            '<camunda:executionListener event="end" class="a.B"/><camunda:taskListener event="create" expression="${c}"/>'
            '<camunda:taskListener event="create" delegateExpression="${d}"/><camunda:executionListener event="start" class="a.B"/>',
        ),
        [("listener", "a.B"), ("listener", "${c}"), ("listener", "${d}")],
    ),
    "listener with a script": (
        in_extensions(
            "task",
            '<camunda:executionListener event="end"><camunda:script scriptFormat="js">1</camunda:script></camunda:executionListener>',
        ),
        [("script", "js")],
    ),
    "called key": ('<callActivity id="x" calledElement="pay"/>', [("calledElement", "pay")]),
    "case": ('<callActivity id="x" camunda:caseRef="claim"/>', [("case", "claim")]),
    "decision": ('<businessRuleTask id="x" camunda:decisionRef="risk"/>', [("decision", "risk")]),
    "form": ('<userTask id="x" camunda:formKey="embedded:app:a.html"/>', [("form", "embedded:app:a.html")]),
    "form of a start": ('<startEvent id="x" camunda:formRef="order"/>', [("form", "order")]),
    "message": (event('<messageEventDefinition messageRef="m"/>'), [("message", "order")]),
    "message of a task": ('<receiveTask id="x" messageRef="m"/>', [("message", "order")]),
    "message without name": ('<receiveTask id="x" messageRef="m0"/>', [("message", "m0")]),
    "message that is not declared": ('<receiveTask id="x" messageRef="none"/>', [("message", "none")]),
    "signal": (event('<signalEventDefinition signalRef="sg"/>', "endEvent"), [("signal", "alert")]),
    "error": (event('<errorEventDefinition errorRef="er"/>', "endEvent"), [("error", "500")]),
    "error without code": (event('<errorEventDefinition errorRef="er0"/>', "endEvent"), [("error", "er0")]),
    "any error": (event("<errorEventDefinition/>", "boundaryEvent"), []),
    "error of an external task": (
        in_extensions("serviceTask", '<camunda:errorEventDefinition errorRef="er" expression="${true}"/>'),
        [("error", "500")],
    ),
    "escalation": (event('<escalationEventDefinition escalationRef="es"/>', "endEvent"), [("escalation", "late")]),
    "duration": (timed("<timeDuration> PT5M\n</timeDuration>"), [("timer", "PT5M")]),
    "date": (timed("<timeDate>${due}</timeDate>"), [("timer", "${due}")]),
    "cycle": (timed("<timeCycle>0 0 * * * ?</timeCycle>"), [("timer", "0 0 * * * ?")]),
    "script": ('<scriptTask id="x" scriptFormat="groovy"><script>a</script></scriptTask>', [("script", "groovy")]),
    "script of a file": ('<scriptTask id="x" scriptFormat="js" camunda:resource="a.js"/>', [("script", "js"), ("script", "a.js")]),
    "script of a condition": (condition('language="js"'), [("script", "js")]),
    "script of an input": (
        in_extensions(
            "task",
            '<camunda:inputOutput><camunda:inputParameter name="a"><camunda:script scriptFormat="js">1</camunda:script>'
            "</camunda:inputParameter></camunda:inputOutput>",
        ),
        [("script", "js")],
    ),
    "assignee": ('<userTask id="x" camunda:assignee="mary"/>', [("assignee", "mary")]),
    "assignee of BPMN": (f'<userTask id="x"><humanPerformer>{owned("mary")}</humanPerformer></userTask>', [("assignee", "mary")]),
    "candidates": (
        '<userTask id="x" camunda:candidateUsers="a, ${b(1, 2)} ,,a" camunda:candidateGroups="g"/>',
        [("candidateUser", "a"), ("candidateUser", "${b(1, 2)}"), ("candidateGroup", "g")],
    ),
    "candidates of BPMN": (
        f'<userTask id="x"><potentialOwner>{owned("user(a), group(g), h")}</potentialOwner></userTask>',
        [("candidateUser", "a"), ("candidateGroup", "g"), ("candidateGroup", "h")],
    ),
    "connector": (
        in_extensions("serviceTask", "<camunda:connector><camunda:connectorId>http</camunda:connectorId></camunda:connector>"),
        [("connector", "http")],
    ),
    "template": (f'<task id="x" {TEMPLATE}/>', [("template", "com.acme.rest")]),
    "template with a version": (
        f'<task id="x" {TEMPLATE} camunda:modelerTemplateVersion="3"/>',
        [("template", "com.acme.rest"), ("template", "com.acme.rest@3")],
    ),
    "property": (
        in_extensions(
            "task",
            '<camunda:properties><camunda:property name="owner" value="sales"/><camunda:property id="a" value=""/></camunda:properties>',
        ),
        [("property", "owner=sales"), ("property", "a=")],
    ),
    "documentation": ('<task id="x"><documentation>  Checks\n  it. </documentation></task>', [("documentation", "Checks\nit.")]),
    "an empty value": ('<serviceTask id="x" camunda:topic=""/>', []),
    "a part within a loop": (
        f'<serviceTask id="x"><{MADE}><completionCondition language="js">a</completionCondition></{MADE}></serviceTask>',
        [("script", "js")],
    ),
    "what other vendors write": (in_extensions("task", '<v:x xmlns:v="urn:v" camunda:topic="a" topic="b" calledElement="c"/>'), []),
}


@pytest.mark.parametrize("namespace", NAMESPACES[OPERATON])
@pytest.mark.parametrize("case", CASES)
def test_each_kind_in_each_namespace(case: str, namespace: str) -> None:
    body, expected = CASES[case]
    data = file(body, declared=DECLARED).replace(CAMUNDA.encode(), namespace.encode())
    found = uses(data)
    assert [(use.kind, use.value) for use in found] == expected
    assert {use.activity_id for use in found} <= {"x"}


def test_every_kind_has_rows_and_a_case() -> None:
    assert {fact.kind for fact in FACTS} - {None} == set(KINDS)
    assert {kind for _, expected in CASES.values() for kind, _ in expected} == set(KINDS)


def test_of_two_namespaces_the_first_counts() -> None:
    other = f'xmlns:o="{NAMESPACES[OPERATON][0]}" o:topic="first"'
    assert [use.value for use in uses(file(f'<serviceTask id="x" camunda:topic="second" {other}/>'))] == ["first"]


@pytest.mark.parametrize(("value", "dynamic"), [("a", False), ("${a}", True), ("a-#{b}", True), ("$a", False)])
def test_an_expression_is_marked(value: str, *, dynamic: bool) -> None:
    assert uses(file(f'<serviceTask id="x" name="Ship" camunda:topic="{value}"/>')) == (
        Use("topic", value, dynamic, "x", "serviceTask", "Ship"),
    )
    texts = f'<task id="x"><documentation>{value}</documentation></task>'
    assert [use.dynamic for use in uses(file(texts))] == [False]


BINDINGS = [
    ("", None),
    ('camunda:calledElementBinding="latest"', None),
    ('camunda:calledElementTenantId="t"', '["latest",null,null,"t"]'),
    ('camunda:calledElementBinding="deployment"', '["deployment",null,null,null]'),
    ('camunda:calledElementBinding="version" camunda:calledElementVersion="3"', '["version","3",null,null]'),
    ('camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="v"', '["versionTag",null,"v",null]'),
    ('camunda:calledElementBinding="version" camunda:calledElementVersion="${v}"', "[]"),
]


@pytest.mark.parametrize(("attributes", "binding"), BINDINGS)
def test_how_a_call_finds_its_version(attributes: str, binding: str | None) -> None:
    called = f'<callActivity id="x" calledElement="pay" {attributes}/>'
    assert [use.binding for use in uses(file(called))] == [binding]
    assert [use.binding for use in uses(file(f'<adHocSubProcess id="a">{called}</adHocSubProcess>'))] == ["[]"]
    assert [use.binding for use in uses(file('<callActivity id="x" calledElement="${a}"/>'))] == [None]


def test_a_process_uses_too() -> None:
    starter = f"<camunda:potentialStarter>{owned('group(g)')}</camunda:potentialStarter>"
    listener = '<camunda:executionListener event="start" class="a.B"/>'
    body = f"<documentation>About it</documentation><extensionElements>{starter}{listener}</extensionElements>"
    found = uses(file(body, attributes='name="P" camunda:candidateStarterUsers="a,b"'))
    values = [("candidateUser", "a"), ("candidateUser", "b"), ("documentation", "About it"), ("candidateGroup", "g"), ("listener", "a.B")]
    assert [(use.kind, use.value) for use in found] == values
    assert {use[3:6] for use in found} == {("p", "process", "P")}


def test_an_element_belongs_to_the_process_and_element_that_it_stands_in() -> None:
    inner = '<subProcess id="s"><serviceTask id="t" camunda:topic="in"/><documentation>of s</documentation></subProcess>'
    lanes = (
        '<laneSet id="l"><documentation>of none</documentation><lane id="lane"><documentation>of a lane</documentation></lane></laneSet>'
    )
    other = '<process id="q"><serviceTask camunda:topic="other"/></process><message id="m1"><documentation>of m</documentation></message>'
    around = '<collaboration id="c"><documentation>of c</documentation><participant id="pa" processRef="p"/></collaboration>'
    data = file(f'{lanes}{inner}<receiveTask id="r" messageRef="m1"/>', after=other + around)
    found = [(use.activity_id, use.activity_type, use.value) for use in uses(data)]
    expected = [("lane", "lane", "of a lane"), ("t", "serviceTask", "in"), ("s", "subProcess", "of s"), ("r", "receiveTask", "m1")]
    assert found == expected
    assert [(use.activity_id, use.value) for use in uses(data, "q")] == [(None, "other")]


def test_a_reference_may_have_a_prefix_of_its_own() -> None:
    inside = '<receiveTask id="x" xmlns:own="Examples" messageRef="own:m"/><receiveTask id="y" messageRef="camunda:m"/>'
    assert [use.value for use in uses(file(inside, declared=DECLARED))] == ["order", f"{{{CAMUNDA}}}m"]


def test_very_long_values_and_deep_files() -> None:
    topic, depth = "x" * 100_000, 100
    nested = "".join(f'<subProcess id="s{number}">' for number in range(depth))
    data = file(f'{nested}<serviceTask id="x" camunda:topic="{topic}"/>{"</subProcess>" * depth}')
    assert [use.value for use in uses(data)] == [topic]


def test_an_imported_definition_may_have_another_key() -> None:
    data = file('<serviceTask id="x" camunda:topic="a"/>', after='<process id="q" isExecutable="true"/>')
    found = uses_in(data, ["p", "p_1234"])
    assert found["p_1234"] == found["p"] != ()
    assert uses_in(data.replace(b'"true"', b'"false"'), ["p_1234"]) == uses_in(b"<", ["p_1234"]) == {"p_1234": ()}


@given(st.data())
def test_the_quick_pass_finds_what_the_whole_reading_finds(data: st.DataObject) -> None:
    text = written(data.draw(trees()))
    root = read("a.bpmn", text, max_elements=100_000)
    for process in root.all("process"):
        uses(text, process.id or "")
