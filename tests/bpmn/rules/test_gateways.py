"""Gateways and the flows that leave them. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import Cases, Warnings, errors_test, started, warnings_test

CASES: Cases = {
    "no flow": (
        started('<exclusiveGateway id="g"/>'),
        [("Exclusive Gateway 'g' has no outgoing sequence flows.", "g", ("g",))],
    ),
    "one flow": (
        started('<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s"/>'),
        [],
    ),
    "one flow with a condition": (
        started(
            '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s">'
            "<conditionExpression>${a}</conditionExpression></sequenceFlow>"
        ),
        [("Exclusive Gateway 'g' has only one outgoing sequence flow ('f'). This is not allowed to have a condition.", "g", ("g", "f"))],
    ),
    "default flow with a condition": (
        started(
            '<exclusiveGateway id="g" default="f"/><sequenceFlow id="f" sourceRef="g" targetRef="s">'
            '<conditionExpression>${a}</conditionExpression></sequenceFlow><sequenceFlow id="f2" sourceRef="g" targetRef="s">'
            "<conditionExpression>${a}</conditionExpression></sequenceFlow>"
        ),
        [("Exclusive Gateway 'g' has outgoing sequence flow 'f' which is the default flow but has a condition too.", "g", ("g", "f"))],
    ),
    "default flow": (
        started(
            '<exclusiveGateway id="g" default="f"/><sequenceFlow id="f" sourceRef="g" targetRef="s"/>'
            '<sequenceFlow id="f2" sourceRef="g" targetRef="s"><conditionExpression>${a}</conditionExpression></sequenceFlow>'
        ),
        [],
    ),
    "flow without condition beside the default flow": (
        started(
            '<exclusiveGateway id="g" default="f"/><sequenceFlow id="f" sourceRef="g" targetRef="s"/>'
            '<sequenceFlow id="f2" sourceRef="g" targetRef="s"/>'
        ),
        [("Exclusive Gateway 'g' has outgoing sequence flow 'f2' without condition which is not the default flow.", "g", ("g", "f2"))],
    ),
    "two flows without condition": (
        started(
            '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s"/>'
            '<sequenceFlow id="f2" sourceRef="g" targetRef="s"/>'
        ),
        [
            ("Exclusive Gateway 'g' has outgoing sequence flow 'f' without condition which is not the default flow.", "g", ("g", "f")),
            ("Exclusive Gateway 'g' has outgoing sequence flow 'f2' without condition which is not the default flow.", "g", ("g", "f2")),
        ],
    ),
    "one flow without condition that is taken for the default": (
        started(
            '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s"/>'
            '<sequenceFlow id="f2" sourceRef="g" targetRef="s"><conditionExpression>${a}</conditionExpression></sequenceFlow>'
            '<serviceTask id="t"/>'
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
        started(
            '<exclusiveGateway id="g" default="x"/><inclusiveGateway id="h"/><sequenceFlow id="f" sourceRef="g" targetRef="s">'
            '<conditionExpression>${a}</conditionExpression></sequenceFlow><sequenceFlow id="f2" sourceRef="g" targetRef="s">'
            '<conditionExpression>${a}</conditionExpression></sequenceFlow><sequenceFlow id="x" sourceRef="h" targetRef="s"/>'
        ),
        [],
    ),
    "inclusive and parallel gateways": (
        started('<inclusiveGateway id="g"/><parallelGateway id="h"/>'),
        [],
    ),
    "flow without id behind a job": (
        started('<task id="t" camunda:asyncAfter="true"/><sequenceFlow sourceRef="t" targetRef="t"/>'),
        [("Sequence flow with sourceRef='t' must have an id, activity with id 't' uses 'asyncAfter'.", "t", ("t",))],
    ),
    "flow without id behind a job in a repetition": (
        started(
            '<task id="t"><multiInstanceLoopCharacteristics camunda:asyncAfter="true"><loopCardinality>2</loopCardinality>'
            '</multiInstanceLoopCharacteristics></task><sequenceFlow sourceRef="t" targetRef="t"/>'
        ),
        [],
    ),
    "gateway in a subprocess": (
        started('<subProcess id="sp"><startEvent id="s_sp"/><exclusiveGateway id="g"/></subProcess>'),
        [("Exclusive Gateway 'g' has no outgoing sequence flows.", "g", ("g",))],
    ),
    "gateway with a mapping": (
        started('<parallelGateway id="g"><extensionElements><camunda:inputOutput/></extensionElements></parallelGateway>'),
        [("camunda:inputOutput mapping unsupported for element type 'parallelGateway'.", "g", ("g",))],
    ),
}

WARNINGS: Warnings = {
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

test_errors = errors_test(CASES)
test_warnings = warnings_test(CASES, WARNINGS)
