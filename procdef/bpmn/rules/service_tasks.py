"""Tasks that run something: service, send, business rule and script tasks, and throwing message events that do the same."""

from __future__ import annotations

from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.activities import continuation, create, priority
from procdef.bpmn.rules.bindings import binding
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.listeners import execution_listeners, field_text, fields
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import Scope
from procdef.bpmn.rules.scripts import ScriptError, script

SERVICE = ("serviceTask", "businessRuleTask", "sendTask", "messageEventDefinition")
IMPLEMENTATIONS = ("class", "expression", "delegateExpression", "type")
RESULT_MAPPERS = ("singleEntry", "singleResult", "collectEntries", "resultList")
SHELL_SWITCHES = ("wait", "redirectError", "cleanEnv")

IMPLEMENTATION = Rule(
    "implementation",
    SERVICE,
    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on {tag}. If you are using a connector, "
    "make sure the connect process engine plugin is registered with the process engine.",
)
SEND_IMPLEMENTATION = Rule(
    "send-implementation",
    ("sendTask",),
    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on sendTask.",
)
SERVICE_TYPE = Rule("service-type", SERVICE, "Invalid usage of type attribute on {tag}: '{type}'")
RESULT_VARIABLE = Rule("result-variable", SERVICE, "'resultVariableName' not supported for {tag} elements using '{attribute}'")
TOPIC = Rule("topic", SERVICE, "External tasks must specify a 'topic' attribute in the camunda namespace")
MAIL_RECIPIENT = Rule("mail-recipient", SERVICE, "No recipient is defined on the mail activity")
MAIL_TEXT = Rule("mail-text", SERVICE, "Text or html field should be provided")
SHELL_COMMAND = Rule("shell-command", SERVICE, "No shell command is defined on the shell activity")
SHELL_SWITCH = Rule("shell-switch", SERVICE, "undefined value for shell {field} parameter :{value}")
RESULT_MAPPER = Rule(
    "result-mapper",
    ("businessRuleTask",),
    "No decision result mapper found for name '{name}'. Supported mappers are 'singleEntry', 'singleResult', 'collectEntries' and "
    "'resultList'.",
)
SCRIPT_TASK = Rule("script-task", ("scriptTask",), "Unable to process ScriptTask: {reason}")


def service_task(review: Review, node: Node, scope: Scope) -> Scope:
    """A service task, or a business rule task without a decision."""
    activity = create(review, node, scope)
    continuation(node, activity)
    service(review, node, activity, node.tag, node)
    execution_listeners(review, node)
    implemented(review, node, activity, node.tag)
    return activity


@checks(SEND_IMPLEMENTATION)
def send_task(review: Review, node: Node, scope: Scope) -> Scope:
    """A send task: as a service task, but with a message of its own where nothing is said."""
    if is_service(node):
        return service_task(review, node, scope)
    activity = create(review, node, scope)
    continuation(node, activity)
    execution_listeners(review, node)
    review.error(SEND_IMPLEMENTATION, node)
    return activity


def is_service(node: Node | None) -> bool:
    """Whether an element says what to run, be it with a connector."""
    if node is None:
        return False
    holder = node.one("extensionElements")
    has_connector = holder is not None and holder.one("connector") is not None
    return has_connector or any(node.camunda(name) is not None for name in IMPLEMENTATIONS)


@checks(IMPLEMENTATION)
def implemented(review: Review, node: Node, activity: Scope, tag: str) -> None:
    """A task that was read must have something to run."""
    if activity.behavior is None:
        review.error(IMPLEMENTATION, node, tag=tag)


@checks(RESULT_VARIABLE)
def service(review: Review, node: Node, activity: Scope, tag: str, task: Node) -> None:
    """What an element says to run: the first of a type, a class, a delegate expression and an expression.

    `task` is the task or event that the element `node` is, or is in; `tag` is what messages call it.
    """
    code = {name: node.camunda(name) for name in IMPLEMENTATIONS}
    if code["type"] is not None:
        _typed(review, node, activity, tag, task)
        return
    attribute = _implementation(code)
    if attribute is None:
        return
    activity.behavior = attribute
    if attribute != "expression":
        if _result_variable(node) is not None:
            review.error(RESULT_VARIABLE, node, tag=tag, attribute=attribute)
        if attribute == "delegateExpression":
            review.expression(code[attribute])
        fields(review, node)
    else:
        review.expression(code[attribute])


