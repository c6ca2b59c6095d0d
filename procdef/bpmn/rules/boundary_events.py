"""Boundary events: the activity to which they are attached, and what they can catch there."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.activities import create_activity, is_async, set_async
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.event_definitions import (
    catch_compensation,
    catch_escalation,
    read_timer,
    subscribe,
    subscription_of,
    warn_of_cycle,
)
from procdef.bpmn.rules.events import event_definition
from procdef.bpmn.rules.listeners import check_execution_listeners, check_retries
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import MULTI_INSTANCE_BODY, Scope
from procdef.bpmn.rules.scripts import reject_input_output

BOUNDARY = ("boundaryEvent",)
COMPENSATION, CANCEL = "compensationBoundaryCatch", "cancelBoundaryCatch"

ATTACHED = ParseRule(
    "boundary-attached",
    BOUNDARY,
    "A boundary event must name its activity in `attachedToRef`.",
    "AttachedToRef is required when using a timerEventDefinition",
)
ATTACHED_UNKNOWN = ParseRule(
    "boundary-attached-unknown",
    BOUNDARY,
    "A boundary event must be in the same process or subprocess as its activity.",
    "Invalid reference in boundary event. Make sure that the referenced activity is defined in the same scope as the boundary event",
)
BOUNDARY_ID = ParseRule("boundary-id", BOUNDARY, "A boundary event for a message or a signal must have an id.", "boundary event has no id")
BOUNDARY_TYPE = ParseRule(
    "boundary-type",
    BOUNDARY,
    "A boundary event must have an event definition that can be caught at an activity.",
    "Unsupported boundary event type",
)
BOUNDARY_ESCALATION = ParseRule(
    "boundary-escalation",
    BOUNDARY,
    "A boundary event can catch escalations only on a subprocess, a call activity or a user task.",
    "An escalation boundary event should only be attached to a subprocess, a call activity or an user task",
)
BOUNDARY_CANCEL = ParseRule(
    "boundary-cancel",
    BOUNDARY,
    "A boundary event can catch a cancellation only on a transaction.",
    "boundary event with cancelEventDefinition only supported on transaction subprocesses",
)
CANCEL_TWICE = ParseRule(
    "boundary-cancel-twice",
    BOUNDARY,
    "A transaction must have at most one boundary event that catches a cancellation.",
    "multiple boundary events with cancelEventDefinition not supported on same transaction subprocess",
)
COMPENSATION_TWICE = ParseRule(
    "boundary-compensation-twice",
    BOUNDARY,
    "An activity must have at most one compensation boundary event.",
    "multiple boundary events with compensateEventDefinition not supported on same activity",
)


def read_boundary_events(context: RuleContext, nodes: list[Node], scope: Scope) -> None:
    """Read the boundary events of a process or subprocess, whose activities must have been read.

    Raises AbortError for an event that is attached to nothing.
    """
    for node in nodes:
        _read_boundary_event(context, node, scope)


@checks(ATTACHED, ATTACHED_UNKNOWN)
def _read_boundary_event(context: RuleContext, node: Node, scope: Scope) -> None:
    if not node.get("attachedToRef"):
        context.report(ATTACHED, node)
    definition = event_definition(node, "timer", "error", "signal", "cancel", "compensate", "message", "escalation", "conditional")
    event = create_activity(context, node, scope)
    event.behavior = "boundary"
    set_async(node, event)
    attached = scope.find_in_flow_scope(node.get("attachedToRef"))
    if attached is None:
        context.report(ATTACHED_UNKNOWN, node)
        raise AbortError("A boundary event is attached to nothing")
    is_compensation = node.one("compensateEventDefinition") is not None
    event.event_scope = attached if is_compensation else attached.body or attached
    _read_definition(context, node, definition, event, attached)
    reject_input_output(context, node)
    check_execution_listeners(context, node)
    if is_async(node) or event.type == "boundaryTimer":
        check_retries(context, node)


@checks(BOUNDARY_TYPE)
def _read_definition(context: RuleContext, node: Node, definition: Node | None, event: Scope, attached: Scope) -> None:
    reader = _READERS.get(definition.tag) if definition is not None else None
    if definition is None:
        context.report(BOUNDARY_TYPE, node)
    elif definition.tag == "escalationEventDefinition":
        _read_escalation(context, node, definition, event, attached)
    elif reader is not None:
        reader(context, definition, event)


def _read_timer(context: RuleContext, definition: Node, event: Scope) -> None:
    event.type = "boundaryTimer"
    read_timer(context, definition, event)
    if (event.node.get("cancelActivity") or "true").lower() == "true":
        warn_of_cycle(context, definition, event, "cancelling boundary")


@checks(BOUNDARY_ID)
def _read_message_or_signal(context: RuleContext, definition: Node, event: Scope) -> None:
    subscription = subscription_of(context, definition, event.id)
    if event.id is None:
        context.report(BOUNDARY_ID, definition)
    if event.event_scope is not None:
        subscribe(context, event.event_scope, subscription, definition, event.id)


def _read_condition(context: RuleContext, definition: Node, event: Scope) -> None:
    subscription = subscription_of(context, definition, event.id)
    if event.event_scope is not None:
        subscribe(context, event.event_scope, subscription, definition, event.id)


@checks(BOUNDARY_ESCALATION)
def _read_escalation(context: RuleContext, node: Node, definition: Node, event: Scope, attached: Scope) -> None:
    if attached.is_flow_scope or attached.behavior in ("call", "userTask"):
        catch_escalation(context, definition, event.id, event.event_scope, is_subprocess=False)
    else:
        context.report(BOUNDARY_ESCALATION, node)


@checks(BOUNDARY_CANCEL, CANCEL_TWICE)
def _read_cancel(context: RuleContext, definition: Node, event: Scope) -> None:
    """Only a transaction can be cancelled, and by one boundary event."""
    event.type = CANCEL
    parent = event.event_scope
    if parent is not None and parent.behavior == MULTI_INSTANCE_BODY:
        parent = parent.children[0]
    if parent is None or parent.type != "transaction":
        context.report(BOUNDARY_CANCEL, definition, event.id)
    if parent is not None:
        _report_others(context, CANCEL_TWICE, definition, event, parent)


@checks(COMPENSATION_TWICE)
def _read_compensation(context: RuleContext, definition: Node, event: Scope) -> None:
    """An activity is compensated by one boundary event."""
    event.type = COMPENSATION
    if event.event_scope is not None:
        _report_others(context, COMPENSATION_TWICE, definition, event, event.event_scope)
    catch_compensation(context, definition, event.id)


def _report_others(context: RuleContext, rule: ParseRule, definition: Node, event: Scope, scope: Scope) -> None:
    """Report a rule once for each earlier boundary event of the same type on the activity."""
    for _ in range(scope.boundary_event_counts[event.type]):
        context.report(rule, definition, event.id)
    if scope is event.event_scope:
        scope.boundary_event_counts[event.type] += 1


_READERS = {
    "timerEventDefinition": _read_timer,
    "messageEventDefinition": _read_message_or_signal,
    "signalEventDefinition": _read_message_or_signal,
    "conditionalEventDefinition": _read_condition,
    "cancelEventDefinition": _read_cancel,
    "compensateEventDefinition": _read_compensation,
}
