"""The flows: one row for each type of element that is drawn as an edge, and how its line, ends and label are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from procdef.bpmn.facts.diagram import Bounds, Edge
from procdef.bpmn.reading.node import Node
from procdef.picture.icons import ICONS, PAPER
from procdef.picture.item import LABEL_WIDTH, Scene
from procdef.picture.labels import INK, Label, below, clean
from procdef.picture.pen import Extent, circle, numbers, path
from procdef.picture.symbols import symbol_of

Point = tuple[float, float]
ROUND = 5.0
"""The radius of the bends of a line."""


def moved(point: Point, direction: Point, along: float, across: float = 0) -> Point:
    """A point at a distance along a direction, and across it to the left."""
    return point[0] + direction[0] * along + direction[1] * across, point[1] + direction[1] * along - direction[0] * across


def direction(start: Point, end: Point) -> Point:
    """The direction from one point to another, of the length 1."""
    x, y = end[0] - start[0], end[1] - start[1]
    length = hypot(x, y)
    return (x / length, y / length) if length else (1.0, 0.0)


def through(*points: Point) -> str:
    """The data of a path through points."""
    return f"M{numbers(*points[0])}L" + " ".join(numbers(*point) for point in points[1:])


def arrow(tip: Point, ahead: Point) -> str:
    """A filled head."""
    tip = moved(tip, ahead, -1)
    return path(through(tip, moved(tip, ahead, -9, 4), moved(tip, ahead, -9, -4)) + "z", ' fill="currentColor"')


def open_arrow(tip: Point, ahead: Point) -> str:
    """The head of a message flow."""
    tip = moved(tip, ahead, -1)
    return path(through(tip, moved(tip, ahead, -9, 4.5), moved(tip, ahead, -9, -4.5)) + "z")


def angle(tip: Point, ahead: Point) -> str:
    """The head of an association: two strokes."""
    return path(through(moved(tip, ahead, -9, 5), tip, moved(tip, ahead, -9, -5)), ' fill="none"')


def ring(start: Point, ahead: Point) -> str:
    """The start of a message flow; `ahead` points to the start."""
    return circle(*moved(start, ahead, -4), 4)


def slash(start: Point, ahead: Point) -> str:
    """The sign of a default flow."""
    return path(through(moved(start, ahead, -13, 5), moved(start, ahead, -8, -5)), ' fill="none"')


def diamond(start: Point, ahead: Point) -> str:
    """The sign of a conditional flow that leaves an activity."""
    sides = moved(start, ahead, -8, 5), moved(start, ahead, -16), moved(start, ahead, -8, -5)
    return path(through(start, *sides) + "z")


@dataclass(frozen=True, slots=True)
class Flow:
    """The declaration of how the elements of one type are drawn as a line. `end` and `start` draw its ends, `dashes` the line."""

    type: str
    dashes: str = ""
    start: Callable[[Point, Point], str] | None = None
    end: Callable[[Point, Point], str] | None = None
    double: bool = False


ROWS = (
    Flow("sequenceFlow", end=arrow),
    Flow("messageFlow", "8 5", ring, open_arrow),
    Flow("association", "0 4"),
    Flow("dataInputAssociation", "0 4", end=angle),
    Flow("dataOutputAssociation", "0 4", end=angle),
    Flow("conversationLink", double=True),
)
FLOWS = {flow.type: flow for flow in ROWS}
"""Every flow by its type."""


def flow_of(node: Node | None, scene: Scene) -> Flow:
    """The row of a flow with the signs of this one; a plain line for an element without a row."""
    flow = FLOWS.get(node.tag, Flow(node.tag)) if node is not None else Flow("unknown")
    if node is None or flow.start:
        return flow
    if flow.type == "association":
        both, one = node.get("associationDirection") == "Both", node.get("associationDirection") == "One"
        return Flow(flow.type, flow.dashes, angle if both else None, angle if both or one else None)
    return Flow(flow.type, flow.dashes, _sign(node, scene), flow.end, flow.double)


def _sign(node: Node, scene: Scene) -> Callable[[Point, Point], str] | None:
    """What the start of a sequence flow shows: that it is the default, or that it has a condition, which a gateway's flow does not show."""
    if node.tag != "sequenceFlow":
        return None
    if node.id in scene.defaults:
        return slash
    source = symbol_of(scene.nodes.get(node.get("sourceRef") or ""))
    conditional = source.counted in ("task", "call activity", "sub-process") and bool(node.all("conditionExpression"))
    return diamond if conditional else None


