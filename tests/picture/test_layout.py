"""Laying out: what is in the file afterwards, that shapes and edges are clear of each other, and every reason for no picture."""

from __future__ import annotations

import builtins
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.bpmn.reading.node import Node
from procdef.bpmn.reading.reader import read
from procdef.errors import NoPicture, TooLarge, UnreadableBpmn
from procdef.picture.layout import MAX_FLOW_NODES, MAX_FLOWS, laid_out
from procdef.picture.layouts import grid
from procdef.picture.layouts.routes import line, straightened
from procdef.picture.layouts.shapes import FLOW_NODES, Box
from tests.bpmn.files import NAMESPACES

SHOP = """
<collaboration id="c">
  <participant id="shop" name="Shop" processRef="p"/><participant id="buyer" name="Buyer"/><participant id="depot" processRef="q"/>
  <messageFlow id="m1" sourceRef="buyer" targetRef="s"/><messageFlow sourceRef="send" targetRef="qs"/>
  <messageFlow id="m3" sourceRef="qe" targetRef="got"/>
  <messageFlow id="m5" sourceRef="check" targetRef="buyer"/><messageFlow id="m6" sourceRef="pack" targetRef="buyer"/>
  <messageFlow id="m4" sourceRef="gone" targetRef="s"/>
</collaboration>
<process id="p">
  <laneSet>
    <lane id="sales"><flowNodeRef>s</flowNodeRef><flowNodeRef>check</flowNodeRef><flowNodeRef>g</flowNodeRef></lane>
    <lane id="office"><childLaneSet>
      <lane id="packing"><flowNodeRef>pack</flowNodeRef><flowNodeRef>send</flowNodeRef></lane>
      <lane id="rest"><flowNodeRef>got</flowNodeRef></lane>
    </childLaneSet></lane>
    <lane id="empty"/>
  </laneSet>
  <startEvent id="s"/><userTask id="check"><dataOutputAssociation><targetRef>data</targetRef></dataOutputAssociation></userTask>
  <exclusiveGateway id="g"/><task id="pack"/><boundaryEvent id="late" attachedToRef="pack"/><task id="send"/>
  <intermediateCatchEvent id="got"/><endEvent id="e"/>
  <sequenceFlow sourceRef="s" targetRef="check"/><sequenceFlow sourceRef="check" targetRef="g"/>
  <sequenceFlow sourceRef="g" targetRef="pack"/><sequenceFlow sourceRef="g" targetRef="e"/><sequenceFlow sourceRef="pack" targetRef="send"/>
  <sequenceFlow sourceRef="late" targetRef="e"/><sequenceFlow sourceRef="send" targetRef="got"/>
  <sequenceFlow sourceRef="got" targetRef="e"/>
  <dataObject id="d"/><dataObjectReference id="data" dataObjectRef="d"/>
  <textAnnotation id="note"><text>Packing takes a day, or two if it rains</text></textAnnotation>
  <association id="noted" sourceRef="pack" targetRef="note"/>
</process>
<process id="q"><startEvent id="qs"/><task id="qt"/><endEvent id="qe"/>
  <sequenceFlow id="q1" sourceRef="qs" targetRef="qt"/><sequenceFlow id="q2" sourceRef="qt" targetRef="qe"/>
  <sequenceFlow id="q3" sourceRef="qt" targetRef="qt"/></process>
"""
LOOPS = """
<process id="p"><startEvent id="s1"/><startEvent id="s2"/><task id="a"/><task id="b"/><exclusiveGateway id="g"/><task id="t"/><task id="d"/>
  <endEvent id="e1"/><endEvent id="e2"/><boundaryEvent id="b1" attachedToRef="t"/><boundaryEvent id="b2" attachedToRef="t"/>
  <boundaryEvent id="b3" attachedToRef="t"/><boundaryEvent id="astray" attachedToRef="nowhere"/>
  <sequenceFlow id="f1" sourceRef="s1" targetRef="a"/><sequenceFlow id="f2" sourceRef="s2" targetRef="a"/>
  <sequenceFlow id="f3" sourceRef="a" targetRef="b"/><sequenceFlow id="f4" sourceRef="b" targetRef="g"/>
  <sequenceFlow id="f5" sourceRef="g" targetRef="t"/><sequenceFlow id="f6" sourceRef="g" targetRef="a"/>
  <sequenceFlow id="f7" sourceRef="t" targetRef="e1"/><sequenceFlow id="f8" sourceRef="g" targetRef="d"/>
  <sequenceFlow id="f9" sourceRef="d" targetRef="b"/><sequenceFlow id="f10" sourceRef="b1" targetRef="a"/>
  <sequenceFlow id="f11" sourceRef="d" targetRef="e2"/><sequenceFlow id="f12" sourceRef="b2" targetRef="d"/>
  <sequenceFlow id="f13" sourceRef="t" targetRef="nowhere"/>
  <task id="alone"/><textAnnotation id="note"><text>of nothing</text></textAnnotation>
  <subProcess id="error" triggeredByEvent="true"><startEvent id="es"/><task id="et"/><sequenceFlow id="ef" sourceRef="es" targetRef="et"/>
    <subProcess id="inner"/></subProcess>
</process>
"""
COMPENSATION = """
<process id="p"><task id="t"/><boundaryEvent id="b" attachedToRef="t"/><task id="undo" isForCompensation="true"/>
  <association id="a" sourceRef="b" targetRef="undo"/></process>
"""
ODD = """
<process id="p"><startEvent id="a&lt;&quot;&amp;ü 1"/><task id="t-1.x"/><task/>
  <sequenceFlow sourceRef="a&lt;&quot;&amp;ü 1" targetRef="t-1.x"/>
  <sequenceFlow sourceRef="a&lt;&quot;&amp;ü 1" targetRef="t-1.x"/></process>
"""
STRANGE = """
<process id="p"><textAnnotation id="note"/><boundaryEvent id="b" attachedToRef="note"/><boundaryEvent id="b2" attachedToRef="b"/>
  <boundaryEvent id="b3" attachedToRef="b3"/><task id="t"/><task id="t"/><dataObjectReference id="d"/>
  <sequenceFlow id="f1" sourceRef="b" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="note"/>
  <sequenceFlow id="f3" sourceRef="d" targetRef="b2"/><sequenceFlow id="f4" sourceRef="b3" targetRef="b"/>
  <association id="a1" sourceRef="b" targetRef="t"/><association id="a2" sourceRef="a2" targetRef="f1"/>
  <association id="a3" sourceRef="note" targetRef="f1"/></process>
"""
SEVERAL = """
<process id="one"><startEvent id="s1"/></process><process id="two"><startEvent id="s2"/></process><process id="none" name="Nothing"/>
"""


