"""The uses of a process: each place where an element of it names a topic, a class, a called key and so on.

The rows of the table of facts that have a kind say what is a use. Of a declaration next to the processes, such as a message, an element
uses the name or the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import orjson

from procdef.bpmn.facts.calls import EXPRESSION_STARTS, call_of
from procdef.bpmn.facts.fact_table import TEXT, Fact, derived_rows, row_of
from procdef.bpmn.facts.kinds import KINDS
from procdef.bpmn.facts.names import resolved, spelt, spelt_in, trimmed
from procdef.bpmn.facts.part_table import DECLARATIONS
from procdef.bpmn.facts.scope import LANE_SETS, Scope, is_element
from procdef.bpmn.model import Call, Use
from procdef.bpmn.reading.node import Node

CALLED = "calledElement"
UNKNOWN_BINDING = "[]"
"""The binding of a call of which only running it shows the version."""


class _Found(NamedTuple):
    """A fact that is a use: its row, the node in which it stands, and its value."""

    row: Fact
    node: Node
    value: str


Declared = Mapping[tuple[str, str], Node]
"""What is declared next to the processes of a file, by tag and id."""


def declared_in(root: Node) -> Declared:
    """What is declared in a file, for all its processes."""
    return {(node.tag, node.id or ""): node for node in root.children if not is_element(node)}


def uses_of(process: Node, root: Node, declared: Declared) -> tuple[Use, ...]:
    """The uses of a process of a file, in document order. What an element uses twice is there once."""
    return tuple(_Reader(process, root, declared).read())


class _Reader:
    """The walk over one process. It needs no recursion: a file may nest its elements deeply."""

    def __init__(self, process: Node, root: Node, declared: Declared) -> None:
        self._process, self._root, self._declared = process, root, declared

    def read(self) -> Iterator[Use]:
        seen: set[tuple[int, str, str]] = set()
        for element, found in self._found():
            kind = KINDS[found.row.kind or ""]
            for value in kind.values(found.node, found.value):
                if value and (element.order, kind.name, value) not in seen:
                    seen.add((element.order, kind.name, value))
                    is_dynamic = "{" in value and not kind.literal and any(start in value for start in EXPRESSION_STARTS)
                    yield self._use(element, kind.name, value, is_dynamic=is_dynamic)

    def _use(self, element: Node, kind: str, value: str, *, is_dynamic: bool) -> Use:
        binding = None if kind != CALLED or is_dynamic else _binding(call_of(self._process, element))
        return Use(kind, value, is_dynamic, element.id, element.tag, element.get("name") or None, binding)

    def _found(self) -> Iterator[tuple[Node, _Found]]:
        pending = [(self._process, self._process)]
        while pending:
            node, around = pending.pop()
            element = node if is_element(node) else around
            if rows := rows_in(node.uri, node.tag, *node.attributes):
                for found in self._in_node(node, rows):
                    yield element, found
            if node.children:
                pending.extend([(child, element) for child in reversed(node.children) if _is_read(node, child)])

    def _in_node(self, node: Node, rows: Iterable[tuple[str | None, Fact]]) -> Iterator[_Found]:
        for name, row in rows:
            value = self._text(node, row) if name is None else node.attributes[name]
            yield from self._referred(row, node, value) if row.at in DECLARATIONS else (_Found(row, node, value),)

    def _text(self, node: Node, row: Fact) -> str:
        return trimmed(node.text) if row.read is None else row.read(node, Scope(self._root, (), {}, {}, {}, {})) or ""

    def _referred(self, row: Fact, node: Node, name: str) -> Iterator[_Found]:
        """The name or the code of what is declared; its id if it has none."""
        ident = resolved(node, self._root, name)
        declared = self._declared.get((DECLARATIONS[row.at], ident))
        values = [] if declared is None else [_Found(one, node, value) for one, value in _declared_uses(declared) if value]
        if values or declared is None or not declared.get("name"):
            yield from values or (_Found(row, node, ident if ":" in name else name),)


def _is_read(node: Node, child: Node) -> bool:
    """Whether a child is an element of its own, or a part of the element around it."""
    return is_element(child) if node.tag in LANE_SETS else is_element(node) or not is_element(child)


def _declared_uses(declared: Node) -> Iterator[tuple[Fact, str]]:
    for at, value in declared.attributes.items():
        row = row_of(declared.tag, at)[1]
        if row.kind is not None:
            yield row, value


@lru_cache(4096)
def rows_in(uri: str, tag: str, *attributes: str) -> tuple[tuple[str | None, Fact], ...]:
    """The rows of the uses in an element or part with these attributes, each with its attribute; None if it is the text, or made of it.

    Of attributes that differ in the engine's namespace only, the first one counts. Few elements have any, and few differ in their names.
    """
    spelling, found = spelt_in(uri, tag)[1], {}
    for _rank, at, name in sorted(((*spelt(name), name) for name in attributes), reverse=True):
        found[at] = name, row_of(spelling, at)[1]
    plain, made = row_of(spelling, TEXT)[1], [row for _, row in derived_rows(spelling)]
    named = [(name, row) for name, row in sorted(found.values(), key=lambda one: attributes.index(one[0])) if row.read is None]
    texts = [(None, row) for row in ([plain] if plain.read is None else []) + made]
    return tuple(one for one in (*named, *texts) if one[1].kind is not None)


def _binding(call: Call | None) -> str | None:
    """How a call finds its version, as JSON; None for the latest version of the caller's tenant."""
    if call is None:
        return UNKNOWN_BINDING
    if call.binding == "latest" and call.tenant_id is None:
        return None
    return orjson.dumps([call.binding, call.version, call.version_tag, call.tenant_id]).decode()
