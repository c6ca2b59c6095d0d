"""Admission to work that only a few threads may do at once, with a short queue. If the queue is full, a thread is refused at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition

from procdef.errors import Busy


class Turns:
    """Limits the weight of the work that runs at once, and how many threads wait for it. Safe to use from several threads."""

    def __init__(self, room: int, queue: int, seconds: float, refusal: Callable[[], Busy]) -> None:
        """`room`: the weight of all work together; `queue`: how many may wait, for at most `seconds`; `refusal` makes the error."""
        self._room, self._left, self._queue, self._seconds, self._refusal = room, room, queue, seconds, refusal
        self._waiting = 0
        self._freed = Condition()

    @contextmanager
    def turn(self, weight: int = 1) -> Iterator[None]:
        """Do work of this weight. Raises Busy if the queue is full, or no turn comes in time."""
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
    """The limits of one kind of work: how much runs, how much waits, and how much of both one origin may have."""

    running: int
    waiting: int
    each: int


@dataclass(eq=False, slots=True)
class _Ticket:
    rank: int
    origin: str
    runs: bool = field(default=False)


class RankedTurns:
    """Turns for several kinds of work, each with its own part of the queue. Safe to use from several threads.

    A turn goes to the first rank that has work that waits and may run. Within a rank, an origin with the least running work goes first.
    """

    def __init__(self, room: int, ranks: Sequence[Rank], seconds: float, refusal: Callable[[], Busy]) -> None:
        """`room`: how many run at once; the others wait for at most `seconds`; `refusal` makes the error."""
        self._room, self._ranks, self._seconds, self._refusal = room, ranks, seconds, refusal
        self._tickets: list[_Ticket] = []
        self._freed = Condition()

    def numbers(self) -> tuple[int, int]:
        """How many have a turn, and how many wait for one."""
        with self._freed:
            running = sum(ticket.runs for ticket in self._tickets)
            return running, len(self._tickets) - running

    @contextmanager
    def turn(self, rank: int, origin: str = "") -> Iterator[None]:
        """Do work of a rank, given by its index. Raises Busy if the rank is full, or no turn comes in time."""
        ticket = self._enter(_Ticket(rank, origin))
        try:
            yield
        finally:
            self._leave(ticket)

    def _enter(self, ticket: _Ticket) -> _Ticket:
        with self._freed:
            same = [other for other in self._tickets if other.rank == ticket.rank]
            rank = self._ranks[ticket.rank]
            self._tickets.append(ticket)
            self._share()
            is_full = not ticket.runs and sum(not other.runs for other in same) >= rank.waiting
            if is_full or sum(other.origin == ticket.origin for other in same) >= rank.each or not self._wait(ticket):
                self._remove(ticket)
                raise self._refusal()
        return ticket

    def _wait(self, ticket: _Ticket) -> bool:
        return ticket.runs or self._freed.wait_for(lambda: ticket.runs, self._seconds)

    def _leave(self, ticket: _Ticket) -> None:
        with self._freed:
            self._remove(ticket)

    def _remove(self, ticket: _Ticket) -> None:
        self._tickets.remove(ticket)
        self._share()

    def _share(self) -> None:
        """Give the remaining turns to the next in the queue."""
        while sum(other.runs for other in self._tickets) < self._room and (following := self._next()) is not None:
            following.runs = True
        self._freed.notify_all()

    def _next(self) -> _Ticket | None:
        running = [other for other in self._tickets if other.runs]
        full = {number for number, rank in enumerate(self._ranks) if sum(other.rank == number for other in running) >= rank.running}
        waiting = [other for other in self._tickets if not other.runs and other.rank not in full]
        return min(waiting, key=lambda one: (one.rank, sum(other.origin == one.origin for other in running)), default=None)
