"""Mappings of variables and the scripts in them. What is expected was recorded from a running engine."""

from __future__ import annotations

import pytest

from tests.bpmn.files import DECLARED, START, Told, errors, file

CASES: dict[str, tuple[bytes, list[Told] | str]] = {
    "parameter without name": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter/></camunda:inputOutput>'
                "</extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [("Missing attribute 'name' for inputParameter", "u", ("u",))],
    ),
    "output parameter without name": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:outputParameter name=""/></camunda:inputOutput>'
                "</extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [("Missing attribute 'name' for outputParameter", "u", ("u",))],
    ),
    "parameter with two values": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a"><camunda:list/>'
                "<camunda:map/></camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [("Nested parameter can at most have one child element", "u", ("u",))],
    ),
    "entry without key": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a"><camunda:map>'
                "<camunda:entry>x</camunda:entry></camunda:map></camunda:inputParameter></camunda:inputOutput></extensionElements>"
                "</userTask>"
            ),
            declared=DECLARED,
        ),
        [("Missing attribute 'key' for 'entry' element", "u", ("u",))],
    ),
    "script without language": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a">'
                "<camunda:script>x</camunda:script></camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [("Missing attribute 'scriptFormat' for 'script' element", "u", ("u",))],
    ),
    "script without source": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a">'
                '<camunda:script scriptFormat="groovy" resource=" "/></camunda:inputParameter></camunda:inputOutput>'
                "</extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [("Unable to process script: Script resource is empty", "u", ("u",))],
    ),
    "parameters": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:inputOutput>'
                '<camunda:inputParameter name="a">${x}</camunda:inputParameter><camunda:inputParameter name="b"><camunda:list>'
                '<camunda:value>x</camunda:value><camunda:script scriptFormat="groovy">y</camunda:script></camunda:list>'
                '</camunda:inputParameter><camunda:outputParameter name="c"><camunda:map><camunda:entry key="k"><camunda:list/>'
                "</camunda:entry></camunda:map></camunda:outputParameter></camunda:inputOutput></extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "value that cannot be parsed": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:inputOutput>'
                '<camunda:inputParameter name="a">x ${</camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>'
            ),
            declared=DECLARED,
        ),
        (
            "ENGINE-01009 Error while parsing process. Error parsing 'x ${': syntax error at position 4, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "two mappings": (
        file(
            START + '<userTask id="u"><extensionElements><camunda:inputOutput/><camunda:inputOutput/></extensionElements></userTask>',
            declared=DECLARED,
        ),
        "ENGINE-01009 Error while parsing process. Parsing exception: multiple elements with tag name inputOutput found.",
    ),
    "output of a repeated task": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:outputParameter name="a"/></camunda:inputOutput>'
                "</extensionElements><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                "</multiInstanceLoopCharacteristics></userTask>"
            ),
            declared=DECLARED,
        ),
        [("camunda:outputParameter not allowed for multi-instance constructs", "u", ("u",))],
    ),
    "input of a repeated task": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a"/></camunda:inputOutput>'
                "</extensionElements><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                "</multiInstanceLoopCharacteristics></userTask>"
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "mapping of an event subprocess": (
        file(
            START
            + (
                '<subProcess id="e" triggeredByEvent="true"><extensionElements><camunda:inputOutput/></extensionElements>'
                '<startEvent id="q"><errorEventDefinition/></startEvent></subProcess>'
            ),
            declared=DECLARED,
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
        file(
            START + '<subProcess id="e"><extensionElements><camunda:inputOutput/></extensionElements><startEvent id="q"/></subProcess>',
            declared=DECLARED,
        ),
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_errors(name: str) -> None:
    data, expected = CASES[name]
    found = errors(data)
    assert found == expected or (isinstance(found, str) and isinstance(expected, str) and found.startswith(expected))
