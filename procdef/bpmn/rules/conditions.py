"""Conditions of sequence flows and conditional events."""

from __future__ import annotations

from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scripts import ScriptError, check_script

ELEMENTS = ("condition", "conditionExpression")
CONDITION_TYPE = ParseRule(
    "condition-type",
    ELEMENTS,
    "The `xsi:type` of a condition must be `tFormalExpression`.",
    "Invalid type, only tFormalExpression is currently supported",
)
CONDITION_SCRIPT = ParseRule(
    "condition-script",
    ELEMENTS,
    "A condition in a scripting language must have a script or the name of a resource.",
    "Unable to process condition expression:{reason}",
)


@checks(CONDITION_TYPE, CONDITION_SCRIPT)
def check_condition(context: RuleContext, node: Node, element_id: str | None) -> bool:
    """Check a condition: an expression, or a script if a language is given.

    `element_id` is the id of the event or flow of the condition. False for a script that the engine cannot use: the flow then has no
    condition. Raises ExpressionError for a wrong expression.
    """
    if not context.is_formal_expression(node):
        context.report(CONDITION_TYPE, node, element_id)
    language, text = node.get("language"), trim(node.text)
    if language is None:
        context.expression(text)
        return True
    try:
        check_script(context, language, text, node.camunda("resource"))
    except ScriptError as reason:
        context.report(CONDITION_SCRIPT, node, element_id, reason=reason)
        return False
    return True