def file(body: str) -> bytes:
    return f'<definitions {NAMESPACES} targetNamespace="x">{body}</definitions>'.encode()


@dataclass
class Drawn:
    """What a laid-out file draws: the nodes by id, the boxes and the waypoints of its planes, by the element that each plane shows."""

    nodes: dict[str, Node]
    planes: dict[str, tuple[dict[str, Box], dict[str, list[tuple[float, float]]]]]

    def parents(self, name: str) -> Iterator[str]:
        node = self.nodes[name].parent
        while node is not None:
            yield str(node.id)
            node = node.parent

    def hosts(self, name: str) -> set[str]:
        return {name, self.nodes[name].get("attachedToRef") or name}


def drawn(body: str, key: str | None = None) -> Drawn:
    root = read("", laid_out(file(body), key), 100_000)
    nodes = {node.id: node for node in root.descendants() if node.id is not None}
    planes = {}
    for diagram in root.all("BPMNDiagram"):
        (plane,) = diagram.all("BPMNPlane")
        boxes = {str(shape.get("bpmnElement")): box_of(shape) for shape in plane.all("BPMNShape")}
        edges = {str(edge.get("bpmnElement")): [point(one) for one in edge.all("waypoint")] for edge in plane.all("BPMNEdge")}
        planes[str(plane.get("bpmnElement"))] = boxes, edges
    return Drawn(nodes, planes)


