"""The difference of two texts line by line. Its time grows with the number of lines, even for texts that are made to be slow."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

KEPT, REMOVED, ADDED = " ", "-", "+"
Edit = tuple[str, str]
"""The sign of what happens to a line (it is kept, removed or added), and the line."""
Kept = tuple[int, int]
"""The index of a line that is kept, in the left text and in the right one."""
# The library compares in the worst case each line with each other one, several times: it gets texts of so many pairs of lines at most.
MAX_PAIRS = 10_000


def edits(left: Sequence[str], right: Sequence[str]) -> list[Edit]:
    """All lines of both texts in order. Where the texts differ, the removed lines are before the added ones."""
    found: list[Edit] = []
    for (begin, other_begin), (end, other_end) in pairwise([(-1, -1), *_kept(left, right), (len(left), len(right))]):
        found += [(REMOVED, line) for line in left[begin + 1 : end]]
        found += [(ADDED, line) for line in right[other_begin + 1 : other_end]]
        found += [(KEPT, line) for line in left[end : end + 1]]
    return found


def signs(found: Sequence[Edit]) -> list[str]:
    """The signs of such a list."""
    return [sign for sign, _ in found]


def hunks(of: Sequence[str], context: int) -> list[slice]:
    """The parts of a list with these signs that have every line that is not kept, with so many lines before and after it."""
    parts: list[slice] = []
    for index in (index for index, sign in enumerate(of) if sign != KEPT):
        begin, end = max(index - context, 0), min(index + context + 1, len(of))
        if parts and begin <= parts[-1].stop:
            begin = parts.pop().start
        parts.append(slice(begin, end))
    return parts


def _kept(left: Sequence[str], right: Sequence[str]) -> Iterator[Kept]:
    """The lines that are kept: those that each text has once, as many as have the same order in both, and those found between them."""
    for (begin, other_begin), (end, other_end) in pairwise([(-1, -1), *_anchors(left, right), (len(left), len(right))]):
        between = _between(left[begin + 1 : end], right[other_begin + 1 : other_end])
        yield from ((begin + 1 + index, other_begin + 1 + other) for index, other in between)
        if end < len(left):
            yield end, other_end


def _anchors(left: Sequence[str], right: Sequence[str]) -> list[Kept]:
    once = {line for line, count in Counter(left).items() if count == 1} & {line for line, count in Counter(right).items() if count == 1}
    indexes = {line: index for index, line in enumerate(right) if line in once}
    return _longest_rise([(index, indexes[line]) for index, line in enumerate(left) if line in once])


def _longest_rise(found: Sequence[Kept]) -> list[Kept]:
    """The longest part of the list in which the second numbers rise, too, by the method of patience sorting."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int | None] = []
    for number, (_, other) in enumerate(found):
        pile = bisect_left(tops, other)
        before.append(piles[pile - 1] if pile else None)
        tops[pile : pile + 1], piles[pile : pile + 1] = [other], [number]
    rise, last = [], piles[-1] if piles else None
    while last is not None:
        rise.append(found[last])
        last = before[last]
    return rise[::-1]


def _between(left: Sequence[str], right: Sequence[str]) -> Iterator[Kept]:
    """The lines that are kept of two texts without anchors: those at both ends, and of short texts those that the library finds."""
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    rest, other_rest = left[start : len(left) - end], right[start : len(right) - end]
    yield from ((index, index) for index in range(start))
    if len(rest) * len(other_rest) <= MAX_PAIRS:
        for block in SequenceMatcher(None, rest, other_rest, autojunk=False).get_matching_blocks():
            yield from ((start + block.a + index, start + block.b + index) for index in range(block.size))
    yield from ((len(left) - index, len(right) - index) for index in range(end, 0, -1))


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """The number of equal lines with which both texts begin."""
    shorter = min(len(left), len(right))
    return next((index for index in range(shorter) if left[index] != right[index]), shorter)
