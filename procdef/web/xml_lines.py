"""XML as lines for a page: each with its number, and with classes for comments, tags, names and values. The text is never changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

LONGEST, MOST_LINES = 1024 * 1024, 10_000
"""Characters and lines that are shown at most; a longer file is for a download."""
PIECE = re.compile(
    r"(?P<c><!--.*?(?:-->|\Z))|(?P<x><!\[CDATA\[.*?(?:\]\]>|\Z))|(?P<p><[?!][^>]*>?)|(?P<tag></?[^\s<>/]+(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>?)|[^<]+|<",
    re.DOTALL,
)
"""The pieces of a file: comments, sections without markup, declarations, tags, and text between them."""
IN_TAG = re.compile(r"(?P<t></?[^\s<>/\"'=]+|/?>)|(?P<v>\"[^\"]*\"|'[^']*')|(?P<a>[^\s=\"'<>/]+)(?=\s*=)|.", re.DOTALL)
"""The pieces of a tag: its own name and its end, the values and the names of its attributes."""


def highlighted(text: str) -> Iterator[Markup]:
    """The lines of a file, each with its markup; a piece over several lines has its class on each of them."""
    line: list[Markup] = []
    for kind, piece in _pieces(text):
        for number, part in enumerate(piece.split("\n")):
            if number:
                yield Markup("").join(line)
                line = []
            if part:
                line.append(Markup('<span class="x-{}">{}</span>').format(kind, part) if kind else escape(part))
    yield Markup("").join(line)


def _pieces(text: str) -> Iterator[tuple[str | None, str]]:
    for found in PIECE.finditer(text.replace("\r\n", "\n").replace("\r", "\n")):
        if found.lastgroup == "tag":
            yield from _merged((inner.lastgroup, inner[0]) for inner in IN_TAG.finditer(found[0]))
        else:
            yield found.lastgroup, found[0]


def _merged(pieces: Iterator[tuple[str | None, str]]) -> Iterator[tuple[str | None, str]]:
    """The pieces, with neighbours of no kind as one."""
    plain = ""
    for kind, piece in pieces:
        if kind is None:
            plain += piece
            continue
        if plain:
            yield None, plain
        plain = ""
        yield kind, piece
    if plain:
        yield None, plain
