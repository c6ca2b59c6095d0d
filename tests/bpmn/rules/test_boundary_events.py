"""Events at the boundary of activities. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import Cases, Warnings, errors_test, started, warnings_test

CASES: Cases = {
    "of every kind": (
        started(
            '<userTask id="u"/><boundaryEvent id="b0" attachedToRef="u"><timerEventDefinition id="d">'
            '<timeDate>2050-01-01</timeDate></timerEventDefinition></boundaryEvent><boundaryEvent id="b1" attachedToRef="u">'
            '<errorEventDefinition/></boundaryEvent><boundaryEvent id="b2" attachedToRef="u">'
            '<signalEventDefinition signalRef="sg"/></boundaryEvent><boundaryEvent id="b3" attachedToRef="u">'
            '<messageEventDefinition messageRef="m"/></boundaryEvent><boundaryEvent id="b4" attachedToRef="u">'
            '<escalationEventDefinition/></boundaryEvent><boundaryEvent id="b5" attachedToRef="u"><conditionalEventDefinition>'
            '<condition>x</condition></conditionalEventDefinition></boundaryEvent><boundaryEvent id="b6" attachedToRef="u">'
            "<compensateEventDefinition/></boundaryEvent>"
        ),
        [],
    ),
    "attached to nothing": (
        started('<boundaryEvent id="b" attachedToRef="nope"><errorEventDefinition/></boundaryEvent>'),
        [
            (
                (
                    "Invalid reference in boundary event. Make sure that the referenced activity is defined in the same scope as "
                    "the boundary event"
                ),
                "b",
                ("b",),
            )
        ],
    ),
    "attached to an activity of another scope": (
        started(
            '<subProcess id="sp"><startEvent id="s_sp"/><userTask id="u"/></subProcess><boundaryEvent id="b" attachedToRef="u">'
            "<errorEventDefinition/></boundaryEvent>"
        ),
        [
            (
                (
                    "Invalid reference in boundary event. Make sure that the referenced activity is defined in the same scope as "
                    "the boundary event"
                ),
                "b",
                ("b",),
            )
        ],
    ),
    "attached to an empty name": (
        started('<boundaryEvent id="b" attachedToRef=""><errorEventDefinition/></boundaryEvent>'),
        [
            ("AttachedToRef is required when using a timerEventDefinition", "b", ("b",)),
            (
                (
                    "Invalid reference in boundary event. Make sure that the referenced activity is defined in the same scope as "
                    "the boundary event"
                ),
                "b",
                ("b",),
            ),
        ],
    ),
    "without definition": (
        started('<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"></boundaryEvent>'),
        [("Unsupported boundary event type", "b", ("b",))],
    ),
    "message without id": (
        started('<userTask id="u"/><boundaryEvent attachedToRef="u"><messageEventDefinition messageRef="m"/></boundaryEvent>'),
        [("boundary event has no id", None, ())],
    ),
    "message twice": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><messageEventDefinition messageRef="m"/></boundaryEvent>'
            '<boundaryEvent id="b2" attachedToRef="u"><messageEventDefinition messageRef="m"/></boundaryEvent>'
        ),
        [("Cannot have more than one message event subscription with name 'order' for scope 'u'", "b2", ("b2",))],
    ),
    "signal twice": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><signalEventDefinition signalRef="sg"/></boundaryEvent>'
            '<boundaryEvent id="b2" attachedToRef="u"><signalEventDefinition signalRef="sg"/></boundaryEvent>'
        ),
        [("Cannot have more than one signal event subscription with name 'alert' for scope 'u'", "b2", ("b2",))],
    ),
    "signal without reference": (
        started('<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><signalEventDefinition id="d"/></boundaryEvent>'),
        [("signalEventDefinition does not have required property 'signalRef'", "b", ("d", "b"))],
    ),
    "condition that is missing": (
        started('<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><conditionalEventDefinition/></boundaryEvent>'),
        [("Conditional event must contain an expression for evaluation.", "b", ("b",))],
    ),
    "cycle that cancels, and one that does not": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><timerEventDefinition id="d"><timeCycle>R3/PT1H</timeCycle>'
            '</timerEventDefinition></boundaryEvent><boundaryEvent id="b2" attachedToRef="u" cancelActivity="false">'
            '<timerEventDefinition id="d2"><timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>'
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
    "escalation of a task": (
        started('<task id="u"/><boundaryEvent id="b" attachedToRef="u"><escalationEventDefinition/></boundaryEvent>'),
        [("An escalation boundary event should only be attached to a subprocess, a call activity or an user task", "b", ("b",))],
    ),
    "escalation of a called process": (
        started(
            '<callActivity id="u" calledElement="x"/><boundaryEvent id="b" attachedToRef="u"><escalationEventDefinition/></boundaryEvent>'
        ),
        [],
    ),
    "escalation of a called case": (
        started(
            '<callActivity id="u" camunda:caseRef="x"/><boundaryEvent id="b" attachedToRef="u"><escalationEventDefinition/></boundaryEvent>'
        ),
        [("An escalation boundary event should only be attached to a subprocess, a call activity or an user task", "b", ("b",))],
    ),
    "escalations of every kind": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><escalationEventDefinition/></boundaryEvent>'
            '<boundaryEvent id="b2" attachedToRef="u"><escalationEventDefinition/></boundaryEvent>'
            '<boundaryEvent id="b3" attachedToRef="u"><escalationEventDefinition escalationRef="es"/></boundaryEvent>'
            '<boundaryEvent id="b4" attachedToRef="u"><escalationEventDefinition escalationRef="es"/></boundaryEvent>'
            '<boundaryEvent id="b5" attachedToRef="u"><escalationEventDefinition escalationRef="nope"/></boundaryEvent>'
        ),
        [
            (
                (
                    "The same scope can not contains more than one escalation boundary event without escalation code. An "
                    "escalation boundary event without escalation code catch all escalation events."
                ),
                "b2",
                ("b2",),
            ),
            (
                (
                    "The same scope can not contains an escalation boundary event without escalation code and another one with "
                    "escalation code. The escalation boundary event without escalation code catch all escalation events."
                ),
                "b3",
                ("b3",),
            ),
            (
                (
                    "The same scope can not contains an escalation boundary event without escalation code and another one with "
                    "escalation code. The escalation boundary event without escalation code catch all escalation events."
                ),
                "b3",
                ("b3",),
            ),
            (
                (
                    "The same scope can not contains an escalation boundary event without escalation code and another one with "
                    "escalation code. The escalation boundary event without escalation code catch all escalation events."
                ),
                "b4",
                ("b4",),
            ),
            (
                (
                    "The same scope can not contains an escalation boundary event without escalation code and another one with "
                    "escalation code. The escalation boundary event without escalation code catch all escalation events."
                ),
                "b4",
                ("b4",),
            ),
            ("multiple escalation boundary events with the same escalationCode 'late' are not supported on same scope", "b4", ("b4",)),
            ("could not find escalation with id 'nope'", "b5", ("b5",)),
            (
                (
                    "The same scope can not contains more than one escalation boundary event without escalation code. An "
                    "escalation boundary event without escalation code catch all escalation events."
                ),
                "b5",
                ("b5",),
            ),
            (
                (
                    "The same scope can not contains more than one escalation boundary event without escalation code. An "
                    "escalation boundary event without escalation code catch all escalation events."
                ),
                "b5",
                ("b5",),
            ),
            (
                (
                    "The same scope can not contains an escalation boundary event without escalation code and another one with "
                    "escalation code. The escalation boundary event without escalation code catch all escalation events."
                ),
                "b5",
                ("b5",),
            ),
            (
                (
                    "The same scope can not contains an escalation boundary event without escalation code and another one with "
                    "escalation code. The escalation boundary event without escalation code catch all escalation events."
                ),
                "b5",
                ("b5",),
            ),
        ],
    ),
    "cancelling a task": (
        started('<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><cancelEventDefinition/></boundaryEvent>'),
        [("boundary event with cancelEventDefinition only supported on transaction subprocesses", "b", ("b",))],
    ),
    "cancelling a transaction twice": (
        started(
            '<transaction id="u"><startEvent id="q"/></transaction><boundaryEvent id="b" attachedToRef="u">'
            '<cancelEventDefinition/></boundaryEvent><boundaryEvent id="b2" attachedToRef="u"><cancelEventDefinition/>'
            "</boundaryEvent>"
        ),
        [("multiple boundary events with cancelEventDefinition not supported on same transaction subprocess", "b2", ("b2",))],
    ),
    "cancelling a repeated transaction": (
        started(
            '<transaction id="u"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
            '</multiInstanceLoopCharacteristics><startEvent id="q"/></transaction><boundaryEvent id="b" attachedToRef="u">'
            "<cancelEventDefinition/></boundaryEvent>"
        ),
        [],
    ),
    "compensating twice": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
            '<boundaryEvent id="b2" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
        ),
        [("multiple boundary events with compensateEventDefinition not supported on same activity", "b2", ("b2",))],
    ),
    "compensating with more than is used": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u">'
            '<compensateEventDefinition activityRef="u" waitForCompletion="true"/></boundaryEvent><serviceTask id="t"/>'
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
    "a mapping": (
        started(
            '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><extensionElements><camunda:inputOutput/>'
            "</extensionElements><errorEventDefinition/></boundaryEvent>"
        ),
        [("camunda:inputOutput mapping unsupported for element type 'boundaryEvent'.", "b", ("b",))],
    ),
}

WARNINGS: Warnings = {
    "cycle that cancels, and one that does not": [
        ("It is not recommended to use a cancelling boundary timer event with a time cycle.", "b", ("b",))
    ],
    "compensating with more than is used": [
        ("attribute 'activityRef' is not supported on catching compensation event. attribute will be ignored", "b", ("b",)),
        ("attribute 'waitForCompletion' is not supported on catching compensation event. attribute will be ignored", "b", ("b",)),
    ],
}

test_errors = errors_test(CASES)
test_warnings = warnings_test(CASES, WARNINGS)
