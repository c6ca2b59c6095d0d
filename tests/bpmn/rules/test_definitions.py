"""Imports, messages, signals, errors and escalations. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import START, Cases, errors_test, file

CASES: Cases = {
    "import of a type that is not known": (
        file(START, declared='<import importType="http://foo" location="a" namespace="b"/>'),
        [("Could not import item of type http://foo", None, ())],
    ),
    "import of a web service": (
        file(START, declared='<import importType="http://schemas.xmlsoap.org/wsdl/" location="a" namespace="b"/>'),
        [
            ("Could not find importer for type http://schemas.xmlsoap.org/wsdl/", None, ()),
            ("Could not import item of type http://schemas.xmlsoap.org/wsdl/", None, ()),
        ],
    ),
    "signals without id or name": (
        file(START, declared='<signal name="x"/><signal id="y"/><signal id="z" name="ok"/>'),
        [("signal must have an id", None, ()), ("signal with id 'y' has no name", "y", ("y",))],
    ),
    "two signals of a name": (
        file(START, declared='<signal id="a" name="x"/><signal id="b" name="x"/>'),
        [("duplicate signal name 'x'.", "b", ("b",))],
    ),
    "error and escalation without id": (
        file(START, declared='<error errorCode="1"/><escalation escalationCode="1"/>'),
        [("'id' is mandatory on error definition", None, ()), ("escalation must have an id", None, ())],
    ),
    "message without name that nobody waits for": (
        file(START, declared='<message id="m"/><message name="x"/>'),
        [],
    ),
    "expression of an error message that cannot be parsed": (
        file(START, declared='<error id="e" errorCode="1" camunda:errorMessage="${"/>'),
        (
            "ENGINE-01009 Error while parsing process. Error parsing '${': syntax error at position 2, encountered 'null', "
            "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('."
        ),
    ),
    "several collaborations": (
        file(START, declared='<collaboration id="a"/><collaboration id="b"/>'),
        "ENGINE-01009 Error while parsing process. Parsing exception: multiple elements with tag name collaboration found.",
    ),
    "participant of an unknown process": (
        file(START, declared='<collaboration id="a"><participant id="x" processRef="nope"/></collaboration>'),
        [],
    ),
}

test_errors = errors_test(CASES)
