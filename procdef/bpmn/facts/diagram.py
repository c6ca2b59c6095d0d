"""The diagram interchange of a file: its planes, and on each the shapes and edges with their coordinates.

It is read leniently. A shape whose bounds are missing or are not numbers is left out, and so is an edge with fewer than two waypoints.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from procdef.bpmn.facts.names import shortened
from procdef.bpmn.reading.node import Node

BIOC = "{http://bpmn.io/schema/bpmn/biocolor/1.0}"
COLOR = "{http://www.omg.org/spec/BPMN/non-normative/color/1.0}"
STROKES = (f"{COLOR}border-color", f"{BIOC}stroke")
FILLS = (f"{COLOR}background-color", f"{BIOC}fill")
MAX_COORDINATE = 1e9
# A value of any other form could be markup or a reference, so it is not a color.
COLOR_VALUE = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})|[a-zA-Z]{3,20}|rgb\( *\d{1,3}(?: *, *\d{1,3}){2} *\)")


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle in the units of the diagram; `x` and `y` are its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def values(self) -> tuple[float, float, float, float]:
        """The four numbers in the order of the file."""
        return self.x, self.y, self.width, self.height


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: the id of its element, and how it is drawn. A flag is None if the file does not have it."""

    element: str
    bounds: Bounds
    label: Bounds | None = None
    horizontal: bool | None = None
    expanded: bool | None = None
    marker_visible: bool | None = None
    stroke: str | None = None
    fill: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge: the id of its element, its waypoints as pairs of x and y, and how it is drawn."""

    element: str
    waypoints: tuple[tuple[float, float], ...]
    label: Bounds | None = None
    message: str | None = None
    stroke: str | None = None


@dataclass(frozen=True, slots=True)
class Plane:
    """One plane: the id of the process, collaboration or sub-process that it shows, and what is on it in document order."""

    element: str
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


def planes(root: Node) -> tuple[Plane, ...]:
    """The planes of a file in document order. A file without diagram interchange has none."""
    return tuple(_plane(plane) for diagram in root.all("BPMNDiagram") for plane in diagram.all("BPMNPlane"))


def positions(root: Node) -> Mapping[str, tuple[float | str | bool, ...]]:
    """For each element that is drawn: its coordinates, its label, its flags and its colors. They are equal where the layout is."""
    found: dict[str, list[float | str | bool]] = defaultdict(list)
    for plane in planes(root):
        everything: tuple[Shape | Edge, ...] = (*plane.shapes, *plane.edges)
        for drawn in everything:
            found[shortened(drawn.element)].extend(_values(drawn))
    return {element: tuple(values) for element, values in found.items()}


def _values(drawn: Shape | Edge) -> Iterator[float | str | bool]:
    if isinstance(drawn, Shape):
        yield from drawn.bounds.values
        flags = (drawn.horizontal, drawn.expanded, drawn.marker_visible, drawn.stroke, drawn.fill)
    else:
        yield from (number for point in drawn.waypoints for number in point)
        flags = (None, None, None, drawn.message, drawn.stroke)
    yield from drawn.label.values if drawn.label else ()
    yield from ("" if flag is None else flag for flag in flags)


def _plane(plane: Node) -> Plane:
    shapes = (_shape(node) for node in plane.all("BPMNShape"))
    edges = (_edge(node) for node in plane.all("BPMNEdge"))
    return Plane(_element(plane), tuple(filter(None, shapes)), tuple(filter(None, edges)))


def _shape(node: Node) -> Shape | None:
    bounds = _bounds(node)
    if bounds is None:
        return None
    return Shape(
        _element(node),
        bounds,
        _label(node),
        _flag(node, "isHorizontal"),
        _flag(node, "isExpanded"),
        _flag(node, "isMarkerVisible"),
        _color(node, STROKES),
        _color(node, FILLS),
    )


def _edge(node: Node) -> Edge | None:
    pairs = ((_number(point.get("x")), _number(point.get("y"))) for point in node.all("waypoint"))
    waypoints = tuple((x, y) for x, y in pairs if x is not None and y is not None)
    if len(waypoints) < 2:
        return None
    return Edge(_element(node), waypoints, _label(node), node.get("messageVisibleKind"), _color(node, STROKES))


def _element(node: Node) -> str:
    """The id that `bpmnElement` refers to. It is a qualified name: a prefix is not part of the id."""
    return (node.get("bpmnElement") or "").rpartition(":")[2]


def _label(node: Node) -> Bounds | None:
    return next((bounds for label in node.all("BPMNLabel") if (bounds := _bounds(label))), None)


def _bounds(node: Node) -> Bounds | None:
    for child in node.all("Bounds"):
        x, y, width, height = (_number(child.get(name)) for name in ("x", "y", "width", "height"))
        if x is not None and y is not None and width is not None and height is not None and min(width, height) >= 0:
            return Bounds(x, y, width, height)
    return None


def _number(text: str | None) -> float | None:
    """A coordinate; None if it is missing, no number or too large for one. The engine's numbers may end in a letter for their type."""
    try:
        number = float((text or "").strip().rstrip("fFdD"))
    except ValueError:
        return None
    return number if abs(number) <= MAX_COORDINATE else None


def _flag(node: Node, name: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get((node.get(name) or "").strip())


def _color(node: Node, names: tuple[str, ...]) -> str | None:
    values = (node.attributes.get(name, "").strip() for name in names)
    return next((value for value in values if COLOR_VALUE.fullmatch(value)), None)
