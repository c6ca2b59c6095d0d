"""What all activities have in common: ids, priorities, asynchronous continuations, and being repeated."""

from __future__ import annotations

from procdef.bpmn.grammar import expression
from procdef.bpmn.grammar.java_text import java_int
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import MULTI_INSTANCE_BODY, Scope

LOOP = ("multiInstanceLoopCharacteristics",)
PRIORITY = Rule("priority", ("process", "activity"), "Value '{value}' for attribute '{attribute}' is not a valid number")
LOOP_CARDINALITY = Rule("loop-cardinality", LOOP, "loopCardinality must be defined for a multiInstanceLoopCharacteristics definition ")
LOOP_OVER = Rule("loop-over", LOOP, "Either loopCardinality or loopDataInputRef/activiti:collection must be set")
LOOP_VARIABLE = Rule(
    "loop-variable", LOOP, "LoopDataInputRef/activiti:collection must be set when using inputDataItem or activiti:elementVariable"
)


def create(review: Review, node: Node, scope: Scope) -> Scope:
    """The activity that an element stands for, in its scope."""
    activity = scope.create(node, node.id, node.tag)
    priority(review, node, "jobPriority")
    activity.is_for_compensation = is_compensation_handler(node)
    return activity


def is_compensation_handler(node: Node) -> bool:
    """Whether an activity runs only to compensate another."""
    return (node.get("isForCompensation") or "").lower() == "true"


@checks(PRIORITY)
def priority(review: Review, node: Node, attribute: str) -> None:
    """A priority is a number, unless it is an expression."""
    value = node.camunda(attribute)
    if value is None or java_int(value) is not None:
        return
    if not expression.is_dynamic(value):
        review.error(PRIORITY, node, value=value, attribute=attribute)
    review.expression(value)


def continuation(node: Node, activity: Scope) -> None:
    """Whether the engine stops and goes on in a job after the activity, which for a repeated one the loop says."""
    body = activity.body
    if body is None or activity.is_for_compensation:
        set_async(node, activity)
        return
    set_async(node, body)
    loop = node.one("multiInstanceLoopCharacteristics")
    if loop is not None:
        set_async(loop, activity)


def set_async(node: Node, activity: Scope) -> None:
    """Note the jobs before and after an activity.

    Raises AbortError behind one without id: the engine looks for the job of each activity by its id, be it to see that there is none.
    """
    unnamed = activity.process.unnamed_jobs
    activity.is_async_after = node.camunda("asyncAfter") == "true"
    is_async_before = "true" in (node.camunda("async"), node.camunda("asyncBefore"))
    for kind, is_on in (("before", is_async_before), ("after", activity.is_async_after)):
        if kind in unnamed or (is_on and unnamed):
            raise AbortError("An asynchronous activity has no id")
        if is_on and activity.id is None:
            unnamed.add(kind)


def is_async(node: Node) -> bool:
    """Whether the engine stops before or after an activity."""
    return "true" in (node.camunda("async"), node.camunda("asyncBefore"), node.camunda("asyncAfter"))


def multi_instance(review: Review, node: Node, scope: Scope) -> Scope | None:
    """The body that repeats an activity, None for one that is not repeated."""
    loop = node.one("multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    body = scope.create(node, f"{'null' if node.id is None else node.id}#multiInstanceBody", MULTI_INSTANCE_BODY)
    body.behavior = MULTI_INSTANCE_BODY
    _loop(review, loop, body.id)
    return body


@checks(LOOP_CARDINALITY, LOOP_OVER, LOOP_VARIABLE)
def _loop(review: Review, loop: Node, ident: str | None) -> None:
    """How often, or over what, an activity is repeated."""
    review.boolean(loop, "isSequential")
    cardinality, completion = loop.one("loopCardinality"), loop.one("completionCondition")
    if cardinality is not None:
        if not cardinality.text:
            review.error(LOOP_CARDINALITY, loop, ident)
        review.expression(cardinality.text)
    if completion is not None:
        review.expression(completion.text)
    collection = _collection(review, loop)
    if cardinality is None and collection is None:
        review.error(LOOP_OVER, loop, ident)
    if collection is None and _element_variable(loop) is not None:
        review.error(LOOP_VARIABLE, loop, ident)


def _collection(review: Review, loop: Node) -> str | None:
    reference = loop.one("loopDataInputRef")
    texts = [text for text in (loop.camunda("collection"), reference.text if reference is not None else None) if text is not None]
    for text in texts:
        if "{" in text:
            review.expression(text)
    return texts[0] if texts else None


def _element_variable(loop: Node) -> str | None:
    item = loop.one("inputDataItem")
    return loop.camunda("elementVariable") if item is None else item.get("name")
