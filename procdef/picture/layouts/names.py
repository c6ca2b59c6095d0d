"""The ids by which a layout names the elements of a file, and the copy of the file in which every element has one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from procdef.bpmn.facts.scope import scope_of
from procdef.bpmn.reading.node import Node

Names = Mapping[int, str]
"""The id of each element by its index in document order."""


def names_of(root: Node) -> Names:
    """The id of each element; one without id has the id that its facts have, so that marks fit, or one of its type."""
    counts: Counter[str] = Counter()
    known = scope_of(root).ids
    return {node.order: known.get(node.order) or node.id or _numbered(node.tag, counts) for node in root.descendants()}


def ends(node: Node) -> tuple[str | None, str | None]:
    """The ids that a flow or an association connects: attributes, or the text of children for those of data."""
    return _end(node, "sourceRef"), _end(node, "targetRef")


def _end(node: Node, name: str) -> str | None:
    """A qualified name stands for its local part."""
    value = node.get(name) or next((child.text.strip() for child in node.all(name)), "")
    return value.rpartition(":")[2] or None if value else None


def _numbered(name: str, counts: Counter[str]) -> str:
    counts[name] += 1
    return name if counts[name] == 1 else f"{name} #{counts[name]}"