def flow_body(edge: Edge, flow: Flow, scene: Scene, extent: Extent) -> str:
    """The SVG of an edge: its line, its ends, the envelope of a message, and its label."""
    points = distinct(edge.waypoints)
    last, first = direction(points[-2], points[-1]), direction(points[1], points[0])
    for x, y in points:
        extent.add(Bounds(x - 5, y - 5, 10, 10))
    parts = [_line(points, flow)]
    parts += [flow.start(points[0], first)] if flow.start else []
    parts += [flow.end(points[-1], last)] if flow.end else []
    label = _placed(edge.label, points, flow_name(edge, scene))
    return "".join(parts) + _envelope(edge, points, scene, extent) + _written(label, edge, extent)


def distinct(points: tuple[Point, ...]) -> list[Point]:
    """The points without those that repeat the one before; always two or more."""
    found = [points[0], *(point for before, point in pairwise(points) if point != before)]
    return found if len(found) > 1 else [points[0], points[0]]


def _line(points: list[Point], flow: Flow) -> str:
    """The line with round bends. It ends a little before an arrow's tip, so that the tip stays sharp."""
    end = points[-1]
    if flow.end in (arrow, open_arrow):
        points = [*points[:-1], moved(end, direction(points[-2], end), -min(6.0, _length(points[-2], end) / 2))]
    data, dashes = bent(points), f' stroke-dasharray="{flow.dashes}"' if flow.dashes else ""
    if flow.double:
        return path(data, ' fill="none" stroke-width="5"') + path(data, f' class="h" fill="none" stroke="{PAPER}" stroke-width="2.4"')
    return path(data, ' fill="none"' + dashes)


def bent(points: list[Point]) -> str:
    """The data of a path through points, whose corners are round."""
    parts = [f"M{numbers(*points[0])}"]
    for before, point, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(ROUND, _length(before, point) / 2, _length(point, after) / 2)
        start, end = moved(point, direction(point, before), radius), moved(point, direction(point, after), radius)
        parts.append(f"L{numbers(*start)}Q{numbers(*point, *end)}")
    return "".join(parts) + f"L{numbers(*points[-1])}"


def _length(start: Point, end: Point) -> float:
    return hypot(end[0] - start[0], end[1] - start[1])


def middle(points: list[Point] | tuple[Point, ...]) -> tuple[Point, bool]:
    """The middle of the longest segment, and whether this is rather horizontal."""
    start, end = max(pairwise(points), key=lambda pair: _length(*pair))
    return ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), abs(end[0] - start[0]) >= abs(end[1] - start[1])


def halfway(points: list[Point]) -> Point:
    """The point in the middle of a line's length."""
    left = sum(_length(*pair) for pair in pairwise(points)) / 2
    for start, end in pairwise(points):
        if left <= (length := _length(start, end)):
            return moved(start, direction(start, end), left)
        left -= length
    return points[-1]


def _envelope(edge: Edge, points: list[Point], scene: Scene, extent: Extent) -> str:
    """The message on a message flow, with its name: a light envelope for the first message, a dark one for an answer.

    Some modelers write the kind of envelope for every edge; it has a meaning for message flows only.
    """
    node = scene.nodes.get(edge.element)
    if edge.message is None or node is None or node.tag != "messageFlow":
        return ""
    x, y = halfway(points)
    message = node.get("messageRef") or ""
    name = clean(scene.name(message)) if message in scene.nodes else ""
    envelope = ICONS["send"].svg(x, y, scale=1.2, filled=edge.message != "initiating")
    return envelope + _written(below(name, x, y + 11, LABEL_WIDTH), edge, extent)


def _written(label: Label, edge: Edge, extent: Extent) -> str:
    """The SVG of a label, for which the picture makes room."""
    if label.lines:
        extent.add(label.box)
    return label.svg(edge.stroke or INK)


def _placed(place: Bounds | None, points: list[Point], name: str) -> Label:
    """The label where the file has it, else above or to the right of the middle of the longest segment."""
    if place is not None and place.width + place.height:
        return below(name, place.x + place.width / 2, place.y, max(place.width, LABEL_WIDTH))
    (x, y), flat = middle(points)
    box = below(name, x, y, LABEL_WIDTH).box
    return below(name, x, y - box.height - 4, LABEL_WIDTH) if flat else below(name, x + box.width / 2 + 5, y - box.height / 2, LABEL_WIDTH)


def corner_of(edge: Edge) -> str:
    """The place of a badge on an edge."""
    return numbers(*middle(edge.waypoints)[0])


def flow_name(edge: Edge, scene: Scene) -> str:
    """The name of an edge's element, clean and not too long."""
    return clean(scene.name(edge.element)) if edge.element in scene.nodes else ""
