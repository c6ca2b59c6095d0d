"""Gateways and the flows that leave them. What is expected was recorded from a running engine."""

from __future__ import annotations

import pytest

from tests.bpmn.files import DECLARED, START, Told, errors, file, warnings

CASES: dict[str, tuple[bytes, list[Told] | str]] = {
    "no flow": (
        file(START + '<exclusiveGateway id="g"/>', declared=DECLARED),
        [("Exclusive Gateway 'g' has no outgoing sequence flows.", "g", ("g",))],
    ),
    "one flow": (
        file(START + '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s"/>', declared=DECLARED),
        [],
    ),
    "one flow with a condition": (
        file(
            START
            + (
                '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s">'
                "<conditionExpression>${a}</conditionExpression></sequenceFlow>"
            ),
            declared=DECLARED,
        ),
        [("Exclusive Gateway 'g' has only one outgoing sequence flow ('f'). This is not allowed to have a condition.", "g", ("g", "f"))],
    ),
    "default flow with a condition": (
        file(
            START
            + (
                '<exclusiveGateway id="g" default="f"/><sequenceFlow id="f" sourceRef="g" targetRef="s">'
                '<conditionExpression>${a}</conditionExpression></sequenceFlow><sequenceFlow id="f2" sourceRef="g" targetRef="s">'
                "<conditionExpression>${a}</conditionExpression></sequenceFlow>"
            ),
            declared=DECLARED,
        ),
        [("Exclusive Gateway 'g' has outgoing sequence flow 'f' which is the default flow but has a condition too.", "g", ("g", "f"))],
    ),
    "default flow": (
        file(
            START
            + (
                '<exclusiveGateway id="g" default="f"/><sequenceFlow id="f" sourceRef="g" targetRef="s"/>'
                '<sequenceFlow id="f2" sourceRef="g" targetRef="s"><conditionExpression>${a}</conditionExpression></sequenceFlow>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "flow without condition beside the default flow": (
        file(
            START
            + (
                '<exclusiveGateway id="g" default="f"/><sequenceFlow id="f" sourceRef="g" targetRef="s"/>'
                '<sequenceFlow id="f2" sourceRef="g" targetRef="s"/>'
            ),
            declared=DECLARED,
        ),
        [("Exclusive Gateway 'g' has outgoing sequence flow 'f2' without condition which is not the default flow.", "g", ("g", "f2"))],
    ),
    "two flows without condition": (
        file(
            START
            + (
                '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s"/>'
                '<sequenceFlow id="f2" sourceRef="g" targetRef="s"/>'
            ),
            declared=DECLARED,
        ),
        [
            ("Exclusive Gateway 'g' has outgoing sequence flow 'f' without condition which is not the default flow.", "g", ("g", "f")),
            ("Exclusive Gateway 'g' has outgoing sequence flow 'f2' without condition which is not the default flow.", "g", ("g", "f2")),
        ],
    ),
    "one flow without condition that is taken for the default": (
        file(
            START
            + (
                '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s"/>'
                '<sequenceFlow id="f2" sourceRef="g" targetRef="s"><conditionExpression>${a}</conditionExpression></sequenceFlow>'
                '<serviceTask id="t"/>'
            ),
            declared=DECLARED,
        ),
        [
            (
                (
                    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on serviceTask. If "
                    "you are using a connector, make sure the connect process engine plugin is registered with the process engine."
                ),
                "t",
                ("t",),
            )
        ],
    ),
    "default flow of another gateway": (
        file(
            START
            + (
                '<exclusiveGateway id="g" default="x"/><inclusiveGateway id="h"/><sequenceFlow id="f" sourceRef="g" targetRef="s">'
                '<conditionExpression>${a}</conditionExpression></sequenceFlow><sequenceFlow id="f2" sourceRef="g" targetRef="s">'
                '<conditionExpression>${a}</conditionExpression></sequenceFlow><sequenceFlow id="x" sourceRef="h" targetRef="s"/>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "inclusive and parallel gateways": (
        file(START + '<inclusiveGateway id="g"/><parallelGateway id="h"/>', declared=DECLARED),
        [],
    ),
    "flow without id behind a job": (
        file(START + '<task id="t" camunda:asyncAfter="true"/><sequenceFlow sourceRef="t" targetRef="t"/>', declared=DECLARED),
        [("Sequence flow with sourceRef='t' must have an id, activity with id 't' uses 'asyncAfter'.", "t", ("t",))],
    ),
    "flow without id behind a job in a repetition": (
        file(
            START
            + (
                '<task id="t"><multiInstanceLoopCharacteristics camunda:asyncAfter="true"><loopCardinality>2</loopCardinality>'
                '</multiInstanceLoopCharacteristics></task><sequenceFlow sourceRef="t" targetRef="t"/>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "gateway in a subprocess": (
        file(START + '<subProcess id="sp"><startEvent id="s_sp"/><exclusiveGateway id="g"/></subProcess>', declared=DECLARED),
        [("Exclusive Gateway 'g' has no outgoing sequence flows.", "g", ("g",))],
    ),
    "gateway with a mapping": (
        file(
            START + '<parallelGateway id="g"><extensionElements><camunda:inputOutput/></extensionElements></parallelGateway>',
            declared=DECLARED,
        ),
        [("camunda:inputOutput mapping unsupported for element type 'parallelGateway'.", "g", ("g",))],
    ),
}

WARNINGS: dict[str, list[Told]] = {
    "one flow without condition that is taken for the default": [
        (
            (
                "Exclusive Gateway 'g' has outgoing sequence flow 'f' without condition which is not the default flow. We "
                "assume it to be the default flow, but it is bad modeling practice, better set the default flow in your "
                "gateway."
            ),
            "g",
            ("g", "f"),
        )
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_errors(name: str) -> None:
    data, expected = CASES[name]
    found = errors(data)
    assert found == expected or (isinstance(found, str) and isinstance(expected, str) and found.startswith(expected))


@pytest.mark.parametrize("name", WARNINGS)
def test_warnings(name: str) -> None:
    assert warnings(CASES[name][0]) == WARNINGS[name]
