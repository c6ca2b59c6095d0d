"""The part of a large picture that its thumbnail shows: what is around the start. The whole would be a block of lines."""

from __future__ import annotations

import re

from procdef.bpmn.facts.diagram import Bounds
from procdef.picture.drawing import PADDING

MOST_VIEW, PART = 4000.0, 2400.0
"""The units that the view of a whole picture is wide at most, because the shapes of a wider one would be dots, and those of a part."""
START = re.compile(r'data-type="startEvent"[^>]*? transform="translate\(([-\d.]+) ([-\d.]+)\)"')
ELEMENT = re.compile(r"(?=<g data-element=)")
PLACE = re.compile(r'[^>]* transform="translate\(([-\d.]+) ([-\d.]+)\)"')
LINE = re.compile(r' d="(M[-\d.MLQ ]+)"')
NUMBER = re.compile(r"-?[\d.]+")


def part_of(view: Bounds, whole: Bounds, content: str) -> Bounds:
    """The part of `view` with the start that is most to the left, or with the corner. It shows nothing beside the `whole` without need."""
    height = view.height * PART / view.width
    x, y = min(((float(x), float(y)) for x, y in START.findall(content)), default=(whole.x, whole.y))
    left = _within(x - PADDING, PART, whole.x, whole.width)
    return Bounds(left, _within(y - height / 2, height, whole.y, whole.height), PART, height)


def _within(start: float, length: float, first: float, size: float) -> float:
    """Where a part of a length begins that shows the most of a side; in the middle of what is smaller than the part."""
    if size <= length:
        return first - (length - size) / 2
    return min(max(start, first), first + size - length)


def seen(content: str, view: Bounds) -> str:
    """The content without the elements that are to the right of a view, or below it, and without the lines that are beside it."""
    return "".join(piece for piece in ELEMENT.split(content) if _is_seen(piece, view))


def _is_seen(piece: str, view: Bounds) -> bool:
    if (place := PLACE.match(piece)) is not None:
        return float(place[1]) < view.x + view.width and float(place[2]) < view.y + view.height
    line = LINE.search(piece)
    return line is None or _crosses([float(each) for each in NUMBER.findall(line[1])], view)


def _crosses(values: list[float], view: Bounds) -> bool:
    """Whether the box around points, which are x and y in turn, has something in common with a view."""
    across, down = values[::2], values[1::2]
    return min(across) < view.x + view.width and view.x < max(across) and min(down) < view.y + view.height and view.y < max(down)
