"""The facts that are read from more than one attribute or text."""

from __future__ import annotations

from procdef.bpmn.facts.names import BLANKS
from procdef.bpmn.facts.scope import Scope
from procdef.bpmn.facts.starters import assignments, formal_expression
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError

DEFINITION = "EventDefinition"


def category(_node: Node, scope: Scope) -> str | None:
    """The target namespace of the file, which an engine shows as the category of its processes."""
    return scope.file_facts.get("targetNamespace")


def expression_language(_node: Node, scope: Scope) -> str | None:
    """The language of the file's expressions, where it is not BPMN's own default."""
    return scope.file_facts.get("expressionLanguage")


def type_language(_node: Node, scope: Scope) -> str | None:
    """The language of the file's types, where it is not BPMN's own default."""
    return scope.file_facts.get("typeLanguage")


def imports(_node: Node, scope: Scope) -> str | None:
    """The locations of the files that the file imports, or their namespaces."""
    return scope.file_facts.get("import")


def lane(node: Node, scope: Scope) -> str | None:
    """The ids of the innermost lanes of a flow node."""
    return scope.lanes.get(scope.ids[node.order])


def event(node: Node, _scope: Scope) -> str | None:
    """The kinds of an event's definitions, `timer` for example."""
    return _list(sorted(child.tag.removesuffix(DEFINITION) for child in node.children if child.tag.endswith(DEFINITION)))


def multi_instance(node: Node, _scope: Scope) -> str:
    """How the instances run: one after the other, or at the same time."""
    return "sequential" if node.get("isSequential") == "true" else "parallel"


def always(_node: Node, _scope: Scope) -> str:
    """The fact that a part is there."""
    return "true"


def assignment(node: Node, _scope: Scope) -> str | None:
    """Who is assigned by an expression."""
    return (_expression(node) or "").strip(BLANKS) or None


def assigned_users(node: Node, _scope: Scope) -> str | None:
    """The users of a list of `user(x)` and `group(x)`."""
    return _assigned(node, "user")


def assigned_groups(node: Node, _scope: Scope) -> str | None:
    """The groups of a list of `user(x)` and `group(x)`."""
    return _assigned(node, "group")


def _assigned(node: Node, kind: str) -> str | None:
    try:
        found = assignments(_expression(node))
    except AbortError:  # no engine accepts such a list
        return None
    return _list(sorted({name for one, name in found if one == kind and name}))


def _expression(node: Node) -> str | None:
    try:
        return formal_expression(node)
    except AbortError:  # two expressions, which no engine accepts
        return None


def field_order(node: Node, _scope: Scope) -> str | None:
    """The ids of the fields of a form, in the form's order, where there are several."""
    return _order(node, "formField", "formProperty")


def option_order(node: Node, _scope: Scope) -> str | None:
    """The ids of the options of a field, in the form's order, where there are several."""
    return _order(node, "value")


def _order(node: Node, *tags: str) -> str | None:
    names = [child.id or "" for child in node.children if child.tag in tags]
    return _list(names) if len(names) > 1 else None


def _list(names: list[str]) -> str | None:
    return ", ".join(names) if names else None
