"""The shapes and edges with which a file draws its elements: what they show, and their coordinates."""

from __future__ import annotations

import re

from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import BPMNDI, DC, DI, Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import RuleContext
from procdef.bpmn.rules.parse_rule import ParseRule, checks

NUMBER = re.compile(r"[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)")

# the engine's message for a plane ends with a space
PLANE_ELEMENT = ParseRule(
    "plane-element", ("BPMNPlane",), "A plane must name the element that it shows.", "'bpmnElement' attribute is required on BPMNPlane "
)
DRAWN_ELEMENT = ParseRule(
    "drawn-element",
    ("BPMNShape", "BPMNEdge"),
    "A shape or an edge must name the element that it shows.",
    "'bpmnElement' attribute is required on {tag}",
)
SHAPE_UNKNOWN = ParseRule(
    "shape-unknown",
    ("BPMNShape",),
    "A shape must name an element of the file.",
    "Invalid reference in 'bpmnElement' attribute, activity {ref} not found",
)
SHAPE_BOUNDS = ParseRule("shape-bounds", ("BPMNShape",), "A shape must have bounds.", "'Bounds' element is required")
COORDINATE = ParseRule(
    "coordinate",
    ("BPMNShape", "BPMNEdge"),
    "Bounds must have `x`, `y`, `width` and `height`; a waypoint must have `x` and `y`.",
    "{name} is required",
)
COORDINATE_NUMBER = ParseRule(
    "coordinate-number",
    ("BPMNShape", "BPMNEdge"),
    "The coordinates and the size of what is drawn must be numbers.",
    "Cannot parse {name}: {reason}",
)
EDGE_UNKNOWN = ParseRule(
    "edge-unknown",
    ("BPMNEdge",),
    "An edge must name an element of the file.",
    "Invalid reference in 'bpmnElement' attribute, sequenceFlow {ref}not found",
)
EDGE_WAYPOINTS = ParseRule(
    "edge-waypoints",
    ("BPMNEdge",),
    "An edge must have at least two waypoints.",
    "Minimum 2 waypoint elements must be definted for a 'BPMNEdge'",
)


@checks(PLANE_ELEMENT)
def diagram_interchange(context: RuleContext) -> None:
    """Check the shapes and edges of a file.

    Raises AbortError if a process has no id.
    """
    for node in context.root.all("BPMNDiagram", BPMNDI):
        plane = node.one("BPMNPlane", BPMNDI)
        if plane is None:
            continue
        if not plane.get("bpmnElement"):
            context.report(PLANE_ELEMENT, plane)
            continue
        if any(process.id is None for process in context.processes):
            raise AbortError("A process has no id")
        for shape in plane.all("BPMNShape", BPMNDI):
            _check_shape(context, shape)
        for edge in plane.all("BPMNEdge", BPMNDI):
            _check_edge(context, edge)


@checks(DRAWN_ELEMENT, SHAPE_UNKNOWN)
def _check_shape(context: RuleContext, shape: Node) -> None:
    """Check a shape of a participant, or of an activity or a lane; the engine does so once for each process of the file."""
    ref = shape.get("bpmnElement")
    if not ref:
        context.report(DRAWN_ELEMENT, shape, tag=shape.tag)
    elif ref in context.participants:
        _check_bounds(context, shape)
    elif ref not in context.element_ids:
        for _ in context.processes:
            context.report(SHAPE_UNKNOWN, shape, ref=ref)
    else:
        for process in context.processes:
            if ref in process.activities_by_id or ref in process.lanes:
                _check_bounds(context, shape)


@checks(SHAPE_BOUNDS)
def _check_bounds(context: RuleContext, shape: Node) -> None:
    bounds = shape.one("Bounds", DC)
    if bounds is None:
        context.report(SHAPE_BOUNDS, shape)
        return
    for name in ("x", "y", "width", "height"):
        _check_coordinate(context, shape, name, bounds.get(name))


@checks(EDGE_UNKNOWN, EDGE_WAYPOINTS)
def _check_edge(context: RuleContext, edge: Node) -> None:
    ref = edge.get("bpmnElement")
    if not ref:
        context.report(DRAWN_ELEMENT, edge, tag=edge.tag)
    elif ref in context.flows:
        waypoints = edge.all("waypoint", DI)
        if len(waypoints) < 2:
            context.report(EDGE_WAYPOINTS, edge)
            return
        for waypoint in waypoints:
            _check_coordinate(context, waypoint, "x", waypoint.get("x"))
            _check_coordinate(context, waypoint, "y", waypoint.get("y"))
    elif ref not in context.element_ids:
        context.report(EDGE_UNKNOWN, edge, ref=ref)


@checks(COORDINATE, COORDINATE_NUMBER)
def _check_coordinate(context: RuleContext, node: Node, name: str, text: str | None) -> None:
    if not text:
        context.report(COORDINATE, node, name=name)
    elif not NUMBER.fullmatch(trim(text)):
        reason = f'For input string: "{trim(text)}"' if trim(text) else "empty String"
        context.report(COORDINATE_NUMBER, node, name=name, reason=reason)