def _implementation(code: dict[str, str | None]) -> str | None:
    """The attribute that counts: blank classes and expressions do not."""
    if trim(code["class"] or ""):
        return "class"
    if code["delegateExpression"] is not None:
        return "delegateExpression"
    return "expression" if trim(code["expression"] or "") else None


def _result_variable(node: Node) -> str | None:
    name = node.camunda("resultVariable")
    return node.camunda("resultVariableName") if name is None else name


@checks(SERVICE_TYPE)
def _typed(review: Review, node: Node, activity: Scope, tag: str, task: Node) -> None:
    kind = (node.camunda("type") or "").lower()
    activity.behavior = kind if kind in ("mail", "shell", "external") else None
    if kind == "mail":
        _mail(review, node, {_name(field) for field in fields(review, node)})
    elif kind == "shell":
        _shell(review, node, {_name(field): field_text(field) for field in fields(review, node)})
    elif kind == "external":
        _external(review, node, task)
    else:
        review.error(SERVICE_TYPE, node, tag=tag, type=node.camunda("type"))


def _name(field: Node) -> str:
    """The name of a field, without which the engine cannot tell it from others."""
    name = field.get("name")
    if name is None:
        raise AbortError("A field has no name")
    return name


@checks(MAIL_RECIPIENT, MAIL_TEXT)
def _mail(review: Review, node: Node, names: set[str]) -> None:
    if "to" not in names:
        review.error(MAIL_RECIPIENT, node)
    if not names & {"html", "text"}:
        review.error(MAIL_TEXT, node)


@checks(SHELL_COMMAND, SHELL_SWITCH)
def _shell(review: Review, node: Node, values: dict[str, str]) -> None:
    for name, value in values.items():
        if name in SHELL_SWITCHES and value.lower() not in ("true", "false"):
            review.error(SHELL_SWITCH, node, field=name, value=value)
    if "command" not in values:
        review.error(SHELL_COMMAND, node)


@checks(TOPIC)
def _external(review: Review, node: Node, task: Node) -> None:
    """A task that a worker outside fetches."""
    if node.camunda("topic") is None:
        review.error(TOPIC, node)
    review.expression(node.camunda("topic"))
    priority(review, node, "taskPriority")
    holder = task.one("extensionElements")
    if holder is None:
        return
    holder.camunda_one("properties")
    for definition in holder.all("errorEventDefinition"):
        if definition.get("errorRef") is not None:
            review.required_expression(definition.get("expression"))


def business_rule_task(review: Review, node: Node, scope: Scope) -> Scope:
    """A business rule task: a decision where it refers to one, or else as a service task."""
    if node.camunda("decisionRef") is None:
        return service_task(review, node, scope)
    activity = create(review, node, scope)
    continuation(node, activity)
    review.expression(node.camunda("decisionRef"))
    binding(review, node, "decisionRef", "decisionRefBinding", "decisionRefVersionTag")
    _result_mapper(review, node)
    activity.behavior = "decision"
    execution_listeners(review, node)
    return activity


@checks(RESULT_MAPPER)
def _result_mapper(review: Review, node: Node) -> None:
    name = node.camunda("mapDecisionResult")
    if name is not None and name not in RESULT_MAPPERS:
        review.error(RESULT_MAPPER, node, name=name)


@checks(SCRIPT_TASK)
def script_task(review: Review, node: Node, scope: Scope) -> Scope:
    """A script task; without a usable script the engine looks at nothing else of it."""
    activity = create(review, node, scope)
    source = node.one("script")
    language = node.get("scriptFormat")
    try:
        text = source.text if source is not None else None
        script(review, "juel" if language is None else language, text, node.camunda("resource"))
    except ScriptError as reason:
        review.error(SCRIPT_TASK, source, reason=reason)
        return activity
    continuation(node, activity)
    activity.behavior = node.tag
    execution_listeners(review, node)
    return activity