def box_of(shape: Node) -> Box:
    (bounds,) = shape.all("Bounds")
    return Box(*(float(bounds.attributes[name]) for name in ("x", "y", "width", "height")))


def point(node: Node) -> tuple[float, float]:
    return float(node.attributes["x"]), float(node.attributes["y"])


def overlap(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def overlapping(found: Drawn) -> list[tuple[str, str]]:
    """The shapes that overlap, without those that are in each other or attached to each other."""
    pairs = []
    for boxes, _ in found.planes.values():
        flat = {name: box for name, box in boxes.items() if found.nodes[name].tag not in ("lane", "participant")}
        for one, other in combinations(flat, 2):
            apart = one not in found.parents(other) and other not in found.parents(one) and not found.hosts(one) & found.hosts(other)
            if apart and overlap(flat[one], flat[other]):
                pairs.append((one, other))
    return pairs


def crossed(found: Drawn) -> list[tuple[str, str]]:
    """The flows that cross a shape, or run along no axis."""
    wrong = []
    for boxes, edges in found.planes.values():
        for name, points in edges.items():
            node = found.nodes[name]
            if node.tag not in ("sequenceFlow", "messageFlow"):
                continue
            near = {*found.hosts(str(node.get("sourceRef"))), *found.hosts(str(node.get("targetRef"))), *found.parents(name)}
            for (x, y), (to_x, to_y) in pairwise(points):
                part = Box(min(x, to_x), min(y, to_y), abs(x - to_x), abs(y - to_y))
                if x != to_x and y != to_y:
                    wrong.append((name, "no axis"))
                others = (other for other in boxes if not found.hosts(other) & near and found.nodes[other].tag in FLOW_NODES)
                wrong += [(name, other) for other in others if overlap(part, boxes[other])]
    return wrong


@pytest.mark.parametrize("body", [SHOP, LOOPS, COMPENSATION, ODD, SEVERAL])
def test_every_flow_node_and_flow_is_drawn_clear_of_the_others(body: str) -> None:
    found = drawn(body)
    shapes = {name for boxes, _ in found.planes.values() for name in boxes}
    edges = {name for _, edges in found.planes.values() for name in edges}
    assert {name for name, node in found.nodes.items() if node.tag in FLOW_NODES} <= shapes
    flows = {name for name, node in found.nodes.items() if node.tag == "sequenceFlow" and node.get("targetRef") in found.nodes}
    assert flows <= edges
    assert (overlapping(found), crossed(found)) == ([], [])


def test_pools_lanes_and_their_elements_are_in_each_other() -> None:
    ((plane, (boxes, edges)),) = drawn(SHOP).planes.items()
    assert plane == "c"
    shop, buyer, depot = (boxes[name] for name in ("shop", "buyer", "depot"))
    assert (shop.bottom < buyer.y, buyer.bottom < depot.y) == (True, True)
    assert {shop.width} == {buyer.width, depot.width}
    for outer, inner in (
        ("shop", "sales"),
        ("shop", "office"),
        ("office", "packing"),
        ("office", "rest"),
        ("sales", "check"),
        ("rest", "got"),
    ):
        assert overlap(boxes[outer], boxes[inner])
        assert boxes[outer].y <= boxes[inner].y < boxes[inner].bottom <= boxes[outer].bottom
    assert boxes["sales"].bottom == boxes["office"].y
    assert boxes["packing"].right == boxes["shop"].right
    assert {"m1", "m3", "send > qs", "noted", "dataOutputAssociation"} <= edges.keys()
    assert "m4" not in edges


def test_what_is_wrong_in_a_file_is_left_out() -> None:
    ((boxes, edges),) = drawn(STRANGE).planes.values()
    assert set(boxes) == {"note", "b", "b2", "b3", "t", "t #2", "d"}
    assert set(edges) == {"f1", "f4", "a1", "a3"}


def test_artifacts_are_above_what_they_belong_to() -> None:
    ((boxes, edges),) = drawn(SHOP).planes.values()
    assert boxes["data"].middle[0] == boxes["check"].middle[0]
    assert boxes["data"].bottom < boxes["check"].y
    assert boxes["note"].height > 30
    assert edges["noted"] == [(boxes["pack"].middle[0], boxes["pack"].y), (boxes["note"].middle[0], boxes["note"].bottom)]


def test_a_flow_back_to_a_gateway_does_not_arrive_where_others_leave() -> None:
    flows = (("s", "g"), ("g", "a"), ("g", "b"), ("g", "c"), ("c", "g"))
    nodes = '<startEvent id="s"/><exclusiveGateway id="g"/><task id="a"/><task id="b"/><task id="c"/>'
    found = drawn(f'<process id="p">{nodes}{"".join(f"<sequenceFlow sourceRef={a!r} targetRef={b!r}/>" for a, b in flows)}</process>')
    _, edges = found.planes["p"]
    assert edges["c > g"][-1] not in {edges[f"g > {name}"][0] for name in "abc"}


def test_a_sub_process_is_around_what_is_in_it() -> None:
    ((boxes, _),) = drawn(LOOPS).planes.values()
    for outer, inner in (("error", "es"), ("error", "et"), ("error", "inner")):
        assert boxes[outer].x < boxes[inner].x < boxes[inner].right < boxes[outer].right
        assert boxes[outer].y < boxes[inner].y < boxes[inner].bottom < boxes[outer].bottom
    assert boxes["error"].y > max(boxes[name].bottom for name in ("a", "b", "t", "d"))


def test_flows_without_id_get_one_from_what_they_connect() -> None:
    ((_, edges),) = drawn(ODD).planes.values()
    assert list(edges) == ['a<"&ü 1 > t-1.x', 'a<"&ü 1 > t-1.x #2']


def test_a_compensation_handler_follows_its_boundary_event() -> None:
    ((boxes, edges),) = drawn(COMPENSATION).planes.values()
    assert boxes["undo"].x > boxes["t"].right
    assert edges["a"][0] == (boxes["b"].middle[0], boxes["b"].bottom)


@pytest.mark.parametrize(("key", "first"), [(None, "one"), ("two", "two"), ("unknown", "one")])
def test_processes_without_pools_have_a_diagram_each_that_of_the_key_first(key: str | None, first: str) -> None:
    planes = list(drawn(SEVERAL, key).planes)
    assert (planes[0], sorted(planes)) == (first, ["one", "two"])


def test_pools_of_other_files_come_last() -> None:
    pools = '<collaboration id="c"><participant id="away" processRef="elsewhere"/></collaboration>'
    assert list(drawn(f'{pools}<process id="none"/><process id="p"><task id="t"/></process>').planes) == ["p", "c"]


def test_a_process_without_anything_is_a_pool_with_its_name() -> None:
    found = drawn(SEVERAL, "none")
    plane, (boxes, edges) = next(iter(found.planes.items()))
    (pool,) = boxes
    assert (found.nodes[plane].tag, found.nodes[pool].get("name"), found.nodes[pool].get("processRef"), edges) == (
        "collaboration",
        "Nothing",
        "none",
        {},
    )


def test_extensions_and_documentation_are_left_out() -> None:
    secret = "<documentation>secret</documentation><extensionElements><camunda:properties/></extensionElements>"
    out = laid_out(file(f'<process id="p" camunda:versionTag="secret">{secret}<startEvent id="s" name="Los!"/></process>'))
    assert b"secret" not in out
    assert b"properties" not in out
    assert b"Los!" in out


@pytest.mark.parametrize("uri", ["a}b", "not a URI", "%zz", "{", "urn:x"])
def test_elements_of_any_namespace_are_laid_out(uri: str) -> None:
    body = f'<process id="p"><x:task xmlns:x="{uri}" id="t" x:name="n" name="Work"/></process>'
    assert b'name="Work"' in laid_out(file(body))


def chain(nodes: int, flows: int) -> str:
    inside = [f'<task id="t{number}"/>' for number in range(nodes)]
    inside += [
        f'<sequenceFlow id="f{number}" sourceRef="t{number % nodes}" targetRef="t{(number + 1) % nodes}"/>' for number in range(flows)
    ]
    return f'<process id="p">{"".join(inside)}</process>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (chain(MAX_FLOW_NODES + 1, 1), f"has {MAX_FLOW_NODES + 1} flow nodes: at most {MAX_FLOW_NODES} are laid out"),
        (chain(3, MAX_FLOWS + 1), f"has {MAX_FLOWS + 1} sequence flows: at most {MAX_FLOWS} are laid out"),
        ('<process id="p">' + '<textAnnotation id="a"/>' * 1001 + "</process>", "has 1001 artifacts, lanes and pools: at most 1000"),
        ("", "no process"),
    ],
)
def test_what_is_not_laid_out_has_a_reason(body: str, reason: str) -> None:
    with pytest.raises(NoPicture, match=reason):
        laid_out(file(body))


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(UnreadableBpmn):
        laid_out(b"<definitions>")
    with pytest.raises(TooLarge):
        laid_out(b"<a>" * 200 + b"</a>" * 200)


