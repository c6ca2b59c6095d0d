"""Service, send, business rule and script tasks, and throwing message events with an implementation."""

from __future__ import annotations

from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.activities import check_priority, create_activity, set_continuations
from procdef.bpmn.rules.bindings import check_binding
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.listeners import check_execution_listeners, literal_value, read_fields
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import Scope
from procdef.bpmn.rules.scripts import ScriptError, check_script

SERVICE = ("serviceTask", "businessRuleTask", "sendTask", "messageEventDefinition")
IMPLEMENTATIONS = ("class", "expression", "delegateExpression", "type")
RESULT_MAPPERS = ("singleEntry", "singleResult", "collectEntries", "resultList")
SHELL_SWITCHES = ("wait", "redirectError", "cleanEnv")

IMPLEMENTATION = ParseRule(
    "implementation",
    SERVICE,
    "An element that is implemented as a service task must have a class, an expression, a delegate expression or a known type.",
    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on {tag}. If you are using a connector, "
    "make sure the connect process engine plugin is registered with the process engine.",
)
SEND_IMPLEMENTATION = ParseRule(
    "send-implementation",
    ("sendTask",),
    "A send task must have an implementation.",
    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on sendTask.",
)
SERVICE_TYPE = ParseRule(
    "service-type",
    SERVICE,
    "The type of a task must be `external`, `mail` or `shell`.",
    "Invalid usage of type attribute on {tag}: '{type}'",
)
RESULT_VARIABLE = ParseRule(
    "result-variable",
    SERVICE,
    "Only an implementation by an expression can have a result variable.",
    "'resultVariableName' not supported for {tag} elements using '{attribute}'",
)
TOPIC = ParseRule(
    "topic", SERVICE, "An external task must have a topic.", "External tasks must specify a 'topic' attribute in the camunda namespace"
)
MAIL_RECIPIENT = ParseRule(
    "mail-recipient", SERVICE, "A mail task must have the field `to`.", "No recipient is defined on the mail activity"
)
MAIL_TEXT = ParseRule("mail-text", SERVICE, "A mail task must have the field `text` or `html`.", "Text or html field should be provided")
SHELL_COMMAND = ParseRule(
    "shell-command", SERVICE, "A shell task must have the field `command`.", "No shell command is defined on the shell activity"
)
SHELL_SWITCH = ParseRule(
    "shell-switch",
    SERVICE,
    "The fields `wait`, `redirectError` and `cleanEnv` of a shell task must be `true` or `false`.",
    "undefined value for shell {field} parameter :{value}",
)
RESULT_MAPPER = ParseRule(
    "result-mapper",
    ("businessRuleTask",),
    "The result mapper of a decision must be `singleEntry`, `singleResult`, `collectEntries` or `resultList`.",
    "No decision result mapper found for name '{name}'. Supported mappers are 'singleEntry', 'singleResult', 'collectEntries' and "
    "'resultList'.",
)
SCRIPT_TASK = ParseRule(
    "script-task", ("scriptTask",), "A script task must have a script or the name of a resource.", "Unable to process ScriptTask: {reason}"
)


def read_service_task(context: RuleContext, node: Node, scope: Scope) -> Scope:
    """Read a service task, or another task that is implemented as one.

    Raises AbortError as `check_implementation` does, or for a second activity with its id.
    """
    activity = create_activity(context, node, scope)
    set_continuations(node, activity)
    check_implementation(context, node, activity, node.tag, node)
    check_execution_listeners(context, node)
    require_implementation(context, node, activity, node.tag)
    return activity


@checks(SEND_IMPLEMENTATION)
def read_send_task(context: RuleContext, node: Node, scope: Scope) -> Scope:
    """Read a send task: as a service task, except the message if it has no implementation.

    Raises AbortError as `read_service_task` does.
    """
    if has_implementation(node):
        return read_service_task(context, node, scope)
    activity = create_activity(context, node, scope)
    set_continuations(node, activity)
    check_execution_listeners(context, node)
    context.report(SEND_IMPLEMENTATION, node)
    return activity


def has_implementation(node: Node | None) -> bool:
    """Whether an element has an attribute that says what to run, or a connector."""
    if node is None:
        return False
    holder = node.one("extensionElements")
    has_connector = holder is not None and holder.one("connector") is not None
    return has_connector or any(node.camunda(name) is not None for name in IMPLEMENTATIONS)


@checks(IMPLEMENTATION)
def require_implementation(context: RuleContext, node: Node, activity: Scope, tag: str) -> None:
    """Report an element for which `check_implementation` found nothing to run; `tag` is its name in the message."""
    if activity.behavior is None:
        context.report(IMPLEMENTATION, node, tag=tag)


