"""Start events of processes, subprocesses and event subprocesses."""

from __future__ import annotations

from procdef.bpmn.grammar.expression import has_expression
from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.activities import create_activity, is_async, set_continuations
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.event_definitions import (
    catch_compensation,
    catch_escalation,
    condition_subscription,
    message_subscription,
    read_timer,
    signal_subscription,
    subscribe,
    subscription_of,
    warn_of_cycle,
)
from procdef.bpmn.rules.events import event_definition
from procdef.bpmn.rules.forms import check_form, check_form_fields
from procdef.bpmn.rules.listeners import check_execution_listeners, check_retries
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import Scope
from procdef.bpmn.rules.scripts import reject_input_output

START = ("startEvent",)
START_EVENT = ParseRule(
    "start-event", ("process", "subProcess"), "A process or a subprocess must have a start event.", "{tag} must define a startEvent element"
)
START_TWICE = ParseRule(
    "start-twice",
    START,
    "A process must have at most one start event that is a plain one or a timer.",
    "multiple none start events or timer start events not supported on process definition",
)
START_TWICE_SUBPROCESS = ParseRule(
    "start-twice-subprocess", START, "A subprocess must have only one start event.", "multiple start events not supported for subprocess"
)
START_MESSAGE_NAME = ParseRule(
    "start-message-name",
    START,
    "The name of a message that starts a process must have no expression.",
    "Invalid message name '{name}' for element '{tag}': expressions in the message start event name are not allowed!",
)
START_NOT_ALLOWED = ParseRule(
    "start-not-allowed",
    START,
    "The start event of a subprocess must have no condition, timer, escalation or compensation.",
    "{tag} is not allowed on start event within a subprocess",
)
START_EVENT_SUBPROCESS_ONLY = ParseRule(
    "start-event-subprocess-only",
    START,
    "The start event of a subprocess can have an error, a message or a signal only if it is an event subprocess.",
    "{tag} only allowed on start event if subprocess is an event subprocess",
)
EVENT_SUBPROCESS_TYPE = ParseRule(
    "event-subprocess-type",
    START,
    "The start event of an event subprocess must have an event definition.",
    "start event of event subprocess must be of type 'error', 'message', 'timer', 'signal', 'compensation' or 'escalation'",
)
ERROR_INTERRUPTS = ParseRule(
    "error-start-interrupts",
    START,
    "An error start event of an event subprocess must be interrupting.",
    "error start event of event subprocess must be interrupting",
)
COMPENSATION_EMBEDDED = ParseRule(
    "compensation-start-embedded",
    START,
    "An event subprocess that compensates must be in a subprocess.",
    "event subprocess with compensation start event is only supported for embedded subprocess (since throwing compensation through a "
    "call activity-induced process hierarchy is not supported)",
)
COMPENSATION_START_TWICE = ParseRule(
    "compensation-start-twice",
    START,
    "A subprocess must have at most one event subprocess that compensates it.",
    "multiple event subprocesses with compensation start event are not supported on the same scope",
)
COMPENSATION_TWO_WAYS = ParseRule(
    "compensation-two-ways",
    ("startEvent", "association"),
    "An activity must be compensated by a boundary event or by an event subprocess, not both.",
    "compensation boundary event and event subprocess with compensation start event are not supported on the same scope",
)


@checks(START_EVENT)
def read_start_events(context: RuleContext, parent: Node, scope: Scope) -> None:
    """Read the start events of a process or subprocess, and the form of a process.

    Raises AbortError for a start event without id, or one that waits for something that the file does not declare.
    """
    nodes = parent.all("startEvent")
    if not nodes and parent.tag in ("process", "subProcess"):
        context.report(START_EVENT, parent, tag=parent.tag)
    events = [_read_start_event(context, node, scope) for node in nodes]
    if scope.parent is None:
        _check_forms(context, nodes, _initial_event(context, parent, events))
    for node, event in zip(nodes, events, strict=True):
        if node.id is None:
            raise AbortError("A start event has no id")
        if is_async(node) or event.type == "startTimerEvent":
            check_retries(context, node)


def _read_start_event(context: RuleContext, node: Node, scope: Scope) -> Scope:
    event = create_activity(context, node, scope)
    event.behavior = "start"
    set_continuations(node, event)
    if scope.parent is None:
        _read_process_start(context, node, event, scope)
    elif scope.triggered_by_event:
        _check_only(context, event, scope)
        _read_event_subprocess_start(context, node, event, scope)
    else:
        _check_only(context, event, scope)
        _check_subprocess_start(context, node, event)
    reject_input_output(context, node)
    check_execution_listeners(context, node)
    return event


# ------------------------------------------------------------------------------------------------------------ of a process


