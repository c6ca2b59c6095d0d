"""User tasks, and activities that run no code: tasks, manual tasks, receive tasks and gateways."""

from __future__ import annotations

from procdef.bpmn.facts.extract import description
from procdef.bpmn.facts.starters import assignments, formal_expression
from procdef.bpmn.grammar.java_text import comma_separated, trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.activities import create_activity, set_continuations
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.event_definitions import message_subscription, subscribe
from procdef.bpmn.rules.forms import check_form, check_form_fields
from procdef.bpmn.rules.listeners import check_execution_listeners, check_task_listeners
from procdef.bpmn.rules.parse_rule import ParseRule, checks
from procdef.bpmn.rules.scopes import Scope

HUMAN_PERFORMER = ParseRule(
    "human-performer",
    ("userTask",),
    "A user task must have at most one human performer.",
    "Invalid task definition: multiple humanPerformer sub elements defined for {name}",
)
ASSIGNEE_TWICE = ParseRule(
    "assignee-twice",
    ("userTask",),
    "A user task must not have both an assignee and a human performer.",
    "Invalid usage: duplicate assignee declaration for task {name}",
)
PROPERTY_NAME = ParseRule(
    "property-name",
    ("property",),
    "A property of a user task must have an id or a name.",
    "Invalid property usage on line {line}: no id or name specified.",
)


def read_plain_activity(context: RuleContext, node: Node, scope: Scope) -> Scope:
    """Read a task, manual task or gateway, which has no rules of its own here.

    Raises AbortError for a second activity with its id.
    """
    activity = create_activity(context, node, scope)
    activity.behavior = node.tag
    set_continuations(node, activity)
    check_execution_listeners(context, node)
    return activity


def read_receive_task(context: RuleContext, node: Node, scope: Scope) -> Scope:
    """Read a receive task, which may wait for a message.

    Raises AbortError if the file has no such message, or for a second activity with its id.
    """
    activity = read_plain_activity(context, node, scope)
    if node.get("messageRef") is not None:
        activity.event_scope = activity
        subscribe(context, activity, message_subscription(context, node, activity.id), node, activity.id)
    return activity


def read_user_task(context: RuleContext, node: Node, scope: Scope) -> Scope:
    """Read a user task.

    Raises ExpressionError for a wrong expression, AbortError as its form and its listeners do.
    """
    activity = create_activity(context, node, scope)
    set_continuations(node, activity)
    if node.camunda("formHandlerClass") is None:
        check_form_fields(context, node)
    check_form(context, node)
    context.expression(node.get("name"))
    context.expression(description(node))
    _check_assignment(context, node)
    check_task_listeners(context, node, activity)
    for attribute in ("dueDate", "followUpDate", "priority"):
        context.expression(node.camunda(attribute))
    activity.behavior = "userTask"
    _check_properties(context, node, activity)
    check_execution_listeners(context, node)
    return activity


@checks(ASSIGNEE_TWICE)
def _check_assignment(context: RuleContext, node: Node) -> None:
    """Check the users and groups of a task: at most one assignee, and candidates."""
    performer, assignee = _read_performer(context, node), node.camunda("assignee")
    for owner in node.all("potentialOwner"):
        for _, name in assignments(formal_expression(owner)):
            context.expression(name)
    if performer is not None and assignee is not None:
        context.report(ASSIGNEE_TWICE, node, name=node.get("name"))
    elif assignee is not None:
        context.expression(assignee)
    for attribute in ("candidateUsers", "candidateGroups"):
        for item in comma_separated(node.camunda(attribute) or ""):
            context.expression(trim(item))


@checks(HUMAN_PERFORMER)
def _read_performer(context: RuleContext, node: Node) -> str | None:
    """The assignee that the BPMN element `humanPerformer` names, or None."""
    performers = node.all("humanPerformer")
    if len(performers) > 1:
        context.report(HUMAN_PERFORMER, node, name=node.get("name"))
    if len(performers) != 1:
        return None
    assignee = formal_expression(performers[0])
    context.expression(assignee)
    return assignee


@checks(PROPERTY_NAME)
def _check_properties(context: RuleContext, node: Node, activity: Scope) -> None:
    """Check the BPMN properties of a task."""
    for item in node.all("property"):
        if item.get("name") is None and item.id is None:
            context.report(PROPERTY_NAME, item, activity.id)
        for attribute in ("srcExpr", "dstExpr", "linkExpr"):
            context.expression(item.camunda(attribute))
