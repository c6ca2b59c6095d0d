"""Intermediate events, end events and event-based gateways."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.activities import create_activity, is_async, set_continuations
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.event_definitions import (
    read_timer,
    subscribe,
    subscription_of,
    throw_compensation,
    throw_escalation,
    throw_signal,
)
from procdef.bpmn.rules.listeners import check_execution_listeners, check_retries
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import Scope
from procdef.bpmn.rules.scripts import check_input_output
from procdef.bpmn.rules.service_tasks import check_implementation, has_implementation, require_implementation

CATCH_TYPE = ParseRule(
    "catch-type",
    ("intermediateCatchEvent",),
    "An intermediate catch event must have an event definition for a timer, message, signal, condition or link.",
    "Unsupported intermediate catch event type",
)
LINK_AFTER_GATEWAY = ParseRule(
    "link-after-gateway",
    ("intermediateCatchEvent",),
    "A link event must not follow an event-based gateway.",
    "IntermediateCatchLinkEvent is not allowed after an EventBasedGateway.",
)
LINK_TWICE = ParseRule(
    "link-twice",
    ("intermediateCatchEvent",),
    "Two intermediate catch events must not have the same link name.",
    "Multiple Intermediate Catch Events with the same link event name ('{name}') are not allowed.",
)
LINK_NAMES = ParseRule(
    "link-names",
    ("intermediateCatchEvent",),
    "A catching link event and its link should have the same name.",
    "Link Event named '{event}' contains link event definition with name '{name}' - it is recommended to use the same name for both.",
    is_warning=True,
)
GATEWAY_ASYNC = ParseRule(
    "gateway-async",
    ("eventBasedGateway",),
    "An event-based gateway must not have `asyncAfter`.",
    "'asyncAfter' not supported for {tag} elements.",
)
GATEWAY_TARGET = ParseRule(
    "gateway-target",
    ("eventBasedGateway",),
    "An event-based gateway can lead only to intermediate catch events.",
    "Event based gateway can only be connected to elements of type intermediateCatchEvent",
)
THROWN_ESCALATION_CODE = ParseRule(
    "thrown-escalation-code",
    ("intermediateThrowEvent",),
    "An escalation that an intermediate event throws must have an escalation code.",
    "throwing escalation event must have an 'escalationCode'",
)
END_ESCALATION_CODE = ParseRule(
    "end-escalation-code",
    ("endEvent",),
    "An escalation that an end event throws must have an escalation code.",
    "escalation end event must have an 'escalationCode'",
)
END_ERROR_REF = ParseRule(
    "end-error-ref", ("endEvent",), "An error end event must name an error.", "'errorRef' attribute is mandatory on error end event"
)
END_ERROR_CODE = ParseRule(
    "end-error-code",
    ("endEvent",),
    "If the error of an error end event is declared in the file, it must have an error code.",
    "'errorCode' is mandatory on errors referenced by throwing error event definitions, but the error '{id}' does not define one.",
)
END_CANCEL = ParseRule(
    "end-cancel",
    ("endEvent",),
    "A cancel end event must be in a transaction.",
    "end event with cancelEventDefinition only supported inside transaction subprocess",
)


def event_definition(node: Node, *tags: str) -> Node | None:
    """The event definition that the engine uses: the first of these kinds that the event has, or None.

    Raises AbortError for several definitions of one of the kinds.
    """
    found = [node.one(f"{tag}EventDefinition") for tag in tags]
    return next((definition for definition in found if definition is not None), None)


# -------------------------------------------------------------------------------------------------------------- catching


@checks(CATCH_TYPE, LINK_AFTER_GATEWAY)
def read_catch_event(context: RuleContext, node: Node, scope: Scope, gateway: Scope | None = None) -> Scope:
    """Read an intermediate catch event, on its own or behind the event-based `gateway` that waits for it.

    Raises AbortError if what it waits for is not declared in the file, or for a second activity with its id.
    """
    event = create_activity(context, node, scope)
    definition = event_definition(node, "timer", "signal", "message", "link", "conditional")
    set_continuations(node, event)
    event.event_scope = gateway or event
    event.behavior = "catch"
    if definition is None:
        context.report(CATCH_TYPE, node)
    elif definition.tag == "linkEventDefinition":
        if gateway is not None:
            context.report(LINK_AFTER_GATEWAY, node)
        event.behavior = "link"
        _read_link_target(context, node, definition)
    else:
        _read_wait(context, definition, event, event.event_scope)
    check_execution_listeners(context, node)
    if is_async(node) or event.type == "intermediateTimer":
        check_retries(context, node)
    check_input_output(context, node, event)
    return event


def _read_wait(context: RuleContext, definition: Node, event: Scope, event_scope: Scope) -> None:
    if definition.tag == "timerEventDefinition":
        event.type = "intermediateTimer"
        read_timer(context, definition, event)
        return
    if definition.tag == "conditionalEventDefinition":
        event.behavior = "conditional"
    subscribe(context, event_scope, subscription_of(context, definition, event.id), definition, event.id)


@checks(LINK_TWICE, LINK_NAMES)
def _read_link_target(context: RuleContext, node: Node, definition: Node) -> None:
    """Note the event as the target of its link name."""
    name = definition.get("name")
    if name in context.link_targets:
        context.report(LINK_TWICE, node, name=name)
        return
    if name != node.get("name"):
        context.report(LINK_NAMES, node, event=node.get("name"), name=name)
    context.link_targets[name] = node.id


def read_catch_events(context: RuleContext, nodes: list[Node], scope: Scope) -> None:
    """Read the intermediate catch events of a scope, except those that were read with their gateway.

    Raises AbortError as `read_catch_event` does.
    """
    for node in nodes:
        if scope.find(node.id) is None:
            read_catch_event(context, node, scope)


@checks(GATEWAY_ASYNC, GATEWAY_TARGET)
def read_event_based_gateway(context: RuleContext, node: Node, scope: Scope) -> Scope:
    """Read an event-based gateway together with the events that it waits for.

    Raises AbortError for a gateway without id in a scope with sequence flows, and as `read_catch_event` does.
    """
    gateway = create_activity(context, node, scope)
    gateway.behavior = node.tag
    set_continuations(node, gateway)
    if gateway.is_async_after:
        context.report(GATEWAY_ASYNC, node, tag=node.tag)
    check_execution_listeners(context, node)
    index = context.flow_index(node.parent or node)
    if gateway.id is None and index.targets:
        raise AbortError("An event-based gateway has no id")
    for target in index.targets.get(gateway.id, ()):
        event = index.children.get(target)
        if event is not None and event.tag == "intermediateCatchEvent":
            read_catch_event(context, event, scope, gateway)
        elif event is not None:
            context.report(GATEWAY_TARGET, node)
    return gateway


# -------------------------------------------------------------------------------------------------------------- throwing


def read_throw_event(context: RuleContext, node: Node, scope: Scope) -> Scope | None:
    """Read an intermediate throw event.

    None for a link: it is no activity, and a sequence flow to it leads to the catching event of the link. Raises AbortError for a
    reference to a signal that is not declared.
    """
    link = node.one("linkEventDefinition")
    definition = event_definition(node, "signal", "compensate", "message", "escalation")
    if link is not None:
        context.link_sources[node.id] = link.get("name")
        return None
    event = create_activity(context, node, scope)
    set_continuations(node, event)
    event.behavior = "throw"
    if definition is not None:
        _read_throw(context, node, definition, event, scope)
    check_execution_listeners(context, node)
    check_retries(context, node)
    if definition is not None and definition.tag == "messageEventDefinition" and has_implementation(definition):
        require_implementation(context, definition, event, "intermediateMessageThrowEvent")
    return event


@checks(THROWN_ESCALATION_CODE)
def _read_throw(context: RuleContext, node: Node, definition: Node, event: Scope, scope: Scope) -> None:
    if definition.tag == "signalEventDefinition":
        throw_signal(context, definition, event.id)
    elif definition.tag == "compensateEventDefinition":
        throw_compensation(context, definition, scope, node.id)
    elif definition.tag == "escalationEventDefinition":
        throw_escalation(context, definition, event.id, THROWN_ESCALATION_CODE)
    elif has_implementation(definition):
        event.behavior = None
        check_implementation(context, definition, event, "intermediateMessageThrowEvent", node)


def read_end_events(context: RuleContext, nodes: list[Node], scope: Scope) -> None:
    """Read the end events of a scope.

    Raises AbortError for a reference to a signal that is not declared.
    """
    for node in nodes:
        _read_end_event(context, node, scope)


def _read_end_event(context: RuleContext, node: Node, scope: Scope) -> None:
    event = create_activity(context, node, scope)
    definition = event_definition(node, "error", "cancel", "terminate", "message", "signal", "compensate", "escalation")
    event.behavior = "end"
    if definition is not None:
        _read_end(context, node, definition, event, scope)
    check_input_output(context, node, event)
    set_continuations(node, event)
    check_execution_listeners(context, node)
    if is_async(node):
        check_retries(context, node)
    message_definition = node.one("messageEventDefinition")
    if message_definition is not None and has_implementation(message_definition):
        require_implementation(context, message_definition, event, "messageEndEvent")


@checks(END_CANCEL, END_ESCALATION_CODE)
def _read_end(context: RuleContext, node: Node, definition: Node, event: Scope, scope: Scope) -> None:
    if definition.tag == "errorEventDefinition":
        _check_error_end(context, definition, event)
    elif definition.tag == "cancelEventDefinition":
        event.behavior = "cancel"
        if scope.type != "transaction":
            event.behavior = None
            context.report(END_CANCEL, definition, event.id)
    elif definition.tag == "messageEventDefinition" and has_implementation(definition):
        event.behavior = None
        check_implementation(context, definition, event, "messageEndEvent", node)
    elif definition.tag == "signalEventDefinition":
        throw_signal(context, definition, event.id)
    elif definition.tag == "compensateEventDefinition":
        throw_compensation(context, definition, scope, node.id)
    elif definition.tag == "escalationEventDefinition":
        throw_escalation(context, definition, event.id, END_ESCALATION_CODE)


@checks(END_ERROR_REF, END_ERROR_CODE)
def _check_error_end(context: RuleContext, definition: Node, event: Scope) -> None:
    """Check the error of an end event; for the engine, a reference to no error of the file is itself an error code."""
    reference = definition.get("errorRef")
    if not reference:
        context.report(END_ERROR_REF, definition, event.id)
    elif reference in context.error_codes and not context.error_codes[reference]:
        context.report(END_ERROR_CODE, definition, event.id, id=reference)
