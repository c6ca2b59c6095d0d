"""Listeners and the fields that are injected into code. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import DECLARED, Cases, errors_test, file, started

CASES: Cases = {
    "listener without event": (
        started(
            '<userTask id="u"><extensionElements><camunda:executionListener class="a.B"></camunda:executionListener>'
            "</extensionElements></userTask>"
        ),
        [("Attribute 'event' is mandatory on listener", "u", ("u",))],
    ),
    "listener of an unknown event": (
        started(
            '<userTask id="u"><extensionElements><camunda:executionListener class="a.B" event="burn"></camunda:executionListener>'
            "</extensionElements></userTask>"
        ),
        [("Attribute 'event' must be one of {start|end}", "u", ("u",))],
    ),
    "listener without code": (
        started(
            '<userTask id="u"><extensionElements><camunda:executionListener event="start"></camunda:executionListener>'
            "</extensionElements></userTask>"
        ),
        [("Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on executionListener", "u", ("u",))],
    ),
    "listener of an empty class": (
        started(
            '<userTask id="u"><extensionElements><camunda:executionListener event="start" class=""></camunda:executionListener>'
            "</extensionElements></userTask>"
        ),
        [("Attribute 'class' cannot be empty", "u", ("u",))],
    ),
    "listener of an empty delegate": (
        started(
            '<userTask id="u"><extensionElements><camunda:executionListener event="end" delegateExpression="">'
            "</camunda:executionListener></extensionElements></userTask>"
        ),
        [("Attribute 'delegateExpression' cannot be empty", "u", ("u",))],
    ),
    "listener with a script without source": (
        started(
            '<userTask id="u"><extensionElements><camunda:executionListener event="start">'
            '<camunda:script scriptFormat="groovy" resource=" "/></camunda:executionListener></extensionElements></userTask>'
        ),
        [("Unable to process script: Script resource is empty", "u", ("u",))],
    ),
    "listeners": (
        started(
            '<userTask id="u"><extensionElements><camunda:executionListener event="start" class="a.B"></camunda:executionListener>'
            '</extensionElements></userTask><userTask id="v"><extensionElements>'
            '<camunda:executionListener event="end" expression=""></camunda:executionListener></extensionElements></userTask>'
            '<userTask id="w"><extensionElements><camunda:executionListener event="start" delegateExpression="${x}">'
            "</camunda:executionListener></extensionElements></userTask>"
        ),
        [],
    ),
    "listener of a flow": (
        started(
            '<sequenceFlow id="f" sourceRef="s" targetRef="s"><extensionElements><camunda:executionListener/></extensionElements>'
            "</sequenceFlow>"
        ),
        [("Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on executionListener", "f", ("f",))],
    ),
    "listener of a process": (
        file('<extensionElements><camunda:executionListener event="x"/></extensionElements><startEvent id="s"/>', declared=DECLARED),
        [("Attribute 'event' must be one of {start|end}", "p", ("p",))],
    ),
    "field without value": (
        started('<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f"/></extensionElements></serviceTask>'),
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
        started(
            '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f" stringValue="x">'
            "<camunda:string>y</camunda:string></camunda:field></extensionElements></serviceTask>"
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
        started(
            '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f"><camunda:string>x</camunda:string>'
            "<camunda:string>y</camunda:string></camunda:field></extensionElements></serviceTask>"
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
        started(
            '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f"><camunda:string/></camunda:field>'
            "</extensionElements></serviceTask>"
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
        started(
            '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f">'
            "<camunda:expression>x</camunda:expression><camunda:expression>y</camunda:expression></camunda:field>"
            "</extensionElements></serviceTask>"
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
        started(
            '<serviceTask id="t" camunda:class="a.B"><extensionElements><camunda:field name="f" stringValue="x"/>'
            '<camunda:field name="g"><camunda:string>x</camunda:string></camunda:field><camunda:field name="h" expression="${x}"/>'
            "</extensionElements></serviceTask>"
        ),
        [],
    ),
}

test_errors = errors_test(CASES)
