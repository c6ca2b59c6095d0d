"""Variables that are passed to what is called or signalled, and back."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.report import Rule, checks

PASSED = ("camunda:in", "camunda:out")
PASSED_SOURCE = Rule("passed-source", PASSED, "Missing parameter 'source' or 'sourceExpression' when passing variables")
PASSED_EMPTY_SOURCE = Rule("passed-empty-source", PASSED, "Empty attribute '{attribute}' when passing variables")
PASSED_TARGET = Rule("passed-target", PASSED, "Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set")
PASSED_EMPTY_TARGET = Rule("passed-empty-target", PASSED, "Empty attribute 'target' when attribute 'source' or 'sourceExpression' is set")


def passed(review: Review, node: Node, tag: str) -> None:
    """The variables that go `in` to what is called, or `out` of it."""
    for item in node.extensions(tag):
        if tag == "in" and item.get("businessKey"):
            review.expression(item.get("businessKey"))
        elif item.get("variables") != "all":
            _source(review, item, node.id)
            _target(review, item, node.id)


@checks(PASSED_SOURCE, PASSED_EMPTY_SOURCE)
def _source(review: Review, item: Node, ident: str | None) -> None:
    source, text = item.get("source"), item.get("sourceExpression")
    if source is None and text is None:
        review.error(PASSED_SOURCE, item, ident)
    elif source == "":
        review.error(PASSED_EMPTY_SOURCE, item, ident, attribute="source")
    elif source is None and text == "":
        review.error(PASSED_EMPTY_SOURCE, item, ident, attribute="sourceExpression")
    elif source is None:
        review.expression(text)


@checks(PASSED_TARGET, PASSED_EMPTY_TARGET)
def _target(review: Review, item: Node, ident: str | None) -> None:
    target = item.get("target")
    if target is None:
        review.error(PASSED_TARGET, item, ident)
    elif not target:
        review.error(PASSED_EMPTY_TARGET, item, ident)
