"""What the symbols draw from: the elements of a file by id, one shape with its element, and the row of a symbol."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from procdef.bpmn.facts.diagram import Bounds, Plane, Shape
from procdef.bpmn.reading.node import Node
from procdef.picture.icons import ICONS
from procdef.picture.labels import INK, Label, below, clean
from procdef.picture.pen import Extent

LABEL_WIDTH = 90.0
"""The least width at which a label beside a shape ends its lines: the widths in files are those of another font."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """The declaration of how the elements of one type are drawn.

    `draw` gives the SVG of a shape whose top left corner is at 0, 0. `layer` is its place from the back to the front.
    `counted` is what the description of the picture counts it as. `icon` is the one of the type, `line` the width of its border.
    """

    type: str
    draw: Callable[[Item], str]
    layer: int
    counted: str = ""
    icon: str = ""
    line: float = 0
    inner: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A file: its elements by id, its planes, and the ids of its default flows."""

    nodes: Mapping[str, Node]
    planes: tuple[Plane, ...]
    defaults: frozenset[str]

    def name(self, ident: str) -> str | None:
        """The name of an element, which an annotation has as its text and a group as its category; None if there is none."""
        node = self.nodes.get(ident)
        if node is None:
            return ident
        if node.tag == "textAnnotation":
            return next((child.text for child in node.all("text")), None)
        if node.tag == "group":
            value = self.nodes.get((node.get("categoryValueRef") or "").rpartition(":")[2])
            return None if value is None else value.get("value")
        return node.get("name")


def scene_of(root: Node, planes: tuple[Plane, ...]) -> Scene:
    """The elements of a file, without what is in extensions or belongs to the diagram interchange."""
    nodes: dict[str, Node] = {}
    for node in _walk(root):
        if node.id:
            nodes.setdefault(node.id, node)
    return Scene(nodes, planes, frozenset(filter(None, (node.get("default") for node in nodes.values()))))


def _walk(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.tag not in ("extensionElements", "BPMNDiagram"):
            yield node
            pending.extend(reversed(node.children))


def words(tag: str) -> str:
    """The type of an element as words: `userTask` is `user task`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag).lower()


@dataclass(frozen=True, slots=True)
class Item:
    """One shape that is drawn: its symbol and its element, which is None if the file does not have it.

    `expanded` says of a sub-process that its content is drawn. `ends` are the points at which flows begin and end.
    """

    shape: Shape
    symbol: Symbol
    node: Node | None
    scene: Scene
    extent: Extent
    expanded: bool = False
    ends: frozenset[tuple[int, int]] = frozenset()

    @property
    def width(self) -> float:
        """The width of the shape."""
        return self.shape.bounds.width

    @property
    def height(self) -> float:
        """The height of the shape."""
        return self.shape.bounds.height

    @property
    def name(self) -> str:
        """The name, clean and not too long; it may be empty."""
        return clean(self.scene.name(self.shape.element))

    def get(self, attribute: str) -> str:
        """An attribute of the element, or an empty string."""
        return (self.node.get(attribute) or "") if self.node is not None else ""

    def has(self, tag: str) -> bool:
        """Whether the element has a child with this tag."""
        return self.node is not None and any(child.tag == tag for child in self.node.children)

    def write(self, label: Label, attributes: str = "", box: Bounds | None = None) -> str:
        """The SVG of a label, for which the picture makes room; `box` is the room of turned text."""
        if label.lines:
            self.extent.add(box or label.box, self.shape.bounds.x, self.shape.bounds.y)
        return label.svg(self.shape.stroke or INK, attributes)

    def beside(self) -> str:
        """The name beside the shape: where the file has its label, else below, else where no flow leaves the shape."""
        place, shape = self.shape.label, self.shape.bounds
        if place is None or place.width + place.height == 0:
            return self.write(self._clear_of_flows(below(self.name, self.width / 2, self.height + 4, LABEL_WIDTH)))
        x, width = place.x + place.width / 2 - shape.x, max(place.width, LABEL_WIDTH)
        return self.write(below(self.name, x, place.y - shape.y, width))

    def _clear_of_flows(self, label: Label) -> Label:
        """A label that is moved from below a shape to above it, or to the right, if a flow is there."""
        if not self._has_flow_at(self.height):
            return label
        if self.symbol.type != "boundaryEvent" and not self._has_flow_at(0):
            return replace(label, top=-label.box.height - 4)
        return replace(label, x=label.x + label.box.width / 2 + 5)

    def _has_flow_at(self, y: float) -> bool:
        shape = self.shape.bounds
        return (round(shape.x + shape.width / 2), round(shape.y + y)) in self.ends

    def icon(self, name: str, x: float, y: float, *, scale: float = 1, filled: bool = False) -> str:
        """An icon with its middle at `x` and `y`; nothing for an unknown name."""
        icon = ICONS.get(name)
        return icon.svg(x, y, scale=scale, filled=filled) if icon else ""
