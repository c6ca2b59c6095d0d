"""Iterating in batches, and making the next item while the present one is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in their order, `size` in a batch; the last batch may have fewer."""
    return (items[start : start + size] for start in range(0, len(items), size))


def batches_by_size(items: Iterable[T], size_of: Callable[[T], int], limit: int, max_items: int | None = None) -> Iterator[list[T]]:
    """The items in their order, in batches of `max_items` at most whose sizes add up to `limit` at most.

    An item that is larger is a batch of its own.
    """
    batch: list[T] = []
    total = 0
    for item in items:
        if batch and (len(batch) == max_items or total + size_of(item) > limit):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += size_of(item)
    if batch:
        yield batch


def prefetch(items: Iterator[T]) -> Iterator[T]:
    """The items of an iterator. Another thread makes the next item while the caller uses the present one.

    An error of the iterator is raised where its item would have come. A caller that stops early waits for the item that is being made.
    """
    end = object()
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = thread.submit(next, items, end)
            yield item  # type: ignore[misc]
