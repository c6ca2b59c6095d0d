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

Part = tuple[int, int]
"""The places in a text where a part of it begins and ends."""
Piece = tuple[str | None, Part]
"""The kind of a piece, and the places in the text where it begins and ends."""


def normal(text: str) -> str:
    """A text whose lines end as they do here."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def highlighted(text: str, *parts: Part) -> Iterator[Markup]:
    """The lines of parts of a normal text, each with its markup; a piece over several lines has its class on each of them.

    The parts are in order, and begin where lines do. Without parts it is the whole text.
    """
    parts = parts or ((0, len(text)),)
    for part, found in zip(parts, _found(text, parts), strict=True):
        yield from _lines(_clipped(text, part, found))


def _lines(pieces: Iterable[tuple[str | None, str]]) -> Iterator[Markup]:
    line: list[str] = []
    for kind, piece in pieces:
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


def _clipped(text: str, part: Part, found: Iterable[re.Match[str]]) -> Iterator[tuple[str | None, str]]:
    """What is of the pieces in a part, with their kinds."""
    start, end = part
    for kind, (first, last) in _merged(_pieces(text, found)):
        if last > start and first < end:
            yield kind, text[max(first, start) : min(last, end)]


def _found(text: str, parts: Iterable[Part]) -> Iterator[list[re.Match[str]]]:
    """The pieces that reach into each part. Those before it are read too: a comment may have begun there."""
    pieces, last = PIECE.finditer(text), None
    for start, end in parts:
        found = [last] if last is not None and last.end() > start else []
        while (last is None or last.end() < end) and (last := next(pieces, None)) is not None:
            found += [last] if last.end() > start else []
        yield found


def _pieces(text: str, outer: Iterable[re.Match[str]]) -> Iterator[Piece]:
    """These pieces, with those of a tag in place of it."""
    for found in outer:
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
    marked = highlighted(text, (start, start + min(size, LONGEST))) if is_xml else (escape(line[:LONGEST]) for line in found.shown)
    return Lines(Window([*marked], found.first, found.total, found.most), size > LONGEST)


def length(line: str) -> int:
    """The characters of a line with its end."""
    return len(line) + 1
