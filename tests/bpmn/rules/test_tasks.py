"""Service, send, business rule and script tasks. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import Cases, errors_test, started

CASES: Cases = {
    "service by every means": (
        started(
            '<serviceTask id="a" camunda:class="a.B"/><serviceTask id="b" camunda:expression="${x}"/>'
            '<serviceTask id="c" camunda:delegateExpression="${x}"/>'
            '<serviceTask id="d" camunda:type="external" camunda:topic="t"/>'
            '<serviceTask id="e" camunda:expression="x" camunda:resultVariable="r"/>'
        ),
        [],
    ),
    "service by nothing": (
        started('<serviceTask id="t"/>'),
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
    "service by a blank class": (
        started('<serviceTask id="t" camunda:class=" "/>'),
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
    "service by a connector": (
        started('<serviceTask id="t"><extensionElements><camunda:connector/></extensionElements></serviceTask>'),
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
    "service of an unknown type": (
        started('<serviceTask id="t" camunda:type="burn"/>'),
        [
            ("Invalid usage of type attribute on serviceTask: 'burn'", "t", ("t",)),
            (
                (
                    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on serviceTask. If "
                    "you are using a connector, make sure the connect process engine plugin is registered with the process engine."
                ),
                "t",
                ("t",),
            ),
        ],
    ),
    "results of what has none": (
        started(
            '<serviceTask id="a" camunda:class="a.B" camunda:resultVariable="r"/>'
            '<serviceTask id="b" camunda:delegateExpression="x" camunda:resultVariableName="r"/>'
        ),
        [
            ("'resultVariableName' not supported for serviceTask elements using 'class'", "a", ("a",)),
            ("'resultVariableName' not supported for serviceTask elements using 'delegateExpression'", "b", ("b",)),
        ],
    ),
    "external without topic": (
        started('<serviceTask id="t" camunda:type="External"/>'),
        [("External tasks must specify a 'topic' attribute in the camunda namespace", "t", ("t",))],
    ),
    "external with a priority that is no number": (
        started('<serviceTask id="t" camunda:type="external" camunda:topic="t" camunda:taskPriority="x"/>'),
        [("Value 'x' for attribute 'taskPriority' is not a valid number", "t", ("t",))],
    ),
    "external with an error that has no expression": (
        started(
            '<serviceTask id="t" camunda:type="external" camunda:topic="t"><extensionElements>'
            '<camunda:errorEventDefinition errorRef="er"/></extensionElements></serviceTask>'
        ),
        "ENGINE-01009 Error while parsing process.",
    ),
    "external with an error": (
        started(
            '<serviceTask id="t" camunda:type="external" camunda:topic="t"><extensionElements>'
            '<camunda:errorEventDefinition errorRef="er" expression="${x}"/></extensionElements></serviceTask>'
        ),
        [],
    ),
    "shell without command": (
        started('<serviceTask id="t" camunda:type="shell"/>'),
        [("No shell command is defined on the shell activity", "t", ("t",))],
    ),
    "shell with a switch that is neither on nor off": (
        started(
            '<serviceTask id="t" camunda:type="shell"><extensionElements><camunda:field name="command" stringValue="ls"/>'
            '<camunda:field name="wait" stringValue="perhaps"/></extensionElements></serviceTask>'
        ),
        [("undefined value for shell wait parameter :perhaps", "t", ("t",))],
    ),
    "shell with an expression": (
        started(
            '<serviceTask id="t" camunda:type="shell"><extensionElements><camunda:field name="command" expression="ls"/>'
            "</extensionElements></serviceTask>"
        ),
        "ENGINE-01009 Error while parsing process.",
    ),
    "sending nothing": (
        started('<sendTask id="t"/>'),
        [("One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on sendTask.", "t", ("t",))],
    ),
    "sending by an unknown type": (
        started('<sendTask id="t" camunda:type="burn"/>'),
        [
            ("Invalid usage of type attribute on sendTask: 'burn'", "t", ("t",)),
            (
                (
                    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on sendTask. If you "
                    "are using a connector, make sure the connect process engine plugin is registered with the process engine."
                ),
                "t",
                ("t",),
            ),
        ],
    ),
    "business rule by nothing": (
        started('<businessRuleTask id="t"/>'),
        [
            (
                (
                    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on "
                    "businessRuleTask. If you are using a connector, make sure the connect process engine plugin is registered "
                    "with the process engine."
                ),
                "t",
                ("t",),
            )
        ],
    ),
    "decision": (
        started('<businessRuleTask id="t" camunda:decisionRef="d" camunda:mapDecisionResult="singleEntry"/>'),
        [],
    ),
    "decision with an unknown mapper": (
        started('<businessRuleTask id="t" camunda:decisionRef="d" camunda:mapDecisionResult="burn"/>'),
        [
            (
                (
                    "No decision result mapper found for name 'burn'. Supported mappers are 'singleEntry', 'singleResult', "
                    "'collectEntries' and 'resultList'."
                ),
                "t",
                ("t",),
            )
        ],
    ),
    "decision of a version that is missing": (
        started(
            '<businessRuleTask id="t" camunda:decisionRef="d" camunda:decisionRefBinding="version"/>'
            '<businessRuleTask id="t2" camunda:decisionRef="d" camunda:decisionRefBinding="versionTag"/>'
        ),
        [
            ("Missing attribute 'decisionRefVersion' when 'decisionRefBinding' has value 'version'", "t", ("t",)),
            ("Missing attribute 'decisionRefVersionTag' when 'decisionRefBinding' has value 'versionTag'", "t2", ("t2",)),
        ],
    ),
    "script without source": (
        started('<scriptTask id="t" scriptFormat="groovy"/>'),
        [("Unable to process ScriptTask: No script source or resource was given", None, ())],
    ),
    "script of no language": (
        started('<scriptTask id="t" scriptFormat=""><script>x</script></scriptTask>'),
        [("Unable to process ScriptTask: Script language is empty", None, ())],
    ),
    "script by a resource": (
        started('<scriptTask id="t" scriptFormat="groovy" camunda:resource="a.groovy"/>'),
        [],
    ),
    "script by a resource without name": (
        started('<scriptTask id="t" camunda:resource=""/>'),
        [("Unable to process ScriptTask: Script source is null", None, ())],
    ),
    "script that starts as an expression": (
        started('<scriptTask id="t" scriptFormat="groovy"><script>${</script></scriptTask>'),
        (
            "ENGINE-01009 Error while parsing process. Error parsing '${': syntax error at position 2, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "script that is an expression": (
        started('<scriptTask id="t" scriptFormat="juel"><script>${</script></scriptTask>'),
        [],
    ),
    "priority that is no number": (
        started('<task id="t" camunda:jobPriority="99999999999"/>'),
        [("Value '99999999999' for attribute 'jobPriority' is not a valid number", "t", ("t",))],
    ),
    "job without id before another activity": (
        started('<task camunda:asyncBefore="true"/><endEvent id="e"/>'),
        "ENGINE-01009 Error while parsing process.",
    ),
    "job without id at the end": (
        started('<task camunda:asyncAfter="true"/>'),
        [],
    ),
    "repeated by nothing": (
        started('<task id="t"><multiInstanceLoopCharacteristics/></task>'),
        [("Either loopCardinality or loopDataInputRef/activiti:collection must be set", "t#multiInstanceBody", ("t#multiInstanceBody",))],
    ),
    "repeated an empty number of times": (
        started('<task id="t"><multiInstanceLoopCharacteristics><loopCardinality/></multiInstanceLoopCharacteristics></task>'),
        [
            (
                "loopCardinality must be defined for a multiInstanceLoopCharacteristics definition ",
                "t#multiInstanceBody",
                ("t#multiInstanceBody",),
            )
        ],
    ),
    "repeated with a variable for nothing": (
        started(
            '<task id="t"><multiInstanceLoopCharacteristics camunda:elementVariable="x"><loopCardinality>2</loopCardinality>'
            "</multiInstanceLoopCharacteristics></task>"
        ),
        [
            (
                "LoopDataInputRef/activiti:collection must be set when using inputDataItem or activiti:elementVariable",
                "t#multiInstanceBody",
                ("t#multiInstanceBody",),
            )
        ],
    ),
    "repeated over a collection": (
        started(
            '<task id="t"><multiInstanceLoopCharacteristics camunda:collection="x" camunda:elementVariable="y"/></task>'
            '<task id="t2"><multiInstanceLoopCharacteristics><loopDataInputRef>${x}</loopDataInputRef><inputDataItem name="y"/>'
            "</multiInstanceLoopCharacteristics></task>"
        ),
        [],
    ),
    "repeated over a collection that cannot be parsed": (
        started('<task id="t"><multiInstanceLoopCharacteristics camunda:collection="${"/></task>'),
        (
            "ENGINE-01009 Error while parsing process. Error parsing '${': syntax error at position 2, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "repeated neither in parallel nor not": (
        started(
            '<task id="t"><multiInstanceLoopCharacteristics isSequential="1"><loopCardinality>2</loopCardinality>'
            "</multiInstanceLoopCharacteristics></task>"
        ),
        "ENGINE-01009 Error while parsing process.",
    ),
    "repeated twice without id": (
        started(
            "<task><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
            "</task><task><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
            "</multiInstanceLoopCharacteristics></task>"
        ),
        "ENGINE-01009 Error while parsing process. duplicate activity id 'null#multiInstanceBody'.",
    ),
    "retries by an expression that cannot be parsed": (
        started(
            '<task id="t" camunda:asyncBefore="true"><extensionElements>'
            "<camunda:failedJobRetryTimeCycle>${</camunda:failedJobRetryTimeCycle></extensionElements></task>"
        ),
        (
            "ENGINE-01009 Error while parsing process. Error parsing '${': syntax error at position 2, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "retries of nothing": (
        started(
            '<task id="t"><extensionElements><camunda:failedJobRetryTimeCycle>${</camunda:failedJobRetryTimeCycle>'
            "</extensionElements></task>"
        ),
        [],
    ),
    "receiving": (
        started('<receiveTask id="t"/><receiveTask id="t2" messageRef="m"/>'),
        [],
    ),
    "receiving an unknown message": (
        started('<receiveTask id="t" messageRef="nope"/>'),
        [("Invalid 'messageRef': no message with id 'nope' found.", "t", ("t", "t"))],
    ),
}

test_errors = errors_test(CASES)
