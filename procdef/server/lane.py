"""A lane: requests that must not take the threads from all others wait for a thread here, each client's address in turn."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Lane(Generic[Item]):
    """What waits, and how much of it runs. For use by one thread."""

    def __init__(self, room: int) -> None:
        """At most `room` run at once."""
        self._left = room
        self._waiting: dict[str, deque[Item]] = {}

    def add(self, origin: str, item: Item) -> None:
        """Let something wait, behind what is of the same origin."""
        self._waiting.setdefault(origin, deque()).append(item)

    def begin(self) -> Item | None:
        """What runs next; None where nothing waits, or no more may run."""
        if not self._waiting or not self._left:
            return None
        self._left -= 1
        origin, items = next(iter(self._waiting.items()))
        del self._waiting[origin]
        item = items.popleft()
        if items:
            self._waiting[origin] = items  # the last in turn again
        return item

    def end(self) -> None:
        """Something that ran has ended."""
        self._left += 1
