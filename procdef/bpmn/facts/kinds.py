"""The table of the kinds of usage: the sorts of things that a definition uses, and how a fact becomes the values that are searched for.

Which facts are uses of a kind, the table of facts says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from procdef.bpmn.grammar.java_text import comma_separated, trim
from procdef.bpmn.reading.node import Node


def _whole(_node: Node, value: str) -> Iterable[str]:
    return (value,)


def _items(_node: Node, value: str) -> Iterable[str]:
    """The items of a comma-separated list. An expression is one item, whatever commas it has."""
    return (trim(item) for item in comma_separated(value))


def _with_version(node: Node, value: str) -> Iterable[str]:
    version = node.camunda("modelerTemplateVersion")
    return (value, f"{value}@{version}") if version else (value,)


def _named(node: Node, value: str) -> Iterable[str]:
    return (f"{node.get('name') or node.id or ''}={value}",)


@dataclass(frozen=True, slots=True)
class Kind:
    """One row. `values` makes the values of a fact, by the node in which it stands. What is `literal` is never read as an expression."""

    name: str
    help: str
    values: Callable[[Node, str], Iterable[str]] = _whole
    literal: bool = False


_KINDS = (
    Kind("topic", "The topic of an external task."),
    Kind("class", "A Java class that does the work, maps variables or reads a form."),
    Kind("delegateExpression", "The expression of a bean that does the work or maps variables."),
    Kind("expression", "An expression that does the work."),
    Kind("listener", "The Java class, the bean or the expression of a listener."),
    Kind("calledElement", "The key of a process that is called."),
    Kind("case", "The key of a case that is called."),
    Kind("decision", "The key of a decision."),
    Kind("form", "The key or the id of a form."),
    Kind("message", "The name of a message; its id if it has no name."),
    Kind("signal", "The name of a signal; its id if it has no name."),
    Kind("error", "The code of an error; its id if it has neither code nor name."),
    Kind("escalation", "The code of an escalation; its id if it has neither code nor name."),
    Kind("timer", "When a timer is due: a moment, a duration or a cycle."),
    Kind("script", "The language of a script, or the resource that has the script."),
    Kind("assignee", "The user who does a task."),
    Kind("candidateUser", "A user who may do a task or start the process.", _items),
    Kind("candidateGroup", "A group that may do a task or start the process.", _items),
    Kind("connector", "The id of a connector."),
    Kind("template", "The id of an element template; `id@version`, too, if the element names a version.", _with_version, literal=True),
    Kind("property", "A property of an element, `name=value`.", _named, literal=True),
    Kind("documentation", "The documentation of an element.", literal=True),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
"""The rows by their names, in the order in which they are shown."""
