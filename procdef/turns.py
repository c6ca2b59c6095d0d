"""Work that only a few may do at once, with a short queue: whoever finds no place in it is refused at once, and holds no thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

from procdef.errors import Busy


class Turns:
    """So much work at once, and so many that wait for it. Safe to use from several threads."""

    def __init__(self, room: int, queue: int, seconds: float, refusal: Callable[[], Busy], each: int | None = None) -> None:
        """`room` is what all work together may weigh, `queue` how many may wait, for `seconds` at most; `refusal` makes the error.

        `each` is how many turns one named origin may have or wait for; None for no limit.
        """
        self._room, self._left, self._queue, self._seconds, self._refusal, self._each = room, room, queue, seconds, refusal, each
        self._waiting = 0
        self._origins: Counter[str] = Counter()
        self._freed = Condition()

    @contextmanager
    def turn(self, weight: int = 1, origin: str = "") -> Iterator[None]:
        """Do work of this weight. Raises Busy where there is no place in the queue, or no turn comes in time."""
        weight = min(weight, self._room)
        with self._counted(origin):
            self._begin(weight)
            try:
                yield
            finally:
                self._end(weight)

    @contextmanager
    def _counted(self, origin: str) -> Iterator[None]:
        with self._freed:
            if origin and self._each is not None and self._origins[origin] >= self._each:
                raise self._refusal()
            self._origins[origin] += 1
        try:
            yield
        finally:
            with self._freed:
                self._origins[origin] -= 1
                if not self._origins[origin]:
                    del self._origins[origin]

    def _begin(self, weight: int) -> None:
        with self._freed:
            if self._left < weight:
                self._wait(weight)
            self._left -= weight

    def _wait(self, weight: int) -> None:
        if self._waiting >= self._queue:
            raise self._refusal()
        self._waiting += 1
        try:
            if not self._freed.wait_for(lambda: self._left >= weight, self._seconds):
                raise self._refusal()
        finally:
            self._waiting -= 1

    def _end(self, weight: int) -> None:
        with self._freed:
            self._left += weight
            self._freed.notify_all()
