"""Sequence flows and conditions. What is expected was recorded from a running engine."""

from __future__ import annotations

import pytest

from tests.bpmn.files import DECLARED, START, Told, errors, file, warnings

CASES: dict[str, tuple[bytes, list[Told] | str]] = {
    "between activities": (
        file(START + '<userTask id="u"/><sequenceFlow id="f" sourceRef="s" targetRef="u"/>', declared=DECLARED),
        [],
    ),
    "from nowhere": (
        file(START + '<sequenceFlow id="f" sourceRef="nope" targetRef="s"/>', declared=DECLARED),
        [("Invalid source 'nope' of sequence flow 'f'", "f", ("f",))],
    ),
    "to nowhere": (
        file(START + '<sequenceFlow id="f" sourceRef="s" targetRef="nope"/>', declared=DECLARED),
        [("Invalid destination 'nope' of sequence flow 'f'", "f", ("f",))],
    ),
    "into a subprocess": (
        file(
            START
            + (
                '<subProcess id="sp"><startEvent id="s_sp"/><userTask id="u"/></subProcess>'
                '<sequenceFlow id="f" sourceRef="s" targetRef="u"/>'
            ),
            declared=DECLARED,
        ),
        [("Invalid destination 'u' of sequence flow 'f'", "f", ("f",))],
    ),
    "to data": (
        file(START + '<dataObject id="d"/><sequenceFlow id="f" sourceRef="s" targetRef="d"/>', declared=DECLARED),
        [("Invalid destination 'd' of sequence flow 'f'", "f", ("f",))],
    ),
    "around compensation": (
        file(
            START
            + (
                '<task id="t" isForCompensation="true"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
                '<sequenceFlow id="f2" sourceRef="t" targetRef="s"/>'
            ),
            declared=DECLARED,
        ),
        [
            (
                (
                    "Invalid incoming sequence flow of compensation activity 't'. A compensation activity should not have an "
                    "incoming or outgoing sequence flow."
                ),
                "t",
                ("f", "t", "f"),
            ),
            (
                (
                    "Invalid outgoing sequence flow of compensation activity 't'. A compensation activity should not have an "
                    "incoming or outgoing sequence flow."
                ),
                "t",
                ("f2", "t", "f2"),
            ),
        ],
    ),
    "to a link that nobody catches": (
        file(
            START
            + (
                '<intermediateThrowEvent id="l"><linkEventDefinition name="L"/></intermediateThrowEvent>'
                '<sequenceFlow id="f" sourceRef="s" targetRef="l"/><sequenceFlow id="f2" sourceRef="s" targetRef="nope"/>'
            ),
            declared=DECLARED,
        ),
        [
            (
                (
                    "sequence flow points to link event source with name 'L' but no event target with that name exists. Most "
                    "probably your link events are not configured correctly."
                ),
                "f",
                ("f",),
            )
        ],
    ),
    "to a link": (
        file(
            START
            + (
                '<intermediateThrowEvent id="l"><linkEventDefinition name="L"/></intermediateThrowEvent>'
                '<intermediateCatchEvent id="c" name="L"><linkEventDefinition name="L"/></intermediateCatchEvent>'
                '<sequenceFlow id="f" sourceRef="s" targetRef="l"/>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "from a link": (
        file(
            START
            + (
                '<intermediateThrowEvent id="l"><linkEventDefinition name="L"/></intermediateThrowEvent>'
                '<sequenceFlow id="f" sourceRef="l" targetRef="s"/>'
            ),
            declared=DECLARED,
        ),
        [("Invalid source 'l' of sequence flow 'f'", "f", ("f",))],
    ),
    "to an event behind an event-based gateway": (
        file(
            START
            + (
                '<eventBasedGateway id="g"/><intermediateCatchEvent id="i"><timerEventDefinition id="d">'
                "<timeDate>2050-01-01</timeDate></timerEventDefinition></intermediateCatchEvent>"
                '<sequenceFlow id="f" sourceRef="g" targetRef="i"/><sequenceFlow id="f2" sourceRef="s" targetRef="i"/>'
            ),
            declared=DECLARED,
        ),
        [("Invalid incoming sequenceflow for intermediateCatchEvent with id 'i' connected to an event-based gateway.", "f2", ("f2",))],
    ),
    "out of and into an event subprocess": (
        file(
            START
            + (
                '<subProcess id="e" triggeredByEvent="true"><startEvent id="s_e"><errorEventDefinition/></startEvent></subProcess>'
                '<sequenceFlow id="f" sourceRef="e" targetRef="s"/><sequenceFlow id="f2" sourceRef="s" targetRef="e"/>'
            ),
            declared=DECLARED,
        ),
        [
            ("Invalid outgoing sequence flow of event subprocess", "f", ("f",)),
            ("Invalid incoming sequence flow of event subprocess", "f2", ("f2",)),
        ],
    ),
    "of a repeated activity": (
        file(
            START
            + (
                '<task id="t"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
                '</multiInstanceLoopCharacteristics></task><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
                '<sequenceFlow id="f2" sourceRef="t" targetRef="t"/>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "condition of another type": (
        file(
            START
            + (
                '<sequenceFlow id="f" sourceRef="s" targetRef="s"><conditionExpression xsi:type="tExpression">x</conditionExpression>'
                "</sequenceFlow>"
            ),
            declared=DECLARED,
        ),
        [("Invalid type, only tFormalExpression is currently supported", "f", ("f",))],
    ),
    "condition of the formal type": (
        file(
            START
            + (
                '<sequenceFlow id="f" sourceRef="s" targetRef="s">'
                '<conditionExpression xsi:type="tFormalExpression">${x}</conditionExpression></sequenceFlow>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "condition that cannot be parsed": (
        file(
            START + '<sequenceFlow id="f" sourceRef="s" targetRef="s"><conditionExpression>${x</conditionExpression></sequenceFlow>',
            declared=DECLARED,
        ),
        ("ENGINE-01009 Error while parsing process. Error parsing '${x': syntax error at position 3, encountered 'null', expected '}'."),
    ),
    "condition by a script": (
        file(
            START
            + (
                '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s">'
                '<conditionExpression language="javascript">x</conditionExpression></sequenceFlow>'
                '<sequenceFlow id="f2" sourceRef="g" targetRef="s"><conditionExpression language="groovy">x</conditionExpression>'
                "</sequenceFlow>"
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "condition by a script of no language": (
        file(
            START
            + (
                '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s">'
                '<conditionExpression language="">x</conditionExpression></sequenceFlow>'
                '<sequenceFlow id="f2" sourceRef="g" targetRef="s"><conditionExpression>${a}</conditionExpression></sequenceFlow>'
            ),
            declared=DECLARED,
        ),
        [("Unable to process condition expression:Script language is empty", "f", ("f",))],
    ),
    "condition by a script of a blank name": (
        file(
            START
            + (
                '<sequenceFlow id="f" sourceRef="s" targetRef="s">'
                '<conditionExpression language="groovy" camunda:resource=" ">x</conditionExpression></sequenceFlow>'
            ),
            declared=DECLARED,
        ),
        [("Unable to process condition expression:Script resource is empty", "f", ("f",))],
    ),
}

WARNINGS: dict[str, list[Told]] = {
    "condition by a script of no language": [
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
