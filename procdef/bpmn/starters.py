"""Who may start a process: the candidate users and groups that a file names, as text."""

from __future__ import annotations

from collections.abc import Iterator

from procdef.bpmn.node import Node
from procdef.bpmn.text import comma_separated, trim


def candidate_users(process: Node) -> tuple[str, ...]:
    """The users of `camunda:potentialStarter`, then those of `camunda:candidateStarterUsers`."""
    named = [item[1] for item in _potential_starters(process) if item[0] == "user"]
    return (*named, *_items(process.camunda("candidateStarterUsers")))


def candidate_groups(process: Node) -> tuple[str, ...]:
    """The groups of `camunda:potentialStarter`, then those of `camunda:candidateStarterGroups`."""
    named = [item[1] for item in _potential_starters(process) if item[0] == "group"]
    return (*named, *_items(process.camunda("candidateStarterGroups")))


def _items(attribute: str | None) -> list[str]:
    return [trim(item) for item in comma_separated(attribute or "")]


def _potential_starters(process: Node) -> Iterator[tuple[str, str]]:
    for starter in process.extensions("potentialStarter"):
        assignment = starter.one("resourceAssignmentExpression")
        expression = assignment.one("formalExpression") if assignment is not None else None
        for item in comma_separated(expression.text if expression is not None else ""):
            yield _assignment(trim(item))


def _assignment(item: str) -> tuple[str, str]:
    """Whom an item names: `user(x)`, `group(x)`, or a plain `x`, which is a group."""
    for kind in ("user", "group"):
        if item.startswith(f"{kind}("):
            return kind, trim(item[len(kind) + 1 : -1])
    return "group", item
