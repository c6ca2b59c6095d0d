"""Conditions of sequence flows and of conditional events."""

from __future__ import annotations

from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scripts import ScriptError, script

ELEMENTS = ("condition", "conditionExpression")
CONDITION_TYPE = Rule("condition-type", ELEMENTS, "Invalid type, only tFormalExpression is currently supported")
CONDITION_SCRIPT = Rule("condition-script", ELEMENTS, "Unable to process condition expression:{reason}")


@checks(CONDITION_TYPE, CONDITION_SCRIPT)
def condition(review: Review, node: Node, ident: str | None) -> bool:
    """An expression, or a script where a language is given; `ident` is what the condition belongs to.

    Tells whether there is a condition: a script that cannot be used is none.
    """
    if not review.is_formal_expression(node):
        review.error(CONDITION_TYPE, node, ident)
    language, text = node.get("language"), trim(node.text)
    if language is None:
        review.expression(text)
        return True
    try:
        script(review, language, text, node.camunda("resource"))
    except ScriptError as reason:
        review.error(CONDITION_SCRIPT, node, ident, reason=reason)
        return False
    return True
