"""Sequence flows and conditions. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import Cases, Warnings, errors_test, started, warnings_test

CASES: Cases = {
    "between activities": (
        started('<userTask id="u"/><sequenceFlow id="f" sourceRef="s" targetRef="u"/>'),
        [],
    ),
    "from nowhere": (
        started('<sequenceFlow id="f" sourceRef="nope" targetRef="s"/>'),
        [("Invalid source 'nope' of sequence flow 'f'", "f", ("f",))],
    ),
    "to nowhere": (
        started('<sequenceFlow id="f" sourceRef="s" targetRef="nope"/>'),
        [("Invalid destination 'nope' of sequence flow 'f'", "f", ("f",))],
    ),
    "into a subprocess": (
        started(
            '<subProcess id="sp"><startEvent id="s_sp"/><userTask id="u"/></subProcess><sequenceFlow id="f" sourceRef="s" targetRef="u"/>'
        ),
        [("Invalid destination 'u' of sequence flow 'f'", "f", ("f",))],
    ),
    "to data": (
        started('<dataObject id="d"/><sequenceFlow id="f" sourceRef="s" targetRef="d"/>'),
        [("Invalid destination 'd' of sequence flow 'f'", "f", ("f",))],
    ),
    "around compensation": (
        started(
            '<task id="t" isForCompensation="true"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
            '<sequenceFlow id="f2" sourceRef="t" targetRef="s"/>'
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
        started(
            '<intermediateThrowEvent id="l"><linkEventDefinition name="L"/></intermediateThrowEvent>'
            '<sequenceFlow id="f" sourceRef="s" targetRef="l"/><sequenceFlow id="f2" sourceRef="s" targetRef="nope"/>'
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
        started(
            '<intermediateThrowEvent id="l"><linkEventDefinition name="L"/></intermediateThrowEvent>'
            '<intermediateCatchEvent id="c" name="L"><linkEventDefinition name="L"/></intermediateCatchEvent>'
            '<sequenceFlow id="f" sourceRef="s" targetRef="l"/>'
        ),
        [],
    ),
    "from a link": (
        started(
            '<intermediateThrowEvent id="l"><linkEventDefinition name="L"/></intermediateThrowEvent>'
            '<sequenceFlow id="f" sourceRef="l" targetRef="s"/>'
        ),
        [("Invalid source 'l' of sequence flow 'f'", "f", ("f",))],
    ),
    "to an event behind an event-based gateway": (
        started(
            '<eventBasedGateway id="g"/><intermediateCatchEvent id="i"><timerEventDefinition id="d">'
            "<timeDate>2050-01-01</timeDate></timerEventDefinition></intermediateCatchEvent>"
            '<sequenceFlow id="f" sourceRef="g" targetRef="i"/><sequenceFlow id="f2" sourceRef="s" targetRef="i"/>'
        ),
        [("Invalid incoming sequenceflow for intermediateCatchEvent with id 'i' connected to an event-based gateway.", "f2", ("f2",))],
    ),
    "out of and into an event subprocess": (
        started(
            '<subProcess id="e" triggeredByEvent="true"><startEvent id="s_e"><errorEventDefinition/></startEvent></subProcess>'
            '<sequenceFlow id="f" sourceRef="e" targetRef="s"/><sequenceFlow id="f2" sourceRef="s" targetRef="e"/>'
        ),
        [
            ("Invalid outgoing sequence flow of event subprocess", "f", ("f",)),
            ("Invalid incoming sequence flow of event subprocess", "f2", ("f2",)),
        ],
    ),
    "of a repeated activity": (
        started(
            '<task id="t"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
            '</multiInstanceLoopCharacteristics></task><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
            '<sequenceFlow id="f2" sourceRef="t" targetRef="t"/>'
        ),
        [],
    ),
    "condition of another type": (
        started(
            '<sequenceFlow id="f" sourceRef="s" targetRef="s"><conditionExpression xsi:type="tExpression">x</conditionExpression>'
            "</sequenceFlow>"
        ),
        [("Invalid type, only tFormalExpression is currently supported", "f", ("f",))],
    ),
    "condition of the formal type": (
        started(
            '<sequenceFlow id="f" sourceRef="s" targetRef="s">'
            '<conditionExpression xsi:type="tFormalExpression">${x}</conditionExpression></sequenceFlow>'
        ),
        [],
    ),
    "condition that cannot be parsed": (
        started('<sequenceFlow id="f" sourceRef="s" targetRef="s"><conditionExpression>${x</conditionExpression></sequenceFlow>'),
        ("ENGINE-01009 Error while parsing process. Error parsing '${x': syntax error at position 3, encountered 'null', expected '}'."),
    ),
    "condition by a script": (
        started(
            '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s">'
            '<conditionExpression language="javascript">x</conditionExpression></sequenceFlow>'
            '<sequenceFlow id="f2" sourceRef="g" targetRef="s"><conditionExpression language="groovy">x</conditionExpression>'
            "</sequenceFlow>"
        ),
        [],
    ),
    "condition by a script of no language": (
        started(
            '<exclusiveGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="s">'
            '<conditionExpression language="">x</conditionExpression></sequenceFlow>'
            '<sequenceFlow id="f2" sourceRef="g" targetRef="s"><conditionExpression>${a}</conditionExpression></sequenceFlow>'
        ),
        [("Unable to process condition expression:Script language is empty", "f", ("f",))],
    ),
    "condition by a script of a blank name": (
        started(
            '<sequenceFlow id="f" sourceRef="s" targetRef="s">'
            '<conditionExpression language="groovy" camunda:resource=" ">x</conditionExpression></sequenceFlow>'
        ),
        [("Unable to process condition expression:Script resource is empty", "f", ("f",))],
    ),
}

WARNINGS: Warnings = {
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

test_errors = errors_test(CASES)
test_warnings = warnings_test(CASES, WARNINGS)
