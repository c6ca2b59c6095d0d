"""Gateways: what may follow an event-based one, and that an exclusive one can decide."""

from __future__ import annotations

from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import Flow, Scope

EXCLUSIVE = ("exclusiveGateway",)
NO_FLOW = Rule("exclusive-no-flow", EXCLUSIVE, "Exclusive Gateway '{gateway}' has no outgoing sequence flows.")
ONE_FLOW_CONDITION = Rule(
    "exclusive-one-flow-condition",
    EXCLUSIVE,
    "Exclusive Gateway '{gateway}' has only one outgoing sequence flow ('{flow}'). This is not allowed to have a condition.",
)
DEFAULT_CONDITION = Rule(
    "exclusive-default-condition",
    EXCLUSIVE,
    "Exclusive Gateway '{gateway}' has outgoing sequence flow '{flow}' which is the default flow but has a condition too.",
)
NO_CONDITION = Rule(
    "exclusive-no-condition",
    EXCLUSIVE,
    "Exclusive Gateway '{gateway}' has outgoing sequence flow '{flow}' without condition which is not the default flow.",
)
ASSUMED_DEFAULT = Rule(
    "exclusive-assumed-default",
    EXCLUSIVE,
    f"{NO_CONDITION.message} We assume it to be the default flow, but it is bad modeling practice, better set the default flow in your "
    "gateway.",
    warns=True,
)
ASYNC_FLOW_ID = Rule(
    "async-flow-id",
    ("sequenceFlow",),
    "Sequence flow with sourceRef='{activity}' must have an id, activity with id '{activity}' uses 'asyncAfter'.",
)


def validate(review: Review, activities: list[Scope]) -> None:
    """The flows of all activities of a scope and below, once all are known."""
    for activity in activities:
        if activity.behavior == "exclusiveGateway":
            _exclusive(review, activity)
        _named_flows(review, activity)
        validate(review, activity.children)


@checks(ASYNC_FLOW_ID)
def _named_flows(review: Review, activity: Scope) -> None:
    """A job that goes on after an activity must be able to name the flow."""
    if activity.is_async_after:
        for flow in activity.flows:
            if flow.id is None:
                review.error(ASYNC_FLOW_ID, None, activity.id, activity=activity.id)


@checks(NO_FLOW, ONE_FLOW_CONDITION)
def _exclusive(review: Review, gateway: Scope) -> None:
    if not gateway.flows:
        review.error(NO_FLOW, None, gateway.id, gateway=gateway.id)
    elif len(gateway.flows) > 1:
        _decides(review, gateway)
    elif gateway.flows[0].has_condition:
        _flow_error(review, ONE_FLOW_CONDITION, gateway, gateway.flows[0])


@checks(DEFAULT_CONDITION, NO_CONDITION, ASSUMED_DEFAULT)
def _decides(review: Review, gateway: Scope) -> None:
    """Of several flows each has a condition, but for the default one."""
    default = gateway.node.get("default")
    open_flows = []
    for flow in gateway.flows:
        is_default = flow.id is not None and flow.id == default
        if is_default and flow.has_condition:
            _flow_error(review, DEFAULT_CONDITION, gateway, flow)
        elif not is_default and not flow.has_condition:
            open_flows.append(flow)
    rule = NO_CONDITION if default or len(open_flows) > 1 else ASSUMED_DEFAULT
    for flow in open_flows:
        _flow_error(review, rule, gateway, flow)


def _flow_error(review: Review, rule: Rule, gateway: Scope, flow: Flow) -> None:
    review.error(rule, None, gateway.id, flow.id, gateway=gateway.id, flow=flow.id)
