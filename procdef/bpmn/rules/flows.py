"""Sequence flows: what they may lead from and to, and their conditions."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.conditions import condition
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.listeners import flow_listeners
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import Flow, Scope

FLOW = ("sequenceFlow",)
LINK_TARGET = Rule(
    "flow-link-target",
    FLOW,
    "sequence flow points to link event source with name '{name}' but no event target with that name exists. Most probably your link "
    "events are not configured correctly.",
)
COMPENSATION_OUT = Rule(
    "flow-out-of-compensation",
    FLOW,
    "Invalid outgoing sequence flow of compensation activity '{activity}'. A compensation activity should not have an incoming or outgoing "
    "sequence flow.",
)
COMPENSATION_IN = Rule(
    "flow-into-compensation",
    FLOW,
    "Invalid incoming sequence flow of compensation activity '{activity}'. A compensation activity should not have an incoming or outgoing "
    "sequence flow.",
)
FLOW_SOURCE = Rule("flow-source", FLOW, "Invalid source '{ref}' of sequence flow '{flow}'")
FLOW_TARGET = Rule("flow-target", FLOW, "Invalid destination '{ref}' of sequence flow '{flow}'")
AFTER_GATEWAY = Rule(
    "flow-after-gateway",
    FLOW,
    "Invalid incoming sequenceflow for intermediateCatchEvent with id '{event}' connected to an event-based gateway.",
)
EVENT_SUBPROCESS_OUT = Rule("flow-out-of-event-subprocess", FLOW, "Invalid outgoing sequence flow of event subprocess")
EVENT_SUBPROCESS_IN = Rule("flow-into-event-subprocess", FLOW, "Invalid incoming sequence flow of event subprocess")

Handlers = dict[str | None, Node]


def sequence_flows(review: Review, nodes: list[Node], scope: Scope, handlers: Handlers) -> None:
    """The sequence flows of a scope; `handlers` are the activities that only compensate others."""
    for node in nodes:
        refs = (node.get("sourceRef"), _behind_link(review, node))
        if refs[1] is None and node.get("targetRef") in review.link_sources:
            # the engine looks at no further flow of the scope
            return
        source, target = (scope.find_at_level(ref) for ref in refs)
        if not _connects(review, node, refs, (source, target), handlers):
            continue
        if source is not None and target is not None and _allowed(review, node, source, target):
            _add(review, node, source)


@checks(LINK_TARGET)
def _behind_link(review: Review, node: Node) -> str | None:
    """Where a flow leads: an event that throws a link stands for the one that catches it."""
    target = node.get("targetRef")
    if target not in review.link_sources:
        return target
    name = review.link_sources[target]
    found = review.link_targets.get(name)
    if found is None:
        review.error(LINK_TARGET, node, name=name)
    return found


@checks(COMPENSATION_OUT, COMPENSATION_IN, FLOW_SOURCE, FLOW_TARGET)
def _connects(
    review: Review, node: Node, refs: tuple[str | None, str | None], ends: tuple[Scope | None, Scope | None], handlers: Handlers
) -> bool:
    """Whether both ends are activities that flows may connect."""
    for ref, activity, rule in zip(refs, ends, (COMPENSATION_OUT, COMPENSATION_IN), strict=True):
        if ref in handlers if activity is None else activity.is_for_compensation:
            review.error(rule, node, ref, node.id, activity=ref)
            return False
    for ref, activity, rule in zip(refs, ends, (FLOW_SOURCE, FLOW_TARGET), strict=True):
        if activity is None:
            review.error(rule, node, ref=ref, flow=node.id)
            return False
    return True


@checks(AFTER_GATEWAY, EVENT_SUBPROCESS_OUT, EVENT_SUBPROCESS_IN)
def _allowed(review: Review, node: Node, source: Scope, target: Scope) -> bool:
    """Whether a flow may be followed; those from an event-based gateway are not, for its events are part of it."""
    if source.behavior == "eventBasedGateway":
        return False
    event_scope = target.event_scope
    if target.behavior == "catch" and event_scope is not None and event_scope.behavior == "eventBasedGateway":
        review.error(AFTER_GATEWAY, node, event=target.id)
    elif source.triggered_by_event:
        review.error(EVENT_SUBPROCESS_OUT, node)
    elif target.triggered_by_event:
        review.error(EVENT_SUBPROCESS_IN, node)
    else:
        return True
    return False


def _add(review: Review, node: Node, source: Scope) -> None:
    """Let a flow lead on from its source, or from the body that repeats it."""
    leaving = source.body or source
    if node.id is not None and node.id in leaving.flow_ids:
        raise AbortError(f"activity '{leaving.id} has duplicate transition '{node.id}'")
    leaving.flow_ids.add(node.id)
    expression = node.one("conditionExpression")
    flow = Flow(node.id, expression is not None and condition(review, expression, node.id))
    leaving.flows.append(flow)
    review.flows[flow.id] = flow
    flow_listeners(review, node)