def _read_process_start(context: RuleContext, node: Node, event: Scope, process: Scope) -> None:
    definition = event_definition(node, "timer", "message", "signal", "conditional")
    if definition is None:
        return
    if definition.tag == "timerEventDefinition":
        event.type = "startTimerEvent"
        context.start_timers.append(read_timer(context, definition, event))
        return
    event.type = definition.tag
    if definition.tag == "messageEventDefinition":
        subscription = message_subscription(context, definition, event.id, is_start=True)
        _check_message_name(context, definition, subscription.name, event.id)
    elif definition.tag == "signalEventDefinition":
        subscription = signal_subscription(context, definition, event.id, is_start=True)
        node = definition
    else:
        subscription = condition_subscription(context, definition, event.id, is_start=True)
    subscribe(context, process, subscription, node, event.id)


@checks(START_MESSAGE_NAME)
def _check_message_name(context: RuleContext, definition: Node, name: str | None, element_id: str | None) -> None:
    """The name of the message that starts a process cannot be an expression: there is no process yet with the variables for it."""
    if name is not None and trim(name) and has_expression(name):
        context.report(START_MESSAGE_NAME, definition, element_id, name=name, tag=definition.tag)


@checks(START_TWICE)
def _initial_event(context: RuleContext, parent: Node, events: list[Scope]) -> Scope | None:
    """The start event of a start by key."""
    plain = [event for event in events if event.type in ("startEvent", "startTimerEvent")]
    for event in plain[1:]:
        context.report(START_TWICE, parent, event.id)
    if plain:
        return plain[0]
    return events[0] if len(events) == 1 else None


def _check_forms(context: RuleContext, nodes: list[Node], initial: Scope | None) -> None:
    if initial is None:
        return
    for node in nodes:
        if node.id is None:
            raise AbortError("A start event has no id")
        if node.id == initial.id:
            if node.camunda("formHandlerClass") is None:
                check_form_fields(context, node)
            check_form(context, node)


# --------------------------------------------------------------------------------------------------------- of a subprocess


@checks(START_TWICE_SUBPROCESS)
def _check_only(context: RuleContext, event: Scope, scope: Scope) -> None:
    if scope.children[0] is not event:
        context.report(START_TWICE_SUBPROCESS, scope.node, event.id)


@checks(START_NOT_ALLOWED, START_EVENT_SUBPROCESS_ONLY)
def _check_subprocess_start(context: RuleContext, node: Node, event: Scope) -> None:
    """A sequence flow starts a subprocess, so that its start event has no event definition."""
    for rule, tags in (
        (START_NOT_ALLOWED, ("conditional", "timer", "escalation", "compensate")),
        (START_EVENT_SUBPROCESS_ONLY, ("error", "message", "signal")),
    ):
        for tag in tags:
            definition = node.one(f"{tag}EventDefinition")
            if definition is not None:
                # the engine's message for signals has this typing error
                name = definition.tag if tag != "signal" else "signalEventDefintion"
                context.report(rule, definition, event.id, tag=name)


# --------------------------------------------------------------------------------------------------- of an event subprocess


@checks(EVENT_SUBPROCESS_TYPE, ERROR_INTERRUPTS)
def _read_event_subprocess_start(context: RuleContext, node: Node, event: Scope, subprocess: Scope) -> None:
    definition = event_definition(node, "error", "message", "signal", "timer", "compensate", "escalation", "conditional")
    interrupts = (node.get("isInterrupting") or "").lower() == "true"
    event.event_scope = subprocess.parent
    if definition is None:
        context.report(EVENT_SUBPROCESS_TYPE, node)
    elif definition.tag == "errorEventDefinition":
        if not interrupts:
            context.report(ERROR_INTERRUPTS, node)
    elif definition.tag == "timerEventDefinition":
        event.type = "startTimerEvent"
        read_timer(context, definition, event)
        if interrupts:
            warn_of_cycle(context, definition, event, "interrupting start")
    elif definition.tag == "compensateEventDefinition":
        _read_compensation(context, node, definition, event, subprocess)
    elif definition.tag == "escalationEventDefinition":
        catch_escalation(context, definition, event.id, event.event_scope, is_subprocess=True)
    else:
        _subscribe(context, definition, event)


def _subscribe(context: RuleContext, definition: Node, event: Scope) -> None:
    subscription = subscription_of(context, definition, event.id)
    if event.event_scope is not None:
        subscribe(context, event.event_scope, subscription, definition, event.id)


@checks(COMPENSATION_EMBEDDED, COMPENSATION_START_TWICE, COMPENSATION_TWO_WAYS)
def _read_compensation(context: RuleContext, node: Node, definition: Node, event: Scope, subprocess: Scope) -> None:
    """A subprocess is compensated by one event subprocess, or by a boundary event."""
    around = subprocess.parent
    subprocess.is_for_compensation = True
    if around is None or around.parent is None:
        context.report(COMPENSATION_EMBEDDED, node)
        raise AbortError("A process is compensated by an event subprocess")
    if around.compensated_by is None:
        around.compensated_by = subprocess
    else:
        context.report(COMPENSATION_START_TWICE if around.compensated_by.is_flow_scope else COMPENSATION_TWO_WAYS, node)
    catch_compensation(context, definition, event.id)
