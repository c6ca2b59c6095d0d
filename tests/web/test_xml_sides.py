"""The XML of two files side by side: every line is there once, in its order, with its number."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.errors import TooLarge
from procdef.web.xml_sides import LONGEST, LONGEST_ROW, MOST_LINES, MOST_ROWS, Both, Half, Sides

LINES = st.lists(st.sampled_from(["<a>", "</a>", '<b c="d"/>', "", "<!-- x", "-->", "text"]), max_size=25)


def plain(half: Half) -> tuple[int, str]:
    return half.number, unescape(re.sub(r"<[^>]*>", "", half.text))


def side_by_side(left: bytes, right: bytes, *, whole: bool = False) -> list[Both]:
    """The rows of all pages."""
    sides, rows, number = Sides(left, right, whole=whole), list[Both](), 1
    while (page := sides.page(number)).shown:
        rows += page.shown
        if page.after is None:
            return rows
        number = page.after
    return rows


def of(row: Both, side: int) -> Half | None:
    return row.right if side else row.left


@given(LINES, LINES)
def test_all_lines_are_there_in_order(left: list[str], right: list[str]) -> None:
    texts = ["\n".join(lines) for lines in (left, right)]
    rows = [*side_by_side(*(text.encode() for text in texts), whole=True)]
    for side, text in enumerate(texts):
        assert [plain(half) for row in rows if (half := of(row, side)) is not None] == [*enumerate(text.split("\n"), 1)]
    assert all(plain(row.left)[1] == plain(row.right)[1] for row in rows if row.is_equal and row.left and row.right)


@given(LINES, LINES)
def test_what_is_folded_is_equal_and_counted(left: list[str], right: list[str]) -> None:
    texts = ["\n".join(lines).encode() for lines in (left, right)]
    rows, whole = [*side_by_side(*texts)], [*side_by_side(*texts, whole=True)]
    for side in (0, 1):
        shown, lines = (sum(of(row, side) is not None for row in one) for one in (rows, whole))
        assert shown + sum(row.folded for row in rows) == lines
    assert [row[:3] for row in rows if not row.is_equal] == [row[:3] for row in whole if not row.is_equal]


def test_lines_in_place_of_others_are_beside_them() -> None:
    rows = [*side_by_side(b"a\nb\nc", b"a\nx\ny\nc")]
    assert [(row.left and row.left.number, row.right and row.right.number, row.is_equal) for row in rows] == [
        (1, 1, True),
        (2, 2, False),
        (None, 3, False),
        (3, 4, True),
    ]


@pytest.mark.parametrize("data", [b"a" * (LONGEST + 1), b"\n" * MOST_LINES])
def test_a_large_file_is_refused(data: bytes) -> None:
    for files in ((data, b"a"), (b"a", data)):
        with pytest.raises(TooLarge):
            side_by_side(*files)


def test_long_files_have_several_pages() -> None:
    lines = [f'<a b="{number}">' for number in range(2 * MOST_ROWS)]
    sides = Sides("\n".join(lines).encode(), "\n".join(f"{line} " for line in lines).encode())
    assert [len(sides.page(first).shown) for first in (1, MOST_ROWS + 1, 2 * MOST_ROWS, 10**9)] == [MOST_ROWS, MOST_ROWS, 1, 1]
    assert [(page.before, page.after) for page in (sides.page(1), sides.page(MOST_ROWS + 1))] == [(None, MOST_ROWS + 1), (1, None)]
    assert sides.page(MOST_ROWS + 1).shown[0].left == side_by_side("\n".join(lines).encode(), b"")[MOST_ROWS].left


def test_long_lines_are_on_pages_of_their_own() -> None:
    sides = Sides(b"a" * 200_000 + b"\nb", b"")
    assert [len(sides.page(first).shown) for first in (1, 2)] == [1, 1]
    left = sides.page(1).shown[0].left
    assert left is not None
    assert left.text == "a" * LONGEST_ROW + "…"
