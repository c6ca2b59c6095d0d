"""Lanes: the rows of a lane's elements are together, and the lanes are bands one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from procdef.bpmn.reading.node import Node
from procdef.picture.layouts.grid import Cell
from procdef.picture.layouts.names import Names
from procdef.picture.layouts.shapes import Box
from procdef.picture.layouts.table import Table

TITLE = 30.0
"""The width of the strip with the name of a lane or a pool."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: its elements, how many lanes it is in, and its innermost lanes (itself if it has none)."""

    id: str
    elements: frozenset[str]
    depth: int
    leaves: tuple[str, ...]


def lanes_of(node: Node, names: Names, depth: int = 0) -> list[Lane]:
    """The lanes of a scope and those in them, each before those in it."""
    return [lane for group in node.all("laneSet" if depth == 0 else "childLaneSet") for lane in _of_set(group, names, depth)]


def _of_set(group: Node, names: Names, depth: int) -> Iterator[Lane]:
    for node in group.all("lane"):
        inner = lanes_of(node, names, depth + 1)
        name = names[node.order]
        leaves = tuple(lane.id for lane in inner if lane.leaves == (lane.id,)) or (name,)
        yield Lane(name, frozenset(child.text.strip().rpartition(":")[2] for child in node.all("flowNodeRef")), depth, leaves)
        yield from inner


def by_lane(lanes: Sequence[Lane], placed: Mapping[str, Cell]) -> tuple[dict[str, Cell], dict[str, tuple[int, int]]]:
    """The cells with the rows of each lane together, and the rows of each innermost lane. Elements in no lane are in the last one."""
    if not lanes:
        return dict(placed), {}
    found: dict[str, Cell] = {}
    bands: dict[str, tuple[int, int]] = {}
    innermost, row = [lane for lane in lanes if lane.leaves == (lane.id,)], 0
    owners = {name: lane.id for lane in innermost for name in lane.elements}
    for lane in innermost:
        inside = {name: cell for name, cell in placed.items() if owners.get(name, innermost[-1].id) == lane.id}
        rows = {old: row + number for number, old in enumerate(sorted({old for old, _ in inside.values()}))}
        found.update((name, (rows[old], column)) for name, (old, column) in inside.items())
        bands[lane.id] = row, row + max(len(rows), 1)
        row = bands[lane.id][1]
    return found, bands


def lane_boxes(lanes: Sequence[Lane], bands: Mapping[str, tuple[int, int]], table: Table, width: float) -> dict[str, Box]:
    """The boxes of the lanes. The innermost ones begin so far left of the table that the names of the outer ones have space."""
    depth = 1 + max((lane.depth for lane in lanes), default=-1)
    return {lane.id: _box([bands[leaf] for leaf in lane.leaves], table, (lane.depth - depth) * TITLE, width) for lane in lanes}


def _box(bands: Sequence[tuple[int, int]], table: Table, x: float, width: float) -> Box:
    top, bottom = table.tops[min(first for first, _ in bands)], table.tops[max(end for _, end in bands)]
    return Box(x, top, width - x, bottom - top)
