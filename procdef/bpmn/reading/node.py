"""The element tree that all rules read: names, attributes, text and children, looked up in the way of the engine.

The engine finds BPMN elements by their local name in any namespace. Its own elements and attributes it finds in its own namespace or,
where there are none, in that of its predecessor. These namespaces and their order are declared here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from procdef.bpmn.rules.abort import AbortError

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA_NAMESPACES = frozenset({BPMN, BPMNDI, DC, DI})
OPERATON, CAMUNDA = "operaton", "camunda"
NAMESPACES: Mapping[str, tuple[str, ...]] = {
    OPERATON: ("http://operaton.org/schema/1.0/bpmn", "http://camunda.org/schema/1.0/bpmn", "http://activiti.org/bpmn"),
    CAMUNDA: ("http://camunda.org/schema/1.0/bpmn", "http://activiti.org/bpmn"),
}
"""The namespaces of an engine's own attributes and elements, by the engine's name; the first that has them wins."""

# Attributes of BPMN's own elements whose type in the schema collapses blanks, and the schema's default values.
COLLAPSED = frozenset(
    {
        "activityRef",
        "attachedToRef",
        "bpmnElement",
        "cancelActivity",
        "dataObjectRef",
        "default",
        "errorRef",
        "escalationRef",
        "id",
        "inputDataRef",
        "isExecutable",
        "isForCompensation",
        "isInterrupting",
        "isSequential",
        "messageRef",
        "outputDataRef",
        "processRef",
        "signalRef",
        "sourceRef",
        "targetRef",
        "triggeredByEvent",
        "waitForCompletion",
    }
)
DEFAULTS = {"startEvent": {"isInterrupting": "true"}, "boundaryEvent": {"cancelActivity": "true"}}


class Node:
    """One XML element. `order` is its index in document order, by which positions are looked up; `text` is its direct text."""

    __slots__ = ("attributes", "children", "engine", "namespaces", "order", "parent", "tag", "text", "uri")

    def __init__(
        self,
        name: str,
        attributes: Mapping[str, str],
        namespaces: Mapping[str, str],
        parent: Node | None,
        order: int,
        engine: str = OPERATON,
    ) -> None:
        self.uri, self.tag = _split(name)
        self.attributes = _normalized(self.tag, attributes) if self.uri in SCHEMA_NAMESPACES else attributes
        self.namespaces = namespaces
        self.parent, self.order, self.engine = parent, order, engine
        self.children: list[Node] = []
        self.text = ""
        if parent is not None:
            parent.children.append(self)

    def get(self, name: str) -> str | None:
        """The attribute `name` without namespace."""
        return self.attributes.get(name)

    @property
    def id(self) -> str | None:
        """The attribute `id`."""
        return self.attributes.get("id")

    @property
    def name_in_file(self) -> str:
        """The name with the file's prefix of its namespace."""
        prefix = next((prefix for prefix, uri in self.namespaces.items() if uri == self.uri), "")
        return f"{prefix}:{self.tag}" if prefix else self.tag

    def resolve(self, name: str) -> str:
        """The full name, `namespace:local`, that a qualified name stands for in the root element, which this has to be."""
        prefix, colon, local = name.partition(":")
        uri = self.namespaces.get(prefix) if colon else self.get("targetNamespace")
        return f"{uri}:{local if colon else name}"

    def camunda(self, name: str) -> str | None:
        """The attribute `name` of the first of the engine's namespaces that has it; None where none has."""
        uris = NAMESPACES[self.engine]
        return next((self.attributes[key] for uri in uris if (key := f"{{{uri}}}{name}") in self.attributes), None)

    def all(self, tag: str, *uris: str) -> list[Node]:
        """The children called `tag`; with `uris`, those of the first of these namespaces that has any."""
        found = [child for child in self.children if child.tag == tag]
        if not uris:
            return found
        groups = ([child for child in found if child.uri == uri] for uri in uris)
        return next((group for group in groups if group), [])

    def one(self, tag: str, *uris: str) -> Node | None:
        """The child called `tag`, or None.

        Raises MultipleElementsError where there are several: the engine aborts at such a file.
        """
        found = self.all(tag, *uris)
        if len(found) > 1:
            raise MultipleElementsError(tag)
        return found[0] if found else None

    def camunda_all(self, tag: str) -> list[Node]:
        """The children called `tag` of the first of the engine's namespaces that has any."""
        return self.all(tag, *NAMESPACES[self.engine])

    def camunda_one(self, tag: str, *before: str) -> Node | None:
        """The child called `tag` in one of the namespaces `before` or the engine's, or None. Raises MultipleElementsError."""
        return self.one(tag, *before, *NAMESPACES[self.engine])

    def extensions(self, tag: str) -> list[Node]:
        """The engine's own elements called `tag` in the element's `extensionElements`."""
        holder = self.one("extensionElements")
        return holder.camunda_all(tag) if holder is not None else []

    def descendants(self) -> Iterator[Node]:
        """The element and all below it, in document order."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))


def _normalized(tag: str, attributes: Mapping[str, str]) -> Mapping[str, str]:
    """The attributes of an element as a parser that knows the schema gives them."""
    collapsed = {name: value for name in _collapsing(*attributes) if (value := _collapsed(attributes[name])) != attributes[name]}
    return {**DEFAULTS.get(tag, {}), **attributes, **collapsed} if collapsed or tag in DEFAULTS else attributes


@lru_cache(4096)
def _collapsing(*names: str) -> tuple[str, ...]:
    """Those of these attributes in which blanks collapse."""
    return tuple(COLLAPSED.intersection(names))


@lru_cache(4096)
def _split(name: str) -> tuple[str, str]:
    """The namespace and the local name."""
    uri, brace, tag = name.rpartition("}")
    return uri.removeprefix("{") if brace else "", tag


def _collapsed(value: str) -> str:
    """A value without needless blanks; one of blanks only is not valid, and stays unchanged."""
    return " ".join(value.split()) or value


class MultipleElementsError(AbortError):
    """An element has several children of a tag that the engine expects once."""

    def __init__(self, tag: str) -> None:
        super().__init__(f"Parsing exception: multiple elements with tag name {tag} found")
