"""Calls of processes and cases, and the variables that they pass. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import Cases, errors_test, started

CASES: Cases = {
    "call of nothing": (
        started('<callActivity id="c"/>'),
        [("Missing attribute 'calledElement' or 'caseRef'", "c", ("c",))],
    ),
    "call of a process and a case": (
        started('<callActivity id="c" calledElement="x" camunda:caseRef="y"/>'),
        [("The attributes 'calledElement' or 'caseRef' cannot be used together: Use either 'calledElement' or 'caseRef'", "c", ("c",))],
    ),
    "call of an empty name": (
        started('<callActivity id="c" calledElement=""/>'),
        [],
    ),
    "call of versions that are missing": (
        started(
            '<callActivity id="a" calledElement="x" camunda:calledElementBinding="version"/>'
            '<callActivity id="b" calledElement="x" camunda:calledElementBinding="versionTag"/>'
            '<callActivity id="c" camunda:caseRef="x" camunda:caseBinding="version"/>'
            '<callActivity id="d" camunda:caseRef="x" camunda:caseBinding="versionTag"/>'
        ),
        [
            ("Missing attribute 'calledElementVersion' when 'calledElementBinding' has value 'version'", "a", ("a",)),
            ("Missing attribute 'calledElementVersionTag' when 'calledElementBinding' has value 'versionTag'", "b", ("b",)),
            ("Missing attribute 'caseVersion' when 'caseBinding' has value 'version'", "c", ("c",)),
            ("Missing attribute 'calledElementVersionTag' when 'caseBinding' has value 'versionTag'", "d", ("d",)),
        ],
    ),
    "call of versions": (
        started(
            '<callActivity id="a" calledElement="x" camunda:calledElementBinding="version" camunda:calledElementVersion="3"/>'
            '<callActivity id="b" calledElement="x" camunda:calledElementBinding="versionTag" '
            'camunda:calledElementVersionTag="t"/><callActivity id="c" calledElement="x" camunda:calledElementBinding="burn"/>'
        ),
        [],
    ),
    "passing nothing": (
        started('<callActivity id="c" calledElement="other"><extensionElements><camunda:in/></extensionElements></callActivity>'),
        [
            ("Missing parameter 'source' or 'sourceExpression' when passing variables", "c", ("c",)),
            ("Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set", "c", ("c",)),
        ],
    ),
    "passing in every way": (
        started(
            '<callActivity id="c" calledElement="other"><extensionElements><camunda:in businessKey="#{k}"/>'
            '<camunda:in variables="all"/><camunda:in source="a" target="b"/><camunda:in sourceExpression="${a}" target="b"/>'
            '<camunda:out variables="all"/><camunda:out source="a" target="b" local="true"/></extensionElements></callActivity>'
        ),
        [],
    ),
    "passing with empty values": (
        started(
            '<callActivity id="c" calledElement="other"><extensionElements><camunda:in source="" target=""/>'
            '<camunda:in sourceExpression="" target="x"/><camunda:in source="a"/><camunda:out target="x"/>'
            '<camunda:out businessKey="k"/></extensionElements></callActivity>'
        ),
        [
            ("Empty attribute 'source' when passing variables", "c", ("c",)),
            ("Empty attribute 'target' when attribute 'source' or 'sourceExpression' is set", "c", ("c",)),
            ("Empty attribute 'sourceExpression' when passing variables", "c", ("c",)),
            ("Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set", "c", ("c",)),
            ("Missing parameter 'source' or 'sourceExpression' when passing variables", "c", ("c",)),
            ("Missing parameter 'source' or 'sourceExpression' when passing variables", "c", ("c",)),
            ("Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set", "c", ("c",)),
        ],
    ),
}

test_errors = errors_test(CASES)
