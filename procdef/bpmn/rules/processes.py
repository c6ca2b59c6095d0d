"""A process from its attributes down through its scopes: in which order the engine looks at what."""

from __future__ import annotations

from procdef.bpmn.facts.extract import is_executable
from procdef.bpmn.facts.starters import candidate_groups, candidate_users
from procdef.bpmn.grammar.java_text import hash_ordered
from procdef.bpmn.grammar.ttl import history_ttl
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.activities import continuation, create, is_async, is_compensation_handler, multi_instance, priority
from procdef.bpmn.rules.bindings import call_activity
from procdef.bpmn.rules.boundary_events import COMPENSATION, boundary_events
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.events import catch_events, end_events, event_based_gateway, throw_event
from procdef.bpmn.rules.flows import Handlers, sequence_flows
from procdef.bpmn.rules.gateways import validate
from procdef.bpmn.rules.listeners import execution_listeners, retries
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import Scope
from procdef.bpmn.rules.scripts import input_output
from procdef.bpmn.rules.service_tasks import business_rule_task, script_task, send_task, service_task
from procdef.bpmn.rules.start_events import COMPENSATION_TWO_WAYS, start_events
from procdef.bpmn.rules.user_tasks import plain_task, receive_task, user_task

HISTORY_TTL = Rule("history-ttl", ("process",), "{reason}: {reason}")
UNSUPPORTED = Rule("unsupported-activity", ("adHocSubProcess", "complexGateway"), "Ignoring unsupported activity type", warns=True)
ASSOCIATION_END = Rule("association-end", ("association",), "association element missing attribute '{attribute}'")
ASSOCIATION_UNKNOWN = Rule("association-unknown", ("association",), "Invalid reference {attribute} '{ref}' of association element ")
COMPENSATION_HANDLER = Rule(
    "compensation-handler", ("association",), "compensation boundary catch must be connected to element with isForCompensation=true"
)


def processes(review: Review) -> None:
    """All executable processes of a file; the others are held to the schema only."""
    for node in review.root.all("process"):
        if is_executable(node):
            process = Scope(node, node.id, node.tag)
            _process(review, node, process)
            review.processes.append(process)


@checks(HISTORY_TTL)
def _process(review: Review, node: Node, process: Scope) -> None:
    review.flows = {}
    priority(review, node, "jobPriority")
    priority(review, node, "taskPriority")
    try:
        history_ttl(node.camunda("historyTimeToLive"), review.options)
    except ValueError as reason:
        review.error(HISTORY_TTL, node, reason=reason)
    _scope(review, node, process)
    for name in candidate_users(node) + candidate_groups(node):
        review.expression(name)
    process.lanes = {lane.id for lanes in node.all("laneSet") for lane in lanes.all("lane")}
    validate(review, process.children)


def _scope(review: Review, node: Node, scope: Scope) -> None:
    """All that is in a process or subprocess."""
    catching = {child.id: child for child in node.all("intermediateCatchEvent")}
    handlers = {child.id: child for child in node.children if is_compensation_handler(child) and child.tag != "intermediateCatchEvent"}
    apart = {child.order for child in (*catching.values(), *handlers.values())}
    start_events(review, node, scope)
    for child in node.children:
        if child.order not in apart:
            _activity(review, child, scope)
    catch_events(review, hash_ordered(catching), scope)
    end_events(review, node.all("endEvent"), scope)
    boundary_events(review, node.all("boundaryEvent"), scope)
    sequence_flows(review, node.all("sequenceFlow"), scope, handlers)
    execution_listeners(review, node)
    for association in node.all("association"):
        _association(review, association, scope, handlers)
    for handler in handlers.values():
        _activity(review, handler, scope)
    for complain in hash_ordered(scope.awaited):
        complain()


# ------------------------------------------------------------------------------------------------------------- activities


@checks(UNSUPPORTED)
def _activity(review: Review, node: Node, scope: Scope) -> Scope | None:
    """An activity, in a body of its own where it is repeated; None for an element that is none."""
    body = multi_instance(review, node, scope)
    read = _ACTIVITIES.get(node.tag)
    if node.tag in UNSUPPORTED.elements:
        review.error(UNSUPPORTED, node)
    activity = read(review, node, body or scope) if read is not None else None
    if activity is None:
        if body is not None:
            raise AbortError("An element is repeated that is no activity")
        return None
    for element in (node, node.one("multiInstanceLoopCharacteristics")):
        if element is not None and is_async(element):
            retries(review, element)
    input_output(review, node, activity)
    return activity


def _subprocess(review: Review, node: Node, scope: Scope) -> Scope:
    activity = create(review, node, scope)
    activity.is_level = True
    continuation(node, activity)
    activity.behavior = "subProcess"
    activity.triggered_by_event = review.boolean(node, "triggeredByEvent")
    if activity.triggered_by_event:
        activity.event_scope = scope
    _scope(review, node, activity)
    return activity


def _transaction(review: Review, node: Node, scope: Scope) -> Scope:
    activity = create(review, node, scope)
    continuation(node, activity)
    activity.is_level, activity.behavior = True, "subProcess"
    _scope(review, node, activity)
    return activity


_ACTIVITIES = {
    "exclusiveGateway": plain_task,
    "inclusiveGateway": plain_task,
    "parallelGateway": plain_task,
    "eventBasedGateway": event_based_gateway,
    "task": plain_task,
    "manualTask": plain_task,
    "receiveTask": receive_task,
    "userTask": user_task,
    "scriptTask": script_task,
    "serviceTask": service_task,
    "sendTask": send_task,
    "businessRuleTask": business_rule_task,
    "callActivity": call_activity,
    "subProcess": _subprocess,
    "transaction": _transaction,
    "intermediateThrowEvent": throw_event,
}


# ----------------------------------------------------------------------------------------------------------- associations


@checks(ASSOCIATION_END, ASSOCIATION_UNKNOWN)
def _association(review: Review, node: Node, scope: Scope, handlers: Handlers) -> None:
    """An association: it may tell what compensates the activity that a boundary event is attached to."""
    refs = {name: node.get(name) for name in ("sourceRef", "targetRef")}
    for name, ref in refs.items():
        if ref is None:
            review.error(ASSOCIATION_END, node, attribute=name)
    source, target = (scope.find(ref) for ref in refs.values())
    for name, activity in zip(refs, (source, target), strict=True):
        if activity is None and refs[name] not in review.element_ids:
            review.error(ASSOCIATION_UNKNOWN, node, attribute=name, ref=refs[name])
            return
    if source is None or source.type != COMPENSATION:
        return
    if target is None and refs["targetRef"] in handlers:
        target = _handler(review, handlers.pop(refs["targetRef"]), source, scope)
    if target is not None:
        _compensates(review, node, source, target)


def _handler(review: Review, node: Node, event: Scope, scope: Scope) -> Scope:
    """What compensates a repeated activity is repeated with it."""
    attached = event.event_scope
    inside = attached.body if attached is not None else None
    handler = _activity(review, node, inside or scope)
    if handler is None:
        raise AbortError("What compensates is no activity")
    return handler


@checks(COMPENSATION_HANDLER, COMPENSATION_TWO_WAYS)
def _compensates(review: Review, node: Node, event: Scope, handler: Scope) -> None:
    attached = event.event_scope
    if not handler.is_for_compensation:
        review.error(COMPENSATION_HANDLER, node, event.id, handler.id)
    elif attached is not None and attached.compensated_by is not None and attached.compensated_by.is_level:
        review.error(COMPENSATION_TWO_WAYS, node, attached.id, event.id)
    elif attached is not None:
        attached.compensated_by = handler
