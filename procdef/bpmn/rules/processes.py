"""Processes, subprocesses and associations.

The order in which the elements of a process are read is the engine's; it decides the order of the errors.
"""

from __future__ import annotations

from procdef.bpmn.facts.extract import is_executable
from procdef.bpmn.facts.starters import candidate_groups, candidate_users
from procdef.bpmn.grammar.java_text import hash_ordered
from procdef.bpmn.grammar.ttl import history_ttl
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.activities import (
    check_priority,
    create_activity,
    create_loop_body,
    is_async,
    is_compensation_handler,
    set_continuations,
)
from procdef.bpmn.rules.bindings import read_call_activity
from procdef.bpmn.rules.boundary_events import COMPENSATION, read_boundary_events
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.events import read_catch_events, read_end_events, read_event_based_gateway, read_throw_event
from procdef.bpmn.rules.flows import Handlers, read_sequence_flows
from procdef.bpmn.rules.gateways import check_outgoing_flows
from procdef.bpmn.rules.listeners import check_execution_listeners, check_retries
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import Scope
from procdef.bpmn.rules.scripts import check_input_output
from procdef.bpmn.rules.service_tasks import read_business_rule_task, read_script_task, read_send_task, read_service_task
from procdef.bpmn.rules.start_events import COMPENSATION_TWO_WAYS, read_start_events
from procdef.bpmn.rules.user_tasks import read_plain_activity, read_receive_task, read_user_task

HISTORY_TTL = ParseRule(
    "history-ttl",
    ("process",),
    "The history time to live must be a number of days, or a period such as `P30D`; without a default, a process must have one. "
    "The message has the reason twice.",
    "{reason}: {reason}",
)
UNSUPPORTED = ParseRule(
    "unsupported-activity",
    ("adHocSubProcess", "complexGateway"),
    "A process must not have ad-hoc subprocesses or complex gateways: an engine ignores them.",
    "Ignoring unsupported activity type",
    is_warning=True,
)
ASSOCIATION_END = ParseRule(
    "association-end",
    ("association",),
    "An association must have a source and a target.",
    "association element missing attribute '{attribute}'",
)
ASSOCIATION_UNKNOWN = ParseRule(
    "association-unknown",
    ("association",),
    "The source and the target of an association must be elements of the file.",
    "Invalid reference {attribute} '{ref}' of association element ",
)
COMPENSATION_HANDLER = ParseRule(
    "compensation-handler",
    ("association",),
    "A compensation boundary event must lead to an activity with `isForCompensation`.",
    "compensation boundary catch must be connected to element with isForCompensation=true",
)


def processes(context: RuleContext) -> None:
    """Read all executable processes of a file; the others are checked against the XML schema only.

    Raises AbortError if the engine stops on one of them.
    """
    for node in context.root.all("process"):
        if is_executable(node):
            process = Scope(node, node.id, node.tag)
            _read_process(context, node, process)
            context.processes.append(process)


@checks(HISTORY_TTL)
def _read_process(context: RuleContext, node: Node, process: Scope) -> None:
    context.flows = {}
    check_priority(context, node, "jobPriority")
    check_priority(context, node, "taskPriority")
    try:
        history_ttl(node.camunda("historyTimeToLive"), context.options)
    except ValueError as reason:
        context.report(HISTORY_TTL, node, reason=reason)
    _read_scope(context, node, process)
    for name in candidate_users(node) + candidate_groups(node):
        context.expression(name)
    process.lanes = {lane.id for lanes in node.all("laneSet") for lane in lanes.all("lane")}
    check_outgoing_flows(context, process.children)


def _read_scope(context: RuleContext, node: Node, scope: Scope) -> None:
    """Read what is in a process or subprocess: each kind of element needs those that are read before it."""
    catching = {child.id: child for child in node.all("intermediateCatchEvent")}
    handlers = {child.id: child for child in node.children if is_compensation_handler(child) and child.tag != "intermediateCatchEvent"}
    read_later = {child.order for child in (*catching.values(), *handlers.values())}
    read_start_events(context, node, scope)
    for child in node.children:
        if child.order not in read_later:
            _read_activity(context, child, scope)
    read_catch_events(context, hash_ordered(catching), scope)
    read_end_events(context, node.all("endEvent"), scope)
    read_boundary_events(context, node.all("boundaryEvent"), scope)
    read_sequence_flows(context, node.all("sequenceFlow"), scope, handlers)
    check_execution_listeners(context, node)
    for association in node.all("association"):
        _check_association(context, association, scope, handlers)
    for handler in handlers.values():
        _read_activity(context, handler, scope)
    for report_missing in hash_ordered(scope.unresolved):
        report_missing()


