"""The table of symbols: each is drawn, and no two are drawn the same."""

from __future__ import annotations

import re

import pytest

from procdef.picture import picture
from procdef.picture.flows import FLOWS
from procdef.picture.icons import ICONS
from procdef.picture.symbols import SYMBOLS
from tests.picture.files import bounds, edge, file, shape, texts

TRIGGERS = ("message", "timer", "error", "escalation", "cancel", "compensate", "conditional", "link", "signal", "terminate")
TWO = "<messageEventDefinition/><timerEventDefinition/>"
DEFINITIONS = {"none": "", "multiple": TWO, **{trigger: f"<{trigger}EventDefinition/>" for trigger in TRIGGERS}}
EVENTS = [
    (tag, attributes, content)
    for tag, attributes in (
        ("startEvent", ""),
        ("startEvent", 'isInterrupting="false"'),
        ("intermediateCatchEvent", ""),
        ("intermediateThrowEvent", ""),
        ("boundaryEvent", 'cancelActivity="false"'),
        ("endEvent", ""),
    )
    for content in DEFINITIONS.values()
    # nothing is left of the difference of catching and throwing where there is no icon, or where it is always filled
    if not (tag == "intermediateThrowEvent" and content in ("", DEFINITIONS["terminate"]))
]
PARALLEL = [(tag, 'parallelMultiple="true"', TWO) for tag in ("startEvent", "intermediateCatchEvent")]
LOOP, MANY = "<standardLoopCharacteristics/>", "<multiInstanceLoopCharacteristics/>"
ONE_BY_ONE = '<multiInstanceLoopCharacteristics isSequential="true"/>'
GATEWAYS = [
    ("exclusiveGateway", "", ""),
    ("parallelGateway", "", ""),
    ("inclusiveGateway", "", ""),
    ("complexGateway", "", ""),
    ("eventBasedGateway", "", ""),
    ("eventBasedGateway", 'instantiate="true"', ""),
    ("eventBasedGateway", 'instantiate="true" eventGatewayType="Parallel"', ""),
]
ACTIVITIES = [
    *((tag, "", "") for tag, symbol in SYMBOLS.items() if symbol.counted in ("task", "call activity", "sub-process")),
    *(("task", "", content) for content in (LOOP, MANY, ONE_BY_ONE)),
    ("task", 'isForCompensation="true"', ""),
    ("task", 'isForCompensation="true"', LOOP),
    ("receiveTask", 'instantiate="true"', ""),
    ("subProcess", 'triggeredByEvent="true"', ""),
    ("subProcess", 'triggeredByEvent="true"', "<startEvent/>"),
    ("subProcess", 'triggeredByEvent="true"', "<startEvent><timerEventDefinition/></startEvent>"),
    ("subProcess", 'triggeredByEvent="true"', '<startEvent isInterrupting="false"><timerEventDefinition/></startEvent>'),
]
DATA = [
    ("dataObjectReference", "", ""),
    ("dataObjectReference", 'dataObjectRef="list"', ""),
    ("dataInput", "", ""),
    ("dataInput", 'isCollection="true"', ""),
    ("dataOutput", "", ""),
    ("dataStoreReference", "", ""),
]
OTHERS = [
    ("participant", 'processRef="p"', ""),
    ("participant", "", ""),
    ("participant", "", "<participantMultiplicity/>"),
    ("textAnnotation", "", ""),
    ("group", "", ""),
    ("conversation", "", ""),
    ("subConversation", "", ""),
    ("callConversation", "", ""),
]
SHAPES = [*EVENTS, *PARALLEL, *GATEWAYS, *ACTIVITIES, *DATA, *OTHERS]
EDGES = [
    ("sequenceFlow", "", "", ""),
    ("sequenceFlow", 'sourceRef="task"', "<conditionExpression/>", ""),
    ("messageFlow", "", "", ""),
    ("messageFlow", "", "", 'messageVisibleKind="initiating"'),
    ("messageFlow", "", "", 'messageVisibleKind="non_initiating"'),
    ("association", "", "", ""),
    ("association", 'associationDirection="One"', "", ""),
    ("association", 'associationDirection="Both"', "", ""),
    ("conversationLink", "", "", ""),
]


def drawing(svg: str) -> str:
    """What is drawn of the element `a`, without its id and its title."""
    return re.sub(r"<g data-element[^>]*>|<title>.*?</title>", "", svg.partition('<g data-element="a"')[2].partition(">")[2])


