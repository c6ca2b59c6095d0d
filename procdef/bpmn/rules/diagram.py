"""The diagram of a file: what is drawn must be there, and be drawn somewhere."""

from __future__ import annotations

import re

from procdef.bpmn.grammar.java_text import trim
from procdef.bpmn.reading.node import BPMNDI, DC, DI, Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.context import Review
from procdef.bpmn.rules.report import Rule, checks

NUMBER = re.compile(r"[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)")

# the engine's text for a plane ends in a blank
PLANE_ELEMENT = Rule("plane-element", ("BPMNPlane",), "'bpmnElement' attribute is required on BPMNPlane ")
DRAWN_ELEMENT = Rule("drawn-element", ("BPMNShape", "BPMNEdge"), "'bpmnElement' attribute is required on {tag}")
SHAPE_UNKNOWN = Rule("shape-unknown", ("BPMNShape",), "Invalid reference in 'bpmnElement' attribute, activity {ref} not found")
SHAPE_BOUNDS = Rule("shape-bounds", ("BPMNShape",), "'Bounds' element is required")
SHAPE_SIDE = Rule("shape-side", ("BPMNShape", "BPMNEdge"), "{name} is required")
SHAPE_NUMBER = Rule("shape-number", ("BPMNShape", "BPMNEdge"), "Cannot parse {name}: {reason}")
EDGE_UNKNOWN = Rule("edge-unknown", ("BPMNEdge",), "Invalid reference in 'bpmnElement' attribute, sequenceFlow {ref}not found")
EDGE_WAYPOINTS = Rule("edge-waypoints", ("BPMNEdge",), "Minimum 2 waypoint elements must be definted for a 'BPMNEdge'")


@checks(PLANE_ELEMENT)
def diagram(review: Review) -> None:
    """All that is drawn in the planes of a file."""
    for node in review.root.all("BPMNDiagram", BPMNDI):
        plane = node.one("BPMNPlane", BPMNDI)
        if plane is None:
            continue
        if not plane.get("bpmnElement"):
            review.error(PLANE_ELEMENT, plane)
            continue
        if any(process.id is None for process in review.processes):
            raise AbortError("A process has no id")
        for shape in plane.all("BPMNShape", BPMNDI):
            _shape(review, shape)
        for edge in plane.all("BPMNEdge", BPMNDI):
            _edge(review, edge)


@checks(DRAWN_ELEMENT, SHAPE_UNKNOWN)
def _shape(review: Review, shape: Node) -> None:
    """A shape is a participant, or an activity or a lane of a process; each process is looked at by itself."""
    ref = shape.get("bpmnElement")
    if not ref:
        review.error(DRAWN_ELEMENT, shape, tag=shape.tag)
    elif ref in review.participants:
        _bounds(review, shape)
    elif ref not in review.element_ids:
        for _ in review.processes:
            review.error(SHAPE_UNKNOWN, shape, ref=ref)
    else:
        for process in review.processes:
            if ref in process.index or ref in process.lanes:
                _bounds(review, shape)


@checks(SHAPE_BOUNDS)
def _bounds(review: Review, shape: Node) -> None:
    bounds = shape.one("Bounds", DC)
    if bounds is None:
        review.error(SHAPE_BOUNDS, shape)
        return
    for name in ("x", "y", "width", "height"):
        _number(review, shape, name, bounds.get(name))


@checks(EDGE_UNKNOWN, EDGE_WAYPOINTS)
def _edge(review: Review, edge: Node) -> None:
    ref = edge.get("bpmnElement")
    if not ref:
        review.error(DRAWN_ELEMENT, edge, tag=edge.tag)
    elif ref in review.flows:
        waypoints = edge.all("waypoint", DI)
        if len(waypoints) < 2:
            review.error(EDGE_WAYPOINTS, edge)
            return
        for waypoint in waypoints:
            _number(review, waypoint, "x", waypoint.get("x"))
            _number(review, waypoint, "y", waypoint.get("y"))
    elif ref not in review.element_ids:
        review.error(EDGE_UNKNOWN, edge, ref=ref)


@checks(SHAPE_SIDE, SHAPE_NUMBER)
def _number(review: Review, node: Node, name: str, text: str | None) -> None:
    if not text:
        review.error(SHAPE_SIDE, node, name=name)
    elif not NUMBER.fullmatch(trim(text)):
        reason = f'For input string: "{trim(text)}"' if trim(text) else "empty String"
        review.error(SHAPE_NUMBER, node, name=name, reason=reason)