# ------------------------------------------------------------------------------------------------------------- activities


@checks(UNSUPPORTED)
def _read_activity(context: RuleContext, node: Node, scope: Scope) -> Scope | None:
    """Read an activity, and its multi-instance body if it has one; None for an element that is no activity."""
    body = create_loop_body(context, node, scope)
    reader = _READERS.get(node.tag)
    if node.tag in UNSUPPORTED.elements:
        context.report(UNSUPPORTED, node)
    activity = reader(context, node, body or scope) if reader is not None else None
    if activity is None:
        if body is not None:
            raise AbortError("An element is repeated that is no activity")
        return None
    for element in (node, node.one("multiInstanceLoopCharacteristics")):
        if element is not None and is_async(element):
            check_retries(context, element)
    check_input_output(context, node, activity)
    return activity


def _read_subprocess(context: RuleContext, node: Node, scope: Scope) -> Scope:
    activity = create_activity(context, node, scope)
    activity.is_flow_scope = True
    set_continuations(node, activity)
    activity.behavior = "subProcess"
    activity.triggered_by_event = context.boolean(node, "triggeredByEvent")
    if activity.triggered_by_event:
        activity.event_scope = scope
    _read_scope(context, node, activity)
    return activity


def _read_transaction(context: RuleContext, node: Node, scope: Scope) -> Scope:
    activity = create_activity(context, node, scope)
    set_continuations(node, activity)
    activity.is_flow_scope, activity.behavior = True, "subProcess"
    _read_scope(context, node, activity)
    return activity


_READERS = {
    "exclusiveGateway": read_plain_activity,
    "inclusiveGateway": read_plain_activity,
    "parallelGateway": read_plain_activity,
    "eventBasedGateway": read_event_based_gateway,
    "task": read_plain_activity,
    "manualTask": read_plain_activity,
    "receiveTask": read_receive_task,
    "userTask": read_user_task,
    "scriptTask": read_script_task,
    "serviceTask": read_service_task,
    "sendTask": read_send_task,
    "businessRuleTask": read_business_rule_task,
    "callActivity": read_call_activity,
    "subProcess": _read_subprocess,
    "transaction": _read_transaction,
    "intermediateThrowEvent": read_throw_event,
}


# ----------------------------------------------------------------------------------------------------------- associations


@checks(ASSOCIATION_END, ASSOCIATION_UNKNOWN)
def _check_association(context: RuleContext, node: Node, scope: Scope, handlers: Handlers) -> None:
    """Check an association; one from a compensation boundary event connects the event's activity with its handler."""
    refs = {name: node.get(name) for name in ("sourceRef", "targetRef")}
    for name, ref in refs.items():
        if ref is None:
            context.report(ASSOCIATION_END, node, attribute=name)
    source, target = (scope.find(ref) for ref in refs.values())
    for name, activity in zip(refs, (source, target), strict=True):
        if activity is None and refs[name] not in context.element_ids:
            context.report(ASSOCIATION_UNKNOWN, node, attribute=name, ref=refs[name])
            return
    if source is None or source.type != COMPENSATION:
        return
    if target is None and refs["targetRef"] in handlers:
        target = _read_handler(context, handlers.pop(refs["targetRef"]), source, scope)
    if target is not None:
        _set_handler(context, node, source, target)


def _read_handler(context: RuleContext, node: Node, event: Scope, scope: Scope) -> Scope:
    """Read the handler of a compensation event; that of a multi-instance activity is in the same body."""
    attached = event.event_scope
    body = attached.body if attached is not None else None
    handler = _read_activity(context, node, body or scope)
    if handler is None:
        raise AbortError("What compensates is no activity")
    return handler


@checks(COMPENSATION_HANDLER, COMPENSATION_TWO_WAYS)
def _set_handler(context: RuleContext, node: Node, event: Scope, handler: Scope) -> None:
    attached = event.event_scope
    if not handler.is_for_compensation:
        context.report(COMPENSATION_HANDLER, node, event.id, handler.id)
    elif attached is not None and attached.compensated_by is not None and attached.compensated_by.is_flow_scope:
        context.report(COMPENSATION_TWO_WAYS, node, attached.id, event.id)
    elif attached is not None:
        attached.compensated_by = handler
