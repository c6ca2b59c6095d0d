"""Events that catch and throw within a flow, and end events. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import Cases, Warnings, errors_test, started, warnings_test

CASES: Cases = {
    "catching nothing": (
        started('<intermediateCatchEvent id="i"/>'),
        [("Unsupported intermediate catch event type", "i", ("i",))],
    ),
    "catching what cannot be caught": (
        started('<intermediateCatchEvent id="i"><compensateEventDefinition/></intermediateCatchEvent>'),
        [("Unsupported intermediate catch event type", "i", ("i",))],
    ),
    "catching every kind": (
        started(
            '<intermediateCatchEvent id="i0"><timerEventDefinition id="d"><timeDate>2050-01-01</timeDate></timerEventDefinition>'
            '</intermediateCatchEvent><intermediateCatchEvent id="i1"><signalEventDefinition signalRef="sg"/>'
            '</intermediateCatchEvent><intermediateCatchEvent id="i2"><messageEventDefinition messageRef="m"/>'
            '</intermediateCatchEvent><intermediateCatchEvent id="i3"><conditionalEventDefinition><condition>${a}</condition>'
            '</conditionalEventDefinition></intermediateCatchEvent><intermediateCatchEvent id="i4"><linkEventDefinition name="L"/>'
            "</intermediateCatchEvent>"
        ),
        [],
    ),
    "link that is caught twice": (
        started(
            '<intermediateCatchEvent id="i1" name="L"><linkEventDefinition name="L"/></intermediateCatchEvent>'
            '<intermediateCatchEvent id="i2" name="L"><linkEventDefinition name="L"/></intermediateCatchEvent>'
        ),
        [("Multiple Intermediate Catch Events with the same link event name ('L') are not allowed.", "i2", ("i2",))],
    ),
    "link of another name than its event": (
        started('<intermediateCatchEvent id="i" name="M"><linkEventDefinition name="L"/></intermediateCatchEvent><serviceTask id="t"/>'),
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
        started(
            '<eventBasedGateway id="g"/><intermediateCatchEvent id="i" name="L"><linkEventDefinition name="L"/>'
            '</intermediateCatchEvent><sequenceFlow id="f" sourceRef="g" targetRef="i"/>'
        ),
        [("IntermediateCatchLinkEvent is not allowed after an EventBasedGateway.", "i", ("i",))],
    ),
    "event-based gateway that is asynchronous": (
        started('<eventBasedGateway id="g" camunda:asyncAfter="true"/>'),
        [("'asyncAfter' not supported for eventBasedGateway elements.", "g", ("g",))],
    ),
    "event-based gateway before a task": (
        started('<eventBasedGateway id="g"/><task id="t"/><sequenceFlow id="f" sourceRef="g" targetRef="t"/>'),
        [("Event based gateway can only be connected to elements of type intermediateCatchEvent", "g", ("g",))],
    ),
    "event-based gateway without id": (
        started('<eventBasedGateway/><sequenceFlow id="f" sourceRef="s" targetRef="s"/>'),
        "ENGINE-01009 Error while parsing process.",
    ),
    "event behind two gateways": (
        started(
            '<eventBasedGateway id="g"/><eventBasedGateway id="g2"/><intermediateCatchEvent id="i"><timerEventDefinition id="d">'
            "<timeDate>2050-01-01</timeDate></timerEventDefinition></intermediateCatchEvent>"
            '<sequenceFlow id="f" sourceRef="g" targetRef="i"/><sequenceFlow id="f2" sourceRef="g2" targetRef="i"/>'
        ),
        "ENGINE-01009 Error while parsing process. duplicate activity id 'i'.",
    ),
    "throwing nothing, and nothing in particular": (
        started('<intermediateThrowEvent id="a"/><intermediateThrowEvent id="b"><messageEventDefinition/></intermediateThrowEvent>'),
        [],
    ),
    "errors at the end": (
        started(
            '<endEvent id="a"><errorEventDefinition/></endEvent><endEvent id="b"><errorEventDefinition errorRef="er0"/></endEvent>'
            '<endEvent id="c"><errorEventDefinition errorRef="code"/></endEvent><endEvent id="d">'
            '<errorEventDefinition errorRef="er"/></endEvent>'
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
    "cancelling without a transaction": (
        started('<endEvent id="a"><cancelEventDefinition/></endEvent>'),
        [("end event with cancelEventDefinition only supported inside transaction subprocess", "a", ("a",))],
    ),
    "cancelling a transaction": (
        started('<transaction id="tx"><startEvent id="q"/><endEvent id="a"><cancelEventDefinition/></endEvent></transaction>'),
        [],
    ),
    "end event with output": (
        started(
            '<endEvent id="a"><extensionElements><camunda:inputOutput><camunda:outputParameter name="x"/></camunda:inputOutput>'
            "</extensionElements></endEvent>"
        ),
        [("camunda:outputParameter not allowed for element type 'endEvent'.", "a", ("a",))],
    ),
    "two definitions of a kind": (
        started('<endEvent id="a"><signalEventDefinition/><signalEventDefinition/></endEvent>'),
        ("ENGINE-01009 Error while parsing process. Parsing exception: multiple elements with tag name signalEventDefinition found."),
    ),
}

WARNINGS: Warnings = {
    "link of another name than its event": [
        (
            ("Link Event named 'M' contains link event definition with name 'L' - it is recommended to use the same name for both."),
            "i",
            ("i",),
        )
    ],
}

test_errors = errors_test(CASES)
test_warnings = warnings_test(CASES, WARNINGS)
