"""Events within a flow: intermediate ones that catch or throw, end events, and the gateway that waits for the first of several."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.activities import continuation, create, is_async
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.event_definitions import (
    caught_signal,
    conditional,
    message,
    subscribe,
    thrown_compensation,
    thrown_escalation,
    thrown_signal,
    timer,
)
from procdef.bpmn.rules.listeners import execution_listeners, retries
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import Scope
from procdef.bpmn.rules.scripts import input_output
from procdef.bpmn.rules.service_tasks import implemented, is_service, service

CATCH_TYPE = Rule("catch-type", ("intermediateCatchEvent",), "Unsupported intermediate catch event type")
LINK_AFTER_GATEWAY = Rule(
    "link-after-gateway", ("intermediateCatchEvent",), "IntermediateCatchLinkEvent is not allowed after an EventBasedGateway."
)
LINK_TWICE = Rule(
    "link-twice",
    ("intermediateCatchEvent",),
    "Multiple Intermediate Catch Events with the same link event name ('{name}') are not allowed.",
)
LINK_NAMES = Rule(
    "link-names",
    ("intermediateCatchEvent",),
    "Link Event named '{event}' contains link event definition with name '{name}' - it is recommended to use the same name for both.",
    warns=True,
)
GATEWAY_ASYNC = Rule("gateway-async", ("eventBasedGateway",), "'asyncAfter' not supported for {tag} elements.")
GATEWAY_TARGET = Rule(
    "gateway-target",
    ("eventBasedGateway",),
    "Event based gateway can only be connected to elements of type intermediateCatchEvent",
)
THROWN_ESCALATION_CODE = Rule(
    "thrown-escalation-code", ("intermediateThrowEvent",), "throwing escalation event must have an 'escalationCode'"
)
END_ESCALATION_CODE = Rule("end-escalation-code", ("endEvent",), "escalation end event must have an 'escalationCode'")
END_ERROR_REF = Rule("end-error-ref", ("endEvent",), "'errorRef' attribute is mandatory on error end event")
END_ERROR_CODE = Rule(
    "end-error-code",
    ("endEvent",),
    "'errorCode' is mandatory on errors referenced by throwing error event definitions, but the error '{id}' does not define one.",
)
END_CANCEL = Rule("end-cancel", ("endEvent",), "end event with cancelEventDefinition only supported inside transaction subprocess")


def definition(node: Node, *tags: str) -> Node | None:
    """The event definition that counts: the first of these kinds that the event has, of which each may be there once."""
    found = [node.one(f"{tag}EventDefinition") for tag in tags]
    return next((item for item in found if item is not None), None)


# -------------------------------------------------------------------------------------------------------------- catching


@checks(CATCH_TYPE, LINK_AFTER_GATEWAY)
def catch_event(review: Review, node: Node, scope: Scope, gateway: Scope | None = None) -> Scope:
    """An event that is waited for, perhaps behind the gateway that waits for it too."""
    event = create(review, node, scope)
    item = definition(node, "timer", "signal", "message", "link", "conditional")
    continuation(node, event)
    event.event_scope = gateway or event
    event.behavior = "catch"
    if item is None:
        review.error(CATCH_TYPE, node)
    elif item.tag == "linkEventDefinition":
        if gateway is not None:
            review.error(LINK_AFTER_GATEWAY, node)
        event.behavior = "link"
        _link_target(review, node, item)
    else:
        _wait(review, item, event, event.event_scope)
    execution_listeners(review, node)
    if is_async(node) or event.type == "intermediateTimer":
        retries(review, node)
    input_output(review, node, event)
    return event


def _wait(review: Review, item: Node, event: Scope, event_scope: Scope) -> None:
    if item.tag == "timerEventDefinition":
        event.type = "intermediateTimer"
        timer(review, item, event)
        return
    read = {"signalEventDefinition": caught_signal, "messageEventDefinition": message}.get(item.tag, conditional)
    if read is conditional:
        event.behavior = "conditional"
    subscribe(review, event_scope, read(review, item, event.id), item, event.id)


@checks(LINK_TWICE, LINK_NAMES)
def _link_target(review: Review, node: Node, item: Node) -> None:
    """Where the links of a name lead to."""
    name = item.get("name")
    if name in review.link_targets:
        review.error(LINK_TWICE, node, name=name)
        return
    if name != node.get("name"):
        review.error(LINK_NAMES, node, event=node.get("name"), name=name)
    review.link_targets[name] = node.id


def catch_events(review: Review, nodes: list[Node], scope: Scope) -> None:
    """The catching events of a scope that no gateway has claimed."""
    for node in nodes:
        if scope.find(node.id) is None:
            catch_event(review, node, scope)


@checks(GATEWAY_ASYNC, GATEWAY_TARGET)
def event_based_gateway(review: Review, node: Node, scope: Scope) -> Scope:
    """A gateway with the events that it waits for, which are read along with it."""
    gateway = create(review, node, scope)
    gateway.behavior = node.tag
    continuation(node, gateway)
    if gateway.is_async_after:
        review.error(GATEWAY_ASYNC, node, tag=node.tag)
    execution_listeners(review, node)
    outline = review.outline(node.parent or node)
    if gateway.id is None and outline.targets:
        raise AbortError("An event-based gateway has no id")
    for target in outline.targets.get(gateway.id, ()):
        event = outline.children.get(target)
        if event is not None and event.tag == "intermediateCatchEvent":
            catch_event(review, event, scope, gateway)
        elif event is not None:
            review.error(GATEWAY_TARGET, node)
    return gateway


# -------------------------------------------------------------------------------------------------------------- throwing


def throw_event(review: Review, node: Node, scope: Scope) -> Scope | None:
    """An event that is thrown on the way; one that throws a link is no activity, but where sequence flows lead elsewhere."""
    link = node.one("linkEventDefinition")
    item = definition(node, "signal", "compensate", "message", "escalation")
    if link is not None:
        review.link_sources[node.id] = link.get("name")
        return None
    event = create(review, node, scope)
    continuation(node, event)
    event.behavior = "throw"
    if item is not None:
        _throw(review, node, item, event, scope)
    execution_listeners(review, node)
    retries(review, node)
    if item is not None and item.tag == "messageEventDefinition" and is_service(item):
        implemented(review, item, event, "intermediateMessageThrowEvent")
    return event


@checks(THROWN_ESCALATION_CODE)
def _throw(review: Review, node: Node, item: Node, event: Scope, scope: Scope) -> None:
    if item.tag == "signalEventDefinition":
        thrown_signal(review, item, event.id)
    elif item.tag == "compensateEventDefinition":
        thrown_compensation(review, item, scope, node.id)
    elif item.tag == "escalationEventDefinition":
        thrown_escalation(review, item, event.id, THROWN_ESCALATION_CODE)
    elif is_service(item):
        event.behavior = None
        service(review, item, event, "intermediateMessageThrowEvent", node)


def end_events(review: Review, nodes: list[Node], scope: Scope) -> None:
    """The end events of a scope."""
    for node in nodes:
        _end_event(review, node, scope)


def _end_event(review: Review, node: Node, scope: Scope) -> None:
    event = create(review, node, scope)
    item = definition(node, "error", "cancel", "terminate", "message", "signal", "compensate", "escalation")
    event.behavior = "end"
    if item is not None:
        _end(review, node, item, event, scope)
    input_output(review, node, event)
    continuation(node, event)
    execution_listeners(review, node)
    if is_async(node):
        retries(review, node)
    message_definition = node.one("messageEventDefinition")
    if message_definition is not None and is_service(message_definition):
        implemented(review, message_definition, event, "messageEndEvent")


@checks(END_CANCEL, END_ESCALATION_CODE)
def _end(review: Review, node: Node, item: Node, event: Scope, scope: Scope) -> None:
    if item.tag == "errorEventDefinition":
        _error_end(review, item, event)
    elif item.tag == "cancelEventDefinition":
        event.behavior = "cancel"
        if scope.type != "transaction":
            event.behavior = None
            review.error(END_CANCEL, item, event.id)
    elif item.tag == "messageEventDefinition" and is_service(item):
        event.behavior = None
        service(review, item, event, "messageEndEvent", node)
    elif item.tag == "signalEventDefinition":
        thrown_signal(review, item, event.id)
    elif item.tag == "compensateEventDefinition":
        thrown_compensation(review, item, scope, node.id)
    elif item.tag == "escalationEventDefinition":
        thrown_escalation(review, item, event.id, END_ESCALATION_CODE)


@checks(END_ERROR_REF, END_ERROR_CODE)
def _error_end(review: Review, item: Node, event: Scope) -> None:
    """An error that is thrown: one that is not declared stands for a code itself."""
    reference = item.get("errorRef")
    if not reference:
        review.error(END_ERROR_REF, item, event.id)
    elif reference in review.error_codes and not review.error_codes[reference]:
        review.error(END_ERROR_CODE, item, event.id, id=reference)
