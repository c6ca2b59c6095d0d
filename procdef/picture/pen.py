"""The writing of SVG as strings: numbers, escaped text, and the extent of what has been drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from procdef.bpmn.facts.diagram import Bounds

# XML cannot hold most of these characters. Those for the direction of text could make a label read as another one.
NOT_DRAWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@lru_cache(8192)
def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    rounded = round(value, 1)
    return str(int(rounded)) if rounded == int(rounded) else f"{rounded:.1f}"


def numbers(*values: float) -> str:
    """Coordinates, separated by spaces."""
    return " ".join(map(number, values))


def escaped(text: str) -> str:
    """Text that is safe between tags and in an attribute in double quotes, without the characters that are not drawn."""
    if not text.isascii() or not text.isprintable():
        text = NOT_DRAWN.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def path(data: str, attributes: str = "") -> str:
    """A path; `attributes` begin with a space."""
    return f'<path{attributes} d="{data}"/>'


def rectangle(x: float, y: float, width: float, height: float, attributes: str = "") -> str:
    """A rectangle; `attributes` begin with a space."""
    place = (f' {name}="{number(value)}"' for name, value in (("x", x), ("y", y)) if value)
    return f'<rect{"".join(place)} width="{number(width)}" height="{number(height)}"{attributes}/>'


def circle(x: float, y: float, radius: float, attributes: str = "") -> str:
    """A circle; `attributes` begin with a space. A radius below zero is zero."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(max(radius, 0))}"{attributes}/>'


@dataclass(slots=True)
class Extent:
    """The smallest rectangle around everything that has been drawn."""

    left: float = inf
    top: float = inf
    right: float = -inf
    bottom: float = -inf

    def add(self, box: Bounds, x: float = 0, y: float = 0) -> None:
        """Make room for a rectangle whose coordinates begin at `x` and `y`."""
        self.left, self.top = min(self.left, x + box.x), min(self.top, y + box.y)
        self.right, self.bottom = max(self.right, x + box.x + box.width), max(self.bottom, y + box.y + box.height)

    def padded(self, padding: float) -> Bounds:
        """The rectangle with room on each side."""
        left, top = self.left - padding, self.top - padding
        return Bounds(left, top, self.right - left + padding, self.bottom - top + padding)
