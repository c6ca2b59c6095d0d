"""Start events: of a process, of an event subprocess, and the plain one of a subprocess."""

from __future__ import annotations

from procdef.bpmn.grammar.expression import has_expression
from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.activities import continuation, create, is_async
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.event_definitions import (
    caught_compensation,
    caught_escalation,
    caught_signal,
    conditional,
    discourage_cycle,
    message,
    subscribe,
    timer,
)
from procdef.bpmn.rules.events import definition
from procdef.bpmn.rules.forms import form_definition, form_fields
from procdef.bpmn.rules.listeners import execution_listeners, retries
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import Scope
from procdef.bpmn.rules.scripts import no_input_output

START = ("startEvent",)
START_EVENT = Rule("start-event", ("process", "subProcess"), "{tag} must define a startEvent element")
START_TWICE = Rule("start-twice", START, "multiple none start events or timer start events not supported on process definition")
START_TWICE_SUBPROCESS = Rule("start-twice-subprocess", START, "multiple start events not supported for subprocess")
START_MESSAGE_NAME = Rule(
    "start-message-name",
    START,
    "Invalid message name '{name}' for element '{tag}': expressions in the message start event name are not allowed!",
)
START_NOT_ALLOWED = Rule("start-not-allowed", START, "{tag} is not allowed on start event within a subprocess")
START_EVENT_SUBPROCESS_ONLY = Rule(
    "start-event-subprocess-only", START, "{tag} only allowed on start event if subprocess is an event subprocess"
)
EVENT_SUBPROCESS_TYPE = Rule(
    "event-subprocess-type",
    START,
    "start event of event subprocess must be of type 'error', 'message', 'timer', 'signal', 'compensation' or 'escalation'",
)
ERROR_INTERRUPTS = Rule("error-start-interrupts", START, "error start event of event subprocess must be interrupting")
COMPENSATION_EMBEDDED = Rule(
    "compensation-start-embedded",
    START,
    "event subprocess with compensation start event is only supported for embedded subprocess (since throwing compensation through a "
    "call activity-induced process hierarchy is not supported)",
)
COMPENSATION_START_TWICE = Rule(
    "compensation-start-twice",
    START,
    "multiple event subprocesses with compensation start event are not supported on the same scope",
)
COMPENSATION_TWO_WAYS = Rule(
    "compensation-two-ways",
    ("startEvent", "association"),
    "compensation boundary event and event subprocess with compensation start event are not supported on the same scope",
)


@checks(START_EVENT)
def start_events(review: Review, parent: Node, scope: Scope) -> None:
    """The start events of a process or subprocess, which must have one."""
    nodes = parent.all("startEvent")
    if not nodes and parent.tag in ("process", "subProcess"):
        review.error(START_EVENT, parent, tag=parent.tag)
    events = [_start_event(review, node, scope) for node in nodes]
    if scope.parent is None:
        _form(review, nodes, _initial(review, parent, events))
    for node, event in zip(nodes, events, strict=True):
        if node.id is None:
            raise AbortError("A start event has no id")
        if is_async(node) or event.type == "startTimerEvent":
            retries(review, node)


def _start_event(review: Review, node: Node, scope: Scope) -> Scope:
    event = create(review, node, scope)
    event.behavior = "start"
    continuation(node, event)
    if scope.parent is None:
        _starts_process(review, node, event, scope)
    elif scope.triggered_by_event:
        _more_than_one(review, event, scope)
        _starts_event_subprocess(review, node, event, scope)
    else:
        _more_than_one(review, event, scope)
        _starts_subprocess(review, node, event)
    no_input_output(review, node)
    execution_listeners(review, node)
    return event


# ------------------------------------------------------------------------------------------------------------ of a process


def _starts_process(review: Review, node: Node, event: Scope, process: Scope) -> None:
    item = definition(node, "timer", "message", "signal", "conditional")
    if item is None:
        return
    if item.tag == "timerEventDefinition":
        event.type = "startTimerEvent"
        review.start_timers.append(timer(review, item, event))
        return
    event.type = item.tag
    if item.tag == "messageEventDefinition":
        subscription = message(review, item, event.id, is_start=True)
        _literal_name(review, item, subscription.name, event.id)
    elif item.tag == "signalEventDefinition":
        subscription = caught_signal(review, item, event.id, is_start=True)
        node = item
    else:
        subscription = conditional(review, item, event.id, is_start=True)
    subscribe(review, process, subscription, node, event.id)


