"""BPMN files with diagram interchange, and the reading of pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from procdef.bpmn.reading.node import BPMN, BPMNDI, DC, DI
from procdef.picture.labels import text_width

NAMES = (
    f'xmlns="{BPMN}" xmlns:d="{BPMNDI}" xmlns:dc="{DC}" xmlns:di="{DI}" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"'
    ' xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0" targetNamespace="x"'
)
SVG = "{http://www.w3.org/2000/svg}"


def bounds(x: float = 0, y: float = 0, width: float = 100, height: float = 80) -> str:
    return f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'


def shape(ident: str, box: str = bounds(), attributes: str = "", label: str = "") -> str:
    inside = f"<d:BPMNLabel>{label}</d:BPMNLabel>" if label else ""
    return f'<d:BPMNShape bpmnElement="{ident}" {attributes}>{box}{inside}</d:BPMNShape>'


def edge(ident: str, *points: tuple[float, float], attributes: str = "", label: str = "") -> str:
    inside = f"<d:BPMNLabel>{label}</d:BPMNLabel>" if label else ""
    waypoints = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points or ((0, 0), (50, 0), (50, 40)))
    return f'<d:BPMNEdge bpmnElement="{ident}" {attributes}>{waypoints}{inside}</d:BPMNEdge>'


def plane(element: str, *drawn: str) -> str:
    return f'<d:BPMNDiagram><d:BPMNPlane bpmnElement="{element}">{"".join(drawn)}</d:BPMNPlane></d:BPMNDiagram>'


def file(process: str, *drawn: str, others: str = "", planes: str | None = None) -> bytes:
    """A file with the process `p`, whose plane has what is `drawn`, or with other planes."""
    diagrams = plane("p", *drawn) if planes is None else planes
    return f'<definitions {NAMES}>{others}<process id="p">{process}</process>{diagrams}</definitions>'.encode()


@dataclass(frozen=True)
class Box:
    """Where a line of text, or the view of a picture, is."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left + 0.2
            and self.top <= other.top + 0.2
            and other.right <= self.right + 0.2
            and other.bottom <= self.bottom + 0.2
        )


def view(svg: str) -> Box:
    left, top, width, height = map(float, (ET.fromstring(svg).get("viewBox") or "").split())
    return Box(left, top, left + width, top + height)


def lines(svg: str) -> Iterator[tuple[str, Box]]:
    """Each line of text of a picture, and where it is in the coordinates of the view."""
    yield from _lines(ET.fromstring(svg), 0, 0, 12)


def _lines(node: ET.Element, x: float, y: float, size: float) -> Iterator[tuple[str, Box]]:
    moved = re.search(r"translate\((\S+) (\S+)\)", node.get("transform") or "")
    size = float(node.get("font-size") or size)
    if node.tag == f"{SVG}text":
        yield from _texts(node, x, y, size)
        return
    for child in node:
        yield from _lines(child, x + float(moved[1] if moved else 0), y + float(moved[2] if moved else 0), size)


def _texts(node: ET.Element, x: float, y: float, size: float) -> Iterator[tuple[str, Box]]:
    turned = re.search(r"translate\((\S+) (\S+)\) rotate\(-90\)", node.get("transform") or "")
    for line in list(node) or [node]:
        text, width = line.text or "", text_width(line.text or "", size)
        left, base = float(line.get("x") or 0), float(line.get("y") or 0)
        left -= 0 if node.get("text-anchor") == "start" else width / 2
        if turned:
            dx, dy = x + float(turned[1]), y + float(turned[2])
            yield text, Box(dx + base - size * 0.9, dy - left - width, dx + base + size * 0.2, dy - left)
        else:
            yield text, Box(x + left, y + base - size * 0.9, x + left + width, y + base + size * 0.2)


def texts(svg: str) -> list[str]:
    """The lines of text of a picture."""
    return [text for text, _ in lines(svg)]


def group(svg: str, ident: str) -> ET.Element:
    """The group of an element."""
    return next(node for node in ET.fromstring(svg).iter(f"{SVG}g") if node.get("data-element") == ident)


def order(svg: str) -> list[str]:
    """The ids of the elements in the order in which they are drawn."""
    return re.findall(r'<g data-element="([^"]*)"', svg)
