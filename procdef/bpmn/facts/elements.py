"""The elements of a file with their facts: what the outline, the difference, the picture and the index of usages read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from procdef.bpmn.facts.fact_reader import facts_of
from procdef.bpmn.facts.scope import Scope, parent_of, scope_of
from procdef.bpmn.reading.node import Node
from procdef.bpmn.reading.reader import read


@dataclass(frozen=True, slots=True)
class Element:
    """One element of BPMN: a process, a task, an event, a flow, a lane and so on.

    `type` is its tag, `parent` the id of the element that it is in, None at the top. An element without id has one made of what it
    connects, `a > b`, or of its type and parent. `facts` are its facts by name, in the order of the tables. `refs` are the names of those
    facts whose value is the id of another element, or several ids separated by ", ".
    """

    id: str
    type: str
    name: str | None
    parent: str | None
    facts: Mapping[str, str]
    refs: frozenset[str]


def elements_of(data: bytes) -> tuple[Element, ...]:
    """The elements of a file. Raises UnreadableBpmn and TooLarge as `read` does."""
    return elements(read("", data, max_elements=len(data)))


def elements(root: Node) -> tuple[Element, ...]:
    """The elements below the root element of a file, in document order."""
    scope = scope_of(root)
    return tuple(_element(node, scope) for node in scope.nodes)


def _element(node: Node, scope: Scope) -> Element:
    found, around = facts_of(node, scope), parent_of(node)
    return Element(
        id=scope.ids[node.order],
        type=node.tag,
        name=node.get("name") or None,
        parent=None if around is None else scope.ids[around.order],
        facts={one.name: one.value for one in found},
        refs=frozenset(one.name for one in found if one.row.refers),
    )
