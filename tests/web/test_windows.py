"""What a page shows of a list: from each page somebody gets to each row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from procdef.web.windows import LONGEST, window

ROWS = st.lists(st.sampled_from([1, LONGEST // 2, LONGEST, 2 * LONGEST]), max_size=12)


@given(ROWS, st.integers(1, 4))
def test_the_next_pages_have_every_row_once(rows: list[int], most: int) -> None:
    shown: list[int] = []
    number: int | None = 1
    while number is not None:
        part = window(rows, number, most, int)
        assert len(part.shown) <= most
        assert len(part.shown) < 2 or sum(part.shown) <= LONGEST
        shown += part.shown
        number = part.after
    assert shown == rows


@given(ROWS, st.integers(1, 20), st.integers(1, 4))
def test_the_pages_before_lead_to_the_first_row(rows: list[int], first: int, most: int) -> None:
    part = window(rows, first, most, int)
    for _ in rows:
        part = window(rows, part.before or 1, most, int)
    assert (part.first, part.before, part.total) == (1, None, len(rows))
