"""The next item is made while the present one is used."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from procdef.attach.prefetch import ahead


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_all_items_in_their_order(count: int) -> None:
    assert list(ahead(iter(range(count)))) == list(range(count))


def test_the_next_item_is_made_while_the_present_one_is_used() -> None:
    made = [threading.Event() for _ in range(3)]

    def items() -> Iterator[int]:
        for number, event in enumerate(made):
            event.set()
            yield number

    coming = ahead(items())
    assert next(coming) == 0
    assert made[1].wait(10)
    assert not made[2].is_set()
    assert list(coming) == [1, 2]


def test_what_is_raised_comes_in_its_place() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    coming = ahead(items())
    assert next(coming) == 1
    with pytest.raises(ValueError, match="broken"):
        next(coming)


def test_who_stops_early_is_not_kept() -> None:
    coming = ahead(iter(range(1000)))
    assert next(coming) == 0
    coming.close()  # type: ignore[attr-defined]
    assert list(coming) == []
