"""Execution listeners, task listeners, injected fields and retry time cycles."""

from __future__ import annotations

from procdef.bpmn.grammar import expression
from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import MultipleElementsError, Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.event_definitions import read_timer
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import Scope
from procdef.bpmn.rules.scripts import BrokenValueError, check_camunda_script

FOX = "http://www.camunda.com/fox"
TASK_EVENTS = ("create", "assignment", "complete", "update", "delete")

LISTENER_EVENT = ParseRule(
    "listener-event",
    ("camunda:executionListener",),
    "An execution listener of an activity, an event or a process must name its event.",
    "Attribute 'event' is mandatory on listener",
)
LISTENER_EVENT_NAME = ParseRule(
    "listener-event-name",
    ("camunda:executionListener",),
    "The event of an execution listener must be `start` or `end`.",
    "Attribute 'event' must be one of {{start|end}}",
)
LISTENER_CLASS = ParseRule(
    "listener-class",
    ("camunda:executionListener",),
    "The class of an execution listener must not be empty.",
    "Attribute 'class' cannot be empty",
)
LISTENER_DELEGATE = ParseRule(
    "listener-delegate",
    ("camunda:executionListener",),
    "The delegate expression of an execution listener must not be empty.",
    "Attribute 'delegateExpression' cannot be empty",
)
LISTENER_CODE = ParseRule(
    "listener-code",
    ("camunda:executionListener", "camunda:taskListener"),
    "A listener must have a class, an expression, a delegate expression or a script.",
    "Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on {tag}",
)
TASK_LISTENER_EVENT = ParseRule(
    "task-listener-event",
    ("camunda:taskListener",),
    "A task listener must name its event.",
    "Attribute 'event' is mandatory on taskListener",
)
TASK_LISTENER_EVENT_NAME = ParseRule(
    "task-listener-event-name",
    ("camunda:taskListener",),
    "The event of a task listener must be `create`, `assignment`, `complete`, `update`, `delete` or `timeout`.",
    "Attribute 'event' must be one of {{create|assignment|complete|update|delete|timeout}}",
)
TIMEOUT_ID = ParseRule(
    "timeout-id",
    ("camunda:taskListener",),
    "A task listener for a timeout must have an id.",
    "Element 'id' is mandatory on taskListener of type 'timeout'",
)
TIMEOUT_TIMER = ParseRule(
    "timeout-timer",
    ("camunda:taskListener",),
    "A task listener for a timeout must have a timer.",
    "Element 'timerEventDefinition' is mandatory on taskListener of type 'timeout'",
)
FIELD_VALUE = ParseRule(
    "field-value",
    ("camunda:field",),
    "An injected field must have a string or an expression.",
    "One of the following is mandatory on a field declaration: one of attributes stringValue|expression or one of child elements "
    "string|expression",
)
FIELD_TWO_WAYS = ParseRule(
    "field-two-ways",
    ("camunda:field",),
    "The value of an injected field must be given by an attribute or by an element, not both.",
    "Can't use attribute '{attribute}' and element '{tag}' together, only use one",
)
FIELD_EMPTY = ParseRule(
    "field-empty",
    ("camunda:field",),
    "The string or the expression of an injected field must not be empty.",
    "No valid value found in attribute '{attribute}' nor element '{tag}'",
)
FIELD_TWICE = ParseRule(
    "field-twice",
    ("camunda:field",),
    "An injected field must have at most one element for its string and one for its expression.",
    "Multiple {tag} field declarations found",
)


@checks(LISTENER_EVENT, LISTENER_EVENT_NAME)
def check_execution_listeners(context: RuleContext, node: Node) -> None:
    """Check the execution listeners of a process, an activity or an event.

    Raises ExpressionError for a wrong expression.
    """
    for listener in node.extensions("executionListener"):
        event = listener.get("event")
        if event in ("start", "end"):
            _check_execution_listener(context, listener, node.id)
        else:
            context.report(LISTENER_EVENT_NAME if event and trim(event) else LISTENER_EVENT, listener, node.id)


def check_flow_listeners(context: RuleContext, node: Node) -> None:
    """Check the execution listeners of a sequence flow; their event is ignored.

    Raises ExpressionError for a wrong expression.
    """
    for listener in node.extensions("executionListener"):
        _check_execution_listener(context, listener, node.id)


@checks(LISTENER_CLASS, LISTENER_DELEGATE)
def _check_execution_listener(context: RuleContext, listener: Node, element_id: str | None) -> None:
    if listener.get("class") == "":
        context.report(LISTENER_CLASS, listener, element_id)
    elif not _has_class_or_expression(listener) and listener.get("delegateExpression") == "":
        context.report(LISTENER_DELEGATE, listener, element_id)
    else:
        _check_code(context, listener, element_id)


