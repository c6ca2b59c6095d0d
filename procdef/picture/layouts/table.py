"""A scope's table: which item is in which cell, how wide the columns and how high the rows are, and the gaps between them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from procdef.picture.layouts.grid import Cell
from procdef.picture.layouts.shapes import ARTIFACTS, Box, Item

COLUMN, ROW, ARTIFACT_ROW, LABEL = 150.0, 130.0, 80.0, 40.0
"""The least width of a column and the least height of a row, also of one of artifacts alone, to which a label outside of one adds."""
GAP = 50.0
"""The space between two shapes that fill their cells: edges run in its middle."""
ACROSS, DOWN = "across", "down"
TRACKS = {ACROSS: (0.0, 9.0, 18.0, 4.5, 13.5), DOWN: (0.0, 9.0, -9.0, 18.0, -18.0)}
"""How far from the middle of a gap the edges run that would coincide. The boundary events of a row are above the middle."""


class Table:
    """The items of a scope in their cells."""

    def __init__(self, items: Mapping[str, Item], cells: Mapping[str, Cell], rows: int = 0) -> None:
        """Each of the cells has at most one of the items. There are at least so many `rows`."""
        self.cells = cells
        self._taken = set(cells.values())
        heights = [0.0] * max(rows, 1 + max((row for row, _ in self._taken), default=-1))
        widths = [COLUMN] * (1 + max((column for _, column in self._taken), default=-1))
        for name, (row, column) in cells.items():
            item = items[name]
            least = ROW if item.tag not in ARTIFACTS else ARTIFACT_ROW + LABEL if item.label else ARTIFACT_ROW
            heights[row] = max(heights[row], least, item.height + GAP)
            widths[column] = max(widths[column], item.width + GAP)
        self.tops = list(accumulate((height or ROW for height in heights), initial=0.0))
        self.lefts = list(accumulate(widths, initial=0.0))
        self.boxes = {name: self._box(items[name], cell) for name, cell in cells.items()}
        self._runs: dict[tuple[str, int], list[tuple[float, float, str, float]]] = {}

    def _box(self, item: Item, cell: Cell) -> Box:
        """An item is in the middle of its cell."""
        row, column = cell
        x, y = (self.lefts[column] + self.lefts[column + 1]) / 2, (self.tops[row] + self.tops[row + 1]) / 2
        return Box(x - item.width / 2, y - item.height / 2, item.width, item.height)

    def is_free(self, first: Cell, last: Cell) -> bool:
        """Whether the cells of a rectangle, both corners included, are empty. One whose corners are the wrong way round has no cells."""
        return not any((row, column) in self._taken for row in range(first[0], last[0] + 1) for column in range(first[1], last[1] + 1))

    def is_free_between(self, one: Cell, other: Cell) -> bool:
        """Whether the cells between two of a row, or of a column, are empty."""
        (row, column), (last_row, last_column) = sorted((one, other))
        if row == last_row:
            return self.is_free((row, column + 1), (row, last_column - 1))
        return self.is_free((row + 1, column), (last_row - 1, column))

    def across(self, row: int, key: str, one: float, other: float) -> float:
        """The y of a run from x to x in the gap above a row. Runs with the same key may lie upon each other."""
        return self.tops[row] + self._track((ACROSS, row), key, one, other)

    def down(self, column: int, key: str, one: float, other: float) -> float:
        """The x of a run from y to y in the gap before a column."""
        return self.lefts[column] + self._track((DOWN, column), key, one, other)

    def _track(self, gap: tuple[str, int], key: str, one: float, other: float) -> float:
        """The first track on which no other run is."""
        low, high = sorted((one, other))
        runs = self._runs.setdefault(gap, [])
        taken = {track for start, end, of, track in runs if of != key and start <= high and low <= end}
        tracks = TRACKS[gap[0]]
        track = next((track for track in tracks if track not in taken), tracks[len(runs) % len(tracks)])
        runs.append((low, high, key, track))
        return track
