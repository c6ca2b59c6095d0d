"""Writing a BPMN file with diagram interchange: the elements of the file that was laid out, and the shapes and edges.

The elements are copied without what no picture shows: extensions, documentation, comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from procdef.bpmn.reading.node import BPMN, BPMNDI, DC, DI, Node
from procdef.picture.layouts.labels import label_boxes
from procdef.picture.layouts.names import Names
from procdef.picture.layouts.shapes import Box, Layout, Point

LEFT_OUT = frozenset({"extensionElements", "documentation", "BPMNDiagram"})
PREFIXES = {None: BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI}
Diagram = tuple[str, Layout]
"""The id of the element that a plane shows, and the shapes and edges on it."""


def write(root: Node, names: Names, diagrams: Iterable[Diagram], pool: tuple[str, Node] | None = None) -> bytes:
    """The file with these diagrams; `pool` is the id of a collaboration to be made with a pool, and the pool's process."""
    copy = _copied(root, names)
    if pool is not None:
        _add_pool(copy, *pool)
    for shows, layout in diagrams:
        _add_diagram(copy, shows, layout)
    return etree.tostring(copy, encoding="utf-8")


def _copied(root: Node, names: Names) -> etree._Element:
    """The elements with their own attributes, each with an id, without those that are left out."""
    copies = {root.order: etree.Element(_name(root), _attributes(root, names), nsmap=PREFIXES)}
    for node in root.descendants():
        if node.parent is None or node.parent.order not in copies or node.tag in LEFT_OUT:
            continue
        copy = etree.SubElement(copies[node.parent.order], _name(node), _attributes(node, names))
        copy.text = node.text if node.text.strip() else None
        copies[node.order] = copy
    return copies[root.order]


def _name(node: Node) -> str:
    """In the namespace of BPMN, as everything is read: the file's own namespace need not be a valid URI."""
    return f"{{{BPMN}}}{node.tag}"


def _attributes(node: Node, names: Names) -> dict[str, str]:
    own = {name: value for name, value in node.attributes.items() if not name.startswith("{")}
    return {**own, "id": names[node.order]}


def _add_pool(root: etree._Element, name: str, process: Node) -> None:
    collaboration = etree.Element(f"{{{BPMN}}}collaboration", id=f"{name} collaboration")
    shown = process.get("name") or process.id or ""
    etree.SubElement(collaboration, f"{{{BPMN}}}participant", id=name, name=shown, processRef=process.id or "")
    root.insert(0, collaboration)


def _add_diagram(root: etree._Element, shows: str, layout: Layout) -> None:
    diagram = etree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram")
    plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", bpmnElement=shows)
    labels = dict(label_boxes(layout))
    for name, box in layout.boxes.items():
        shape = _add_shape(plane, name, box, is_expanded=name in layout.expanded)
        if name in labels:
            _add_bounds(etree.SubElement(shape, f"{{{BPMNDI}}}BPMNLabel"), labels[name])
    for name, points in layout.edges.items():
        _add_edge(plane, name, points)


def _add_shape(plane: etree._Element, name: str, box: Box, *, is_expanded: bool) -> etree._Element:
    shape = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", bpmnElement=name, isHorizontal="true", isMarkerVisible="true")
    shape.set("isExpanded", str(is_expanded).lower())
    _add_bounds(shape, box)
    return shape


def _add_bounds(parent: etree._Element, box: Box) -> None:
    numbers = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    etree.SubElement(parent, f"{{{DC}}}Bounds", {name: f"{number:g}" for name, number in numbers.items()})


def _add_edge(plane: etree._Element, name: str, points: Sequence[Point]) -> None:
    edge = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", bpmnElement=name)
    for x, y in points:
        etree.SubElement(edge, f"{{{DI}}}waypoint", x=f"{x:g}", y=f"{y:g}")
