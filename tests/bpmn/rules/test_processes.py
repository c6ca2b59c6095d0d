"""The attributes of a process, subprocesses and associations. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import DECLARED, START, Cases, Warnings, errors_test, file, started, warnings_test

CASES: Cases = {
    "nothing but a start event": (
        started(""),
        [],
    ),
    "priorities that are no numbers": (
        file(START, declared=DECLARED, attributes='camunda:jobPriority="x" camunda:taskPriority="5.5"'),
        [
            ("Value 'x' for attribute 'jobPriority' is not a valid number", "p", ("p",)),
            ("Value '5.5' for attribute 'taskPriority' is not a valid number", "p", ("p",)),
        ],
    ),
    "priorities that are expressions": (
        file(START, declared=DECLARED, attributes='camunda:jobPriority="${x}" camunda:taskPriority="-3"'),
        [],
    ),
    "history time to live with a blank": (
        file(START, declared=DECLARED, attributes='camunda:historyTimeToLive=" 5"'),
        [('Cannot parse historyTimeToLive: For input string: " 5": Cannot parse historyTimeToLive: For input string: " 5"', "p", ("p",))],
    ),
    "negative history time to live": (
        file(START, declared=DECLARED, attributes='camunda:historyTimeToLive="-1"'),
        [
            (
                (
                    "Cannot parse historyTimeToLive: negative value is not allowed: Cannot parse historyTimeToLive: negative value "
                    "is not allowed"
                ),
                "p",
                ("p",),
            )
        ],
    ),
    "history time to live that is empty": (
        file(START, declared=DECLARED, attributes='camunda:historyTimeToLive=""'),
        [
            (
                (
                    "ENGINE-12018 History Time To Live (TTL) cannot be null. TTL is necessary for the History Cleanup to work. The "
                    "following options are possible:\n* Set historyTimeToLive in the model\n* Set a default historyTimeToLive as a "
                    "global process engine configuration\n* (Not recommended) Deactivate the enforceTTL config to disable this "
                    "check: ENGINE-12018 History Time To Live (TTL) cannot be null. TTL is necessary for the History Cleanup to "
                    "work. The following options are possible:\n* Set historyTimeToLive in the model\n* Set a default "
                    "historyTimeToLive as a global process engine configuration\n* (Not recommended) Deactivate the enforceTTL "
                    "config to disable this check"
                ),
                "p",
                ("p",),
            )
        ],
    ),
    "history time to live in months": (
        file(START, declared=DECLARED, attributes='camunda:historyTimeToLive="P1M"'),
        [
            (
                ('Cannot parse historyTimeToLive: For input string: "P1M": Cannot parse historyTimeToLive: For input string: "P1M"'),
                "p",
                ("p",),
            )
        ],
    ),
    "starter that cannot be parsed": (
        file(START, declared=DECLARED, attributes='camunda:candidateStarterUsers="a,${b"'),
        ("ENGINE-01009 Error while parsing process. Error parsing '${b': syntax error at position 3, encountered 'null', expected '}'."),
    ),
    "starter with a bracket at the very end": (
        file(
            (
                "<extensionElements><camunda:potentialStarter><resourceAssignmentExpression><formalExpression>user(</formalExpression>"
                '</resourceAssignmentExpression></camunda:potentialStarter></extensionElements><startEvent id="s"/>'
            ),
            declared=DECLARED,
        ),
        "ENGINE-01009 Error while parsing process.",
    ),
    "activities that are not supported": (
        started('<adHocSubProcess id="a"/><complexGateway id="c"/><serviceTask id="t"/>'),
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
    "activities that are not supported, and nothing else wrong": (
        started('<adHocSubProcess id="a"/><complexGateway id="c"/>'),
        [],
    ),
    "subprocess that is neither triggered nor not": (
        started('<subProcess id="e" triggeredByEvent="1"><startEvent id="s_e"><errorEventDefinition/></startEvent></subProcess>'),
        "ENGINE-01009 Error while parsing process.",
    ),
    "transaction without start event": (
        started('<transaction id="tx"/>'),
        [],
    ),
    "associations with ends that are not there": (
        started('<association id="a" sourceRef="s" targetRef="nope"/><association id="b" sourceRef="nope" targetRef="s"/>'),
        [
            ("Invalid reference targetRef 'nope' of association element ", "a", ("a",)),
            ("Invalid reference sourceRef 'nope' of association element ", "b", ("b",)),
        ],
    ),
    "association of data": (
        started(
            '<dataObject id="d"/><association id="a" sourceRef="s" targetRef="d"/><textAnnotation id="ta"/>'
            '<association id="b" sourceRef="ta" targetRef="s"/>'
        ),
        [],
    ),
    "compensation by an activity that does more": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent><task id="t"/>'
            '<association id="a" sourceRef="b" targetRef="t"/>'
        ),
        [("compensation boundary catch must be connected to element with isForCompensation=true", "b", ("a", "b", "t"))],
    ),
    "compensation": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
            '<task id="t" isForCompensation="true"/><association id="a" sourceRef="b" targetRef="t"/>'
        ),
        [],
    ),
    "compensation of a repeated activity": (
        started(
            '<userTask id="u"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
            '</multiInstanceLoopCharacteristics></userTask><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/>'
            '</boundaryEvent><task id="t" isForCompensation="true"/><association id="a" sourceRef="b" targetRef="t"/>'
        ),
        [],
    ),
    "compensation twice by a subprocess": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
            '<subProcess id="t" isForCompensation="true"><startEvent id="q"/></subProcess>'
            '<association id="a" sourceRef="b" targetRef="t"/><association id="a2" sourceRef="b" targetRef="t"/>'
        ),
        [
            (
                ("compensation boundary event and event subprocess with compensation start event are not supported on the same scope"),
                "u",
                ("a2", "u", "b"),
            )
        ],
    ),
    "compensation without an activity": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
            '<adHocSubProcess id="t" isForCompensation="true"/><association id="a" sourceRef="b" targetRef="t"/>'
        ),
        "ENGINE-01009 Error while parsing process.",
    ),
    "association without ends": (
        started('<association id="a"/>'),
        [
            ("association element missing attribute 'sourceRef'", "a", ("a",)),
            ("association element missing attribute 'targetRef'", "a", ("a",)),
        ],
    ),
}

WARNINGS: Warnings = {
    "activities that are not supported": [
        ("Ignoring unsupported activity type", "a", ("a",)),
        ("Ignoring unsupported activity type", "c", ("c",)),
    ],
}

test_errors = errors_test(CASES)
test_warnings = warnings_test(CASES, WARNINGS)
