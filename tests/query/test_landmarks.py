"""Landmarks: the last one before a page, how many are kept, and that they are of one revision."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.query import landmarks
from procdef.query.landmarks import BEGINNING, MOST, NEAR, Landmark, Landmarks, Listing
from tests.query.things import THINGS

ALL: Listing = (THINGS, frozenset(), None)
SORTED: Listing = (THINGS, frozenset(), "size")
FLAGGED: Listing = (THINGS, frozenset({"flagged"}), None)


def learned(*offsets: int, listing: Listing = ALL) -> Landmarks:
    """Landmarks at these offsets, each with its offset as its place."""
    known = Landmarks()
    for first in offsets:
        known.learn(listing, Landmark(first, (str(first),)), "r")
    return known


@pytest.mark.parametrize(
    ("offsets", "first", "found"),
    [
        ([], 7, 0),
        ([100, 300, 200], 99, 0),
        ([100, 300, 200], 100, 100),
        ([100, 300, 200], 199, 100),
        ([300, 200, 100], 250, 200),
        ([100, 300, 200], 10_000, 300),
        ([NEAR - 1], 1000, 0),
        ([NEAR], 1000, NEAR),
        ([100, 100, 100 + NEAR - 1], 1000, 100),
    ],
)
def test_the_last_landmark_that_is_not_after_a_page(offsets: list[int], first: int, found: int) -> None:
    landmark, _ = learned(*offsets).before(ALL, first)
    assert landmark == (Landmark(found, (str(found),)) if found else BEGINNING)


def test_each_list_has_its_own() -> None:
    known = learned(100, listing=FLAGGED)
    assert known.before(FLAGGED, 150) == (Landmark(100, ("100",)), "r")
    assert known.before(ALL, 150) == known.before(SORTED, 150) == (BEGINNING, "r")


def test_those_of_another_revision_are_forgotten() -> None:
    known = learned(100, 200)
    known.learn(FLAGGED, Landmark(50, ("fifty",)), "s")
    assert known.before(ALL, 500) == (BEGINNING, "s")
    assert known.before(FLAGGED, 500) == (Landmark(50, ("fifty",)), "s")


@given(st.lists(st.integers(1, 2000), max_size=60), st.lists(st.integers(0, 2100), min_size=1, max_size=20))
def test_however_many_are_learned_the_one_found_is_true_and_they_stay_few(offsets: list[int], asked: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landmarks, "MOST", 8)
        known = learned(*offsets)
    kept = [landmark.first for landmark in known._of.get(ALL, [])]
    assert len(kept) <= 8
    assert kept == sorted(set(kept))
    assert set(kept) <= set(offsets)
    for first in asked:
        assert known.before(ALL, first)[0].first == max([0, *(offset for offset in kept if offset <= first)])


def test_who_goes_through_all_pages_always_finds_the_page_before() -> None:
    known, page = Landmarks(), 50
    for number in range(1, 4 * MOST):
        landmark: Any = known.before(ALL, number * page)[0]
        assert landmark.first == (number - 1) * page
        known.learn(ALL, Landmark(number * page, (number,)), "r")
    assert len(known._of[ALL]) <= MOST
