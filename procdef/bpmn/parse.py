"""From bytes to a valid `File`: reading, the XML schema, the engine's rules, and extraction, in this order."""

from __future__ import annotations

from procdef.bpmn.facts.extract import extract, is_executable
from procdef.bpmn.facts.uses import declared_in
from procdef.bpmn.grammar.timers import TimerError, TimerOverError, check_start_timer
from procdef.bpmn.model import File, Options
from procdef.bpmn.reading.node import Node
from procdef.bpmn.reading.positions import Positions
from procdef.bpmn.reading.reader import read
from procdef.bpmn.reading.schema import Fault, faults
from procdef.bpmn.rules import definitions
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.diagram_interchange import diagram_interchange
from procdef.bpmn.rules.findings import schema_problem
from procdef.bpmn.rules.processes import processes
from procdef.errors import InvalidBpmn, TimerIsOver, UnreadableBpmn

DEFAULTS = Options()
# The engine notices a process without id only when it stores it.
NO_KEY = (
    "An exception occurred in the persistence layer. Please check the server logs for a detailed message and the entire exception "
    "stack trace."
)
STEPS = (
    definitions.imports,
    definitions.messages,
    definitions.signals,
    definitions.errors,
    definitions.escalations,
    processes,
    definitions.collaboration,
    diagram_interchange,
)


def parse(resource: str, data: bytes, options: Options = DEFAULTS) -> File:
    """Validate the BPMN file `data` with the resource name `resource`, and extract its processes.

    Raises InvalidBpmn with all problems where the file breaks the schema or a rule of the engine, UnreadableBpmn where the engine aborts
    (it responds with 500), TimerIsOver where it aborts because a timer can never start a process again, TooLarge beyond the limits.
    """
    root = read(resource, data, options.max_elements, options.engine)
    context, found = RuleContext(root, options), faults(root, data)
    try:
        for step in STEPS:
            step(context)
    except AbortError as reason:
        _refuse(resource, data, context, found)
        raise UnreadableBpmn(resource, f"ENGINE-01009 Error while parsing process. {reason}.") from None
    _refuse(resource, data, context, found)
    if any(process.id is None for process in context.processes):
        raise UnreadableBpmn(resource, NO_KEY)
    try:
        for timer in context.start_timers:
            check_start_timer(timer, options.moment)
    except TimerOverError as reason:
        raise TimerIsOver(resource, str(reason)) from None
    except TimerError as reason:
        raise UnreadableBpmn(resource, str(reason)) from None
    others = tuple(process.id for process in root.all("process") if not is_executable(process))
    declared = declared_in(root)
    processes = tuple(extract(process.node, context, declared) for process in context.processes)
    return File(resource, _category(root), processes, others)


def _category(root: Node) -> str | None:
    namespace = root.get("targetNamespace")
    return None if namespace is None else " ".join(namespace.split())


def _refuse(resource: str, data: bytes, context: RuleContext, found: list[Fault]) -> None:
    """Raise InvalidBpmn if there are errors; those that the engine found before it aborted count."""
    findings = context.findings
    if found or findings.errors:
        positions = Positions(data)
        errors = [schema_problem(fault, positions) for fault in found]
        errors += [finding.problem(positions) for finding in findings.errors]
        raise InvalidBpmn(resource, errors, [finding.problem(positions) for finding in findings.warnings])
