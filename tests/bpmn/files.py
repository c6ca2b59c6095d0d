"""Small BPMN files for the tests, and what the parser makes of them in a form that reads well in a table."""

from __future__ import annotations

from procdef.bpmn import File, Options, parse
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
Told = tuple[str, str | None, tuple[str, ...]]


def file(body: str, *, declared: str = "", attributes: str = "", after: str = "") -> bytes:
    """A file with one executable process; `declared` stands before it, `after` behind it, `attributes` are more of the process."""
    return (
        f'<definitions {NAMESPACES} targetNamespace="Examples">{declared}'
        f'<process id="p" isExecutable="true" {attributes}>{body}</process>{after}</definitions>'
    ).encode()


def accepted(data: bytes, options: Options | None = None) -> File:
    """The file as it is parsed."""
    return parse("a.bpmn", data, options or Options())


def refusal(data: bytes, options: Options | None = None) -> InvalidBpmn | UnreadableBpmn | None:
    """How a file is refused, None if it is accepted."""
    try:
        accepted(data, options)
    except (InvalidBpmn, UnreadableBpmn) as problem:
        return problem
    return None


def told(problems: tuple[Problem, ...]) -> list[Told]:
    """Problems without their places."""
    return [(problem.message, problem.main_element_id, problem.element_ids) for problem in problems]


def is_schema(problem: Problem) -> bool:
    """Whether a problem is one against the XML schema, of which only the fact is compared."""
    return problem.message.startswith(("Element '{", "cvc-"))


def errors(data: bytes) -> list[Told] | str:
    """What a file is refused for: its errors by the engine's own rules, or the text that it cannot be judged with; nothing if accepted."""
    problem = refusal(data)
    if isinstance(problem, UnreadableBpmn):
        return str(problem)
    return told(tuple(error for error in problem.errors if not is_schema(error))) if problem else []


def warnings(data: bytes) -> list[Told]:
    """What is told beside the errors."""
    problem = refusal(data)
    return told(problem.warnings) if isinstance(problem, InvalidBpmn) else []
