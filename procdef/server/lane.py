"""A lane: a queue of requests that get only some of the threads. The addresses of the clients take turns."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Lane(Generic[Item]):
    """The items that wait, and how many more may run. For use by one thread."""

    def __init__(self, room: int) -> None:
        """At most `room` run at once."""
        self._left = room
        self._waiting: dict[str, deque[Item]] = {}

    def add(self, origin: str, item: Item) -> None:
        """Let an item wait behind the others of its origin."""
        self._waiting.setdefault(origin, deque()).append(item)

    def begin(self) -> Item | None:
        """The item that runs next; None if none waits, or no more may run."""
        if not self._waiting or not self._left:
            return None
        self._left -= 1
        origin, items = next(iter(self._waiting.items()))
        del self._waiting[origin]
        item = items.popleft()
        if items:
            self._waiting[origin] = items  # its origin is the last in turn now
        return item

    def end(self) -> None:
        """Note that an item that ran has ended."""
        self._left += 1