def drawn(tag: str, attributes: str, content: str, flags: str = 'isMarkerVisible="true" isExpanded="false"') -> str:
    process = f'<dataObject id="list" isCollection="true"/><{tag} id="a" {attributes}>{content}</{tag}>'
    return drawing(picture(file(process, shape("a", bounds(0, 0, 60, 60), flags))))


def drawn_edge(tag: str, attributes: str, content: str, flags: str = "") -> str:
    process = f'<task id="task"/><exclusiveGateway id="g" default="x"/><{tag} id="a" {attributes}>{content}</{tag}>'
    return drawing(picture(file(process, shape("task"), edge("a", (0, 0), (90, 0), attributes=flags))))


def test_no_two_symbols_are_drawn_the_same() -> None:
    found: dict[str, tuple[str, str, str]] = {}
    for row in SHAPES:
        assert found.setdefault(drawn(*row), row) == row
    assert len(found) == len(SHAPES) > 100


def test_every_row_of_the_table_is_drawn_and_has_its_type() -> None:
    assert {tag for tag, _, _ in SHAPES} == set(SYMBOLS) - {"lane", "dataObject", "dataStore"}
    for tag in SYMBOLS:
        assert f'data-type="{tag}"' in picture(file(f'<{tag} id="a"/>', shape("a")))


def test_every_icon_is_used_and_looks_different() -> None:
    every = "".join(drawn(*row) for row in SHAPES) + "".join(drawn_edge(*row) for row in EDGES)
    for name, icon in ICONS.items():
        assert (icon.solid or icon.lines or icon.outline) in every, name
    assert len({icon.svg(0, 0, filled=icon.name == "send") for icon in ICONS.values()}) == len(ICONS)


def test_no_two_flows_are_drawn_the_same() -> None:
    assert len({drawn_edge(*row) for row in EDGES}) == len(EDGES)
    assert {tag for tag, *_ in EDGES} == set(FLOWS) - {"dataInputAssociation", "dataOutputAssociation"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("exclusiveGateway", "", ""), ("exclusiveGateway", "", "", 'isMarkerVisible="false"'), False),
        (("exclusiveGateway", "", "", ""), ("exclusiveGateway", "", "", 'isMarkerVisible="false"'), True),
        (("boundaryEvent", "", TWO), ("boundaryEvent", 'cancelActivity="true"', TWO), True),
        (("subProcess", "", ""), ("subProcess", "", "", 'isExpanded="true"'), False),
        (("participant", 'processRef="p"', ""), ("participant", 'processRef="p"', "", 'isHorizontal="true"'), True),
        (("participant", 'processRef="p"', ""), ("participant", 'processRef="p"', "", 'isHorizontal="false"'), False),
        (("dataInput", "", ""), ("dataInput", 'isCollection="false"', ""), True),
        (("task", "", ""), ("task", "", "<ioSpecification/>"), True),
        (("choreographyTask", "", ""), ("somethingElse", "", ""), False),
    ],
)
def test_what_a_shape_says_of_itself_is_drawn(one: tuple[str, str, str], other: tuple[str, str, str], *, same: bool) -> None:
    assert (drawn(*one) == drawn(*other)) is same


@pytest.mark.parametrize(
    ("source", "attributes", "content", "sign"),
    [
        ("<task id='s'/>", "", "<conditionExpression/>", "conditional"),
        ("<subProcess id='s'/>", "", "<conditionExpression/>", "conditional"),
        ("<exclusiveGateway id='s'/>", "", "<conditionExpression/>", None),
        ("<exclusiveGateway id='s' default='a'/>", "", "", "default"),
        ("<task id='s' default='a'/>", "", "<conditionExpression/>", "default"),
        ("<startEvent id='s'/>", "", "<conditionExpression/>", None),
        ("", "", "<conditionExpression/>", None),
    ],
)
def test_a_flow_shows_a_condition_only_where_it_leaves_an_activity(source: str, attributes: str, content: str, sign: str | None) -> None:
    flow = f'<sequenceFlow id="a" sourceRef="s" targetRef="t">{content}</sequenceFlow>'
    svg = drawing(picture(file(f"{source}<task id='t'/>{flow}", shape("t"), edge("a", (0, 0), (90, 0)))))
    signs = {"default": "M13 5L8 -5" in svg, "conditional": "M0 0L8 5 16 0 8 -5z" in svg}
    assert [name for name, shown in signs.items() if shown] == ([sign] if sign else [])


def test_an_element_without_symbol_is_a_rectangle_with_its_name() -> None:
    svg = picture(file('<weird id="a" name="Odd one"/>', shape("a"), shape("gone")))
    assert texts(svg) == ["Odd one", "gone"]
    assert 'data-type="weird"' in svg
    assert 'data-type="unknown"' in svg
