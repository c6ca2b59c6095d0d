"""Input/output mappings and scripts. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import Cases, errors_test, started

CASES: Cases = {
    "parameter without name": (
        started(
            '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter/></camunda:inputOutput>'
            "</extensionElements></userTask>"
        ),
        [("Missing attribute 'name' for inputParameter", "u", ("u",))],
    ),
    "output parameter without name": (
        started(
            '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:outputParameter name=""/></camunda:inputOutput>'
            "</extensionElements></userTask>"
        ),
        [("Missing attribute 'name' for outputParameter", "u", ("u",))],
    ),
    "parameter with two values": (
        started(
            '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a"><camunda:list/>'
            "<camunda:map/></camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>"
        ),
        [("Nested parameter can at most have one child element", "u", ("u",))],
    ),
    "entry without key": (
        started(
            '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a"><camunda:map>'
            "<camunda:entry>x</camunda:entry></camunda:map></camunda:inputParameter></camunda:inputOutput></extensionElements>"
            "</userTask>"
        ),
        [("Missing attribute 'key' for 'entry' element", "u", ("u",))],
    ),
    "script without language": (
        started(
            '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a">'
            "<camunda:script>x</camunda:script></camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>"
        ),
        [("Missing attribute 'scriptFormat' for 'script' element", "u", ("u",))],
    ),
    "script without source": (
        started(
            '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a">'
            '<camunda:script scriptFormat="groovy" resource=" "/></camunda:inputParameter></camunda:inputOutput>'
            "</extensionElements></userTask>"
        ),
        [("Unable to process script: Script resource is empty", "u", ("u",))],
    ),
    "parameters": (
        started(
            '<userTask id="u"><extensionElements><camunda:inputOutput>'
            '<camunda:inputParameter name="a">${x}</camunda:inputParameter><camunda:inputParameter name="b"><camunda:list>'
            '<camunda:value>x</camunda:value><camunda:script scriptFormat="groovy">y</camunda:script></camunda:list>'
            '</camunda:inputParameter><camunda:outputParameter name="c"><camunda:map><camunda:entry key="k"><camunda:list/>'
            "</camunda:entry></camunda:map></camunda:outputParameter></camunda:inputOutput></extensionElements></userTask>"
        ),
        [],
    ),
    "value that cannot be parsed": (
        started(
            '<userTask id="u"><extensionElements><camunda:inputOutput>'
            '<camunda:inputParameter name="a">x ${</camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>'
        ),
        (
            "ENGINE-01009 Error while parsing process. Error parsing 'x ${': syntax error at position 4, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "two mappings": (
        started('<userTask id="u"><extensionElements><camunda:inputOutput/><camunda:inputOutput/></extensionElements></userTask>'),
        "ENGINE-01009 Error while parsing process. Parsing exception: multiple elements with tag name inputOutput found.",
    ),
    "output of a repeated task": (
        started(
            '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:outputParameter name="a"/></camunda:inputOutput>'
            "</extensionElements><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
            "</multiInstanceLoopCharacteristics></userTask>"
        ),
        [("camunda:outputParameter not allowed for multi-instance constructs", "u", ("u",))],
    ),
    "input of a repeated task": (
        started(
            '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a"/></camunda:inputOutput>'
            "</extensionElements><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
            "</multiInstanceLoopCharacteristics></userTask>"
        ),
        [],
    ),
    "mapping of an event subprocess": (
        started(
            '<subProcess id="e" triggeredByEvent="true"><extensionElements><camunda:inputOutput/></extensionElements>'
            '<startEvent id="q"><errorEventDefinition/></startEvent></subProcess>'
        ),
        [
            (
                ("camunda:inputOutput mapping unsupported for element type 'subProcess' with attribute 'triggeredByEvent = true'."),
                "e",
                ("e",),
            )
        ],
    ),
    "mapping of a subprocess": (
        started('<subProcess id="e"><extensionElements><camunda:inputOutput/></extensionElements><startEvent id="q"/></subProcess>'),
        [],
    ),
}

test_errors = errors_test(CASES)
