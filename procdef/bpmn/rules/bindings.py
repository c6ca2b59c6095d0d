"""References from a process to other definitions: which one is called, and which version of it is meant."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.activities import continuation, create
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.listeners import execution_listeners
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import Scope
from procdef.bpmn.rules.variables import passed

VERSION = Rule(
    "binding-version", ("callActivity", "businessRuleTask"), "Missing attribute '{attribute}' when '{binding}' has value '{value}'"
)
CALLED = Rule("called", ("callActivity",), "Missing attribute 'calledElement' or 'caseRef'")
CALLED_TWO_WAYS = Rule(
    "called-two-ways",
    ("callActivity",),
    "The attributes 'calledElement' or 'caseRef' cannot be used together: Use either 'calledElement' or 'caseRef'",
)


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
