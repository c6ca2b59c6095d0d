"""Event definitions and their references. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import Cases, Warnings, errors_test, started, warnings_test

CASES: Cases = {
    "message without reference": (
        started('<intermediateCatchEvent id="i"><messageEventDefinition id="d"/></intermediateCatchEvent>'),
        [
            ("attribute 'messageRef' is required", "i", ("d", "i")),
            ("Invalid 'messageRef': no message with id 'null' found.", "i", ("d", "i")),
        ],
    ),
    "message that is not declared": (
        started('<intermediateCatchEvent id="i"><messageEventDefinition messageRef="nope"/></intermediateCatchEvent>'),
        [("Invalid 'messageRef': no message with id 'nope' found.", "i", ("i",))],
    ),
    "message without name": (
        started('<intermediateCatchEvent id="i"><messageEventDefinition messageRef="m0"/></intermediateCatchEvent>'),
        [("Cannot have a message event subscription with an empty or missing name", "i", ("i",))],
    ),
    "message by an expression": (
        started('<intermediateCatchEvent id="i"><messageEventDefinition messageRef="mx"/></intermediateCatchEvent>'),
        [],
    ),
    "signal without reference": (
        started('<intermediateCatchEvent id="i"><signalEventDefinition/></intermediateCatchEvent>'),
        [("signalEventDefinition does not have required property 'signalRef'", "i", ("i",))],
    ),
    "signal that is not declared": (
        started('<intermediateCatchEvent id="i"><signalEventDefinition signalRef="nope"/></intermediateCatchEvent>'),
        [("Could not find signal with id 'nope'", "i", ("i",))],
    ),
    "timer without time": (
        started('<intermediateCatchEvent id="i"><timerEventDefinition id="d"/></intermediateCatchEvent>'),
        [("Timer needs configuration (either timeDate, timeCycle or timeDuration is needed).", "i", ("d", "i"))],
    ),
    "timer without id": (
        started(
            '<intermediateCatchEvent><timerEventDefinition id="d"><timeDate>2050-01-01</timeDate></timerEventDefinition>'
            "</intermediateCatchEvent>"
        ),
        [('Attribute "id" is required!', "d", ("d",))],
    ),
    "timer with a wrong date": (
        started(
            '<intermediateCatchEvent id="i"><timerEventDefinition><timeDate>junk</timeDate></timerEventDefinition></intermediateCatchEvent>'
        ),
        [],
    ),
    "condition that is missing": (
        started('<intermediateCatchEvent id="i"><conditionalEventDefinition/></intermediateCatchEvent>'),
        [("Conditional event must contain an expression for evaluation.", "i", ("i",))],
    ),
    "variable events that do not exist": (
        started(
            '<intermediateCatchEvent id="i"><conditionalEventDefinition camunda:variableEvents="create, burn">'
            '<condition>x</condition></conditionalEventDefinition></intermediateCatchEvent><serviceTask id="t"/>'
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
    "escalation that is thrown without code": (
        started('<intermediateThrowEvent id="a"><escalationEventDefinition escalationRef="es0"/></intermediateThrowEvent>'),
        [("throwing escalation event must have an 'escalationCode'", "a", ("a",))],
    ),
    "escalation that is thrown without reference": (
        started('<intermediateThrowEvent id="a"><escalationEventDefinition id="d"/></intermediateThrowEvent>'),
        [("escalationEventDefinition does not have required attribute 'escalationRef'", "a", ("d", "a"))],
    ),
    "signal that is thrown without reference": (
        started('<endEvent id="a"><signalEventDefinition id="d"/></endEvent><serviceTask id="t"/>'),
        [
            (
                (
                    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on serviceTask. If "
                    "you are using a connector, make sure the connect process engine plugin is registered with the process engine."
                ),
                "t",
                ("t",),
            ),
            ("signalEventDefinition does not have required property 'signalRef'", "a", ("d", "a")),
        ],
    ),
    "signal with variables": (
        started(
            '<intermediateThrowEvent id="a"><signalEventDefinition signalRef="sg"><extensionElements><camunda:in/>'
            "</extensionElements></signalEventDefinition></intermediateThrowEvent>"
        ),
        [
            ("Missing parameter 'source' or 'sourceExpression' when passing variables", None, ()),
            ("Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set", None, ()),
        ],
    ),
    "signal that is not declared with variables": (
        started(
            '<intermediateThrowEvent id="a"><signalEventDefinition signalRef="nope"><extensionElements><camunda:in/>'
            "</extensionElements></signalEventDefinition></intermediateThrowEvent>"
        ),
        [
            ("Could not find signal with id 'nope'", "a", ("a",)),
            ("Missing parameter 'source' or 'sourceExpression' when passing variables", None, ()),
            ("Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set", None, ()),
        ],
    ),
    "message that a service throws": (
        started(
            '<intermediateThrowEvent id="a"><messageEventDefinition camunda:type="burn"/></intermediateThrowEvent>'
            '<endEvent id="e"><messageEventDefinition camunda:class="a.B" camunda:resultVariable="r"/></endEvent>'
        ),
        [
            ("Invalid usage of type attribute on intermediateMessageThrowEvent: 'burn'", None, ()),
            (
                (
                    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on "
                    "intermediateMessageThrowEvent. If you are using a connector, make sure the connect process engine plugin is "
                    "registered with the process engine."
                ),
                None,
                (),
            ),
            ("'resultVariableName' not supported for messageEndEvent elements using 'class'", None, ()),
        ],
    ),
    "compensation of an unknown element": (
        started(
            '<intermediateThrowEvent id="a"><compensateEventDefinition activityRef="nope" waitForCompletion="false"/>'
            "</intermediateThrowEvent>"
        ),
        [("Invalid attribute value for 'activityRef': no activity with id 'nope' in scope 'null'", "a", ("a",))],
    ),
    "compensation of what comes later": (
        started('<intermediateThrowEvent id="a"><compensateEventDefinition activityRef="u"/></intermediateThrowEvent><userTask id="u"/>'),
        [],
    ),
    "compensation of an activity within a subprocess": (
        started(
            '<subProcess id="sp"><startEvent id="s_sp"/><userTask id="u"/></subProcess><endEvent id="a">'
            '<compensateEventDefinition activityRef="u"/></endEvent>'
        ),
        [("Invalid attribute value for 'activityRef': no activity with id 'u' in scope 'null'", "a", ("a",))],
    ),
    "compensation of an activity around an event subprocess": (
        started(
            '<subProcess id="e" triggeredByEvent="true"><startEvent id="q"><errorEventDefinition/></startEvent><endEvent id="a">'
            '<compensateEventDefinition activityRef="u"/></endEvent></subProcess><userTask id="u"/>'
        ),
        [],
    ),
    "escalations at the end": (
        started(
            '<endEvent id="a"><escalationEventDefinition/></endEvent><endEvent id="b">'
            '<escalationEventDefinition escalationRef="es0"/></endEvent><endEvent id="c">'
            '<escalationEventDefinition escalationRef="nope"/></endEvent><endEvent id="d">'
            '<escalationEventDefinition escalationRef="es"/></endEvent>'
        ),
        [
            ("escalationEventDefinition does not have required attribute 'escalationRef'", "a", ("a",)),
            ("escalation end event must have an 'escalationCode'", "b", ("b",)),
            ("could not find escalation with id 'nope'", "c", ("c",)),
        ],
    ),
    "escalations that are caught in every way": (
        started(
            '<subProcess id="e" triggeredByEvent="true"><startEvent id="s_e"><escalationEventDefinition/></startEvent>'
            '</subProcess><subProcess id="e2" triggeredByEvent="true"><startEvent id="s_e2">'
            '<escalationEventDefinition escalationRef="es"/></startEvent></subProcess><subProcess id="e3" triggeredByEvent="true">'
            '<startEvent id="s_e3"><escalationEventDefinition escalationRef="es"/></startEvent></subProcess>'
            '<subProcess id="e4" triggeredByEvent="true"><startEvent id="s_e4"><escalationEventDefinition/></startEvent>'
            '</subProcess><subProcess id="e5" triggeredByEvent="true"><startEvent id="s_e5">'
            '<escalationEventDefinition escalationRef="nope"/></startEvent></subProcess>'
        ),
        [
            (
                (
                    "The same scope can not contains an escalation event subprocess without escalation code and another one with "
                    "escalation code. The escalation event subprocess without escalation code catch all escalation events."
                ),
                "s_e2",
                ("s_e2",),
            ),
            (
                (
                    "The same scope can not contains an escalation event subprocess without escalation code and another one with "
                    "escalation code. The escalation event subprocess without escalation code catch all escalation events."
                ),
                "s_e3",
                ("s_e3",),
            ),
            (
                "multiple escalation event subprocesses with the same escalationCode 'late' are not supported on same scope",
                "s_e3",
                ("s_e3",),
            ),
            (
                (
                    "The same scope can not contains more than one escalation event subprocess without escalation code. An "
                    "escalation event subprocess without escalation code catch all escalation events."
                ),
                "s_e4",
                ("s_e4",),
            ),
            (
                (
                    "The same scope can not contains an escalation event subprocess without escalation code and another one with "
                    "escalation code. The escalation event subprocess without escalation code catch all escalation events."
                ),
                "s_e4",
                ("s_e4",),
            ),
            (
                (
                    "The same scope can not contains an escalation event subprocess without escalation code and another one with "
                    "escalation code. The escalation event subprocess without escalation code catch all escalation events."
                ),
                "s_e4",
                ("s_e4",),
            ),
            ("could not find escalation with id 'nope'", "s_e5", ("s_e5",)),
            (
                (
                    "The same scope can not contains more than one escalation event subprocess without escalation code. An "
                    "escalation event subprocess without escalation code catch all escalation events."
                ),
                "s_e5",
                ("s_e5",),
            ),
            (
                (
                    "The same scope can not contains an escalation event subprocess without escalation code and another one with "
                    "escalation code. The escalation event subprocess without escalation code catch all escalation events."
                ),
                "s_e5",
                ("s_e5",),
            ),
            (
                (
                    "The same scope can not contains an escalation event subprocess without escalation code and another one with "
                    "escalation code. The escalation event subprocess without escalation code catch all escalation events."
                ),
                "s_e5",
                ("s_e5",),
            ),
            (
                (
                    "The same scope can not contains more than one escalation event subprocess without escalation code. An "
                    "escalation event subprocess without escalation code catch all escalation events."
                ),
                "s_e5",
                ("s_e5",),
            ),
        ],
    ),
}

WARNINGS: Warnings = {
    "variable events that do not exist": [
        ("Variable event: burn is not valid. Possible variable change events are: [create, delete, update]", "i", ("i",))
    ],
    "compensation of an unknown element": [
        (
            (
                "Unsupported attribute value for 'waitForCompletion': 'waitForCompletion=false' is not supported. Compensation "
                "event will wait for compensation to join."
            ),
            "a",
            ("a",),
        )
    ],
}

test_errors = errors_test(CASES)
test_warnings = warnings_test(CASES, WARNINGS)
