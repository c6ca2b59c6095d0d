"""XML as lines for a page: some of them at a time, with classes for comments, tags, names and values. The text is never changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import NamedTuple

from markupsafe import Markup, escape

LONGEST, MOST_LINES = 150_000, 2000
"""Characters and lines that a page shows at most: the markup takes several times as much, and a browser should show it at once."""
LINE = "line"
"""The parameter with the number of the first line that is shown."""
PIECE = re.compile(
    r"(?P<c><!--.*?(?:-->|\Z))|(?P<x><!\[CDATA\[.*?(?:\]\]>|\Z))|(?P<p><[?!][^>]*>?)|(?P<tag></?[^\s<>/]+(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>?)|[^<]+|<",
    re.DOTALL,
)
"""The pieces of a file: comments, sections without markup, declarations, tags, and text between them."""
IN_TAG = re.compile(r"(?P<t></?[^\s<>/\"'=]+|/?>)|(?P<v>\"[^\"]*\"|'[^']*')|(?P<a>[^\s=\"'<>/]+)(?=\s*=)|[\s=]+|.", re.DOTALL)
"""The pieces of a tag: its own name and its end, the values and the names of its attributes."""

Piece = tuple[str | None, tuple[int, int]]
"""The kind of a piece, and the places in the text where it begins and ends."""


def normal(text: str) -> str:
    """A text whose lines end as they do here."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def highlighted(text: str, start: int = 0, end: int | None = None) -> Iterator[Markup]:
    """The lines of a normal text, each with its markup; a piece over several lines has its class on each of them.

    `start` and `end` are the places in the text between which they are, the beginnings of lines.
    """
    line: list[str] = []
    for kind, piece in _clipped(text, start, len(text) if end is None else end):
        for number, part in enumerate(piece.split("\n")):
            if number:
                yield _joined(line)
                line = []
            if part:
                line.append(f'<span class="x-{kind}">{escape(part)}</span>' if kind else escape(part))
    yield _joined(line)


def _joined(pieces: Iterable[str]) -> Markup:
    """A line of pieces, in which all text was escaped."""
    return Markup("".join(pieces))  # noqa: S704


def _clipped(text: str, start: int, end: int) -> Iterator[tuple[str | None, str]]:
    """What is of the pieces between two places, with their kinds."""
    for kind, (first, last) in _merged(_pieces(text, start, end)):
        if last > start and first < end:
            yield kind, text[max(first, start) : min(last, end)]


def _pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    """The pieces that reach into what is between two places. Those before are read too: a comment may have begun there."""
    for found in PIECE.finditer(text):
        if found.start() >= end:
            return
        if found.end() <= start:
            continue
        if found.lastgroup == "tag":
            yield from ((inner.lastgroup, inner.span()) for inner in IN_TAG.finditer(text, *found.span()))
        else:
            yield found.lastgroup, found.span()


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces, with neighbours of no kind as one."""
    for kind, group in groupby(pieces, key=lambda piece: piece[0]):
        if kind is not None:
            yield from group
        else:
            spans = [span for _, span in group]
            yield None, (spans[0][0], spans[-1][1])


class Window(NamedTuple):
    """The lines of a text that a page shows. `first` is the number of the first one, `total` that of all lines.

    `is_cut` says whether there is only the beginning of a line, which is too long.
    """

    lines: list[Markup]
    first: int
    total: int
    is_cut: bool

    @property
    def last(self) -> int:
        """The number of the last line that is shown."""
        return self.first + len(self.lines) - 1

    @property
    def before(self) -> int | None:
        """The first line of the page before; None on the first one."""
        return max(self.first - MOST_LINES, 1) if self.first > 1 else None

    @property
    def after(self) -> int | None:
        """The first line of the next page; None on the last one."""
        return self.last + 1 if self.last < self.total else None


def window(text: str, first: int, *, is_xml: bool = True) -> Window:
    """What a page shows of a text from the line `first` on, or from the last one if there are fewer."""
    text = normal(text)
    lines = text.split("\n")
    first = min(first, len(lines))
    shown = lines[first - 1 : first - 1 + fitting(map(len, lines[first - 1 :]))]
    start = sum(map(len, lines[: first - 1])) + first - 1
    length = sum(map(len, shown)) + len(shown) - 1
    marked = highlighted(text, start, start + min(length, LONGEST)) if is_xml else (escape(line[:LONGEST]) for line in shown)
    return Window([*marked], first, len(lines), length > LONGEST)


def fitting(lengths: Iterable[int], most: int = MOST_LINES) -> int:
    """How many of the lines with these lengths a page shows: at least one, and not more than `most`."""
    number, room = 0, LONGEST
    for length in islice(lengths, most):
        room -= length + 1
        if room < 0 and number:
            break
        number += 1
    return number
