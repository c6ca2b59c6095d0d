"""User tasks, and tasks in which the engine does nothing or waits for a message."""

from __future__ import annotations

from procdef.bpmn.facts.extract import description
from procdef.bpmn.facts.starters import assignments, formal_expression
from procdef.bpmn.grammar.java_text import comma_separated, trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.activities import continuation, create
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.event_definitions import message, subscribe
from procdef.bpmn.rules.forms import form_definition, form_fields
from procdef.bpmn.rules.listeners import execution_listeners, task_listeners
from procdef.bpmn.rules.report import Rule, checks
from procdef.bpmn.rules.scope import Scope

HUMAN_PERFORMER = Rule("human-performer", ("userTask",), "Invalid task definition: multiple humanPerformer sub elements defined for {name}")
ASSIGNEE_TWICE = Rule("assignee-twice", ("userTask",), "Invalid usage: duplicate assignee declaration for task {name}")
PROPERTY_NAME = Rule("property-name", ("property",), "Invalid property usage on line {line}: no id or name specified.")


def plain_task(review: Review, node: Node, scope: Scope) -> Scope:
    """A task, manual task or gateway that needs nothing."""
    activity = create(review, node, scope)
    activity.behavior = node.tag
    continuation(node, activity)
    execution_listeners(review, node)
    return activity


def receive_task(review: Review, node: Node, scope: Scope) -> Scope:
    """A receive task, which may wait for a message."""
    activity = plain_task(review, node, scope)
    if node.get("messageRef") is not None:
        activity.event_scope = activity
        subscribe(review, activity, message(review, node, activity.id), node, activity.id)
    return activity


def user_task(review: Review, node: Node, scope: Scope) -> Scope:
    """A task that somebody does."""
    activity = create(review, node, scope)
    continuation(node, activity)
    if node.camunda("formHandlerClass") is None:
        form_fields(review, node)
    form_definition(review, node)
    review.expression(node.get("name"))
    review.expression(description(node))
    _assignment(review, node)
    task_listeners(review, node, activity)
    for attribute in ("dueDate", "followUpDate", "priority"):
        review.expression(node.camunda(attribute))
    activity.behavior = "userTask"
    _properties(review, node, activity)
    execution_listeners(review, node)
    return activity


@checks(ASSIGNEE_TWICE)
def _assignment(review: Review, node: Node) -> None:
    """Who does the task: one assignee at most, and candidates."""
    performer, assignee = _performer(review, node), node.camunda("assignee")
    for owner in node.all("potentialOwner"):
        for _, name in assignments(formal_expression(owner)):
            review.expression(name)
    if performer is not None and assignee is not None:
        review.error(ASSIGNEE_TWICE, node, name=node.get("name"))
    elif assignee is not None:
        review.expression(assignee)
    for attribute in ("candidateUsers", "candidateGroups"):
        for item in comma_separated(node.camunda(attribute) or ""):
            review.expression(trim(item))


@checks(HUMAN_PERFORMER)
def _performer(review: Review, node: Node) -> str | None:
    """The assignee by BPMN's own element."""
    performers = node.all("humanPerformer")
    if len(performers) > 1:
        review.error(HUMAN_PERFORMER, node, name=node.get("name"))
    if len(performers) != 1:
        return None
    assignee = formal_expression(performers[0])
    review.expression(assignee)
    return assignee


@checks(PROPERTY_NAME)
def _properties(review: Review, node: Node, activity: Scope) -> None:
    """The variables that a task declares."""
    for item in node.all("property"):
        if item.get("name") is None and item.id is None:
            review.error(PROPERTY_NAME, item, activity.id)
        for attribute in ("srcExpr", "dstExpr", "linkExpr"):
            review.expression(item.camunda(attribute))
