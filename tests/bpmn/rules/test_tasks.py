"""Service, send, business rule and script tasks. What is expected was recorded from a running engine."""

from __future__ import annotations

import pytest

from tests.bpmn.files import DECLARED, START, Told, errors, file

CASES: dict[str, tuple[bytes, list[Told] | str]] = {
    "service by every means": (
        file(
            START
            + (
                '<serviceTask id="a" camunda:class="a.B"/><serviceTask id="b" camunda:expression="${x}"/>'
                '<serviceTask id="c" camunda:delegateExpression="${x}"/>'
                '<serviceTask id="d" camunda:type="external" camunda:topic="t"/>'
                '<serviceTask id="e" camunda:expression="x" camunda:resultVariable="r"/>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "service by nothing": (
        file(START + '<serviceTask id="t"/>', declared=DECLARED),
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
        file(START + '<serviceTask id="t" camunda:class=" "/>', declared=DECLARED),
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
        file(START + '<serviceTask id="t"><extensionElements><camunda:connector/></extensionElements></serviceTask>', declared=DECLARED),
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
        file(START + '<serviceTask id="t" camunda:type="burn"/>', declared=DECLARED),
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
        file(
            START
            + (
                '<serviceTask id="a" camunda:class="a.B" camunda:resultVariable="r"/>'
                '<serviceTask id="b" camunda:delegateExpression="x" camunda:resultVariableName="r"/>'
            ),
            declared=DECLARED,
        ),
        [
            ("'resultVariableName' not supported for serviceTask elements using 'class'", "a", ("a",)),
            ("'resultVariableName' not supported for serviceTask elements using 'delegateExpression'", "b", ("b",)),
        ],
    ),
    "external without topic": (
        file(START + '<serviceTask id="t" camunda:type="External"/>', declared=DECLARED),
        [("External tasks must specify a 'topic' attribute in the camunda namespace", "t", ("t",))],
    ),
    "external with a priority that is no number": (
        file(START + '<serviceTask id="t" camunda:type="external" camunda:topic="t" camunda:taskPriority="x"/>', declared=DECLARED),
        [("Value 'x' for attribute 'taskPriority' is not a valid number", "t", ("t",))],
    ),
    "external with an error that has no expression": (
        file(
            START
            + (
                '<serviceTask id="t" camunda:type="external" camunda:topic="t"><extensionElements>'
                '<camunda:errorEventDefinition errorRef="er"/></extensionElements></serviceTask>'
            ),
            declared=DECLARED,
        ),
        "ENGINE-01009 Error while parsing process.",
    ),
    "external with an error": (
        file(
            START
            + (
                '<serviceTask id="t" camunda:type="external" camunda:topic="t"><extensionElements>'
                '<camunda:errorEventDefinition errorRef="er" expression="${x}"/></extensionElements></serviceTask>'
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "shell without command": (
        file(START + '<serviceTask id="t" camunda:type="shell"/>', declared=DECLARED),
        [("No shell command is defined on the shell activity", "t", ("t",))],
    ),
    "shell with a switch that is neither on nor off": (
        file(
            START
            + (
                '<serviceTask id="t" camunda:type="shell"><extensionElements><camunda:field name="command" stringValue="ls"/>'
                '<camunda:field name="wait" stringValue="perhaps"/></extensionElements></serviceTask>'
            ),
            declared=DECLARED,
        ),
        [("undefined value for shell wait parameter :perhaps", "t", ("t",))],
    ),
    "shell with an expression": (
        file(
            START
            + (
                '<serviceTask id="t" camunda:type="shell"><extensionElements><camunda:field name="command" expression="ls"/>'
                "</extensionElements></serviceTask>"
            ),
            declared=DECLARED,
        ),
        "ENGINE-01009 Error while parsing process.",
    ),
    "sending nothing": (
        file(START + '<sendTask id="t"/>', declared=DECLARED),
        [("One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on sendTask.", "t", ("t",))],
    ),
    "sending by an unknown type": (
        file(START + '<sendTask id="t" camunda:type="burn"/>', declared=DECLARED),
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
        file(START + '<businessRuleTask id="t"/>', declared=DECLARED),
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
        file(START + '<businessRuleTask id="t" camunda:decisionRef="d" camunda:mapDecisionResult="singleEntry"/>', declared=DECLARED),
        [],
    ),
    "decision with an unknown mapper": (
        file(START + '<businessRuleTask id="t" camunda:decisionRef="d" camunda:mapDecisionResult="burn"/>', declared=DECLARED),
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
    "decision of a version that is not told": (
        file(
            START
            + (
                '<businessRuleTask id="t" camunda:decisionRef="d" camunda:decisionRefBinding="version"/>'
                '<businessRuleTask id="t2" camunda:decisionRef="d" camunda:decisionRefBinding="versionTag"/>'
            ),
            declared=DECLARED,
        ),
        [
            ("Missing attribute 'decisionRefVersion' when 'decisionRefBinding' has value 'version'", "t", ("t",)),
            ("Missing attribute 'decisionRefVersionTag' when 'decisionRefBinding' has value 'versionTag'", "t2", ("t2",)),
        ],
    ),
    "script without source": (
        file(START + '<scriptTask id="t" scriptFormat="groovy"/>', declared=DECLARED),
        [("Unable to process ScriptTask: No script source or resource was given", None, ())],
    ),
    "script of no language": (
        file(START + '<scriptTask id="t" scriptFormat=""><script>x</script></scriptTask>', declared=DECLARED),
        [("Unable to process ScriptTask: Script language is empty", None, ())],
    ),
    "script by a resource": (
        file(START + '<scriptTask id="t" scriptFormat="groovy" camunda:resource="a.groovy"/>', declared=DECLARED),
        [],
    ),
    "script by a resource without name": (
        file(START + '<scriptTask id="t" camunda:resource=""/>', declared=DECLARED),
        [("Unable to process ScriptTask: Script source is null", None, ())],
    ),
    "script that starts as an expression": (
        file(START + '<scriptTask id="t" scriptFormat="groovy"><script>${</script></scriptTask>', declared=DECLARED),
        (
            "ENGINE-01009 Error while parsing process. Error parsing '${': syntax error at position 2, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "script that is an expression": (
        file(START + '<scriptTask id="t" scriptFormat="juel"><script>${</script></scriptTask>', declared=DECLARED),
        [],
    ),
    "priority that is no number": (
        file(START + '<task id="t" camunda:jobPriority="99999999999"/>', declared=DECLARED),
        [("Value '99999999999' for attribute 'jobPriority' is not a valid number", "t", ("t",))],
    ),
    "job without id before another activity": (
        file(START + '<task camunda:asyncBefore="true"/><endEvent id="e"/>', declared=DECLARED),
        "ENGINE-01009 Error while parsing process.",
    ),
    "job without id at the end": (
        file(START + '<task camunda:asyncAfter="true"/>', declared=DECLARED),
        [],
    ),
    "repeated by nothing": (
        file(START + '<task id="t"><multiInstanceLoopCharacteristics/></task>', declared=DECLARED),
        [("Either loopCardinality or loopDataInputRef/activiti:collection must be set", "t#multiInstanceBody", ("t#multiInstanceBody",))],
    ),
    "repeated an empty number of times": (
        file(
            START + '<task id="t"><multiInstanceLoopCharacteristics><loopCardinality/></multiInstanceLoopCharacteristics></task>',
            declared=DECLARED,
        ),
        [
            (
                "loopCardinality must be defined for a multiInstanceLoopCharacteristics definition ",
                "t#multiInstanceBody",
                ("t#multiInstanceBody",),
            )
        ],
    ),
    "repeated with a variable for nothing": (
        file(
            START
            + (
                '<task id="t"><multiInstanceLoopCharacteristics camunda:elementVariable="x"><loopCardinality>2</loopCardinality>'
                "</multiInstanceLoopCharacteristics></task>"
            ),
            declared=DECLARED,
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
        file(
            START
            + (
                '<task id="t"><multiInstanceLoopCharacteristics camunda:collection="x" camunda:elementVariable="y"/></task>'
                '<task id="t2"><multiInstanceLoopCharacteristics><loopDataInputRef>${x}</loopDataInputRef><inputDataItem name="y"/>'
                "</multiInstanceLoopCharacteristics></task>"
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "repeated over a collection that cannot be parsed": (
        file(START + '<task id="t"><multiInstanceLoopCharacteristics camunda:collection="${"/></task>', declared=DECLARED),
        (
            "ENGINE-01009 Error while parsing process. Error parsing '${': syntax error at position 2, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "repeated neither in parallel nor not": (
        file(
            START
            + (
                '<task id="t"><multiInstanceLoopCharacteristics isSequential="1"><loopCardinality>2</loopCardinality>'
                "</multiInstanceLoopCharacteristics></task>"
            ),
            declared=DECLARED,
        ),
        "ENGINE-01009 Error while parsing process.",
    ),
    "repeated twice without id": (
        file(
            START
            + (
                "<task><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
                "</task><task><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                "</multiInstanceLoopCharacteristics></task>"
            ),
            declared=DECLARED,
        ),
        "ENGINE-01009 Error while parsing process. duplicate activity id 'null#multiInstanceBody'.",
    ),
    "retries by an expression that cannot be parsed": (
        file(
            START
            + (
                '<task id="t" camunda:asyncBefore="true"><extensionElements>'
                "<camunda:failedJobRetryTimeCycle>${</camunda:failedJobRetryTimeCycle></extensionElements></task>"
            ),
            declared=DECLARED,
        ),
        (
            "ENGINE-01009 Error while parsing process. Error parsing '${': syntax error at position 2, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "retries of nothing": (
        file(
            START
            + (
                '<task id="t"><extensionElements><camunda:failedJobRetryTimeCycle>${</camunda:failedJobRetryTimeCycle>'
                "</extensionElements></task>"
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "receiving": (
        file(START + '<receiveTask id="t"/><receiveTask id="t2" messageRef="m"/>', declared=DECLARED),
        [],
    ),
    "receiving an unknown message": (
        file(START + '<receiveTask id="t" messageRef="nope"/>', declared=DECLARED),
        [("Invalid 'messageRef': no message with id 'nope' found.", "t", ("t", "t"))],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_errors(name: str) -> None:
    data, expected = CASES[name]
    found = errors(data)
    assert found == expected or (isinstance(found, str) and isinstance(expected, str) and found.startswith(expected))
