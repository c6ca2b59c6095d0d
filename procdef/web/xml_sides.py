"""The XML of two files side by side: the lines that differ, each with its number, and some equal ones around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from typing import NamedTuple

from markupsafe import Markup

from procdef.bpmn.difference.lines import KEPT, REMOVED, Edit, edits, hunks
from procdef.bpmn.reading.encoding import text_of
from procdef.errors import TooLarge
from procdef.web.xml_lines import highlighted

LONGEST, MOST_LINES = 512 * 1024, 10_000
"""Characters and lines of a file that is shown beside another one."""
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


def side_by_side(left: bytes, right: bytes, *, whole: bool = False) -> Iterator[Both]:
    """The rows; all lines if `whole`, else those that differ with some around them. Raises TooLarge."""
    texts = [_text(data) for data in (left, right)]
    found = edits(*(text.split("\n") for text in texts))
    halves = _halves(found, [[*highlighted(text)] for text in texts])
    end = 0
    for part in [slice(0, len(found))] if whole else hunks(found, CONTEXT):
        rows = _rows(found[part], halves[part])
        for number, row in enumerate(rows):
            yield row if number else row._replace(folded=part.start - end)
        end = part.stop
    if end < len(found):
        yield Both(None, None, is_equal=True, folded=len(found) - end)


def _text(data: bytes) -> str:
    text = text_of(data).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST or text.count("\n") >= MOST_LINES:
        raise TooLarge(f"A file with more than {LONGEST // 1024} KB or {MOST_LINES:,} lines is not shown side by side.")
    return text


def _halves(found: Sequence[Edit], texts: Sequence[Sequence[Markup]]) -> list[tuple[Half | None, Half | None]]:
    """For each edit the line of the left file and that of the right one, of which one is None unless the line is kept."""
    places = [0, 0]
    halves: list[tuple[Half | None, Half | None]] = []
    for sign, _ in found:
        pair: list[Half | None] = [None, None]
        for side in (0, 1) if sign == KEPT else (0,) if sign == REMOVED else (1,):
            places[side] += 1
            pair[side] = Half(places[side], texts[side][places[side] - 1])
        halves.append((pair[0], pair[1]))
    return halves


def _rows(found: Sequence[Edit], halves: Sequence[tuple[Half | None, Half | None]]) -> Iterator[Both]:
    """The rows of a part: lines that were removed are beside those that were added in their place."""
    for is_equal, group in groupby(zip(found, halves, strict=True), key=lambda one: one[0][0] == KEPT):
        pairs = [pair for _, pair in group]
        if is_equal:
            yield from (Both(left, right, is_equal=True) for left, right in pairs)
            continue
        lefts, rights = ([half for pair in pairs if (half := pair[side]) is not None] for side in (0, 1))
        yield from (Both(left, right, is_equal=False) for left, right in zip_longest(lefts, rights))