@checks(RESULT_VARIABLE)
def check_implementation(context: RuleContext, node: Node, activity: Scope, tag: str, task: Node) -> None:
    """Check what an element runs: its type, else its class, else its delegate expression, else its expression.

    `task` is the task or event that `node` is, or to which it belongs; `tag` is its name in messages. Raises ExpressionError for a
    wrong expression, AbortError for a field without name or a field of a shell task with an expression.
    """
    code = {name: node.camunda(name) for name in IMPLEMENTATIONS}
    if code["type"] is not None:
        _check_type(context, node, activity, tag, task)
        return
    attribute = _code_attribute(code)
    if attribute is None:
        return
    activity.behavior = attribute
    if attribute != "expression":
        if _result_variable(node) is not None:
            context.report(RESULT_VARIABLE, node, tag=tag, attribute=attribute)
        if attribute == "delegateExpression":
            context.expression(code[attribute])
        read_fields(context, node)
    else:
        context.expression(code[attribute])


def _code_attribute(code: dict[str, str | None]) -> str | None:
    """The attribute that the engine uses: an empty class or expression does not count."""
    if trim(code["class"] or ""):
        return "class"
    if code["delegateExpression"] is not None:
        return "delegateExpression"
    return "expression" if trim(code["expression"] or "") else None


def _result_variable(node: Node) -> str | None:
    name = node.camunda("resultVariable")
    return node.camunda("resultVariableName") if name is None else name


@checks(SERVICE_TYPE)
def _check_type(context: RuleContext, node: Node, activity: Scope, tag: str, task: Node) -> None:
    kind = (node.camunda("type") or "").lower()
    activity.behavior = kind if kind in ("mail", "shell", "external") else None
    if kind == "mail":
        _check_mail(context, node, {_field_name(field) for field in read_fields(context, node)})
    elif kind == "shell":
        _check_shell(context, node, {_field_name(field): literal_value(field) for field in read_fields(context, node)})
    elif kind == "external":
        _check_external(context, node, task)
    else:
        context.report(SERVICE_TYPE, node, tag=tag, type=node.camunda("type"))


def _field_name(field: Node) -> str:
    """The name of a field; raises AbortError without it."""
    name = field.get("name")
    if name is None:
        raise AbortError("A field has no name")
    return name


@checks(MAIL_RECIPIENT, MAIL_TEXT)
def _check_mail(context: RuleContext, node: Node, names: set[str]) -> None:
    if "to" not in names:
        context.report(MAIL_RECIPIENT, node)
    if not names & {"html", "text"}:
        context.report(MAIL_TEXT, node)


@checks(SHELL_COMMAND, SHELL_SWITCH)
def _check_shell(context: RuleContext, node: Node, values: dict[str, str]) -> None:
    for name, value in values.items():
        if name in SHELL_SWITCHES and value.lower() not in ("true", "false"):
            context.report(SHELL_SWITCH, node, field=name, value=value)
    if "command" not in values:
        context.report(SHELL_COMMAND, node)


@checks(TOPIC)
def _check_external(context: RuleContext, node: Node, task: Node) -> None:
    """Check an external task, which a worker outside the engine executes."""
    if node.camunda("topic") is None:
        context.report(TOPIC, node)
    context.expression(node.camunda("topic"))
    check_priority(context, node, "taskPriority")
    holder = task.one("extensionElements")
    if holder is None:
        return
    holder.camunda_one("properties")
    for definition in holder.all("errorEventDefinition"):
        if definition.get("errorRef") is not None:
            context.required_expression(definition.get("expression"))


def read_business_rule_task(context: RuleContext, node: Node, scope: Scope) -> Scope:
    """Read a business rule task: with a decision if it refers to one, else as a service task.

    Raises AbortError as `read_service_task` does.
    """
    if node.camunda("decisionRef") is None:
        return read_service_task(context, node, scope)
    activity = create_activity(context, node, scope)
    set_continuations(node, activity)
    context.expression(node.camunda("decisionRef"))
    check_binding(context, node, "decisionRef", "decisionRefBinding", "decisionRefVersionTag")
    _check_result_mapper(context, node)
    activity.behavior = "decision"
    check_execution_listeners(context, node)
    return activity


@checks(RESULT_MAPPER)
def _check_result_mapper(context: RuleContext, node: Node) -> None:
    name = node.camunda("mapDecisionResult")
    if name is not None and name not in RESULT_MAPPERS:
        context.report(RESULT_MAPPER, node, name=name)


@checks(SCRIPT_TASK)
def read_script_task(context: RuleContext, node: Node, scope: Scope) -> Scope:
    """Read a script task; without a script that the engine can use, nothing else of it is checked.

    Raises ExpressionError for a wrong expression, AbortError for a second activity with its id.
    """
    activity = create_activity(context, node, scope)
    source = node.one("script")
    language = node.get("scriptFormat")
    try:
        text = source.text if source is not None else None
        check_script(context, "juel" if language is None else language, text, node.camunda("resource"))
    except ScriptError as reason:
        context.report(SCRIPT_TASK, source, reason=reason)
        return activity
    set_continuations(node, activity)
    activity.behavior = node.tag
    check_execution_listeners(context, node)
    return activity
