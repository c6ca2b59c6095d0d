"""Listeners and the fields that are injected into code. What is expected was recorded from a running engine."""

from __future__ import annotations

import pytest

from tests.bpmn.files import DECLARED, START, Told, errors, file

CASES: dict[str, tuple[bytes, list[Told] | str]] = {
    "listener without event": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:executionListener class="a.B"></camunda:executionListener>'
                "</extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [("Attribute 'event' is mandatory on listener", "u", ("u",))],
    ),
    "listener of an unknown event": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:executionListener class="a.B" event="burn"></camunda:executionListener>'
                "</extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [("Attribute 'event' must be one of {start|end}", "u", ("u",))],
    ),
    "listener without code": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:executionListener event="start"></camunda:executionListener>'
                "</extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [("Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on executionListener", "u", ("u",))],
    ),
    "listener of an empty class": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:executionListener event="start" class=""></camunda:executionListener>'
                "</extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [("Attribute 'class' cannot be empty", "u", ("u",))],
    ),
    "listener of an empty delegate": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:executionListener event="end" delegateExpression="">'
                "</camunda:executionListener></extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [("Attribute 'delegateExpression' cannot be empty", "u", ("u",))],
    ),
    "listener with a script without source": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:executionListener event="start">'
                '<camunda:script scriptFormat="groovy" resource=" "/></camunda:executionListener></extensionElements></userTask>'
            ),
            declared=DECLARED,
        ),
        [("Unable to process script: Script resource is empty", "u", ("u",))],
    ),
    "listeners": (
        file(
            START
            + (
                '<userTask id="u"><extensionElements><camunda:executionListener event="start" class="a.B"></camunda:executionListener>'
                '</extensionElements></userTask><userTask id="v"><extensionElements>'
                '<camunda:executionListener event="end" expression=""></camunda:executionListener></extensionElements></userTask>'
                '<userTask id="w"><extensionElements><camunda:executionListener event="start" delegateExpression="${x}">'
                "</camunda:executionListener></extensionElements></userTask>"
            ),
            declared=DECLARED,
        ),
        [],
    ),
    "listener of a flow": (
        file(
            START
            + (
                '<sequenceFlow id="f" sourceRef="s" targetRef="s"><extensionElements><camunda:executionListener/></extensionElements>'
                "</sequenceFlow>"
            ),
            declared=DECLARED,
        ),
        [("Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on executionListener", "f", ("f",))],
    ),
    "listener of a process": (
        file('<extensionElements><camunda:executionListener event="x"/></extensionElements><startEvent id="s"/>', declared=DECLARED),
        [("Attribute 'event' must be one of {start|end}", "p", ("p",))],
    ),
    "field without value": (
        file(
            START
            + '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f"/></extensionElements></serviceTask>',
            declared=DECLARED,
        ),
        [
            (
                (
                    "One of the following is mandatory on a field declaration: one of attributes stringValue|expression or one of "
                    "child elements string|expression"
                ),
                "t",
                ("t",),
            )
        ],
    ),
    "field with two values": (
        file(
            START
            + (
                '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f" stringValue="x">'
                "<camunda:string>y</camunda:string></camunda:field></extensionElements></serviceTask>"
            ),
            declared=DECLARED,
        ),
        [
            ("Can't use attribute 'stringValue' and element 'string' together, only use one", "t", ("t",)),
            (
                (
                    "One of the following is mandatory on a field declaration: one of attributes stringValue|expression or one of "
                    "child elements string|expression"
                ),
                "t",
                ("t",),
            ),
        ],
    ),
    "field with two strings": (
        file(
            START
            + (
                '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f"><camunda:string>x</camunda:string>'
                "<camunda:string>y</camunda:string></camunda:field></extensionElements></serviceTask>"
            ),
            declared=DECLARED,
        ),
        [
            ("Multiple string field declarations found", "t", ("t",)),
            (
                (
                    "One of the following is mandatory on a field declaration: one of attributes stringValue|expression or one of "
                    "child elements string|expression"
                ),
                "t",
                ("t",),
            ),
        ],
    ),
    "field with an empty string": (
        file(
            START
            + (
                '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f"><camunda:string/></camunda:field>'
                "</extensionElements></serviceTask>"
            ),
            declared=DECLARED,
        ),
        [
            ("No valid value found in attribute 'stringValue' nor element 'string'", "t", ("t",)),
            (
                (
                    "One of the following is mandatory on a field declaration: one of attributes stringValue|expression or one of "
                    "child elements string|expression"
                ),
                "t",
                ("t",),
            ),
        ],
    ),
    "field with two expressions": (
        file(
            START
            + (
                '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f">'
                "<camunda:expression>x</camunda:expression><camunda:expression>y</camunda:expression></camunda:field>"
                "</extensionElements></serviceTask>"
            ),
            declared=DECLARED,
        ),
        [
            ("Multiple expression field declarations found", "t", ("t",)),
            (
                (
                    "One of the following is mandatory on a field declaration: one of attributes stringValue|expression or one of "
                    "child elements string|expression"
                ),
                "t",
                ("t",),
            ),
        ],
    ),
    "fields": (
        file(
            START
            + (
                '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f" stringValue="x"/>'
                '<camunda:field name="g"><camunda:string>x</camunda:string></camunda:field><camunda:field name="h" expression="${x}"/>'
                "</extensionElements></serviceTask>"
            ),
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
