"""The diagram interchange that is read from a file, with the quirks of real files."""

from __future__ import annotations

import time

import pytest

from procdef.bpmn.facts.diagram import Bounds, Edge, Plane, Shape, planes, positions
from procdef.bpmn.reading.node import BPMN, BPMNDI, DC, DI, Node
from procdef.bpmn.reading.reader import read

COLORS = 'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"'
BOUNDS = '<dc:Bounds x="1" y="2.5" width="100" height="80"/>'
BOX = Bounds(1, 2.5, 100, 80)
TWO = '<di:waypoint x="1" y="2"/><di:waypoint x="3" y="4"/>'


def tree(content: str) -> Node:
    """A file with the content of one plane for the process `p`."""
    names = f'xmlns="{BPMN}" xmlns:d="{BPMNDI}" xmlns:dc="{DC}" xmlns:di="{DI}" {COLORS}'
    plane = f'<d:BPMNDiagram><d:BPMNPlane bpmnElement="p">{content}</d:BPMNPlane></d:BPMNDiagram>'
    return read("a.bpmn", f"<definitions {names}>{plane}</definitions>".encode(), 100_000)


def shape(attributes: str = "", inside: str = BOUNDS) -> str:
    return f'<d:BPMNShape bpmnElement="a" {attributes}>{inside}</d:BPMNShape>'


def edge(attributes: str = "", inside: str = TWO) -> str:
    return f'<d:BPMNEdge bpmnElement="f" {attributes}>{inside}</d:BPMNEdge>'


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (shape(), Shape("a", BOX)),
        ('<d:BPMNShape bpmnElement="tns:a">' + BOUNDS + "</d:BPMNShape>", Shape("a", BOX)),
        (f"<d:BPMNShape>{BOUNDS}</d:BPMNShape>", Shape("", BOX)),
        (shape('isHorizontal="true" isExpanded="0"'), Shape("a", BOX, horizontal=True, expanded=False)),
        (shape('isMarkerVisible="1" isExpanded="x"'), Shape("a", BOX, marker_visible=True)),
        (shape(inside=BOUNDS + f"<d:BPMNLabel>{BOUNDS}</d:BPMNLabel>"), Shape("a", BOX, BOX)),
        (shape(inside=f"<d:BPMNLabel>{BOUNDS}</d:BPMNLabel>" + BOUNDS + "<d:BPMNLabel/>"), Shape("a", BOX, BOX)),
        (shape(inside='<dc:Bounds x="-1f" y=" 2 " width="1e1" height="0"/>'), Shape("a", Bounds(-1, 2, 10, 0))),
        (shape('bioc:stroke="#123" bioc:fill="red"'), Shape("a", BOX, stroke="#123", fill="red")),
        (shape('color:border-color="rgb(1, 2,3)" bioc:stroke="#123"'), Shape("a", BOX, stroke="rgb(1, 2,3)")),
        (shape('bioc:stroke="url(#a)" color:background-color="#12345"'), Shape("a", BOX)),
        (edge(), Edge("f", ((1, 2), (3, 4)))),
        (edge('messageVisibleKind="initiating" bioc:stroke="blue"'), Edge("f", ((1, 2), (3, 4)), None, "initiating", "blue")),
        (edge(inside=TWO + '<di:waypoint x="NaN" y="2"/>' + f"<d:BPMNLabel>{BOUNDS}</d:BPMNLabel>"), Edge("f", ((1, 2), (3, 4)), BOX)),
    ],
)
def test_a_shape_and_an_edge_are_read(content: str, found: Shape | Edge) -> None:
    (plane,) = planes(tree(content))
    assert plane.element == "p"
    assert plane.shapes + plane.edges == (found,)


@pytest.mark.parametrize(
    "content",
    [
        shape(inside=""),
        shape(inside='<dc:Bounds x="1" y="2" width="3"/>'),
        shape(inside='<dc:Bounds x="NaN" y="2" width="3" height="4"/>'),
        shape(inside='<dc:Bounds x="1" y="Infinity" width="3" height="4"/>'),
        shape(inside='<dc:Bounds x="1" y="2" width="-3" height="4"/>'),
        edge(inside=""),
        edge(inside='<di:waypoint x="1" y="2"/>'),
        edge(inside='<di:waypoint x="1" y="2"/><di:waypoint x="" y="4"/>'),
    ],
)
def test_what_has_no_position_is_left_out(content: str) -> None:
    assert planes(tree(content)) == (Plane("p", (), ()),)


def test_many_shapes_of_one_element_take_no_long_time() -> None:
    root = tree(shape() * 20_000)
    begin = time.process_time()
    assert [len(values) for values in positions(root).values()] == [20_000 * len(positions(tree(shape()))["a"])]
    assert time.process_time() - begin < 2


def test_every_plane_is_read_and_a_file_may_have_none() -> None:
    nothing = read("a.bpmn", f'<definitions xmlns="{BPMN}"/>'.encode(), 10)
    assert (planes(nothing), positions(nothing)) == ((), {})
    plane = '<d:BPMNPlane bpmnElement="{}"/>'
    two = f"<d:BPMNDiagram>{plane.format('a')}</d:BPMNDiagram><d:BPMNDiagram>{plane.format('b')}</d:BPMNDiagram><d:BPMNDiagram/>"
    root = read("a.bpmn", f'<x xmlns:d="{BPMNDI}">{two}</x>'.encode(), 10)
    assert [found.element for found in planes(root)] == ["a", "b"]


@pytest.mark.parametrize(
    ("other", "equal"),
    [
        (shape() + edge(), True),
        (edge() + shape('isExpanded="no"'), True),
        (shape('isExpanded="true"') + edge(), False),
        (shape('bioc:stroke="red"') + edge(), False),
        (shape(inside=BOUNDS + f"<d:BPMNLabel>{BOUNDS}</d:BPMNLabel>") + edge(), False),
        (shape(inside=BOUNDS.replace("2.5", "2")) + edge(), False),
        (shape() + edge('messageVisibleKind="initiating"'), False),
        (shape() + edge(inside=TWO + '<di:waypoint x="5" y="6"/>'), False),
        (shape(), False),
    ],
)
def test_positions_are_equal_where_the_layout_is(other: str, *, equal: bool) -> None:
    assert (positions(tree(shape() + edge())) == positions(tree(other))) is equal
