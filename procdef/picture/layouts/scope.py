"""Laying out one scope, a process or a sub-process, with the sub-processes in it: they are expanded.

What is connected is placed in a table, whose cells come from the package. The rows of a lane are together. Data and text annotations are
placed above the element that they belong to. What is connected to nothing, such as an event sub-process, is placed below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from procdef.bpmn.reading.node import Node
from procdef.picture.layouts.artifacts import Ties, place_artifacts, ties_of
from procdef.picture.layouts.grid import Cell, cells
from procdef.picture.layouts.lanes import Lane, by_lane, lane_boxes, lanes_of
from procdef.picture.layouts.names import Names, ends
from procdef.picture.layouts.routes import Router, line
from procdef.picture.layouts.shapes import ARTIFACTS, FLOW_NODES, GATEWAYS, SUBPROCESSES, Box, Item, Layout, item_of
from procdef.picture.layouts.table import GAP, Table

HEADER, MARGIN = 20.0, 20.0
"""The space for the name of an expanded sub-process, and beside what is in it."""
EMPTY = (120.0, 80.0)
"""The size of a sub-process without anything in it."""
BOUNDARY_WIDTH, BOUNDARY_HEIGHT = 44.0, 18.0
"""The width of an element's side that one boundary event needs, and how far it reaches into the element."""
NO_HOSTS = frozenset({"boundaryEvent", *ARTIFACTS})
"""The types to which no boundary event is attached."""
SHELF = 900.0
"""The width after which what is not connected begins a new row, unless the table is wider."""


@dataclass(slots=True)
class Scope:
    """What a scope has, by id: its items, the hosts of its boundary events, flows and associations with their ends, lanes."""

    items: dict[str, Item] = field(default_factory=dict)
    attached: dict[str, Item] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    flows: dict[str, tuple[str, str]] = field(default_factory=dict)
    ties: Ties = field(default_factory=dict)
    lanes: Sequence[Lane] = ()

    @property
    def connections(self) -> list[tuple[str, str]]:
        """What the package gets: the flows between items, then associations. A boundary event counts as its host, after the host's own."""
        pairs = [*sorted(self.flows.values(), key=lambda pair: pair[0] in self.hosts), *self.ties.values()]
        known = [(self.hosts.get(one, one), self.hosts.get(other, other)) for one, other in pairs]
        return [(one, other) for one, other in known if self.has_flow_node(one) and self.has_flow_node(other)]

    @property
    def labels(self) -> dict[str, str]:
        """The texts of the labels outside of the shapes."""
        return {name: item.label for name, item in {**self.items, **self.attached}.items() if item.label}

    def has_flow_node(self, name: str) -> bool:
        """Whether an element of the flow has this id."""
        return name in self.hosts or (name in self.items and self.items[name].tag not in ARTIFACTS)


def laid_out_scope(node: Node, names: Names) -> Layout:
    """A scope's shapes and edges, and its lanes."""
    scope = _scope_of(node, names)
    connections = scope.connections
    connected = {name for pair in connections for name in pair}
    in_table = {name for name, item in scope.items.items() if item.tag not in ARTIFACTS and (name in connected or scope.lanes)}
    found = cells({name: scope.items[name].tag in GATEWAYS for name in scope.items if name in in_table}, connections) if in_table else {}
    placed = place_artifacts(scope.items, scope.ties, scope.flows, scope.hosts, *by_lane(scope.lanes, found))
    return _drawn(scope, *placed)


def _drawn(scope: Scope, placed: Mapping[str, Cell], bands: Mapping[str, tuple[int, int]]) -> Layout:
    table = Table(scope.items, placed, max((end for _, end in bands.values()), default=0))
    layout = Layout(table.lefts[-1], table.tops[-1], dict(table.boxes))
    _shelve(layout, [item for name, item in scope.items.items() if name not in placed])
    layout.lanes = lane_boxes(scope.lanes, bands, table, layout.width)
    attached = dict(_attached(scope, layout.boxes))
    layout.boxes.update(attached)
    layout.edges = dict(_edges(scope, Router(table, scope.hosts, attached, _gateways(scope)), layout))
    layout.texts, layout.attached = scope.labels, set(attached)
    for name, item in scope.items.items():
        if item.inner is not None:
            box = layout.boxes[name]
            layout.add(item.inner, box.x + MARGIN, box.y + HEADER)
            layout.expanded.add(name)
    return layout


