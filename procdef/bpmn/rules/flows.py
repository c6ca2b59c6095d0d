"""Sequence flows: their source, their target and their condition."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.conditions import check_condition
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.listeners import check_flow_listeners
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import Flow, Scope

FLOW = ("sequenceFlow",)
LINK_TARGET = ParseRule(
    "flow-link-target",
    FLOW,
    "A throwing link event must have a catching one of the same link name.",
    "sequence flow points to link event source with name '{name}' but no event target with that name exists. Most probably your link "
    "events are not configured correctly.",
)
COMPENSATION_OUT = ParseRule(
    "flow-out-of-compensation",
    FLOW,
    "A sequence flow must not leave a compensation activity.",
    "Invalid outgoing sequence flow of compensation activity '{activity}'. A compensation activity should not have an incoming or outgoing "
    "sequence flow.",
)
COMPENSATION_IN = ParseRule(
    "flow-into-compensation",
    FLOW,
    "A sequence flow must not lead to a compensation activity.",
    "Invalid incoming sequence flow of compensation activity '{activity}'. A compensation activity should not have an incoming or outgoing "
    "sequence flow.",
)
FLOW_SOURCE = ParseRule(
    "flow-source",
    FLOW,
    "The source of a sequence flow must be in the same process or subprocess.",
    "Invalid source '{ref}' of sequence flow '{flow}'",
)
FLOW_TARGET = ParseRule(
    "flow-target",
    FLOW,
    "The target of a sequence flow must be in the same process or subprocess.",
    "Invalid destination '{ref}' of sequence flow '{flow}'",
)
AFTER_GATEWAY = ParseRule(
    "flow-after-gateway",
    FLOW,
    "An intermediate catch event behind an event-based gateway must have no other incoming flow.",
    "Invalid incoming sequenceflow for intermediateCatchEvent with id '{event}' connected to an event-based gateway.",
)
EVENT_SUBPROCESS_OUT = ParseRule(
    "flow-out-of-event-subprocess",
    FLOW,
    "A sequence flow must not leave an event subprocess.",
    "Invalid outgoing sequence flow of event subprocess",
)
EVENT_SUBPROCESS_IN = ParseRule(
    "flow-into-event-subprocess",
    FLOW,
    "A sequence flow must not lead to an event subprocess.",
    "Invalid incoming sequence flow of event subprocess",
)

Handlers = dict[str | None, Node]
"""The elements of a scope that only compensate others, by id."""


def read_sequence_flows(context: RuleContext, nodes: list[Node], scope: Scope, handlers: Handlers) -> None:
    """Read the sequence flows of a scope, whose activities and events must have been read.

    Raises AbortError for a second flow of an activity with the same id, ExpressionError for a wrong expression.
    """
    for node in nodes:
        refs = (node.get("sourceRef"), _target_of(context, node))
        if refs[1] is None and node.get("targetRef") in context.link_sources:
            # the engine ignores the other flows of the scope
            return
        source, target = (scope.find_in_flow_scope(ref) for ref in refs)
        if not _are_connectable(context, node, refs, (source, target), handlers):
            continue
        if source is not None and target is not None and _is_allowed(context, node, source, target):
            _add_flow(context, node, source)


@checks(LINK_TARGET)
def _target_of(context: RuleContext, node: Node) -> str | None:
    """The id of the target; for an event that throws a link, that of the event that catches it."""
    target = node.get("targetRef")
    if target not in context.link_sources:
        return target
    name = context.link_sources[target]
    found = context.link_targets.get(name)
    if found is None:
        context.report(LINK_TARGET, node, name=name)
    return found


@checks(COMPENSATION_OUT, COMPENSATION_IN, FLOW_SOURCE, FLOW_TARGET)
def _are_connectable(
    context: RuleContext, node: Node, refs: tuple[str | None, str | None], ends: tuple[Scope | None, Scope | None], handlers: Handlers
) -> bool:
    """Whether both ends are activities of the scope, and none of them only compensates another."""
    for ref, activity, rule in zip(refs, ends, (COMPENSATION_OUT, COMPENSATION_IN), strict=True):
        if ref in handlers if activity is None else activity.is_for_compensation:
            context.report(rule, node, ref, node.id, activity=ref)
            return False
    for ref, activity, rule in zip(refs, ends, (FLOW_SOURCE, FLOW_TARGET), strict=True):
        if activity is None:
            context.report(rule, node, ref=ref, flow=node.id)
            return False
    return True


@checks(AFTER_GATEWAY, EVENT_SUBPROCESS_OUT, EVENT_SUBPROCESS_IN)
def _is_allowed(context: RuleContext, node: Node, source: Scope, target: Scope) -> bool:
    """Whether the flow counts as one of its source; the flows of an event-based gateway do not, as its events are part of it."""
    if source.behavior == "eventBasedGateway":
        return False
    event_scope = target.event_scope
    if target.behavior == "catch" and event_scope is not None and event_scope.behavior == "eventBasedGateway":
        context.report(AFTER_GATEWAY, node, event=target.id)
    elif source.triggered_by_event:
        context.report(EVENT_SUBPROCESS_OUT, node)
    elif target.triggered_by_event:
        context.report(EVENT_SUBPROCESS_IN, node)
    else:
        return True
    return False


def _add_flow(context: RuleContext, node: Node, source: Scope) -> None:
    """Add a flow to its source, or to the multi-instance body of the source."""
    leaving = source.body or source
    if node.id is not None and node.id in leaving.flow_ids:
        raise AbortError(f"activity '{leaving.id} has duplicate transition '{node.id}'")
    leaving.flow_ids.add(node.id)
    expression = node.one("conditionExpression")
    flow = Flow(node.id, expression is not None and check_condition(context, expression, node.id))
    leaving.flows.append(flow)
    context.flows[flow.id] = flow
    check_flow_listeners(context, node)
