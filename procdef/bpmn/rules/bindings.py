"""Call activities, and the binding of a reference to one version of a definition."""

from __future__ import annotations

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.activities import create_activity, set_continuations
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.listeners import check_execution_listeners
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import Scope
from procdef.bpmn.rules.variables import check_variable_mappings

VERSION = ParseRule(
    "binding-version",
    ("callActivity", "businessRuleTask"),
    "A binding to a version or version tag needs that version or tag.",
    "Missing attribute '{attribute}' when '{binding}' has value '{value}'",
)
NO_TARGET = ParseRule(
    "call-target", ("callActivity",), "A call activity must name a process or a case.", "Missing attribute 'calledElement' or 'caseRef'"
)
TWO_TARGETS = ParseRule(
    "call-two-targets",
    ("callActivity",),
    "A call activity must not name both a process and a case.",
    "The attributes 'calledElement' or 'caseRef' cannot be used together: Use either 'calledElement' or 'caseRef'",
)


def check_binding(context: RuleContext, node: Node, prefix: str, kind: str, tag_attribute: str) -> None:
    """Check the attributes with a prefix such as `calledElement` that bind a reference to a version, version tag and tenant.

    `kind` is the name of the attribute with the kind of the binding, `tag_attribute` that of the one with the version tag. Raises
    ExpressionError for a wrong expression.
    """
    _check_version(context, node, kind, f"{prefix}Version", "version")
    _check_version(context, node, kind, tag_attribute, "versionTag")
    context.expression(node.camunda(f"{prefix}TenantId"))


@checks(VERSION)
def _check_version(context: RuleContext, node: Node, kind: str, attribute: str, value: str) -> None:
    text = node.camunda(attribute)
    if text is None and node.camunda(kind) == value:
        context.report(VERSION, node, attribute=attribute, binding=kind, value=value)
    context.expression(text)


@checks(NO_TARGET, TWO_TARGETS)
def read_call_activity(context: RuleContext, node: Node, scope: Scope) -> Scope:
    """Read a call activity: it calls a process, or a case if it names no process.

    Raises ExpressionError for a wrong expression, AbortError for a second activity with its id.
    """
    activity = create_activity(context, node, scope)
    set_continuations(node, activity)
    process, case = node.get("calledElement"), node.camunda("caseRef")
    if process is None and case is None:
        context.report(NO_TARGET, node)
    elif process is not None and case is not None:
        context.report(TWO_TARGETS, node)
    if process is not None and node.camunda("variableMappingClass") is None:
        context.expression(node.camunda("variableMappingDelegateExpression"))
    context.expression(case if process is None else process)
    # a case has no version tag of its own in the engine, which reads the attribute of a process instead
    if process is not None:
        check_binding(context, node, "calledElement", "calledElementBinding", "calledElementVersionTag")
    else:
        check_binding(context, node, "case", "caseBinding", "calledElementVersionTag")
    check_variable_mappings(context, node, "in")
    check_variable_mappings(context, node, "out")
    activity.behavior = "call" if process is not None else "case"
    check_execution_listeners(context, node)
    return activity