def _scope_of(node: Node, names: Names) -> Scope:
    scope = Scope(lanes=lanes_of(node, names))
    for child in node.children:
        name = names[child.order]
        if child.tag == "sequenceFlow":
            source, target = ends(child)
            if source and target:
                scope.flows[name] = source, target
        elif child.tag in FLOW_NODES or child.tag in ARTIFACTS:
            scope.items[name] = _expanded(child, name, names) if child.tag in SUBPROCESSES else item_of(name, child)
    scope.ties = ties_of(node, names)
    _attach(scope, node, names)
    return _with_known_ends(scope)


def _attach(scope: Scope, node: Node, names: Names) -> None:
    """Boundary events belong to their hosts; one without host is an item."""
    for child in node.all("boundaryEvent"):
        name, host = names[child.order], (child.get("attachedToRef") or "").rpartition(":")[2]
        if name in scope.items and host in scope.items and scope.items[host].tag not in NO_HOSTS:
            scope.attached[name], scope.hosts[name] = scope.items.pop(name), host
    for host, count in Counter(scope.hosts.values()).items():
        item = scope.items[host]
        height = item.height if item.inner is None else item.height + BOUNDARY_HEIGHT
        scope.items[host] = replace(item, width=max(item.width, count * BOUNDARY_WIDTH), height=height)


def _with_known_ends(scope: Scope) -> Scope:
    """A flow whose ends are not both flow nodes of the scope is not drawn."""
    scope.flows = {name: pair for name, pair in scope.flows.items() if all(map(scope.has_flow_node, pair))}
    return scope


def _expanded(node: Node, name: str, names: Names) -> Item:
    inner = laid_out_scope(node, names)
    if not inner.boxes:
        return Item(name, node.tag, *EMPTY, inner=inner)
    width, height = inner.width + 2 * MARGIN, inner.height + HEADER + MARGIN
    return Item(name, node.tag, width, height, inner=inner)


def _gateways(scope: Scope) -> set[str]:
    return {name for name, item in scope.items.items() if item.tag in GATEWAYS}


def _shelve(layout: Layout, items: Sequence[Item]) -> None:
    """Place what is not connected below the table, in rows from left to right."""
    x, y, height, limit = 0.0, layout.height, 0.0, max(layout.width, SHELF)
    for item in items:
        if x and x + item.width + GAP > limit:
            x, y, height = 0.0, y + height, 0.0
        layout.boxes[item.id] = Box(x + GAP / 2, y + GAP / 2, item.width, item.height)
        x, height = x + item.width + GAP, max(height, item.height + GAP)
        layout.width, layout.height = max(layout.width, x), y + height


def _attached(scope: Scope, boxes: Mapping[str, Box]) -> Iterator[tuple[str, Box]]:
    """The boxes of the boundary events: side by side on the lower side of their host."""
    counts, placed = Counter(scope.hosts.values()), Counter[str]()
    for name, host in scope.hosts.items():
        placed[host] += 1
        box, item = boxes[host], scope.attached[name]
        x = box.x + box.width * (placed[host] - 0.5) / counts[host]
        yield name, Box(x - item.width / 2, box.bottom - item.height / 2, item.width, item.height)


def _edges(scope: Scope, router: Router, layout: Layout) -> Iterator[tuple[str, Sequence[tuple[float, float]]]]:
    """The edges of flows, then of associations: those between elements of the flow run like flows, all others straight."""
    starts = Counter(source for source, _ in scope.flows.values())
    for name, (source, target) in scope.flows.items():
        yield name, router.route(source, target, one_of_many=starts[source] > 1)
    for name, (source, target) in scope.ties.items():
        if scope.has_flow_node(source) and scope.has_flow_node(target):
            yield name, router.route(source, target)
        elif (one := _place(source, scope, layout)) and (other := _place(target, scope, layout)):
            yield name, line(one, other)


def _place(name: str, scope: Scope, layout: Layout) -> Box | None:
    """The box of an element, or a box without size in the middle of a flow; None if it is not in this scope."""
    if name in scope.flows and (source := layout.boxes.get(scope.flows[name][0])):
        return Box(*source.middle, 0.0, 0.0)
    return layout.boxes.get(name)
