"""Start events of processes, subprocesses and event subprocesses. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import DECLARED, Cases, Warnings, errors_test, file, started, warnings_test

CASES: Cases = {
    "none in a process": (
        file('<task id="t"/>', declared=DECLARED),
        [("process must define a startEvent element", "p", ("p",))],
    ),
    "none in a subprocess": (
        started('<subProcess id="sp"/>'),
        [("subProcess must define a startEvent element", "sp", ("sp",))],
    ),
    "two plain ones and a timer": (
        file(
            (
                '<startEvent id="s2"/><startEvent id="s3"><timerEventDefinition id="d"><timeDate>2050-01-01</timeDate>'
                "</timerEventDefinition></startEvent>"
            ),
            declared=DECLARED,
        ),
        [("multiple none start events or timer start events not supported on process definition", "s3", ("p", "s3"))],
    ),
    "a plain one, a message and a signal": (
        file(
            (
                '<startEvent id="s2"><messageEventDefinition messageRef="m"/></startEvent><startEvent id="s3">'
                '<signalEventDefinition signalRef="sg"/></startEvent>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "three in a subprocess": (
        started('<subProcess id="sp"><startEvent id="s_sp"/><startEvent id="a"/><startEvent id="b"/></subProcess>'),
        [
            ("multiple start events not supported for subprocess", "a", ("sp", "a")),
            ("multiple start events not supported for subprocess", "b", ("sp", "b")),
        ],
    ),
    "without id": (
        file("<startEvent/>", declared=DECLARED),
        "ENGINE-01009 Error while parsing process.",
    ),
    "without id in a subprocess": (
        started('<subProcess id="sp"><startEvent/></subProcess>'),
        "ENGINE-01009 Error while parsing process.",
    ),
    "message by an expression": (
        file('<startEvent id="s"><messageEventDefinition id="d" messageRef="mx"/></startEvent>', declared=DECLARED),
        [
            (
                (
                    "Invalid message name 'a${b}' for element 'messageEventDefinition': expressions in the message start event "
                    "name are not allowed!"
                ),
                "s",
                ("d", "s"),
            )
        ],
    ),
    "message twice": (
        file(
            (
                '<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent><startEvent id="s2">'
                '<messageEventDefinition id="d" messageRef="m"/></startEvent>'
            ),
            declared=DECLARED,
        ),
        [("Cannot have more than one message event subscription with name 'order' for scope 'null'", "s2", ("s2", "s2"))],
    ),
    "signal twice": (
        file(
            (
                '<startEvent id="s"><signalEventDefinition signalRef="sg"/></startEvent><startEvent id="s2">'
                '<signalEventDefinition id="d" signalRef="sg"/></startEvent>'
            ),
            declared=DECLARED,
        ),
        [("Cannot have more than one signal event subscription with name 'alert' for scope 'null'", "s2", ("d", "s2"))],
    ),
    "condition twice": (
        file(
            (
                '<startEvent id="s"><conditionalEventDefinition><condition>${a}</condition></conditionalEventDefinition></startEvent>'
                '<startEvent id="s2"><conditionalEventDefinition><condition> ${a} </condition></conditionalEventDefinition>'
                "</startEvent>"
            ),
            declared=DECLARED,
        ),
        [("Cannot have more than one conditional event subscription with the same condition '${a}'", "s2", ("s2", "s2"))],
    ),
    "timer in a subprocess": (
        started(
            '<subProcess id="sp"><startEvent id="q"><timerEventDefinition id="d"><timeDate>2050-01-01</timeDate>'
            "</timerEventDefinition></startEvent></subProcess>"
        ),
        [("timerEventDefinition is not allowed on start event within a subprocess", "q", ("d", "q"))],
    ),
    "conditional in a subprocess": (
        started(
            '<subProcess id="sp"><startEvent id="q"><conditionalEventDefinition id="d"><condition>x</condition>'
            "</conditionalEventDefinition></startEvent></subProcess>"
        ),
        [("conditionalEventDefinition is not allowed on start event within a subprocess", "q", ("d", "q"))],
    ),
    "escalation and compensation in subprocesses": (
        started(
            '<subProcess id="sp"><startEvent id="q"><escalationEventDefinition/></startEvent></subProcess><subProcess id="sp2">'
            '<startEvent id="q2"><compensateEventDefinition/></startEvent></subProcess>'
        ),
        [
            ("escalationEventDefinition is not allowed on start event within a subprocess", "q", ("q",)),
            ("compensateEventDefinition is not allowed on start event within a subprocess", "q2", ("q2",)),
        ],
    ),
    "error, message and signal in subprocesses": (
        started(
            '<subProcess id="sp0"><startEvent id="q0"><errorEventDefinition id="d0"/></startEvent></subProcess>'
            '<subProcess id="sp1"><startEvent id="q1"><messageEventDefinition id="d1"/></startEvent></subProcess>'
            '<subProcess id="sp2"><startEvent id="q2"><signalEventDefinition id="d2"/></startEvent></subProcess>'
        ),
        [
            ("errorEventDefinition only allowed on start event if subprocess is an event subprocess", "q0", ("d0", "q0")),
            ("messageEventDefinition only allowed on start event if subprocess is an event subprocess", "q1", ("d1", "q1")),
            ("signalEventDefintion only allowed on start event if subprocess is an event subprocess", "q2", ("d2", "q2")),
        ],
    ),
    "plain in an event subprocess": (
        started('<subProcess id="e" triggeredByEvent="true"><startEvent id="s_e"></startEvent></subProcess>'),
        [
            (
                ("start event of event subprocess must be of type 'error', 'message', 'timer', 'signal', 'compensation' or 'escalation'"),
                "s_e",
                ("s_e",),
            )
        ],
    ),
    "every kind in event subprocesses": (
        started(
            '<subProcess id="e1" triggeredByEvent="true"><startEvent id="s_e1"><errorEventDefinition/></startEvent></subProcess>'
            '<subProcess id="e2" triggeredByEvent="true"><startEvent id="s_e2"><messageEventDefinition messageRef="m"/>'
            '</startEvent></subProcess><subProcess id="e3" triggeredByEvent="true"><startEvent id="s_e3">'
            '<signalEventDefinition signalRef="sg"/></startEvent></subProcess><subProcess id="e4" triggeredByEvent="true">'
            '<startEvent id="s_e4"><timerEventDefinition id="d"><timeDate>2050-01-01</timeDate></timerEventDefinition>'
            '</startEvent></subProcess><subProcess id="e5" triggeredByEvent="true"><startEvent id="s_e5">'
            '<escalationEventDefinition escalationRef="es"/></startEvent></subProcess><subProcess id="e6" triggeredByEvent="true">'
            '<startEvent id="s_e6"><conditionalEventDefinition><condition>${a}</condition></conditionalEventDefinition>'
            "</startEvent></subProcess>"
        ),
        [],
    ),
    "error that does not interrupt": (
        started(
            '<subProcess id="e" triggeredByEvent="true"><startEvent id="s_e" isInterrupting="false"><errorEventDefinition/>'
            "</startEvent></subProcess>"
        ),
        [("error start event of event subprocess must be interrupting", "s_e", ("s_e",))],
    ),
    "cycle that interrupts, and one that does not": (
        started(
            '<subProcess id="e" triggeredByEvent="true"><startEvent id="s_e"><timerEventDefinition id="d">'
            "<timeCycle>R3/PT1H</timeCycle></timerEventDefinition></startEvent></subProcess>"
            '<subProcess id="e2" triggeredByEvent="true"><startEvent id="s_e2" isInterrupting="false">'
            '<timerEventDefinition id="d2"><timeCycle>R3/PT1H</timeCycle></timerEventDefinition></startEvent></subProcess>'
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
    "message of an event subprocess twice": (
        started(
            '<subProcess id="e" triggeredByEvent="true"><startEvent id="s_e"><messageEventDefinition messageRef="m"/></startEvent>'
            '</subProcess><subProcess id="e2" triggeredByEvent="true"><startEvent id="s_e2">'
            '<messageEventDefinition messageRef="m"/></startEvent></subProcess>'
        ),
        [("Cannot have more than one message event subscription with name 'order' for scope 'null'", "s_e2", ("s_e2",))],
    ),
    "compensation of a process": (
        started('<subProcess id="e" triggeredByEvent="true"><startEvent id="s_e"><compensateEventDefinition/></startEvent></subProcess>'),
        [
            (
                (
                    "event subprocess with compensation start event is only supported for embedded subprocess (since throwing "
                    "compensation through a call activity-induced process hierarchy is not supported)"
                ),
                "s_e",
                ("s_e",),
            )
        ],
    ),
    "compensation of a subprocess": (
        started(
            '<subProcess id="sp"><startEvent id="s_sp"/><subProcess id="e" triggeredByEvent="true"><startEvent id="s_e">'
            "<compensateEventDefinition/></startEvent></subProcess></subProcess>"
        ),
        [],
    ),
    "compensation of a subprocess twice": (
        started(
            '<subProcess id="sp"><startEvent id="s_sp"/><subProcess id="e" triggeredByEvent="true"><startEvent id="s_e">'
            '<compensateEventDefinition/></startEvent></subProcess><subProcess id="e2" triggeredByEvent="true">'
            '<startEvent id="s_e2"><compensateEventDefinition activityRef="x"/></startEvent></subProcess></subProcess>'
        ),
        [("multiple event subprocesses with compensation start event are not supported on the same scope", "s_e2", ("s_e2",))],
    ),
    "compensation of a subprocess in two ways": (
        started(
            '<subProcess id="sp"><startEvent id="s_sp"/><subProcess id="e" triggeredByEvent="true"><startEvent id="s_e">'
            '<compensateEventDefinition/></startEvent></subProcess></subProcess><boundaryEvent id="b" attachedToRef="sp">'
            '<compensateEventDefinition/></boundaryEvent><task id="t" isForCompensation="true"/>'
            '<association id="a" sourceRef="b" targetRef="t"/>'
        ),
        [
            (
                ("compensation boundary event and event subprocess with compensation start event are not supported on the same scope"),
                "sp",
                ("a", "sp", "b"),
            )
        ],
    ),
    "a mapping": (
        file('<startEvent id="s"><extensionElements><camunda:inputOutput/></extensionElements></startEvent>', declared=DECLARED),
        [("camunda:inputOutput mapping unsupported for element type 'startEvent'.", "s", ("s",))],
    ),
}

WARNINGS: Warnings = {
    "cycle that interrupts, and one that does not": [
        ("It is not recommended to use a interrupting start timer event with a time cycle.", "s_e", ("s_e",))
    ],
    "compensation of a subprocess twice": [
        ("attribute 'activityRef' is not supported on catching compensation event. attribute will be ignored", "s_e2", ("s_e2",))
    ],
}

test_errors = errors_test(CASES)
test_warnings = warnings_test(CASES, WARNINGS)
