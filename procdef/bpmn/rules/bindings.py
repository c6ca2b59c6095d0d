"""References from a process to other definitions: which version is meant, and what is passed to it."""

from __future__ import annotations

from procdef.bpmn.node import Node
from procdef.bpmn.report import Rule, checks
from procdef.bpmn.review import Review
from procdef.bpmn.rules.activities import continuation, create
from procdef.bpmn.rules.listeners import execution_listeners
from procdef.bpmn.scope import Scope

PASSED = ("camunda:in", "camunda:out")
VERSION = Rule(
    "binding-version", ("callActivity", "businessRuleTask"), "Missing attribute '{attribute}' when '{binding}' has value '{value}'"
)
CALLED = Rule("called", ("callActivity",), "Missing attribute 'calledElement' or 'caseRef'")
CALLED_TWO_WAYS = Rule(
    "called-two-ways",
    ("callActivity",),
    "The attributes 'calledElement' or 'caseRef' cannot be used together: Use either 'calledElement' or 'caseRef'",
)
PASSED_SOURCE = Rule("passed-source", PASSED, "Missing parameter 'source' or 'sourceExpression' when passing variables")
PASSED_EMPTY_SOURCE = Rule("passed-empty-source", PASSED, "Empty attribute '{attribute}' when passing variables")
PASSED_TARGET = Rule("passed-target", PASSED, "Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set")
PASSED_EMPTY_TARGET = Rule("passed-empty-target", PASSED, "Empty attribute 'target' when attribute 'source' or 'sourceExpression' is set")


def binding(review: Review, node: Node, prefix: str, kind: str, tag_attribute: str) -> None:
    """The attributes with a prefix such as `calledElement` that say which version of a definition is meant, and of which tenant.

    `kind` is the attribute that says which of the others count.
    """
    _version(review, node, kind, f"{prefix}Version", "version")
    _version(review, node, kind, tag_attribute, "versionTag")
    review.expression(node.camunda(f"{prefix}TenantId"))


@checks(VERSION)
def _version(review: Review, node: Node, kind: str, attribute: str, value: str) -> None:
    text = node.camunda(attribute)
    if text is None and node.camunda(kind) == value:
        review.error(VERSION, node, attribute=attribute, binding=kind, value=value)
    review.expression(text)


@checks(CALLED, CALLED_TWO_WAYS)
def call_activity(review: Review, node: Node, scope: Scope) -> Scope:
    """A call of a process, or of a case where no process is named."""
    activity = create(review, node, scope)
    continuation(node, activity)
    process, case = node.get("calledElement"), node.camunda("caseRef")
    if process is None and case is None:
        review.error(CALLED, node)
    elif process is not None and case is not None:
        review.error(CALLED_TWO_WAYS, node)
    if process is not None and node.camunda("variableMappingClass") is None:
        review.expression(node.camunda("variableMappingDelegateExpression"))
    review.expression(case if process is None else process)
    # the engine knows no tags of cases, so it looks for a tag where that of a process would be
    if process is not None:
        binding(review, node, "calledElement", "calledElementBinding", "calledElementVersionTag")
    else:
        binding(review, node, "case", "caseBinding", "calledElementVersionTag")
    passed(review, node, "in")
    passed(review, node, "out")
    activity.behavior = "call" if process is not None else "case"
    execution_listeners(review, node)
    return activity


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
