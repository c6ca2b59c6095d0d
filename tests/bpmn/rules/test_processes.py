"""The attributes of a process, subprocesses and associations. What is expected was recorded from a running engine."""

from __future__ import annotations

import pytest

from tests.bpmn.files import DECLARED, START, Told, errors, file, warnings

CASES: dict[str, tuple[bytes, list[Told] | str]] = {
    "nothing but a start event": (
        file(START, declared=DECLARED),
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
        file(START + '<adHocSubProcess id="a"/><complexGateway id="c"/><serviceTask id="t"/>', declared=DECLARED),
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
        file(START + '<adHocSubProcess id="a"/><complexGateway id="c"/>', declared=DECLARED),
        [],
    ),
    "subprocess that is neither triggered nor not": (
        file(
            START + '<subProcess id="e" triggeredByEvent="1"><startEvent id="s_e"><errorEventDefinition/></startEvent></subProcess>',
            declared=DECLARED,
        ),
        "ENGINE-01009 Error while parsing process.",
    ),
    "transaction without start event": (
        file(START + '<transaction id="tx"/>', declared=DECLARED),
        [],
    ),
    "associations with ends that are not there": (
        file(
            START + '<association id="a" sourceRef="s" targetRef="nope"/><association id="b" sourceRef="nope" targetRef="s"/>',
            declared=DECLARED,
        ),
        [
            ("Invalid reference targetRef 'nope' of association element ", "a", ("a",)),
            ("Invalid reference sourceRef 'nope' of association element ", "b", ("b",)),
        ],
    ),
    "association of data": (
        file(
            START
            + (
                '<dataObject id="d"/><association id="a" sourceRef="s" targetRef="d"/><textAnnotation id="ta"/>'
                '<association id="b" sourceRef="ta" targetRef="s"/>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "compensation by an activity that does more": (
        file(
            START
            + (
                '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent><task id="t"/>'
                '<association id="a" sourceRef="b" targetRef="t"/>'
            ),
            declared=DECLARED,
        ),
        [("compensation boundary catch must be connected to element with isForCompensation=true", "b", ("a", "b", "t"))],
    ),
    "compensation": (
        file(
            START
            + (
                '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
                '<task id="t" isForCompensation="true"/><association id="a" sourceRef="b" targetRef="t"/>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "compensation of a repeated activity": (
        file(
            START
            + (
                '<userTask id="u"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
                '</multiInstanceLoopCharacteristics></userTask><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/>'
                '</boundaryEvent><task id="t" isForCompensation="true"/><association id="a" sourceRef="b" targetRef="t"/>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "compensation twice by a subprocess": (
        file(
            START
            + (
                '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
                '<subProcess id="t" isForCompensation="true"><startEvent id="q"/></subProcess>'
                '<association id="a" sourceRef="b" targetRef="t"/><association id="a2" sourceRef="b" targetRef="t"/>'
            ),
            declared=DECLARED,
        ),
        [
            (
                ("compensation boundary event and event subprocess with compensation start event are not supported on the same scope"),
                "u",
                ("a2", "u", "b"),
            )
        ],
    ),
    "compensation by what is no activity": (
        file(
            START
            + (
                '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
                '<adHocSubProcess id="t" isForCompensation="true"/><association id="a" sourceRef="b" targetRef="t"/>'
            ),
            declared=DECLARED,
        ),
        "ENGINE-01009 Error while parsing process.",
    ),
    "association without ends": (
        file(START + '<association id="a"/>', declared=DECLARED),
        [
            ("association element missing attribute 'sourceRef'", "a", ("a",)),
            ("association element missing attribute 'targetRef'", "a", ("a",)),
        ],
    ),
}

WARNINGS: dict[str, list[Told]] = {
    "activities that are not supported": [
        ("Ignoring unsupported activity type", "a", ("a",)),
        ("Ignoring unsupported activity type", "c", ("c",)),
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
