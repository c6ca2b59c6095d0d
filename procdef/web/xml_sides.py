"""The XML of two files side by side: the lines that differ, each with its number, and some equal ones around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, zip_longest
from typing import NamedTuple

from markupsafe import Markup

from procdef.bpmn.difference.lines import ADDED, KEPT, REMOVED, hunks
from procdef.bpmn.difference.remembered import signs
from procdef.bpmn.reading.encoding import text_of
from procdef.errors import TooLarge
from procdef.web.windows import Window, window
from procdef.web.xml_lines import highlighted, length, normal

LONGEST, MOST_LINES, MOST_ROWS = 2 * 1024 * 1024, 40_000, 500
"""Characters and lines of a file that is shown beside another one, and the rows of a page."""
LONGEST_ROW, DOTS = 50_000, "…"
"""Characters that are shown of a line that fills a page alone, and what stands for the rest."""
CONTEXT = 3
"""The equal lines around each difference."""


class Half(NamedTuple):
    """A line of one file: its number from 1, its text with markup."""

    number: int
    text: Markup


class Both(NamedTuple):
    """A row: a line of each file, None where that file has none for it. `folded` equal lines are left out before it."""

    left: Half | None
    right: Half | None
    is_equal: bool
    folded: int = 0


class Place(NamedTuple):
    """A row by the numbers of its lines."""

    left: int | None
    right: int | None
    is_equal: bool
    folded: int = 0


class Sides:
    """The XML of two files. `places` are all rows: all lines if `whole`, else those that differ with some around them."""

    def __init__(self, left: bytes, right: bytes, *, whole: bool = False) -> None:
        """Raises TooLarge."""
        self.texts = (_text(left), _text(right))
        self.lines = [text.split("\n") for text in self.texts]
        self.starts = [[0, *accumulate(map(length, lines))] for lines in self.lines]
        self.places = [*_places(signs(*self.texts), whole=whole)]

    @property
    def is_same(self) -> bool:
        """Whether the files have the same lines."""
        return self.lines[0] == self.lines[1]

    def page(self, first: int) -> Window[Both]:
        """The rows that a page shows from the row with this number on."""
        found = window(self.places, first, MOST_ROWS, self._length)
        left, right = (self._halves(side, [place[side] for place in found.shown]) for side in (0, 1))
        both = [Both(left.get(place.left), right.get(place.right), place.is_equal, place.folded) for place in found.shown]
        return Window(both, found.first, found.total, found.most)

    def _length(self, place: Place) -> int:
        return sum(length(self.lines[side][number - 1]) for side in (0, 1) if (number := place[side]) is not None)

    def _halves(self, side: int, numbers: Sequence[int | None]) -> dict[int | None, Half]:
        """Lines of a side by their numbers."""
        known = [number for number in numbers if number is not None]
        if not known:
            return {}
        parts = [(self.starts[side][first - 1], self.starts[side][last] - 1) for first, last in _runs(known)]
        is_cut = len(numbers) == 1 and parts[0][1] > parts[0][0] + LONGEST_ROW
        parts = [(parts[0][0], parts[0][0] + LONGEST_ROW)] if is_cut else parts
        marked = zip(known, highlighted(self.texts[side], *parts), strict=True)
        return {number: Half(number, text + (DOTS if is_cut else "")) for number, text in marked}


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of the numbers that follow each other without a gap."""
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        yield run[0], run[-1]


def _text(data: bytes) -> str:
    text = normal(text_of(data))
    if len(text) > LONGEST or text.count("\n") >= MOST_LINES:
        raise TooLarge(f"A file with more than {LONGEST // 1024:,} KB or {MOST_LINES:,} lines is not shown side by side.")
    return text


def _places(found: str, *, whole: bool) -> Iterator[Place]:
    """The places of the lines with these signs."""
    pairs, end = [*_pairs(found)], 0
    for part in [slice(0, len(found))] if whole else hunks(found, CONTEXT):
        for number, place in enumerate(_rows(found[part], pairs[part])):
            yield place if number else place._replace(folded=part.start - end)
        end = part.stop
    if end < len(found):
        yield Place(None, None, is_equal=True, folded=len(found) - end)


def _pairs(found: str) -> Iterator[tuple[int | None, int | None]]:
    """For each sign the number of the left line and that of the right one, of which one is None unless the line is kept."""
    left = right = 0
    for sign in found:
        left, right = left + (sign in (KEPT, REMOVED)), right + (sign != REMOVED)
        yield (None if sign == ADDED else left), (None if sign == REMOVED else right)


def _rows(found: str, pairs: Sequence[tuple[int | None, int | None]]) -> Iterator[Place]:
    """The rows of a part: lines that were removed are beside those that were added in their place."""
    for is_equal, group in groupby(zip(found, pairs, strict=True), key=lambda one: one[0] == KEPT):
        numbers = [pair for _, pair in group]
        if is_equal:
            yield from (Place(left, right, is_equal=True) for left, right in numbers)
            continue
        lefts, rights = ([number for pair in numbers if (number := pair[side]) is not None] for side in (0, 1))
        yield from (Place(left, right, is_equal=False) for left, right in zip_longest(lefts, rights))
