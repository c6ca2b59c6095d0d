"""Boundary events: what they are attached to, and what can be caught there."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.activities import create, is_async, set_async
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
from procdef.bpmn.rules.listeners import execution_listeners, retries
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import MULTI_INSTANCE_BODY, Scope
from procdef.bpmn.rules.scripts import no_input_output

BOUNDARY = ("boundaryEvent",)
COMPENSATION, CANCEL = "compensationBoundaryCatch", "cancelBoundaryCatch"

ATTACHED = Rule("boundary-attached", BOUNDARY, "AttachedToRef is required when using a timerEventDefinition")
ATTACHED_UNKNOWN = Rule(
    "boundary-attached-unknown",
    BOUNDARY,
    "Invalid reference in boundary event. Make sure that the referenced activity is defined in the same scope as the boundary event",
)
BOUNDARY_ID = Rule("boundary-id", BOUNDARY, "boundary event has no id")
BOUNDARY_TYPE = Rule("boundary-type", BOUNDARY, "Unsupported boundary event type")
BOUNDARY_ESCALATION = Rule(
    "boundary-escalation",
    BOUNDARY,
    "An escalation boundary event should only be attached to a subprocess, a call activity or an user task",
)
BOUNDARY_CANCEL = Rule("boundary-cancel", BOUNDARY, "boundary event with cancelEventDefinition only supported on transaction subprocesses")
CANCEL_TWICE = Rule(
    "boundary-cancel-twice",
    BOUNDARY,
    "multiple boundary events with cancelEventDefinition not supported on same transaction subprocess",
)
COMPENSATION_TWICE = Rule(
    "boundary-compensation-twice",
    BOUNDARY,
    "multiple boundary events with compensateEventDefinition not supported on same activity",
)


def boundary_events(review: Review, nodes: list[Node], scope: Scope) -> None:
    """The boundary events of a scope."""
    for node in nodes:
        _boundary_event(review, node, scope)


@checks(ATTACHED, ATTACHED_UNKNOWN)
def _boundary_event(review: Review, node: Node, scope: Scope) -> None:
    if not node.get("attachedToRef"):
        review.error(ATTACHED, node)
    item = definition(node, "timer", "error", "signal", "cancel", "compensate", "message", "escalation", "conditional")
    event = create(review, node, scope)
    event.behavior = "boundary"
    set_async(node, event)
    attached = scope.find_at_level(node.get("attachedToRef"))
    if attached is None:
        review.error(ATTACHED_UNKNOWN, node)
        raise AbortError("A boundary event is attached to nothing")
    is_compensation = node.one("compensateEventDefinition") is not None
    event.event_scope = attached if is_compensation else attached.body or attached
    _caught(review, node, item, event, attached)
    no_input_output(review, node)
    execution_listeners(review, node)
    if is_async(node) or event.type == "boundaryTimer":
        retries(review, node)


@checks(BOUNDARY_TYPE)
def _caught(review: Review, node: Node, item: Node | None, event: Scope, attached: Scope) -> None:
    read = _CAUGHT.get(item.tag) if item is not None else None
    if item is None:
        review.error(BOUNDARY_TYPE, node)
    elif item.tag == "escalationEventDefinition":
        _escalation(review, node, item, event, attached)
    elif read is not None:
        read(review, item, event)


def _timer(review: Review, item: Node, event: Scope) -> None:
    event.type = "boundaryTimer"
    timer(review, item, event)
    if (event.node.get("cancelActivity") or "true").lower() == "true":
        discourage_cycle(review, item, event, "cancelling boundary")


@checks(BOUNDARY_ID)
def _message_or_signal(review: Review, item: Node, event: Scope) -> None:
    read = message if item.tag == "messageEventDefinition" else caught_signal
    subscription = read(review, item, event.id)
    if event.id is None:
        review.error(BOUNDARY_ID, item)
    if event.event_scope is not None:
        subscribe(review, event.event_scope, subscription, item, event.id)


def _condition(review: Review, item: Node, event: Scope) -> None:
    subscription = conditional(review, item, event.id)
    if event.event_scope is not None:
        subscribe(review, event.event_scope, subscription, item, event.id)


@checks(BOUNDARY_ESCALATION)
def _escalation(review: Review, node: Node, item: Node, event: Scope, attached: Scope) -> None:
    if attached.is_level or attached.behavior in ("call", "userTask"):
        caught_escalation(review, item, event.id, event.event_scope, is_subprocess=False)
    else:
        review.error(BOUNDARY_ESCALATION, node)


@checks(BOUNDARY_CANCEL, CANCEL_TWICE)
def _cancel(review: Review, item: Node, event: Scope) -> None:
    """A transaction is cancelled in one way."""
    event.type = CANCEL
    parent = event.event_scope
    if parent is not None and parent.behavior == MULTI_INSTANCE_BODY:
        parent = parent.children[0]
    if parent is None or parent.type != "transaction":
        review.error(BOUNDARY_CANCEL, item, event.id)
    if parent is not None:
        _once(review, CANCEL_TWICE, item, event, parent)


@checks(COMPENSATION_TWICE)
def _compensation(review: Review, item: Node, event: Scope) -> None:
    """An activity is compensated in one way."""
    event.type = COMPENSATION
    if event.event_scope is not None:
        _once(review, COMPENSATION_TWICE, item, event, event.event_scope)
    caught_compensation(review, item, event.id)


def _once(review: Review, rule: Rule, item: Node, event: Scope, scope: Scope) -> None:
    """Note an error for each other boundary event of the kind on the same activity."""
    for _ in range(scope.boundary_events[event.type]):
        review.error(rule, item, event.id)
    if scope is event.event_scope:
        scope.boundary_events[event.type] += 1


_CAUGHT = {
    "timerEventDefinition": _timer,
    "messageEventDefinition": _message_or_signal,
    "signalEventDefinition": _message_or_signal,
    "conditionalEventDefinition": _condition,
    "cancelEventDefinition": _cancel,
    "compensateEventDefinition": _compensation,
}
