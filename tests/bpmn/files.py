"""Small BPMN files for the tests, what the parser reports about them, and the tests that every theme of the rules has."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from procdef.bpmn.model import File, Options
from procdef.bpmn.parse import parse
from procdef.errors import InvalidBpmn, Problem, UnreadableBpmn

NAMESPACES = " ".join(
    f'xmlns{prefix}="{uri}"'
    for prefix, uri in {
        "": "http://www.omg.org/spec/BPMN/20100524/MODEL",
        ":bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
        ":dc": "http://www.omg.org/spec/DD/20100524/DC",
        ":di": "http://www.omg.org/spec/DD/20100524/DI",
        ":camunda": "http://camunda.org/schema/1.0/bpmn",
        ":xsi": "http://www.w3.org/2001/XMLSchema-instance",
    }.items()
)
START = '<startEvent id="s"/>'
DECLARED = (
    '<message id="m" name="order"/><message id="m0"/><message id="mx" name="a${b}"/><signal id="sg" name="alert"/>'
    '<escalation id="es" escalationCode="late"/><escalation id="es0"/><error id="er" errorCode="500"/><error id="er0"/>'
)

# The message, the main element and all elements that are named.
Reported = tuple[str, str | None, tuple[str, ...]]
# A file, and its errors; for a file on which the engine stops, the beginning of the message.
Cases = Mapping[str, tuple[bytes, list[Reported] | str]]
Warnings = Mapping[str, list[Reported]]


def file(body: str, *, declared: str = "", attributes: str = "", after: str = "") -> bytes:
    """A file with one executable process, its content and further attributes, and what the file has before and after the process."""
    return (
        f'<definitions {NAMESPACES} targetNamespace="Examples">{declared}'
        f'<process id="p" isExecutable="true" {attributes}>{body}</process>{after}</definitions>'
    ).encode()


def started(body: str, *, after: str = "") -> bytes:
    """A file with one process with a start event, and the messages, signals, escalations and errors to which `body` may refer."""
    return file(START + body, declared=DECLARED, after=after)


def accepted(data: bytes, options: Options | None = None) -> File:
    """The parsed file."""
    return parse("a.bpmn", data, options or Options())


def refusal(data: bytes, options: Options | None = None) -> InvalidBpmn | UnreadableBpmn | None:
    """The error with which a file is refused; None if it is accepted."""
    try:
        accepted(data, options)
    except (InvalidBpmn, UnreadableBpmn) as problem:
        return problem
    return None


def is_schema(problem: Problem) -> bool:
    """Whether a problem is one against the XML schema. The messages of these are not compared."""
    return problem.message.startswith(("Element '{", "cvc-"))


def errors(data: bytes) -> list[Reported] | str:
    """The errors of a file by the engine's own rules, empty for an accepted file; the message for a file on which the engine stops."""
    problem = refusal(data)
    if isinstance(problem, UnreadableBpmn):
        return str(problem)
    return [_reported(error) for error in problem.errors if not is_schema(error)] if problem else []


def warnings(data: bytes) -> list[Reported]:
    """The warnings of a refused file."""
    problem = refusal(data)
    return [_reported(warning) for warning in problem.warnings] if isinstance(problem, InvalidBpmn) else []


def _reported(problem: Problem) -> Reported:
    return problem.message, problem.main_element_id, problem.element_ids


def errors_test(cases: Cases) -> Callable[[str], None]:
    """A test that each file has the errors of its case."""

    @pytest.mark.parametrize("name", cases)
    def test(name: str) -> None:
        data, expected = cases[name]
        found = errors(data)
        if isinstance(expected, str):
            assert isinstance(found, str)
            assert found.startswith(expected)
        else:
            assert found == expected

    return test


def warnings_test(cases: Cases, expected: Warnings) -> Callable[[str], None]:
    """A test that the files of these cases have these warnings."""

    @pytest.mark.parametrize("name", expected)
    def test(name: str) -> None:
        assert warnings(cases[name][0]) == expected[name]

    return test
