"""The difference of two texts: it gives both back, and is bounded."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.bpmn.difference.lines import ADDED, KEPT, REMOVED, edits, hunks, signs

TEXTS = st.lists(st.sampled_from("abcdef"), max_size=20)


@given(TEXTS, TEXTS)
def test_the_edits_give_both_texts_back(left: list[str], right: list[str]) -> None:
    found = edits(left, right)
    assert [line for sign, line in found if sign in (KEPT, REMOVED)] == left
    assert [line for sign, line in found if sign in (KEPT, ADDED)] == right


@given(TEXTS)
def test_all_lines_of_equal_texts_are_kept(text: list[str]) -> None:
    assert edits(text, text) == [(KEPT, line) for line in text]


@given(TEXTS, TEXTS, st.integers(0, 3))
def test_the_hunks_have_all_that_differs(left: list[str], right: list[str], context: int) -> None:
    found = edits(left, right)
    parts = hunks(signs(found), context)
    shown = [edit for part in parts for edit in found[part]]
    assert [edit for edit in shown if edit[0] != KEPT] == [edit for edit in found if edit[0] != KEPT]
    assert all(before.stop < after.start for before, after in pairwise(parts))


def test_a_line_that_moved_is_removed_and_added() -> None:
    found = edits(["a", "b", "c", "d"], ["a", "c", "d", "b"])
    assert found == [(KEPT, "a"), (REMOVED, "b"), (KEPT, "c"), (KEPT, "d"), (ADDED, "b")]


def test_a_repeated_line_is_kept_where_most_is_equal() -> None:
    found = edits(["x", "}", "y", "}"], ["x", "}", "z", "}"])
    assert found == [(KEPT, "x"), (KEPT, "}"), (REMOVED, "y"), (ADDED, "z"), (KEPT, "}")]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["a", "b"] * 50_000, ["b", "c"] * 50_000),
        ([str(number % 300) for number in range(100_000)], [str(number % 299) for number in range(100_000)]),
        ([str(number) for number in range(100_000)], [str(number) for number in reversed(range(100_000))]),
        (["same"] * 100_000, ["same"] * 50_000 + ["other"] + ["same"] * 50_000),
    ],
)
def test_long_texts_take_no_long_time(left: list[str], right: list[str]) -> None:
    begin = time.process_time()
    edits(left, right)
    assert time.process_time() - begin < 20