def _has_class_or_expression(listener: Node) -> bool:
    return listener.get("class") is not None or listener.get("expression") is not None


@checks(LISTENER_CODE)
def _check_code(context: RuleContext, listener: Node, element_id: str | None) -> None:
    """Check what a listener runs: its class, else its expression, else its delegate expression, else its script."""
    script = listener.camunda_one("script")
    if listener.get("class") is not None:
        read_fields(context, listener)
    elif listener.get("expression") is not None:
        context.expression(listener.get("expression"))
    elif listener.get("delegateExpression") is not None:
        context.expression(listener.get("delegateExpression"))
        read_fields(context, listener)
    elif script is not None:
        _check_script(context, script, element_id)
    else:
        context.report(LISTENER_CODE, listener, element_id, tag=listener.tag)


def _check_script(context: RuleContext, script: Node, element_id: str | None) -> None:
    try:
        check_camunda_script(context, script)
    except BrokenValueError as broken:
        context.report(broken.rule, broken.node, element_id, **broken.values)


@checks(TASK_LISTENER_EVENT, TASK_LISTENER_EVENT_NAME)
def check_task_listeners(context: RuleContext, node: Node, activity: Scope) -> None:
    """Check the task listeners of a user task.

    Raises AbortError for a timeout without timer, ExpressionError for a wrong expression.
    """
    for listener in node.extensions("taskListener"):
        event = listener.get("event")
        if event is None:
            context.report(TASK_LISTENER_EVENT, node)
        elif event in TASK_EVENTS:
            _check_code(context, listener, activity.id)
        elif event == "timeout":
            _check_timeout_listener(context, listener, activity)
        else:
            context.report(TASK_LISTENER_EVENT_NAME, node)


@checks(TIMEOUT_ID, TIMEOUT_TIMER)
def _check_timeout_listener(context: RuleContext, listener: Node, activity: Scope) -> None:
    definition = listener.one("timerEventDefinition")
    if listener.id is None:
        context.report(TIMEOUT_ID, listener, activity.id)
    if definition is None:
        context.report(TIMEOUT_TIMER, listener, activity.id)
        raise AbortError("A timeout listener has no timer")
    read_timer(context, definition, activity)
    _check_code(context, listener, activity.id)


def read_fields(context: RuleContext, node: Node) -> list[Node]:
    """The injected fields of a task or a listener that have a value, found in its `extensionElements`, or in itself if it has none.

    Raises ExpressionError for a wrong expression.
    """
    holder = node.one("extensionElements") or node
    return [field for field in holder.camunda_all("field") if _has_value(context, node, field)]


@checks(FIELD_VALUE)
def _has_value(context: RuleContext, node: Node, field: Node) -> bool:
    if _field_string(context, node, field, "stringValue", "string") is not None:
        return True
    text = _field_string(context, node, field, "expression", "expression")
    if text is None or not trim(text):
        context.report(FIELD_VALUE, node)
        return False
    context.expression(text)
    return True


@checks(FIELD_TWO_WAYS, FIELD_EMPTY, FIELD_TWICE)
def _field_string(context: RuleContext, node: Node, field: Node, attribute: str, tag: str) -> str | None:
    """The value of a field, from its attribute or its child element; None if it has none or a wrong one."""
    value = field.get(attribute)
    try:
        child = field.camunda_one(tag)
    except MultipleElementsError:
        context.report(FIELD_TWICE, node, tag=tag)
        return None
    if child is None:
        return value or None
    if value is not None:
        context.report(FIELD_TWO_WAYS, field, node.id, attribute=attribute, tag=tag)
        return None
    if not child.text:
        context.report(FIELD_EMPTY, field, node.id, attribute=attribute, tag=tag)
    return child.text or None


def literal_value(field: Node) -> str:
    """The string of a field.

    Raises AbortError for a field with an expression: the engine cannot read such a field of a shell task.
    """
    child = field.camunda_one("string")
    text = child.text if child is not None else field.get("stringValue")
    if not text:
        raise AbortError("A field of a shell task is an expression")
    return text


def check_retries(context: RuleContext, node: Node | None) -> None:
    """Check the retry time cycle of an asynchronous element; the engine checks it only if it is an expression.

    Raises ExpressionError for a wrong expression.
    """
    holder = node.one("extensionElements") if node is not None else None
    element = holder.camunda_one("failedJobRetryTimeCycle", FOX) if holder is not None else None
    if element is not None and expression.is_dynamic(element.text):
        context.expression(element.text)
