"""The labels of events, gateways and data: below the shape as usual, unless an edge is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from procdef.picture.item import LABEL_WIDTH
from procdef.picture.labels import EXTERNAL, LINE, STRETCH, clean, text_width, wrapped
from procdef.picture.layouts.shapes import Box, Layout, Point

ABOVE, BELOW = "above", "below"
GAP = 4.0
"""The space between a shape and its label, and between an edge and a label."""


def label_boxes(layout: Layout) -> Iterator[tuple[str, Box]]:
    """The box of each label that cannot be below its shape. It is above the shape, or beside the edge if that is not free either."""
    ends = {point for points in layout.edges.values() for point in (points[0], points[-1])}
    for ident, text in layout.texts.items():
        sides = set(_sides(layout.boxes[ident], ends)) | ({ABOVE} if ident in layout.attached else set())
        if BELOW in sides:
            box = _box(text, layout.boxes[ident], is_above=ABOVE not in sides)
            is_crossed = any(_crosses(points, layout.boxes[ident], box) for points in layout.edges.values())
            yield ident, box.moved(-box.width - 2 * GAP, 0) if is_crossed else box


def _sides(box: Box, ends: set[Point]) -> Iterator[str]:
    """The sides on which an edge begins or ends."""
    x = box.middle[0]
    if (x, box.y) in ends:
        yield ABOVE
    if (x, box.bottom) in ends:
        yield BELOW


def _crosses(points: Sequence[Point], shape: Box, label: Box) -> bool:
    """Whether an edge goes from the lower side of a shape to the right before it is below the label."""
    (x, y), *turns = points
    return (x, y) == (shape.middle[0], shape.bottom) and len(turns) > 1 and y < turns[0][1] < label.bottom + GAP and turns[1][0] > x


def _box(text: str, box: Box, *, is_above: bool) -> Box:
    lines = wrapped(clean(text), LABEL_WIDTH, EXTERNAL, STRETCH)
    width, height = max((text_width(line, EXTERNAL) for line in lines), default=0.0) + GAP, len(lines) * EXTERNAL * LINE
    x = box.middle[0]
    return Box(x - width / 2, box.y - GAP - height, width, height) if is_above else Box(x + GAP, box.bottom + GAP / 2, width, height)
