"""Exclusive gateways, and the ids of the sequence flows that leave an asynchronous activity."""

from __future__ import annotations

from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import Flow, Scope

EXCLUSIVE = ("exclusiveGateway",)
NO_FLOW = ParseRule(
    "exclusive-no-flow",
    EXCLUSIVE,
    "An exclusive gateway must have an outgoing sequence flow.",
    "Exclusive Gateway '{gateway}' has no outgoing sequence flows.",
)
ONE_FLOW_CONDITION = ParseRule(
    "exclusive-one-flow-condition",
    EXCLUSIVE,
    "The only flow of an exclusive gateway must not have a condition.",
    "Exclusive Gateway '{gateway}' has only one outgoing sequence flow ('{flow}'). This is not allowed to have a condition.",
)
DEFAULT_CONDITION = ParseRule(
    "exclusive-default-condition",
    EXCLUSIVE,
    "The default flow of an exclusive gateway must not have a condition.",
    "Exclusive Gateway '{gateway}' has outgoing sequence flow '{flow}' which is the default flow but has a condition too.",
)
NO_CONDITION = ParseRule(
    "exclusive-no-condition",
    EXCLUSIVE,
    "If an exclusive gateway has several flows, each except the default one must have a condition.",
    "Exclusive Gateway '{gateway}' has outgoing sequence flow '{flow}' without condition which is not the default flow.",
)
ASSUMED_DEFAULT = ParseRule(
    "exclusive-assumed-default",
    EXCLUSIVE,
    "A sequence flow without condition should be set as the default flow of its exclusive gateway.",
    f"{NO_CONDITION.message} We assume it to be the default flow, but it is bad modeling practice, better set the default flow in your "
    "gateway.",
    is_warning=True,
)
ASYNC_FLOW_ID = ParseRule(
    "async-flow-id",
    ("sequenceFlow",),
    "A sequence flow that leaves an activity with `asyncAfter` must have an id.",
    "Sequence flow with sourceRef='{activity}' must have an id, activity with id '{activity}' uses 'asyncAfter'.",
)


def check_outgoing_flows(context: RuleContext, activities: list[Scope]) -> None:
    """Check the outgoing flows of activities and of all activities in them, when the whole process has been read."""
    for activity in activities:
        if activity.behavior == "exclusiveGateway":
            _check_exclusive(context, activity)
        _check_flow_ids(context, activity)
        check_outgoing_flows(context, activity.children)


@checks(ASYNC_FLOW_ID)
def _check_flow_ids(context: RuleContext, activity: Scope) -> None:
    """The job after an activity stores the id of the flow that it takes."""
    if activity.is_async_after:
        for flow in activity.flows:
            if flow.id is None:
                context.report(ASYNC_FLOW_ID, None, activity.id, activity=activity.id)


@checks(NO_FLOW, ONE_FLOW_CONDITION)
def _check_exclusive(context: RuleContext, gateway: Scope) -> None:
    if not gateway.flows:
        context.report(NO_FLOW, None, gateway.id, gateway=gateway.id)
    elif len(gateway.flows) > 1:
        _check_decision(context, gateway)
    elif gateway.flows[0].has_condition:
        _report_flow(context, ONE_FLOW_CONDITION, gateway, gateway.flows[0])


@checks(DEFAULT_CONDITION, NO_CONDITION, ASSUMED_DEFAULT)
def _check_decision(context: RuleContext, gateway: Scope) -> None:
    """Each of several flows has a condition, except the default flow."""
    default = gateway.node.get("default")
    unconditional = []
    for flow in gateway.flows:
        is_default = flow.id is not None and flow.id == default
        if is_default and flow.has_condition:
            _report_flow(context, DEFAULT_CONDITION, gateway, flow)
        elif not is_default and not flow.has_condition:
            unconditional.append(flow)
    rule = NO_CONDITION if default or len(unconditional) > 1 else ASSUMED_DEFAULT
    for flow in unconditional:
        _report_flow(context, rule, gateway, flow)


def _report_flow(context: RuleContext, rule: ParseRule, gateway: Scope, flow: Flow) -> None:
    context.report(rule, None, gateway.id, flow.id, gateway=gateway.id, flow=flow.id)