@checks(START_MESSAGE_NAME)
def _literal_name(review: Review, item: Node, name: str | None, ident: str | None) -> None:
    """The message that starts a process is known before there is a process to evaluate an expression in."""
    if name is not None and trim(name) and has_expression(name):
        review.error(START_MESSAGE_NAME, item, ident, name=name, tag=item.tag)


@checks(START_TWICE)
def _initial(review: Review, parent: Node, events: list[Scope]) -> Scope | None:
    """The start event that a start by key uses."""
    plain = [event for event in events if event.type in ("startEvent", "startTimerEvent")]
    for event in plain[1:]:
        review.error(START_TWICE, parent, event.id)
    if plain:
        return plain[0]
    return events[0] if len(events) == 1 else None


def _form(review: Review, nodes: list[Node], initial: Scope | None) -> None:
    if initial is None:
        return
    for node in nodes:
        if node.id is None:
            raise AbortError("A start event has no id")
        if node.id == initial.id:
            if node.camunda("formHandlerClass") is None:
                form_fields(review, node)
            form_definition(review, node)


# --------------------------------------------------------------------------------------------------------- of a subprocess


@checks(START_TWICE_SUBPROCESS)
def _more_than_one(review: Review, event: Scope, scope: Scope) -> None:
    if scope.children[0] is not event:
        review.error(START_TWICE_SUBPROCESS, scope.node, event.id)


@checks(START_NOT_ALLOWED, START_EVENT_SUBPROCESS_ONLY)
def _starts_subprocess(review: Review, node: Node, event: Scope) -> None:
    """A subprocess is started by the flow that reaches it, so its start event has no definition."""
    for rule, tags in (
        (START_NOT_ALLOWED, ("conditional", "timer", "escalation", "compensate")),
        (START_EVENT_SUBPROCESS_ONLY, ("error", "message", "signal")),
    ):
        for tag in tags:
            item = node.one(f"{tag}EventDefinition")
            if item is not None:
                # the engine's text for signals has a slip of the pen
                name = item.tag if tag != "signal" else "signalEventDefintion"
                review.error(rule, item, event.id, tag=name)


# --------------------------------------------------------------------------------------------------- of an event subprocess


@checks(EVENT_SUBPROCESS_TYPE, ERROR_INTERRUPTS)
def _starts_event_subprocess(review: Review, node: Node, event: Scope, subprocess: Scope) -> None:
    item = definition(node, "error", "message", "signal", "timer", "compensate", "escalation", "conditional")
    interrupts = (node.get("isInterrupting") or "").lower() == "true"
    event.event_scope = subprocess.parent
    if item is None:
        review.error(EVENT_SUBPROCESS_TYPE, node)
    elif item.tag == "errorEventDefinition":
        if not interrupts:
            review.error(ERROR_INTERRUPTS, node)
    elif item.tag == "timerEventDefinition":
        event.type = "startTimerEvent"
        timer(review, item, event)
        if interrupts:
            discourage_cycle(review, item, event, "interrupting start")
    elif item.tag == "compensateEventDefinition":
        _compensation(review, node, item, event, subprocess)
    elif item.tag == "escalationEventDefinition":
        caught_escalation(review, item, event.id, event.event_scope, is_subprocess=True)
    else:
        _subscribes(review, item, event)


def _subscribes(review: Review, item: Node, event: Scope) -> None:
    read = {"messageEventDefinition": message, "signalEventDefinition": caught_signal}.get(item.tag, conditional)
    subscription = read(review, item, event.id)
    if event.event_scope is not None:
        subscribe(review, event.event_scope, subscription, item, event.id)


@checks(COMPENSATION_EMBEDDED, COMPENSATION_START_TWICE, COMPENSATION_TWO_WAYS)
def _compensation(review: Review, node: Node, item: Node, event: Scope, subprocess: Scope) -> None:
    """An embedded subprocess is compensated in one way."""
    around = subprocess.parent
    subprocess.is_for_compensation = True
    if around is None or around.parent is None:
        review.error(COMPENSATION_EMBEDDED, node)
        raise AbortError("A process is compensated by an event subprocess")
    if around.compensated_by is None:
        around.compensated_by = subprocess
    else:
        review.error(COMPENSATION_START_TWICE if around.compensated_by.is_level else COMPENSATION_TWO_WAYS, node)
    caught_compensation(review, item, event.id)
