"""Scripts, and the parameters of input/output mappings."""

from __future__ import annotations

from procdef.bpmn.grammar import expression
from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import Scope

SCRIPT_FORMAT = ParseRule(
    "script-format", ("camunda:script",), "A script must name its language.", "Missing attribute 'scriptFormat' for 'script' element"
)
SCRIPT_SOURCE = ParseRule(
    "script-source", ("camunda:script",), "A script must have a source or the name of a resource.", "Unable to process script: {reason}"
)
PARAMETER_NAME = ParseRule(
    "parameter-name",
    ("camunda:inputParameter", "camunda:outputParameter"),
    "An input or output parameter must have a name.",
    "Missing attribute 'name' for {tag}",
)
PARAMETER_CHILDREN = ParseRule(
    "parameter-children",
    ("camunda:inputParameter", "camunda:outputParameter"),
    "An input or output parameter must have at most one child element.",
    "Nested parameter can at most have one child element",
)
ENTRY_KEY = ParseRule(
    "map-entry-key", ("camunda:entry",), "An entry of a map must have a key.", "Missing attribute 'key' for 'entry' element"
)
IO_UNSUPPORTED = ParseRule(
    "io-unsupported",
    ("startEvent", "boundaryEvent", "exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"),
    "Start events, boundary events and gateways must not have an input/output mapping.",
    "camunda:inputOutput mapping unsupported for element type '{tag}'.",
)
IO_EVENT_SUBPROCESS = ParseRule(
    "io-event-subprocess",
    ("subProcess",),
    "An event subprocess must not have an input/output mapping.",
    "camunda:inputOutput mapping unsupported for element type '{tag}' with attribute 'triggeredByEvent = true'.",
)
OUTPUT_END_EVENT = ParseRule(
    "output-end-event",
    ("endEvent",),
    "An end event must not have output parameters.",
    "camunda:outputParameter not allowed for element type '{tag}'.",
)
OUTPUT_MULTI_INSTANCE = ParseRule(
    "output-multi-instance",
    ("activity",),
    "A multi-instance activity must not have output parameters.",
    "camunda:outputParameter not allowed for multi-instance constructs",
)


class BrokenValueError(Exception):
    """A script or a parameter that breaks a rule; the engine reports the first one of a mapping or listener only."""

    def __init__(self, rule: ParseRule, node: Node, **values: object) -> None:
        super().__init__(rule.id)
        self.rule, self.node, self.values = rule, node, values


class ScriptError(ValueError):
    """A script without language or source; the message is the engine's."""


def check_script(context: RuleContext, language: str | None, source: str | None, resource: str | None) -> None:
    """Check that a script has a language, and a source or the name of a resource.

    Raises ScriptError if it has not, ExpressionError if the source is a wrong expression.
    """
    if language is None or not trim(language):
        raise ScriptError(f"Script language is {'null' if language is None else 'empty'}")
    if source is None and resource is None:
        raise ScriptError("No script source or resource was given")
    if resource and not trim(resource):
        raise ScriptError("Script resource is empty")
    text = resource or source
    if text is None:
        raise ScriptError("Script source is null")
    if expression.is_dynamic(text) and language.lower() != "juel":
        context.expression(text)


@checks(SCRIPT_FORMAT, SCRIPT_SOURCE)
def check_camunda_script(context: RuleContext, node: Node) -> None:
    """Check a `camunda:script` element.

    Raises BrokenValueError if it breaks a rule, ExpressionError for a wrong expression.
    """
    language = node.get("scriptFormat")
    if not language:
        raise BrokenValueError(SCRIPT_FORMAT, node)
    try:
        check_script(context, language, node.text, node.get("resource"))
    except ScriptError as reason:
        raise BrokenValueError(SCRIPT_SOURCE, node, reason=reason) from None


@checks(PARAMETER_NAME, PARAMETER_CHILDREN)
def _check_parameter(context: RuleContext, node: Node) -> None:
    if not node.get("name"):
        raise BrokenValueError(PARAMETER_NAME, node, tag=node.tag)
    _check_nested_value(context, node)


def _check_nested_value(context: RuleContext, node: Node) -> None:
    """Check the value of a parameter or a map entry: its text, or its only child element."""
    if len(node.children) > 1:
        raise BrokenValueError(PARAMETER_CHILDREN, node)
    _check_value(context, node.children[0] if node.children else node)


@checks(ENTRY_KEY)
def _check_value(context: RuleContext, node: Node) -> None:
    if node.tag == "list":
        for child in node.children:
            _check_value(context, child)
    elif node.tag == "map":
        for entry in node.all("entry"):
            if not entry.get("key"):
                raise BrokenValueError(ENTRY_KEY, entry)
            context.expression(entry.get("key"))
            _check_nested_value(context, entry)
    elif node.tag == "script":
        check_camunda_script(context, node)
    else:
        context.expression(trim(node.text))


def check_input_output(context: RuleContext, node: Node, activity: Scope) -> None:
    """Check the input/output mapping of an activity; only its first wrong parameter is reported, with the activity as main element.

    Raises ExpressionError for a wrong expression.
    """
    holder = node.one("extensionElements")
    mapping = holder.camunda_one("inputOutput") if holder is not None else None
    if mapping is None:
        return
    try:
        for parameter in mapping.camunda_all("inputParameter") + mapping.camunda_all("outputParameter"):
            _check_parameter(context, parameter)
    except BrokenValueError as broken:
        context.report(broken.rule, broken.node, activity.id, **broken.values)
        return
    _check_supported(context, node, activity, bool(mapping.camunda_all("outputParameter")))


@checks(IO_EVENT_SUBPROCESS, OUTPUT_END_EVENT, OUTPUT_MULTI_INSTANCE)
def _check_supported(context: RuleContext, node: Node, activity: Scope, has_output: bool) -> None:
    """Check that an activity can have a mapping, and output parameters."""
    if "task" not in node.tag.lower() and "Event" not in node.tag and node.tag not in ("transaction", "subProcess", "callActivity"):
        context.report(IO_UNSUPPORTED, node, tag=node.tag)
    elif node.tag == "subProcess" and node.get("triggeredByEvent") == "true":
        context.report(IO_EVENT_SUBPROCESS, node, tag=node.tag)
    elif has_output and node.tag == "endEvent":
        context.report(OUTPUT_END_EVENT, node, tag=node.tag)
    elif has_output and activity.body is not None:
        context.report(OUTPUT_MULTI_INSTANCE, node)


@checks(IO_UNSUPPORTED)
def reject_input_output(context: RuleContext, node: Node) -> None:
    """Report the mapping of a start event or boundary event, which cannot have one."""
    holder = node.one("extensionElements")
    if holder is not None and holder.camunda_one("inputOutput") is not None:
        context.report(IO_UNSUPPORTED, node, tag=node.tag)
