"""The part of a large picture that its thumbnail shows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

from procdef.bpmn.facts.diagram import Bounds
from procdef.picture import finished, picture
from procdef.picture.part import seen
from tests.picture.files import bounds, edge, file, order, shape, view

PLACES = [*product(range(0, 6001, 200), range(0, 6001, 200))]


def large(start: tuple[int, int] | None) -> str:
    """A picture of 961 tasks, with a start at a place."""
    tasks = [(f"t{x}-{y}", bounds(x, y)) for x, y in PLACES]
    begun = [] if start is None else [shape("s", bounds(*start, 36, 36))]
    content = '<startEvent id="s"/>' + "".join(f'<task id="{ident}"/>' for ident, _ in tasks)
    return picture(file(content, *(shape(*each) for each in tasks), *begun))


@pytest.mark.parametrize(
    ("start", "corner"), [((0, 0), (-12, -12)), ((0, 3000), (-12, 2400)), ((6000, 6000), (3712, 4892)), (None, (-12, -12))]
)
def test_the_thumbnail_of_a_large_picture_is_the_part_around_the_start(start: tuple[int, int] | None, corner: tuple[int, int]) -> None:
    whole = large(start)
    small = finished(whole, thumbnail=True)
    box = view(small)
    assert (box.left, box.top, box.right - box.left, box.bottom - box.top) == (*corner, 2400, 1200)
    assert len(small) < len(whole) / 1.5


def test_the_thumbnail_of_a_marked_picture_is_whole() -> None:
    box = view(finished(large((0, 0)), marks={"t6000-6000": "added"}, thumbnail=True))
    assert box.left < 0 < 6000 < box.right


def test_the_part_of_a_flat_picture_is_in_the_middle() -> None:
    flat = picture(file('<task id="a"/><task id="b"/>', shape("a"), shape("b", bounds(9000))))
    box = view(finished(flat, thumbnail=True))
    assert (box.left, (box.top + box.bottom) / 2) == (-12, 40)


@pytest.mark.parametrize(
    ("points", "is_seen"),
    [
        (((0, 0), (50, 0)), True),
        (((-500, 50), (500, 50)), True),
        (((50, -500), (50, 500)), True),
        (((-500, -500), (-10, -500)), False),
        (((200, 50), (900, 50)), False),
        (((50, 200), (50, 900)), False),
    ],
)
def test_a_part_has_the_lines_that_cross_it(points: Sequence[tuple[float, float]], is_seen: bool) -> None:
    drawn = picture(file('<sequenceFlow id="f"/><task id="a"/>', shape("a"), edge("f", *points)))
    assert ("f" in order(seen(drawn, Bounds(-5, -5, 105, 105)))) is is_seen