def test_the_largest_file_is_laid_out() -> None:
    assert len(drawn(chain(MAX_FLOW_NODES, MAX_FLOWS)).nodes) > MAX_FLOW_NODES


def test_without_the_package_the_reason_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    own = builtins.__import__

    def missing(name: str, *more: Any, **options: Any) -> Any:
        if name == "bpmn_io":
            raise ImportError(name)
        return own(name, *more, **options)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(NoPicture, match=r"install procdef\[layout\]"):
        laid_out(file(LOOPS))


@pytest.mark.parametrize("answer", [None, "<a", "<a/>", 7, "<a><BPMNShape bpmnElement='n0'><Bounds x='1' y='1'/></BPMNShape></a>"])
def test_whatever_the_package_does_is_a_reason(answer: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def failing(_xml: str) -> Any:
        if answer is None:
            raise RecursionError
        return answer

    monkeypatch.setattr(grid, "_layout_process", lambda: failing)
    with caplog.at_level(logging.INFO), pytest.raises(NoPicture, match="cannot be laid out"):
        laid_out(file(LOOPS))
    assert "bpmn-io cannot lay out a scope of" in caplog.text


def test_a_graph_that_the_package_cannot_lay_out_gets_fewer_flows(monkeypatch: pytest.MonkeyPatch) -> None:
    own, asked = grid._layout_process(), []

    def failing_once(xml: str) -> str:
        asked.append(xml.count("<sequenceFlow"))
        if len(asked) == 1:
            raise ValueError
        return own(xml)

    monkeypatch.setattr(grid, "_layout_process", lambda: failing_once)
    assert grid.cells({"a": False, "b": True, "c": False}, [("a", "b"), ("a", "c"), ("b", "c"), ("c", "c")]).keys() == {"a", "b", "c"}
    assert asked == [3, 2]


TASKS = 8


@given(
    flows=st.lists(st.tuples(st.integers(0, TASKS - 1), st.integers(0, TASKS - 1)), max_size=20),
    tags=st.lists(st.sampled_from(["task", "exclusiveGateway", "endEvent", "subProcess"]), min_size=TASKS, max_size=TASKS),
    attached=st.lists(st.integers(0, TASKS - 1), max_size=3),
)
def test_any_graph_is_laid_out_without_overlaps(flows: list[tuple[int, int]], tags: list[str], attached: list[int]) -> None:
    inside = [f'<{tag} id="n{number}"/>' for number, tag in enumerate(tags)]
    inside += [f'<boundaryEvent id="b{number}" attachedToRef="n{host}"/>' for number, host in enumerate(attached)]
    inside += [f'<sequenceFlow id="x{number}" sourceRef="b{number}" targetRef="n0"/>' for number in range(len(attached))]
    inside += [f'<sequenceFlow id="f{number}" sourceRef="n{one}" targetRef="n{two}"/>' for number, (one, two) in enumerate(flows)]
    found = drawn(f'<process id="p">{"".join(inside)}</process>')
    ((boxes, edges),) = found.planes.values()
    assert (len(boxes), len(edges)) == (TASKS + len(attached), len(flows) + len(attached))
    assert (overlapping(found), crossed(found)) == ([], [])


LABELS = """
<process id="p"><startEvent id="s" name="Start"/><exclusiveGateway id="g" name="Which way?"/><exclusiveGateway id="h" name="Again?"/>
  <task id="a"/><task id="b"/><boundaryEvent id="late" name="Late" attachedToRef="a"/><endEvent id="e" name="End"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="a"/>
  <sequenceFlow id="f3" sourceRef="g" targetRef="b"/><sequenceFlow id="f4" sourceRef="a" targetRef="h"/>
  <sequenceFlow id="f5" sourceRef="h" targetRef="e"/><sequenceFlow id="f6" sourceRef="h" targetRef="g"/>
  <sequenceFlow id="f7" sourceRef="late" targetRef="b"/></process>
"""


def test_labels_keep_clear_of_the_edges() -> None:
    root = read("", laid_out(file(LABELS)), 1000)
    shapes = {str(shape.get("bpmnElement")): shape for shape in root.descendants() if shape.tag == "BPMNShape"}
    labels = {name: box_of(label) for name, shape in shapes.items() for label in shape.all("BPMNLabel")}
    boxes = {name: box_of(shape) for name, shape in shapes.items()}
    assert set(labels) == {"g", "late"}  # an edge leaves them at the bottom
    assert labels["g"].x > boxes["g"].middle[0]  # and another edge is above
    assert (labels["late"].x > boxes["late"].middle[0], labels["late"].y > boxes["late"].bottom) == (True, True)


def test_a_label_is_on_the_other_side_of_an_edge_that_turns_at_once() -> None:
    late = '<boundaryEvent id="late" name="Much too late" attachedToRef="a"/><sequenceFlow id="f" sourceRef="late" targetRef="c"/>'
    flows = '<sequenceFlow id="g" sourceRef="a" targetRef="b"/><sequenceFlow id="h" sourceRef="b" targetRef="c"/>'
    root = read("", laid_out(file(f'<process id="p"><task id="a"/><task id="b"/><task id="c"/>{late}{flows}</process>')), 1000)
    shapes = {shape.get("bpmnElement"): shape for shape in root.descendants() if shape.tag == "BPMNShape"}
    event, (label,) = box_of(shapes["late"]), map(box_of, shapes["late"].all("BPMNLabel"))
    points = next([point(node) for node in edge.all("waypoint")] for edge in root.descendants() if edge.get("bpmnElement") == "f")
    assert points[0] == (event.middle[0], event.bottom)
    assert label.y < points[1][1] < label.bottom
    assert label.right < event.middle[0]


def test_straight_lines_have_no_point_between() -> None:
    assert straightened([(0, 0), (1, 0), (2, 0), (2, 1)]) == [(0, 0), (2, 0), (2, 1)]
    assert line(Box(0, 0, 10, 10), Box(20, 0, 10, 10)) == [(10, 5), (20, 5)]
    assert line(Box(0, 20, 10, 10), Box(0, 0, 10, 10)) == [(5, 20), (5, 10)]
