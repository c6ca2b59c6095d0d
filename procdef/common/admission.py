"""Work that only a few may do at once, with a short queue: whoever finds no place in it is refused at once, and holds no thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition

from procdef.errors import Busy


class Turns:
    """So much work at once, and so many that wait for it. Safe to use from several threads."""

    def __init__(self, room: int, queue: int, seconds: float, refusal: Callable[[], Busy]) -> None:
        """`room` is what all work together may weigh, `queue` how many may wait, for `seconds` at most; `refusal` makes the error."""
        self._room, self._left, self._queue, self._seconds, self._refusal = room, room, queue, seconds, refusal
        self._waiting = 0
        self._freed = Condition()

    @contextmanager
    def turn(self, weight: int = 1) -> Iterator[None]:
        """Do work of this weight. Raises Busy where there is no place in the queue, or no turn comes in time."""
        weight = min(weight, self._room)
        self._begin(weight)
        try:
            yield
        finally:
            self._end(weight)

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


@dataclass(frozen=True, slots=True)
class Rank:
    """A kind of work: how much of it runs at once, how much waits, and how much of both one origin may have."""

    running: int
    waiting: int
    each: int


@dataclass(eq=False, slots=True)
class _Place:
    rank: int
    origin: str
    runs: bool = field(default=False)


class RankedTurns:
    """Turns in which kinds of work have places of their own, so that none keeps another from waiting. Safe to use from several threads.

    A turn goes to the first rank of which something waits and may run. Within a rank, an origin of which nothing runs goes first.
    """

    def __init__(self, room: int, ranks: Sequence[Rank], seconds: float, refusal: Callable[[], Busy]) -> None:
        """`room` run at once; the others wait for `seconds` at most; `refusal` makes the error."""
        self._room, self._ranks, self._seconds, self._refusal = room, ranks, seconds, refusal
        self._places: list[_Place] = []
        self._freed = Condition()

    @contextmanager
    def turn(self, rank: int, origin: str = "") -> Iterator[None]:
        """Do work of a rank, by its number. Raises Busy where it has no place for more, or no turn comes in time."""
        place = self._enter(_Place(rank, origin))
        try:
            yield
        finally:
            self._leave(place)

    def _enter(self, place: _Place) -> _Place:
        with self._freed:
            same = [row for row in self._places if row.rank == place.rank]
            rank = self._ranks[place.rank]
            self._places.append(place)
            self._share()
            is_full = not place.runs and sum(not row.runs for row in same) >= rank.waiting
            if is_full or sum(row.origin == place.origin for row in same) >= rank.each or not self._wait(place):
                self._remove(place)
                raise self._refusal()
        return place

    def _wait(self, place: _Place) -> bool:
        return place.runs or self._freed.wait_for(lambda: place.runs, self._seconds)

    def _leave(self, place: _Place) -> None:
        with self._freed:
            self._remove(place)

    def _remove(self, place: _Place) -> None:
        self._places.remove(place)
        self._share()

    def _share(self) -> None:
        """Give the turns that are left to who is next."""
        while sum(row.runs for row in self._places) < self._room and (following := self._next()) is not None:
            following.runs = True
        self._freed.notify_all()

    def _next(self) -> _Place | None:
        running = [row for row in self._places if row.runs]
        full = {number for number, rank in enumerate(self._ranks) if sum(row.rank == number for row in running) >= rank.running}
        waiting = [row for row in self._places if not row.runs and row.rank not in full]
        return min(waiting, key=lambda row: (row.rank, sum(other.origin == row.origin for other in running)), default=None)
