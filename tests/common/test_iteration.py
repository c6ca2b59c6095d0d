"""Batches, and the next item made while the present one is used."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from procdef.common.iteration import batches, batches_by_size, prefetch


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_all_items_in_their_order(count: int) -> None:
    assert list(prefetch(iter(range(count)))) == list(range(count))


def test_the_next_item_is_made_while_the_present_one_is_used() -> None:
    made = [threading.Event() for _ in range(3)]

    def items() -> Iterator[int]:
        for number, event in enumerate(made):
            event.set()
            yield number

    coming = prefetch(items())
    assert next(coming) == 0
    assert made[1].wait(10)
    assert not made[2].is_set()
    assert list(coming) == [1, 2]


def test_what_is_raised_comes_in_its_place() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    coming = prefetch(items())
    assert next(coming) == 1
    with pytest.raises(ValueError, match="broken"):
        next(coming)


def test_who_stops_early_is_not_kept() -> None:
    coming = prefetch(iter(range(1000)))
    assert next(coming) == 0
    coming.close()  # type: ignore[attr-defined]
    assert list(coming) == []


@pytest.mark.parametrize(("count", "expected"), [(0, []), (3, ["012"]), (4, ["012", "3"]), (6, ["012", "345"])])
def test_batches_have_the_items_in_their_order(count: int, expected: list[str]) -> None:
    assert list(batches("012345"[:count], 3)) == expected


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([9], [[9]]),
        ([2, 3, 1], [[2, 3], [1]]),
        ([9, 1, 1], [[9], [1, 1]]),
        ([1, 9, 5], [[1], [9], [5]]),
        ([0, 5, 0], [[0, 5, 0]]),
    ],
)
def test_a_batch_is_no_larger_than_its_limit(sizes: list[int], expected: list[list[int]]) -> None:
    assert list(batches_by_size(sizes, int, 5)) == expected


def test_a_batch_has_no_more_items_than_allowed() -> None:
    assert list(batches_by_size([1, 1, 1, 4, 1], int, 5, max_items=2)) == [[1, 1], [1, 4], [1]]
