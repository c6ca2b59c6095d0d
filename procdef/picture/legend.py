"""The legend of a picture with marks: each badge with its word, below the drawing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from procdef.picture.labels import SIZE, Label
from procdef.picture.marks import ROWS, Mark, badge
from procdef.picture.pen import number, numbers

VIEW = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)" width="\S+" height="[\d.]+"')
PAPER = re.compile(r'<rect class="p"[^>]*?(?= stroke="none")')
ITEM, ROW, INDENT = 120.0, 26.0, 24.0
"""The width and the height of one item, and how far from the left side the first one is."""


def with_legend(svg: str, names: Collection[str]) -> str:
    """A picture that is made higher by a legend of the marks with these names, and wider if it is too narrow for one."""
    rows = [mark for mark in ROWS if mark.name in names]
    found = VIEW.search(svg)
    if found is None or not rows:
        return svg
    x, y, width, height = map(float, found.groups())
    wide = max(width, INDENT + ITEM)
    x, across = x - (wide - width) / 2, max(1, int((wide - INDENT) / ITEM))
    higher = height + -(-len(rows) // across) * ROW
    view, size = numbers(x, y, wide, higher), f'width="{number(wide)}" height="{number(higher)}"'
    svg = VIEW.sub(f'viewBox="{view}" {size}', svg, count=1)
    svg = PAPER.sub(f'<rect class="p" x="{number(x)}" y="{number(y)}" {size}', svg, count=1)
    return svg.removesuffix("</svg>") + "".join(_items(rows, across, x + INDENT, y + height)) + "</svg>"


def _items(rows: list[Mark], across: int, x: float, y: float) -> Iterator[str]:
    for place, mark in enumerate(rows):
        left, middle = x + place % across * ITEM, y + place // across * ROW + 6
        yield badge(mark, (left, middle)) + Label((mark.words,), left + 14, middle - SIZE * 0.6, anchor="start").svg()
