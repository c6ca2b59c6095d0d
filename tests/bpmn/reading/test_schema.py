"""The XML schema: which files break it, and where."""

from __future__ import annotations

import time

import pytest

from procdef.errors import InvalidBpmn
from tests.bpmn.files import START, file, is_schema, refusal

LANES = '<laneSet id="l"><lane id="ln"><flowNodeRef>{}</flowNodeRef></lane></laneSet>'

# The column just behind what is wrong; where that is at the end of an element, just behind its end tag.
BROKEN = {
    "unknown attribute": (START + '<task id="t" foo="1"/>', '<task id="t" foo="1"/>'),
    "missing attribute": (START + '<sequenceFlow id="f" targetRef="s"/>', '<sequenceFlow id="f" targetRef="s"/>'),
    "unknown element": (START + '<foo xmlns="u"/>', '<foo xmlns="u"/>'),
    "wrong order": (START + "<documentation/>", "<documentation/>"),
    "lanes behind the flow": (START + LANES.format("s"), '<laneSet id="l">'),
    "missing element": (
        START + '<subProcess id="x"><ioSpecification/>' + START.replace('"s"', '"q"') + "</subProcess>",
        "<ioSpecification/>",
    ),
    "text between elements": (START + "text", "</process>"),
    "id that is none": (START + '<task id="1a"/>', '<task id="1a"/>'),
    "id twice": (START + '<task id="s"/>', '<task id="s"/>'),
    "boolean that is none": (START + '<task id="t" isForCompensation="TRUE"/>', '<task id="t" isForCompensation="TRUE"/>'),
    "value of no list": (START + '<inclusiveGateway id="g" gatewayDirection="up"/>', '<inclusiveGateway id="g" gatewayDirection="up"/>'),
    "undeclared prefix": (START + '<task id="t"><incoming>zz:f</incoming></task>', "</incoming>"),
    "dangling default": (START + '<task id="t" default="nope"/>', "</definitions>"),
    "dangling lane": (LANES.format("nope") + START, "</definitions>"),
    "dangling data": (
        START + '<task id="t"><dataInputAssociation><sourceRef>nope</sourceRef><targetRef>s</targetRef></dataInputAssociation></task>',
        "</definitions>",
    ),
    "dangling data object": (START + '<dataObjectReference id="r" dataObjectRef="nope"/>', "</definitions>"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    body, where = BROKEN[name]
    data = file(body)
    problem = refusal(data)
    assert isinstance(problem, InvalidBpmn)
    faults = [error for error in problem.errors if is_schema(error)]
    assert {(fault.line, fault.column) for fault in faults} == {(1, data.decode().index(where) + len(where) + 1)}
    assert {(fault.main_element_id, fault.element_ids) for fault in faults} == {(None, ())}


HELD = {
    "attributes of other namespaces": START + '<task id="t" x:foo="1" xmlns:x="u" camunda:nope="2"/>',
    "elements of other namespaces": "<extensionElements><x xmlns='u' id='s'/><camunda:nope/></extensionElements>" + START,
    "called element that is no name": START + '<callActivity id="c" calledElement="a b:c d"/>',
    "ids of extensions twice": "<extensionElements><camunda:x id='z'/><camunda:x id='z'/></extensionElements>" + START,
    "blanks around values": '<startEvent id=" s "/><task id="t" default=" s"/><sequenceFlow id="f" sourceRef="s " targetRef=" t"/>',
    "unknown incoming and outgoing": START + '<task id="t"><incoming>no</incoming><outgoing>no</outgoing></task>',
    "lanes": LANES.format("s") + START,
    "data that goes in": START
    + '<dataObject id="d"/><task id="t"><dataInputAssociation><targetRef>d</targetRef></dataInputAssociation></task>',
    "formal expression": START
    + '<task id="t"><standardLoopCharacteristics><loopCondition xsi:type="tFormalExpression"/></standardLoopCharacteristics></task>',
}


@pytest.mark.parametrize("name", HELD)
def test_held(name: str) -> None:
    assert refusal(file(HELD[name])) is None


def test_another_root() -> None:
    problem = refusal(b"<definitions/>")
    assert isinstance(problem, InvalidBpmn)
    assert [(error.line, error.column) for error in problem.errors] == [(1, 15)]


def test_no_processes() -> None:
    assert refusal(b'<process xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="p" isExecutable="true"/>') is None


def test_processes_that_are_not_executable_are_held_to_the_schema_only() -> None:
    assert refusal(file('<exclusiveGateway id="g"/>').replace(b' isExecutable="true"', b"")) is None
    assert refusal(file('<exclusiveGateway id="g" x="y"/>').replace(b' isExecutable="true"', b"")) is not None


def test_faults_come_before_errors_and_are_bounded() -> None:
    problem = refusal(file("".join(f'<task id="t{n}" foo="1"/>' for n in range(1500))))
    assert isinstance(problem, InvalidBpmn)
    assert [is_schema(error) for error in problem.errors] == [True] * 1000 + [False]


def test_namespaces_that_are_no_uris() -> None:
    assert refusal(file(START).replace(b" targetNamespace", b' xmlns:x="a b" targetNamespace')) is None


BEHIND: dict[str, tuple[str, list[str]]] = {
    # after a child that must not be there: the elements that are found wrong, as recorded, except what the page on compatibility names
    "attributes": (
        '<junk/><startEvent id="s" foo="1"/><bad/><task id="1a"/>',
        ["<junk/>", '<startEvent id="s" foo="1"/>', '<task id="1a"/>'],
    ),
    "within it": (
        '<junk><task id="t" foo="1"/></junk><task id="u" foo="1"/>',
        ["<junk>", '<task id="t" foo="1"/>', '<task id="u" foo="1"/>'],
    ),
    "misplaced": (
        START + '<laneSet id="l" foo="1"><lane id="x" bar="1"/></laneSet>',
        ['<laneSet id="l" foo="1">'] * 2 + ['<lane id="x" bar="1"/>'],
    ),
    "nested": (
        '<junk/><subProcess id="u"><bad/><task id="t" foo="1"/></subProcess><task id="v" foo="1"/>',
        ["<junk/>", "<bad/>", '<task id="t" foo="1"/>', '<task id="v" foo="1"/>'],
    ),
    "one for each parent": ('<task id="t"><bad/><worse/></task><task id="u"><evil/></task>', ["<bad/>", "<evil/>"]),
    "prefix": ('<junk/><task id="t"><incoming>camunda:f</incoming><incoming>zz:f</incoming></task>', ["<junk/>"] + ["zz:f</incoming>"] * 2),
    "missing": ('<junk/><subProcess id="x"><ioSpecification/></subProcess>', ["<junk/>", "<ioSpecification/>"]),
}


@pytest.mark.parametrize("name", BEHIND)
def test_what_is_wrong_behind_the_first(name: str) -> None:
    body, wrong = BEHIND[name]
    data = file(body)
    problem = refusal(data)
    assert isinstance(problem, InvalidBpmn)
    ends = [data.decode().index(where) + len(where) + 1 for where in wrong]
    assert [error.column for error in problem.errors if is_schema(error)] == ends


def test_a_large_file_is_not_looked_at_for_ever() -> None:
    begin = time.monotonic()
    refusal(file("<junk/>" + "<subProcess><junk/>" * 100 + "<task/>" * 20_000 + "</subProcess>" * 100))
    refusal(file("<junk/>" * 20_000))
    assert time.monotonic() - begin < 20
