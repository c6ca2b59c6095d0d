"""The legend of a picture with marks: each badge with its word, below the drawing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from procdef.picture.labels import SIZE, Label
from procdef.picture.marks import ROWS, Mark, badge
from procdef.picture.pen import number

VIEW = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)" width="\S+" height="[\d.]+"')
PAPER = re.compile(r'(<rect class="p"[^>]* height=")[\d.]+')
ITEM, ROW = 120.0, 26.0
"""The width and the height of one item."""


def with_legend(svg: str, names: Collection[str]) -> str:
    """A picture that is made higher by a legend of the marks with these names."""
    rows = [mark for mark in ROWS if mark.name in names]
    found = VIEW.search(svg)
    if found is None or not rows:
        return svg
    x, y, width, height = map(float, found.groups())
    across = max(1, int((width - 24) / ITEM))
    higher = number(height + -(-len(rows) // across) * ROW)
    size = f'viewBox="{number(x)} {number(y)} {number(width)} {higher}" width="{number(width)}" height="{higher}"'
    svg = PAPER.sub(rf"\g<1>{higher}", VIEW.sub(size, svg, count=1), count=1)
    return svg.removesuffix("</svg>") + "".join(_items(rows, across, x + 24, y + height)) + "</svg>"


def _items(rows: list[Mark], across: int, x: float, y: float) -> Iterator[str]:
    for place, mark in enumerate(rows):
        left, middle = x + place % across * ITEM, y + place // across * ROW + 6
        yield badge(mark, (left, middle)) + Label((mark.words,), left + 14, middle - SIZE * 0.6, anchor="start").svg()
