"""Listeners of executions and tasks, the fields that are injected into Java classes, and the pattern of retries."""

from __future__ import annotations

from procdef.bpmn.grammar import expression
from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import MultipleElementsError, Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.event_definitions import timer
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import Scope
from procdef.bpmn.rules.scripts import BrokenValueError, camunda_script

FOX = "http://www.camunda.com/fox"
TASK_EVENTS = ("create", "assignment", "complete", "update", "delete")

LISTENER_EVENT = Rule("listener-event", ("camunda:executionListener",), "Attribute 'event' is mandatory on listener")
LISTENER_EVENT_NAME = Rule("listener-event-name", ("camunda:executionListener",), "Attribute 'event' must be one of {{start|end}}")
LISTENER_CLASS = Rule("listener-class", ("camunda:executionListener",), "Attribute 'class' cannot be empty")
LISTENER_DELEGATE = Rule("listener-delegate", ("camunda:executionListener",), "Attribute 'delegateExpression' cannot be empty")
LISTENER_CODE = Rule(
    "listener-code",
    ("camunda:executionListener", "camunda:taskListener"),
    "Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on {tag}",
)
TASK_LISTENER_EVENT = Rule("task-listener-event", ("camunda:taskListener",), "Attribute 'event' is mandatory on taskListener")
TASK_LISTENER_EVENT_NAME = Rule(
    "task-listener-event-name",
    ("camunda:taskListener",),
    "Attribute 'event' must be one of {{create|assignment|complete|update|delete|timeout}}",
)
TIMEOUT_ID = Rule("timeout-id", ("camunda:taskListener",), "Element 'id' is mandatory on taskListener of type 'timeout'")
TIMEOUT_TIMER = Rule(
    "timeout-timer", ("camunda:taskListener",), "Element 'timerEventDefinition' is mandatory on taskListener of type 'timeout'"
)
FIELD_VALUE = Rule(
    "field-value",
    ("camunda:field",),
    "One of the following is mandatory on a field declaration: one of attributes stringValue|expression or one of child elements "
    "string|expression",
)
FIELD_TWO_WAYS = Rule("field-two-ways", ("camunda:field",), "Can't use attribute '{attribute}' and element '{tag}' together, only use one")
FIELD_EMPTY = Rule("field-empty", ("camunda:field",), "No valid value found in attribute '{attribute}' nor element '{tag}'")
FIELD_TWICE = Rule("field-twice", ("camunda:field",), "Multiple {tag} field declarations found")


@checks(LISTENER_EVENT, LISTENER_EVENT_NAME)
def execution_listeners(review: Review, node: Node) -> None:
    """The listeners of a process, an activity or an event: for its start or its end."""
    for listener in node.extensions("executionListener"):
        event = listener.get("event")
        if event in ("start", "end"):
            _execution_listener(review, listener, node.id)
        else:
            review.error(LISTENER_EVENT_NAME if event and trim(event) else LISTENER_EVENT, listener, node.id)


def flow_listeners(review: Review, node: Node) -> None:
    """The listeners of a sequence flow, for which the event does not matter."""
    for listener in node.extensions("executionListener"):
        _execution_listener(review, listener, node.id)


@checks(LISTENER_CLASS, LISTENER_DELEGATE)
def _execution_listener(review: Review, listener: Node, ident: str | None) -> None:
    if listener.get("class") == "":
        review.error(LISTENER_CLASS, listener, ident)
    elif not _has_class_or_expression(listener) and listener.get("delegateExpression") == "":
        review.error(LISTENER_DELEGATE, listener, ident)
    else:
        _code(review, listener, ident)


def _has_class_or_expression(listener: Node) -> bool:
    return listener.get("class") is not None or listener.get("expression") is not None


@checks(LISTENER_CODE)
def _code(review: Review, listener: Node, ident: str | None) -> None:
    """What a listener runs: the first that is there of a class, an expression, a delegate expression and a script."""
    script = listener.camunda_one("script")
    if listener.get("class") is not None:
        fields(review, listener)
    elif listener.get("expression") is not None:
        review.expression(listener.get("expression"))
    elif listener.get("delegateExpression") is not None:
        review.expression(listener.get("delegateExpression"))
        fields(review, listener)
    elif script is not None:
        _script(review, script, ident)
    else:
        review.error(LISTENER_CODE, listener, ident, tag=listener.tag)


def _script(review: Review, script: Node, ident: str | None) -> None:
    try:
        camunda_script(review, script)
    except BrokenValueError as broken:
        review.error(broken.rule, broken.node, ident, **broken.values)


@checks(TASK_LISTENER_EVENT, TASK_LISTENER_EVENT_NAME)
def task_listeners(review: Review, node: Node, activity: Scope) -> None:
    """The listeners of a user task."""
    for listener in node.extensions("taskListener"):
        event = listener.get("event")
        if event is None:
            review.error(TASK_LISTENER_EVENT, node)
        elif event in TASK_EVENTS:
            _code(review, listener, activity.id)
        elif event == "timeout":
            _timeout_listener(review, listener, activity)
        else:
            review.error(TASK_LISTENER_EVENT_NAME, node)


@checks(TIMEOUT_ID, TIMEOUT_TIMER)
def _timeout_listener(review: Review, listener: Node, activity: Scope) -> None:
    definition = listener.one("timerEventDefinition")
    if listener.id is None:
        review.error(TIMEOUT_ID, listener, activity.id)
    if definition is None:
        review.error(TIMEOUT_TIMER, listener, activity.id)
        raise AbortError("A timeout listener has no timer")
    timer(review, definition, activity)
    _code(review, listener, activity.id)


def fields(review: Review, node: Node) -> list[Node]:
    """The fields of a task or a listener that have a value; they are in the `extensionElements`, or in the element if it has none."""
    holder = node.one("extensionElements") or node
    return [field for field in holder.camunda_all("field") if _has_value(review, node, field)]


@checks(FIELD_VALUE)
def _has_value(review: Review, node: Node, field: Node) -> bool:
    if _text_of(review, node, field, "stringValue", "string") is not None:
        return True
    text = _text_of(review, node, field, "expression", "expression")
    if text is None or not trim(text):
        review.error(FIELD_VALUE, node)
        return False
    review.expression(text)
    return True


@checks(FIELD_TWO_WAYS, FIELD_EMPTY, FIELD_TWICE)
def _text_of(review: Review, node: Node, field: Node, attribute: str, tag: str) -> str | None:
    """The value of a field by its attribute or by its child, whichever there is."""
    value = field.get(attribute)
    try:
        child = field.camunda_one(tag)
    except MultipleElementsError:
        review.error(FIELD_TWICE, node, tag=tag)
        return None
    if child is None:
        return value or None
    if value is not None:
        review.error(FIELD_TWO_WAYS, field, node.id, attribute=attribute, tag=tag)
        return None
    if not child.text:
        review.error(FIELD_EMPTY, field, node.id, attribute=attribute, tag=tag)
    return child.text or None


def field_text(field: Node) -> str:
    """The value of a field that has one; raises AbortError where it is an expression."""
    child = field.camunda_one("string")
    text = child.text if child is not None else field.get("stringValue")
    if not text:
        raise AbortError("A field of a shell task is an expression")
    return text


def retries(review: Review, node: Node | None) -> None:
    """The pattern of retries of what runs asynchronously: only an expression can be wrong."""
    holder = node.one("extensionElements") if node is not None else None
    element = holder.camunda_one("failedJobRetryTimeCycle", FOX) if holder is not None else None
    if element is not None and expression.is_dynamic(element.text):
        review.expression(element.text)
