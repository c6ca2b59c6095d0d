"""The difference of two outlines, in the unified form of `diff -u`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from procdef.bpmn.difference.lines import ADDED, REMOVED, Edit, edits, hunks, signs
from procdef.bpmn.facts.elements import elements_of
from procdef.bpmn.facts.outline import outline
from procdef.common.visible import visible

CONTEXT = 3
"""The number of equal lines around each difference."""


def unified(left: bytes, right: bytes, names: tuple[str, str] = ("left", "right")) -> str:
    """The difference of the outlines of two files, which `names` are in its head; an empty text for equal outlines.

    Raises UnreadableBpmn where a file is not well-formed XML, TooLarge beyond the limits.
    """
    return with_names(without_names(left, right), names)


def with_names(text: str, names: tuple[str, str]) -> str:
    """A difference that has no names, below a head with them."""
    return f"--- {visible(names[0])}\n+++ {visible(names[1])}\n{text}" if text else ""


def without_names(left: bytes, right: bytes) -> str:
    """As `unified`, without the head."""
    found = edits(*(outline(elements_of(data)).splitlines() for data in (left, right)))
    parts = hunks(signs(found), CONTEXT)
    heads = _heads(found, parts)
    lines: list[str] = []
    for part in parts:
        lines += [next(heads), *(sign + line for sign, line in found[part])]
    return "".join(f"{line}\n" for line in lines)


def _heads(found: list[Edit], parts: list[slice]) -> Iterator[str]:
    """The head of each hunk: its first line and the number of its lines in both texts."""
    befores = [list(accumulate((sign != other for sign, _ in found), initial=0)) for other in (ADDED, REMOVED)]
    for part in parts:
        (left, left_end), (right, right_end) = ((before[part.start], before[part.stop]) for before in befores)
        yield f"@@ -{_range(left, left_end)} +{_range(right, right_end)} @@"


def _range(begin: int, end: int) -> str:
    """The lines from an index to an index. A range without lines is named by the line before it."""
    return f"{begin + (end > begin)},{end - begin}"
