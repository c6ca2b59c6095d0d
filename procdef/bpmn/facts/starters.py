"""Candidate starters: the users and groups that a file allows to start a process, expressions unchanged."""

from __future__ import annotations

from procdef.bpmn.grammar.java_text import comma_separated, trim
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError


def candidate_users(process: Node) -> tuple[str, ...]:
    """The users of `camunda:potentialStarter`, then those of `camunda:candidateStarterUsers`."""
    return (*_named(process, "user"), *_items(process.camunda("candidateStarterUsers")))


def candidate_groups(process: Node) -> tuple[str, ...]:
    """The groups of `camunda:potentialStarter`, then those of `camunda:candidateStarterGroups`."""
    return (*_named(process, "group"), *_items(process.camunda("candidateStarterGroups")))


def _items(attribute: str | None) -> list[str]:
    return [trim(item) for item in comma_separated(attribute or "")]


def _named(process: Node, kind: str) -> list[str]:
    return [
        name
        for starter in process.extensions("potentialStarter")
        for found, name in assignments(formal_expression(starter))
        if found == kind
    ]


def formal_expression(role: Node) -> str | None:
    """The expression of a role such as `potentialStarter`, unchanged; None without one."""
    assignment = role.one("resourceAssignmentExpression")
    expression = assignment.one("formalExpression") if assignment is not None else None
    return expression.text if expression is not None else None


def assignments(text: str | None) -> list[tuple[str, str]]:
    """The kinds (`user` or `group`) and names of a list: its items are `user(x)`, `group(x)`, or a plain `x`, which is a group.

    Raises AbortError for an item that is only `user(` or `group(`.
    """
    return [_assignment(trim(item)) for item in comma_separated(text or "")]


def _assignment(item: str) -> tuple[str, str]:
    for kind in ("user", "group"):
        opening = f"{kind}("
        if item == opening:
            raise AbortError(f"begin {len(item)}, end {len(item) - 1}, length {len(item)}")
        if item.startswith(opening):
            return kind, trim(item[len(opening) : -1])
    return "group", item
