"""XML as lines for a page: some of them at a time, with classes for comments, tags, names and values. The text is never changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup, escape

from procdef.web.windows import LONGEST, Window, window

MOST_LINES = 2000
"""Lines that a page shows at most."""
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


class Lines(NamedTuple):
    """The lines of a text that a page shows; `is_cut` says whether there is only the beginning of one, which is too long."""

    part: Window[Markup]
    is_cut: bool


def lines(text: str, first: int, *, is_xml: bool = True) -> Lines:
    """What a page shows of a text from the line `first` on."""
    text = normal(text)
    every = text.split("\n")
    found = window(every, first, MOST_LINES, length)
    start = sum(map(length, every[: found.first - 1]))
    size = sum(map(length, found.shown)) - 1
    marked = highlighted(text, start, start + min(size, LONGEST)) if is_xml else (escape(line[:LONGEST]) for line in found.shown)
    return Lines(Window([*marked], found.first, found.total, found.most), size > LONGEST)


def length(line: str) -> int:
    """The characters of a line with its end."""
    return len(line) + 1
