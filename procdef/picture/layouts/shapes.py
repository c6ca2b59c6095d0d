"""The size of every kind of shape, and the geometry that the other modules share: boxes, points, and what was laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from procdef.bpmn.reading.node import Node

EVENT, GATEWAY, ACTIVITY, DATA_OBJECT, DATA_STORE = (36.0, 36.0), (50.0, 50.0), (100.0, 80.0), (36.0, 50.0), (50.0, 50.0)
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
TASKS = ("task", "userTask", "serviceTask", "scriptTask", "manualTask", "receiveTask", "sendTask", "businessRuleTask", "callActivity")
EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "implicitThrowEvent", "boundaryEvent")
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"})
FLOW_NODES: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys((*TASKS, *sorted(SUBPROCESSES)), ACTIVITY),
    **dict.fromkeys(EVENTS, EVENT),
    **dict.fromkeys(sorted(GATEWAYS), GATEWAY),
}
"""Width and height of the flow nodes, by type; those of an expanded sub-process depend on what is in it."""
ARTIFACTS: Mapping[str, tuple[float, float]] = {
    "dataObjectReference": DATA_OBJECT,
    "dataStoreReference": DATA_STORE,
    "textAnnotation": (120.0, 30.0),
}
"""Width and height of the artifacts. A text annotation grows with its text."""
LABELLED = frozenset({*EVENTS, *GATEWAYS, "dataObjectReference", "dataStoreReference"})
"""The types whose label is outside of the shape."""
CHARACTERS_PER_LINE, LINE, LINES = 18, 15.0, 8
"""How a text annotation grows: characters in a line, the height of a line, and the most lines that it grows by."""

Point = tuple[float, float]


class Box(NamedTuple):
    """The bounds of a shape: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower side."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, other: Box) -> bool:
        """Whether another box is in this one."""
        return self.x <= other.x and other.right <= self.right and self.y <= other.y and other.bottom <= self.bottom

    def moved(self, x: float, y: float) -> Box:
        """The box at another place."""
        return self._replace(x=self.x + x, y=self.y + y)


@dataclass(slots=True)
class Layout:
    """What was laid out, from (0, 0) on: its size, the boxes and waypoints by the id of the element.

    `lanes` are boxes that reach from side to side. `expanded` are the sub-processes that show what is in them, `attached` the boundary
    events. `texts` are the labels that are outside of their shapes.
    """

    width: float = 0.0
    height: float = 0.0
    boxes: dict[str, Box] = field(default_factory=dict)
    edges: dict[str, Sequence[Point]] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    expanded: set[str] = field(default_factory=set)
    attached: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, other: Layout, x: float, y: float) -> None:
        """Put another layout into this one, with its upper left corner at a point."""
        self.boxes.update((name, box.moved(x, y)) for name, box in other.boxes.items())
        self.lanes.update((name, box.moved(x, y)) for name, box in other.lanes.items())
        self.edges.update((name, [(px + x, py + y) for px, py in points]) for name, points in other.edges.items())
        self.expanded |= other.expanded
        self.attached |= other.attached
        self.texts |= other.texts


@dataclass(frozen=True, slots=True)
class Item:
    """One shape to be placed in a scope: its id and type, its size, the text of a label outside of it if it has one.

    `inner` is the layout of what is in an expanded sub-process.
    """

    id: str
    tag: str
    width: float
    height: float
    label: str = ""
    inner: Layout | None = None


def item_of(ident: str, node: Node) -> Item:
    """The shape of a flow node or an artifact."""
    width, height = FLOW_NODES.get(node.tag) or ARTIFACTS[node.tag]
    label = (node.get("name") or "").strip() if node.tag in LABELLED else ""
    return Item(ident, node.tag, width, height + _more_lines(node) * LINE, label)


def _more_lines(node: Node) -> int:
    text = next((child.text for child in node.all("text")), "") if node.tag == "textAnnotation" else ""
    return min(sum(1 + len(line) // CHARACTERS_PER_LINE for line in text.strip().split("\n")) - 1, LINES)
