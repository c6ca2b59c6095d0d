"""The edges of a scope: lines along the axes, from the middle of a side to the middle of a side, that cross no shape.

An edge runs through empty cells and in the gaps between rows and columns, in which there are no shapes.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from procdef.picture.layouts.grid import Cell
from procdef.picture.layouts.shapes import Box, Point
from procdef.picture.layouts.table import Table

LOOP = 20.0
"""How far the edge of an element to itself stands off."""


class Router:
    """Finds the way of each edge of a table. Edges that were routed before keep their tracks."""

    def __init__(self, table: Table, hosts: Mapping[str, str], attached: Mapping[str, Box], gateways: Container[str]) -> None:
        """`hosts` and `attached` have the host and the box of each boundary event."""
        self._table, self._hosts, self._attached, self._gateways = table, hosts, attached, gateways
        self._crowded = set(hosts.values())

    def route(self, source: str, target: str, *, one_of_many: bool = False) -> list[Point]:
        """The waypoints from an element to another; `one_of_many`: the source has several flows going out."""
        target = self._hosts.get(target, target)
        if source in self._hosts:
            points = self._from_boundary(source, target)
        elif source == target:
            points = self._loop(self._table.boxes[source])
        else:
            points = self._from_node(source, target, one_of_many=one_of_many)
        return straightened(points)

    def _from_node(self, source: str, target: str, *, one_of_many: bool) -> list[Point]:
        (row, column), (to_row, to_column) = self._table.cells[source], self._table.cells[target]
        if row == to_row or column == to_column:
            direct = self._direct(source, target)
            if direct:
                return direct
        if to_column > column and row != to_row:
            return self._forward(source, target, one_of_many=one_of_many)
        return self._over(source, target) if row == to_row else self._back(source, target)

    def _direct(self, source: str, target: str) -> list[Point] | None:
        """A straight line to the right, up or down; None if something is in its way."""
        cell, to = self._table.cells[source], self._table.cells[target]
        one, other = self._table.boxes[source], self._table.boxes[target]
        if not self._table.is_free_between(cell, to):
            return None
        if cell[0] == to[0]:
            return [(one.right, one.middle[1]), (other.x, other.middle[1])] if cell[1] < to[1] else None
        if cell[0] < to[0]:
            return None if source in self._crowded else [(one.middle[0], one.bottom), (other.middle[0], other.y)]
        return None if target in self._crowded else [(one.middle[0], one.y), (other.middle[0], other.bottom)]

    def _forward(self, source: str, target: str, *, one_of_many: bool) -> list[Point]:
        """To another row and a later column."""
        (row, column), (to_row, to_column) = self._table.cells[source], self._table.cells[target]
        one, other = self._table.boxes[source], self._table.boxes[target]
        start, end = (one.right, one.middle[1]), (other.x, other.middle[1])
        target_row_is_free = self._table.is_free((to_row, column + 1), (to_row, to_column - 1))
        if source in self._gateways and target_row_is_free and self._can_leave(source, row, column, to_row):
            side = one.bottom if to_row > row else one.y
            return [(one.middle[0], side), (one.middle[0], end[1]), end]
        row_is_free = self._table.is_free((row, column + 1), (row, to_column - 1))
        if row_is_free and not (one_of_many and target_row_is_free):
            return self._bent(start, end, to_column, target)
        if target_row_is_free:
            return self._bent(start, end, column + 1, source)
        return self._around(source, target)

    def _can_leave(self, source: str, row: int, column: int, to_row: int) -> bool:
        """Whether an edge can leave up or down, through the cells of its own column."""
        first, last = (row + 1, to_row) if to_row > row else (to_row, row - 1)
        return source not in self._crowded and self._table.is_free((first, column), (last, column))

    def _bent(self, start: Point, end: Point, column: int, key: str) -> list[Point]:
        x = self._table.down(column, key, start[1], end[1])
        return [start, (x, start[1]), (x, end[1]), end]

    def _around(self, source: str, target: str) -> list[Point]:
        """To a later column, where both rows have something in the way: along the gap beside the row of the target."""
        (row, column), (to_row, to_column) = self._table.cells[source], self._table.cells[target]
        one, other = self._table.boxes[source], self._table.boxes[target]
        y = self._table.across(to_row if to_row > row else to_row + 1, target, one.right, other.x)
        first = self._table.down(column + 1, source, one.middle[1], y)
        last = self._table.down(to_column, target, y, other.middle[1])
        return [
            (one.right, one.middle[1]),
            (first, one.middle[1]),
            (first, y),
            (last, y),
            (last, other.middle[1]),
            (other.x, other.middle[1]),
        ]

    def _over(self, source: str, target: str) -> list[Point]:
        """In the same row, backwards or over something in the way: along the gap above the row."""
        one, other = self._table.boxes[source], self._table.boxes[target]
        (x, to_x), row = (one.middle[0], other.middle[0]), self._table.cells[source][0]
        y = self._table.across(row, target, x, to_x)
        return [(x, one.y), (x, y), (to_x, y), (to_x, other.y)]

    def _back(self, source: str, target: str) -> list[Point]:
        """To another row, and to the same or an earlier column."""
        (row, column), (to_row, _) = self._table.cells[source], self._table.cells[target]
        one, other = self._table.boxes[source], self._table.boxes[target]
        is_down = to_row > row
        y = self._table.across(row + is_down, target, one.right, other.middle[0])
        if is_down and source in self._crowded:
            x = self._table.down(column + 1, source, one.middle[1], y)
            start = [(one.right, one.middle[1]), (x, one.middle[1]), (x, y)]
        else:
            start = [(one.middle[0], one.bottom if is_down else one.y), (one.middle[0], y)]
        return start + self._into(target, y, row + is_down, is_down=is_down)

    def _into(self, target: str, y: float, gap: int, *, is_down: bool) -> list[Point]:
        """From a run in a gap into the nearer side of a target.

        The lower side is avoided if it has boundary events, or is that of a gateway, whose own flows leave it there.
        """
        (row, column), other = self._table.cells[target], self._table.boxes[target]
        x, from_above = other.middle[0], is_down or target in self._crowded or target in self._gateways
        last_gap = row if from_above else row + 1
        side = other.y if from_above else other.bottom
        if last_gap == gap:
            return [(x, y), (x, side)]
        down = self._table.down(column + 1, target, y, self._table.tops[last_gap])
        last = self._table.across(last_gap, target, down, x)
        return [(down, y), (down, last), (x, last), (x, side)]

    def _from_boundary(self, source: str, target: str) -> list[Point]:
        """From the lower side of a boundary event."""
        box, other = self._attached[source], self._table.boxes[target]
        (row, column), (to_row, to_column) = self._table.cells[self._hosts[source]], self._table.cells[target]
        start, end = (box.middle[0], box.bottom), (other.x, other.middle[1])
        if to_row > row and to_column > column and self._is_free_down(row, column, (to_row, to_column)):
            return [start, (start[0], end[1]), end]
        y = self._table.across(row + 1, source, start[0], other.x)
        if to_row == row + 1 and to_column <= column:
            return [start, (start[0], y), (other.middle[0], y), (other.middle[0], other.y)]
        x = self._table.down(to_column, target, y, end[1])
        return [start, (start[0], y), (x, y), (x, end[1]), end]

    def _is_free_down(self, row: int, column: int, to: Cell) -> bool:
        return self._table.is_free((row + 1, column), (to[0], column)) and self._table.is_free((to[0], column), (to[0], to[1] - 1))

    @staticmethod
    def _loop(box: Box) -> list[Point]:
        (x, y), right, top = box.middle, box.right + LOOP, box.y - LOOP
        return [(box.right, y), (right, y), (right, top), (x, top), (x, box.y)]


def straightened(points: Sequence[Point]) -> list[Point]:
    """The waypoints without those that lie on the line between their neighbours."""
    kept = [points[0]]
    for before, point, after in zip(points, points[1:], points[2:], strict=False):
        if not (before[0] == point[0] == after[0] or before[1] == point[1] == after[1]):
            kept.append(point)
    return [*kept, points[-1]]


def line(one: Box, other: Box) -> list[Point]:
    """A straight line between the facing sides of two boxes."""
    (x, y), (to_x, to_y) = one.middle, other.middle
    if one.bottom <= other.y or other.bottom <= one.y:
        return [(x, one.bottom if y < to_y else one.y), (to_x, other.y if y < to_y else other.bottom)]
    return [(one.right if x < to_x else one.x, y), (other.x if x < to_x else other.right, to_y)]
