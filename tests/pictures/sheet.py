"""A BPMN file that is being made: rows dealt from tables, ids, names, and the planes with what is drawn on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar
from xml.sax.saxutils import quoteattr

from tests.bpmn import files
from tests.pictures.symbols import COLOURS, NAMES

Row = TypeVar("Row")
Point = tuple[float, float]
WITH_DEFAULT = ("exclusiveGateway", "inclusiveGateway", "complexGateway", "callActivity", "subProcess", "transaction", "adHocSubProcess")
NAMESPACES = (
    f'{files.NAMESPACES} xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" '
    'xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"'
)
"""Those of every test file, and those of the colours in diagram interchange."""


class Decks:
    """Deals the rows of tables in random order, each once before any comes again."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._left: dict[int, list[object]] = {}

    def deal(self, rows: Sequence[Row]) -> Row:
        left = self._left.setdefault(id(rows), [])
        if not left:
            left += self._random.sample(rows, len(rows))
        return left.pop()  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Box:
    """What has been drawn of an element, and where."""

    id: str
    x: float
    y: float
    width: float
    height: float
    element: Element | None = None

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def right(self) -> Point:
        return self.x + self.width, self.y + self.height / 2

    @property
    def left(self) -> Point:
        return self.x, self.y + self.height / 2

    @property
    def bottom(self) -> Point:
        return self.x + self.width / 2, self.y + self.height

    @property
    def top(self) -> Point:
        return self.x + self.width / 2, self.y


@dataclass(slots=True)
class Element:
    """An element of a process. What it has of data comes before all else that is in it, in the order of the schema."""

    tag: str
    attributes: str
    inside: str = ""
    data: dict[str, str] = field(default_factory=dict)

    @property
    def has_default(self) -> bool:
        """Whether one of its sequence flows may be the default, and none is."""
        return (self.tag.endswith("ask") or self.tag in WITH_DEFAULT) and " default=" not in self.attributes

    @property
    def xml(self) -> str:
        data = "".join(self.data.get(tag, "") for tag in ("property", "dataInputAssociation", "dataOutputAssociation"))
        return f"<{self.tag} {self.attributes}>{data}{self.inside}</{self.tag}>"


@dataclass(slots=True)
class Content:
    """What a process or sub-process has, the boxes of its flow nodes, and how far it reaches to the right and down."""

    right: float
    bottom: float
    flow: list[Element] = field(default_factory=list)
    artifacts: list[Element] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    @property
    def xml(self) -> str:
        return "".join(element.xml for element in self.flow + self.artifacts)

    def reach(self, right: float, bottom: float) -> None:
        self.right, self.bottom = max(self.right, right), max(self.bottom, bottom)

    def add(self, box: Box, tag: str, attributes: str, inside: str = "") -> None:
        """Add a flow node that has been drawn."""
        self.flow.append(Element(tag, f'id="{box.id}" {attributes}', inside))
        self.boxes.append(replace(box, element=self.flow[-1]))

    def join(self, other: Content) -> None:
        self.flow += other.flow
        self.artifacts += other.artifacts
        self.boxes += other.boxes


class Sheet:
    """A file that is being made: its planes with what is drawn on them."""

    def __init__(self, random: Random, decks: Decks) -> None:
        self.random, self.deal = random, decks.deal
        self.planes: list[tuple[str, list[str]]] = []
        self.categories: list[str] = []
        self._count = 0

    def chance(self, percent: int) -> bool:
        return self.random.random() * 100 < percent

    def odd(self, most: float) -> float:
        """A distance, often with a fraction."""
        distance = self.random.uniform(0, most)
        return round(distance, self.random.choice((0, 0, 0, 1, 6)))

    def new_id(self, tag: str) -> str:
        self._count += 1
        return f"{tag}_{self._count}"

    def name(self, percent: int = 75) -> str:
        """The attribute of a name, or nothing."""
        return f" name={quoteattr(self.deal(NAMES), {chr(10): '&#10;'})}" if self.chance(percent) else ""

    def plane(self, element: str) -> list[str]:
        """A new plane; what is drawn on it is put into this list."""
        self.planes.append((element, []))
        return self.planes[-1][1]

    def shape(self, plane: list[str], box: Box, drawn: str = "", place: int | None = None) -> None:
        """Draw a shape, over those that are there or at a place among them."""
        colour = self.deal(COLOURS) if self.chance(15) else ""
        label = self._label(box.x + box.width / 2, box.y + box.height)
        plane.insert(
            len(plane) if place is None else place,
            f'<bpmndi:BPMNShape id="{self.new_id("shape")}" bpmnElement="{box.id}" {drawn} {colour}>'
            f'<dc:Bounds x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"/>{label}</bpmndi:BPMNShape>',
        )

    def bent(self, start: Point, end: Point, *, down: bool) -> list[Point]:
        """The waypoints between two points: straight, or with bends, the first part of them down or to the right."""
        if abs(start[1 - down] - end[1 - down]) < 1 or self.chance(15):
            return [start, end]
        if self.chance(20):
            return [start, ((start[0], end[1]) if down else (end[0], start[1])), end]
        middle = (start[down] + end[down]) / 2
        return [start, (start[0], middle) if down else (middle, start[1]), (end[0], middle) if down else (middle, end[1]), end]

    def edge(self, plane: list[str], element: str, points: Sequence[Point], drawn: str = "") -> None:
        colour = self.deal(COLOURS) if self.chance(10) else ""
        waypoints = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
        label = self._label(*points[len(points) // 2 - 1])
        identified = f'id="{self.new_id("edge")}" bpmnElement="{element}"'
        plane.append(f"<bpmndi:BPMNEdge {identified} {drawn} {colour}>{waypoints}{label}</bpmndi:BPMNEdge>")

    def _label(self, x: float, y: float) -> str:
        if self.chance(45):
            return ""
        if self.chance(15):
            return "<bpmndi:BPMNLabel/>"
        width, height = self.random.choice(((90, 14), (61, 27), (24, 14), (140, 40), (0, 0)))
        bounds = f'x="{x - width / 2 + self.odd(20)}" y="{y + 3 + self.odd(9)}" width="{width}" height="{height}"'
        return f"<bpmndi:BPMNLabel><dc:Bounds {bounds}/></bpmndi:BPMNLabel>"

    def xml(self, *semantic: str) -> bytes:
        """The file."""
        diagrams = "".join(
            f'<bpmndi:BPMNDiagram id="diagram_{number}"><bpmndi:BPMNPlane id="plane_{number}" bpmnElement="{element}">'
            f"{''.join(shapes)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
            for number, (element, shapes) in enumerate(self.planes)
        )
        inside = "".join((*self.categories, *semantic, diagrams))
        return f'<definitions {NAMESPACES} targetNamespace="https://example.org/pictures">{inside}</definitions>'.encode()
