"""The element tree that all rules read: names, attributes, own text and children, looked up the way the engine does.

The engine finds BPMN elements by their local name in whatever namespace, and its own elements and attributes in its own namespace or,
where there are none, in the one of its predecessor. Which namespaces these are, and in which order, is said here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
"""The namespaces that an engine reads its own attributes and elements from, the first that has them wins; by the engine's name."""

# Attributes of BPMN's own elements that the schema gives a type without blanks at the ends, and the defaults it has for them.
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
    """One XML element. `order` counts the elements of the document from 0; it is how a position is looked up later."""

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
        uri, brace, tag = name.rpartition("}")
        self.uri, self.tag = uri.removeprefix("{") if brace else "", tag
        self.attributes = as_the_schema_has_it(self.tag, attributes) if self.uri in SCHEMA_NAMESPACES else attributes
        self.namespaces = namespaces
        self.parent, self.order, self.engine = parent, order, engine
        self.children: list[Node] = []
        self.text = ""
        if parent is not None:
            parent.children.append(self)

    def get(self, name: str) -> str | None:
        """The attribute `name` that is in no namespace."""
        return self.attributes.get(name)

    @property
    def id(self) -> str | None:
        """The attribute `id`."""
        return self.attributes.get("id")

    @property
    def name_in_file(self) -> str:
        """The name with the prefix that the file has for its namespace."""
        prefix = next((prefix for prefix, uri in self.namespaces.items() if uri == self.uri), "")
        return f"{prefix}:{self.tag}" if prefix else self.tag

    def camunda(self, name: str) -> str | None:
        """The attribute `name` of the engine's own namespace, or of the next of its namespaces that has it."""
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

        Raises `MultipleElementsError` where there are several: the engine gives up on such a file.
        """
        found = self.all(tag, *uris)
        if len(found) > 1:
            raise MultipleElementsError(tag)
        return found[0] if found else None

    def camunda_all(self, tag: str) -> list[Node]:
        """The children called `tag` of the first of the engine's namespaces that has any."""
        return self.all(tag, *NAMESPACES[self.engine])

    def camunda_one(self, tag: str, *before: str) -> Node | None:
        """The child called `tag` of a namespace of `before` or of the engine's, or None; raises as `one` does."""
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


def as_the_schema_has_it(tag: str, attributes: Mapping[str, str]) -> Mapping[str, str]:
    """The attributes of an element as a parser that knows the schema hands them on."""
    return DEFAULTS.get(tag, {}) | {name: _collapsed(value) if name in COLLAPSED else value for name, value in attributes.items()}


def _collapsed(value: str) -> str:
    """A value without needless blanks; one of blanks only is no value of such a type, and stays."""
    return " ".join(value.split()) or value


class MultipleElementsError(AbortError):
    """An element has several children of a kind of which the engine reads the only one."""

    def __init__(self, tag: str) -> None:
        super().__init__(f"Parsing exception: multiple elements with tag name {tag} found")
