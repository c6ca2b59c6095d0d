"""Rules for every activity: priorities, asynchronous continuations and multi-instance loops."""

from __future__ import annotations

from procdef.bpmn.grammar import expression
from procdef.bpmn.grammar.java_text import java_int
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import MULTI_INSTANCE_BODY, Scope

LOOP = ("multiInstanceLoopCharacteristics",)
PRIORITY = ParseRule(
    "priority",
    ("process", "activity"),
    "A priority must be an integer or an expression.",
    "Value '{value}' for attribute '{attribute}' is not a valid number",
)
LOOP_CARDINALITY = ParseRule(
    "loop-cardinality",
    LOOP,
    "`loopCardinality` must not be empty.",
    "loopCardinality must be defined for a multiInstanceLoopCharacteristics definition ",
)
LOOP_OVER = ParseRule(
    "loop-over",
    LOOP,
    "A multi-instance activity must have a number of instances or a collection.",
    "Either loopCardinality or loopDataInputRef/activiti:collection must be set",
)
LOOP_VARIABLE = ParseRule(
    "loop-variable",
    LOOP,
    "An element variable (`inputDataItem`, `camunda:elementVariable`) needs a collection.",
    "LoopDataInputRef/activiti:collection must be set when using inputDataItem or activiti:elementVariable",
)


def create_activity(context: RuleContext, node: Node, scope: Scope) -> Scope:
    """Add the activity of an element to its scope.

    Raises AbortError if the process has an activity with its id.
    """
    activity = scope.create(node, node.id, node.tag)
    check_priority(context, node, "jobPriority")
    activity.is_for_compensation = is_compensation_handler(node)
    return activity


def is_compensation_handler(node: Node) -> bool:
    """Whether an activity only compensates another."""
    return (node.get("isForCompensation") or "").lower() == "true"


@checks(PRIORITY)
def check_priority(context: RuleContext, node: Node, attribute: str) -> None:
    """Check an attribute that holds a priority: an integer, or an expression.

    Raises ExpressionError for a wrong expression.
    """
    value = node.camunda(attribute)
    if value is None or java_int(value) is not None:
        return
    if not expression.is_dynamic(value):
        context.report(PRIORITY, node, value=value, attribute=attribute)
    context.expression(value)


def set_continuations(node: Node, activity: Scope) -> None:
    """Read the asynchronous continuations of an activity: those of a multi-instance activity are attributes of its loop.

    Raises AbortError as `set_async` does.
    """
    body = activity.body
    if body is None or activity.is_for_compensation:
        set_async(node, activity)
        return
    set_async(node, body)
    loop = node.one("multiInstanceLoopCharacteristics")
    if loop is not None:
        set_async(loop, activity)


def set_async(node: Node, activity: Scope) -> None:
    """Read whether an activity has a job before and one after it.

    Raises AbortError for the next activity after one with such a job and without id: the engine looks for the jobs of every activity by
    id, and fails on the job without one.
    """
    without_id = activity.process.jobs_without_id
    activity.is_async_after = node.camunda("asyncAfter") == "true"
    is_async_before = "true" in (node.camunda("async"), node.camunda("asyncBefore"))
    for kind, is_on in (("before", is_async_before), ("after", activity.is_async_after)):
        if kind in without_id or (is_on and without_id):
            raise AbortError("An asynchronous activity has no id")
        if is_on and activity.id is None:
            without_id.add(kind)


def is_async(node: Node) -> bool:
    """Whether an activity has a job before or after it."""
    return "true" in (node.camunda("async"), node.camunda("asyncBefore"), node.camunda("asyncAfter"))


def create_loop_body(context: RuleContext, node: Node, scope: Scope) -> Scope | None:
    """Add the multi-instance body of an element to its scope; None for an element that is not repeated.

    Raises AbortError if the process has a body with its id, or for a wrong `isSequential`.
    """
    loop = node.one("multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    body = scope.create(node, f"{'null' if node.id is None else node.id}#multiInstanceBody", MULTI_INSTANCE_BODY)
    body.behavior = MULTI_INSTANCE_BODY
    _check_loop(context, loop, body.id)
    return body


@checks(LOOP_CARDINALITY, LOOP_OVER, LOOP_VARIABLE)
def _check_loop(context: RuleContext, loop: Node, element_id: str | None) -> None:
    """Check the number of instances, the collection and the completion condition."""
    context.boolean(loop, "isSequential")
    cardinality, completion = loop.one("loopCardinality"), loop.one("completionCondition")
    if cardinality is not None:
        if not cardinality.text:
            context.report(LOOP_CARDINALITY, loop, element_id)
        context.expression(cardinality.text)
    if completion is not None:
        context.expression(completion.text)
    collection = _collection(context, loop)
    if cardinality is None and collection is None:
        context.report(LOOP_OVER, loop, element_id)
    if collection is None and _element_variable(loop) is not None:
        context.report(LOOP_VARIABLE, loop, element_id)


def _collection(context: RuleContext, loop: Node) -> str | None:
    reference = loop.one("loopDataInputRef")
    texts = [text for text in (loop.camunda("collection"), reference.text if reference is not None else None) if text is not None]
    for text in texts:
        if "{" in text:
            context.expression(text)
    return texts[0] if texts else None


def _element_variable(loop: Node) -> str | None:
    data_item = loop.one("inputDataItem")
    return loop.camunda("elementVariable") if data_item is None else data_item.get("name")
