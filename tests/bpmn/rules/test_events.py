"""Events that catch and throw within a flow, and end events. What is expected was recorded from a running engine."""

from __future__ import annotations

import pytest

from tests.bpmn.files import DECLARED, START, Told, errors, file, warnings

CASES: dict[str, tuple[bytes, list[Told] | str]] = {
    "catching nothing": (
        file(START + '<intermediateCatchEvent id="i"/>', declared=DECLARED),
        [("Unsupported intermediate catch event type", "i", ("i",))],
    ),
    "catching what cannot be caught": (
        file(START + '<intermediateCatchEvent id="i"><compensateEventDefinition/></intermediateCatchEvent>', declared=DECLARED),
        [("Unsupported intermediate catch event type", "i", ("i",))],
    ),
    "catching every kind": (
        file(
            START
            + (
                '<intermediateCatchEvent id="i0"><timerEventDefinition id="d"><timeDate>2050-01-01</timeDate></timerEventDefinition>'
                '</intermediateCatchEvent><intermediateCatchEvent id="i1"><signalEventDefinition signalRef="sg"/>'
                '</intermediateCatchEvent><intermediateCatchEvent id="i2"><messageEventDefinition messageRef="m"/>'
                '</intermediateCatchEvent><intermediateCatchEvent id="i3"><conditionalEventDefinition><condition>${a}</condition>'
                '</conditionalEventDefinition></intermediateCatchEvent><intermediateCatchEvent id="i4"><linkEventDefinition name="L"/>'
                "</intermediateCatchEvent>"
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "link that is caught twice": (
        file(
            START
            + (
                '<intermediateCatchEvent id="i1" name="L"><linkEventDefinition name="L"/></intermediateCatchEvent>'
                '<intermediateCatchEvent id="i2" name="L"><linkEventDefinition name="L"/></intermediateCatchEvent>'
            ),
            declared=DECLARED,
        ),
        [("Multiple Intermediate Catch Events with the same link event name ('L') are not allowed.", "i2", ("i2",))],
    ),
    "link of another name than its event": (
        file(
            START + '<intermediateCatchEvent id="i" name="M"><linkEventDefinition name="L"/></intermediateCatchEvent><serviceTask id="t"/>',
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
    "link behind an event-based gateway": (
        file(
            START
            + (
                '<eventBasedGateway id="g"/><intermediateCatchEvent id="i" name="L"><linkEventDefinition name="L"/>'
                '</intermediateCatchEvent><sequenceFlow id="f" sourceRef="g" targetRef="i"/>'
            ),
            declared=DECLARED,
        ),
        [("IntermediateCatchLinkEvent is not allowed after an EventBasedGateway.", "i", ("i",))],
    ),
    "event-based gateway that is asynchronous": (
        file(START + '<eventBasedGateway id="g" camunda:asyncAfter="true"/>', declared=DECLARED),
        [("'asyncAfter' not supported for eventBasedGateway elements.", "g", ("g",))],
    ),
    "event-based gateway before a task": (
        file(START + '<eventBasedGateway id="g"/><task id="t"/><sequenceFlow id="f" sourceRef="g" targetRef="t"/>', declared=DECLARED),
        [("Event based gateway can only be connected to elements of type intermediateCatchEvent", "g", ("g",))],
    ),
    "event-based gateway without id": (
        file(START + '<eventBasedGateway/><sequenceFlow id="f" sourceRef="s" targetRef="s"/>', declared=DECLARED),
        "ENGINE-01009 Error while parsing process.",
    ),
    "event behind two gateways": (
        file(
            START
            + (
                '<eventBasedGateway id="g"/><eventBasedGateway id="g2"/><intermediateCatchEvent id="i"><timerEventDefinition id="d">'
                "<timeDate>2050-01-01</timeDate></timerEventDefinition></intermediateCatchEvent>"
                '<sequenceFlow id="f" sourceRef="g" targetRef="i"/><sequenceFlow id="f2" sourceRef="g2" targetRef="i"/>'
            ),
            declared=DECLARED,
        ),
        "ENGINE-01009 Error while parsing process. duplicate activity id 'i'.",
    ),
    "throwing nothing, and nothing in particular": (
        file(
            START + '<intermediateThrowEvent id="a"/><intermediateThrowEvent id="b"><messageEventDefinition/></intermediateThrowEvent>',
            declared=DECLARED,
        ),
        [],
    ),
    "errors at the end": (
        file(
            START
            + (
                '<endEvent id="a"><errorEventDefinition/></endEvent><endEvent id="b"><errorEventDefinition errorRef="er0"/></endEvent>'
                '<endEvent id="c"><errorEventDefinition errorRef="code"/></endEvent><endEvent id="d">'
                '<errorEventDefinition errorRef="er"/></endEvent>'
            ),
            declared=DECLARED,
        ),
        [
            ("'errorRef' attribute is mandatory on error end event", "a", ("a",)),
            (
                (
                    "'errorCode' is mandatory on errors referenced by throwing error event definitions, but the error 'er0' does "
                    "not define one."
                ),
                "b",
                ("b",),
            ),
        ],
    ),
    "cancelling what is no transaction": (
        file(START + '<endEvent id="a"><cancelEventDefinition/></endEvent>', declared=DECLARED),
        [("end event with cancelEventDefinition only supported inside transaction subprocess", "a", ("a",))],
    ),
    "cancelling a transaction": (
        file(
            START + '<transaction id="tx"><startEvent id="q"/><endEvent id="a"><cancelEventDefinition/></endEvent></transaction>',
            declared=DECLARED,
        ),
        [],
    ),
    "end event with output": (
        file(
            START
            + (
                '<endEvent id="a"><extensionElements><camunda:inputOutput><camunda:outputParameter name="x"/></camunda:inputOutput>'
                "</extensionElements></endEvent>"
            ),
            declared=DECLARED,
        ),
        [("camunda:outputParameter not allowed for element type 'endEvent'.", "a", ("a",))],
    ),
    "two definitions of a kind": (
        file(START + '<endEvent id="a"><signalEventDefinition/><signalEventDefinition/></endEvent>', declared=DECLARED),
        ("ENGINE-01009 Error while parsing process. Parsing exception: multiple elements with tag name signalEventDefinition found."),
    ),
}

WARNINGS: dict[str, list[Told]] = {
    "link of another name than its event": [
        (
            ("Link Event named 'M' contains link event definition with name 'L' - it is recommended to use the same name for both."),
            "i",
            ("i",),
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
