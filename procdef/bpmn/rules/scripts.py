"""Scripts and the nested values of input and output parameters: what they must have to be read."""

from __future__ import annotations

from procdef.bpmn.grammar import expression
from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import Scope

SCRIPT_FORMAT = Rule("script-format", ("camunda:script",), "Missing attribute 'scriptFormat' for 'script' element")
SCRIPT_SOURCE = Rule("script-source", ("camunda:script",), "Unable to process script: {reason}")
PARAMETER_NAME = Rule("parameter-name", ("camunda:inputParameter", "camunda:outputParameter"), "Missing attribute 'name' for {tag}")
PARAMETER_CHILDREN = Rule(
    "parameter-children", ("camunda:inputParameter", "camunda:outputParameter"), "Nested parameter can at most have one child element"
)
ENTRY_KEY = Rule("map-entry-key", ("camunda:entry",), "Missing attribute 'key' for 'entry' element")
IO_UNSUPPORTED = Rule(
    "io-unsupported",
    ("startEvent", "boundaryEvent", "exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"),
    "camunda:inputOutput mapping unsupported for element type '{tag}'.",
)
IO_EVENT_SUBPROCESS = Rule(
    "io-event-subprocess",
    ("subProcess",),
    "camunda:inputOutput mapping unsupported for element type '{tag}' with attribute 'triggeredByEvent = true'.",
)
OUTPUT_END_EVENT = Rule("output-end-event", ("endEvent",), "camunda:outputParameter not allowed for element type '{tag}'.")
OUTPUT_MULTI_INSTANCE = Rule("output-multi-instance", ("activity",), "camunda:outputParameter not allowed for multi-instance constructs")


class BrokenValueError(Exception):
    """A script or a parameter that cannot be read; the engine notes it once for the whole mapping or listener."""

    def __init__(self, rule: Rule, node: Node, **values: object) -> None:
        super().__init__(rule.id)
        self.rule, self.node, self.values = rule, node, values


class ScriptError(ValueError):
    """A script of which the language or the source is missing; the text is the engine's."""


def script(review: Review, language: str | None, source: str | None, resource: str | None) -> None:
    """A script: it needs a language, and a source or the name of a resource.

    Raises ScriptError for one that has not, ExpressionError where the source is an expression that cannot be parsed.
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
        review.expression(text)


@checks(SCRIPT_FORMAT, SCRIPT_SOURCE)
def camunda_script(review: Review, node: Node) -> None:
    """A `camunda:script` element; raises BrokenValueError."""
    language = node.get("scriptFormat")
    if not language:
        raise BrokenValueError(SCRIPT_FORMAT, node)
    try:
        script(review, language, node.text, node.get("resource"))
    except ScriptError as reason:
        raise BrokenValueError(SCRIPT_SOURCE, node, reason=reason) from None


@checks(PARAMETER_NAME, PARAMETER_CHILDREN)
def _parameter(review: Review, node: Node) -> None:
    if not node.get("name"):
        raise BrokenValueError(PARAMETER_NAME, node, tag=node.tag)
    _nested_value(review, node)


def _nested_value(review: Review, node: Node) -> None:
    """The value of a parameter or of a map's entry: its text, or its only child."""
    if len(node.children) > 1:
        raise BrokenValueError(PARAMETER_CHILDREN, node)
    _value(review, node.children[0] if node.children else node)


@checks(ENTRY_KEY)
def _value(review: Review, node: Node) -> None:
    if node.tag == "list":
        for child in node.children:
            _value(review, child)
    elif node.tag == "map":
        for entry in node.all("entry"):
            if not entry.get("key"):
                raise BrokenValueError(ENTRY_KEY, entry)
            review.expression(entry.get("key"))
            _nested_value(review, entry)
    elif node.tag == "script":
        camunda_script(review, node)
    else:
        review.expression(trim(node.text))


def input_output(review: Review, node: Node, activity: Scope) -> None:
    """The mapping of an activity; the first parameter that cannot be read is noted, with the activity as the main element."""
    holder = node.one("extensionElements")
    mapping = holder.camunda_one("inputOutput") if holder is not None else None
    if mapping is None:
        return
    try:
        for parameter in mapping.camunda_all("inputParameter") + mapping.camunda_all("outputParameter"):
            _parameter(review, parameter)
    except BrokenValueError as broken:
        review.error(broken.rule, broken.node, activity.id, **broken.values)
        return
    _supported(review, node, activity, bool(mapping.camunda_all("outputParameter")))


@checks(IO_EVENT_SUBPROCESS, OUTPUT_END_EVENT, OUTPUT_MULTI_INSTANCE)
def _supported(review: Review, node: Node, activity: Scope, has_output: bool) -> None:
    """Which activities can have a mapping."""
    if "task" not in node.tag.lower() and "Event" not in node.tag and node.tag not in ("transaction", "subProcess", "callActivity"):
        review.error(IO_UNSUPPORTED, node, tag=node.tag)
    elif node.tag == "subProcess" and node.get("triggeredByEvent") == "true":
        review.error(IO_EVENT_SUBPROCESS, node, tag=node.tag)
    elif has_output and node.tag == "endEvent":
        review.error(OUTPUT_END_EVENT, node, tag=node.tag)
    elif has_output and activity.body is not None:
        review.error(OUTPUT_MULTI_INSTANCE, node)


@checks(IO_UNSUPPORTED)
def no_input_output(review: Review, node: Node) -> None:
    """Start events and boundary events have no mapping."""
    holder = node.one("extensionElements")
    if holder is not None and holder.camunda_one("inputOutput") is not None:
        review.error(IO_UNSUPPORTED, node, tag=node.tag)
