"""The variables that a call activity or a throwing signal event passes, and those that come back."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.parse_rule import ParseRule, checks

MAPPINGS = ("camunda:in", "camunda:out")
SOURCE = ParseRule(
    "mapping-source",
    MAPPINGS,
    "A variable mapping must have a source.",
    "Missing parameter 'source' or 'sourceExpression' when passing variables",
)
EMPTY_SOURCE = ParseRule(
    "mapping-empty-source",
    MAPPINGS,
    "The source of a variable mapping must not be empty.",
    "Empty attribute '{attribute}' when passing variables",
)
TARGET = ParseRule(
    "mapping-target",
    MAPPINGS,
    "A variable mapping must have a target.",
    "Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set",
)
EMPTY_TARGET = ParseRule(
    "mapping-empty-target",
    MAPPINGS,
    "The target of a variable mapping must not be empty.",
    "Empty attribute 'target' when attribute 'source' or 'sourceExpression' is set",
)


def check_variable_mappings(context: RuleContext, node: Node, tag: str) -> None:
    """Check the variable mappings of an element; `tag` is `in` or `out`.

    Raises ExpressionError for a wrong expression.
    """
    for mapping in node.extensions(tag):
        if tag == "in" and mapping.get("businessKey"):
            context.expression(mapping.get("businessKey"))
        elif mapping.get("variables") != "all":
            _check_source(context, mapping, node.id)
            _check_target(context, mapping, node.id)


@checks(SOURCE, EMPTY_SOURCE)
def _check_source(context: RuleContext, mapping: Node, element_id: str | None) -> None:
    source, text = mapping.get("source"), mapping.get("sourceExpression")
    if source is None and text is None:
        context.report(SOURCE, mapping, element_id)
    elif source == "":
        context.report(EMPTY_SOURCE, mapping, element_id, attribute="source")
    elif source is None and text == "":
        context.report(EMPTY_SOURCE, mapping, element_id, attribute="sourceExpression")
    elif source is None:
        context.expression(text)


@checks(TARGET, EMPTY_TARGET)
def _check_target(context: RuleContext, mapping: Node, element_id: str | None) -> None:
    target = mapping.get("target")
    if target is None:
        context.report(TARGET, mapping, element_id)
    elif not target:
        context.report(EMPTY_TARGET, mapping, element_id)
