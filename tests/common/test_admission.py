"""Turns: so much at once, a short queue, and a refusal at once for who finds no place in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event

import pytest

from procdef.common.admission import Rank, RankedTurns, Turns
from procdef.errors import Busy


def turns(room: int = 2, queue: int = 1, seconds: float = 5) -> Turns:
    return Turns(room, queue, seconds, lambda: Busy("busy", 3))


@pytest.mark.parametrize("weights", [[1, 1], [2], [9]])
def test_what_is_too_much_is_refused(weights: list[int]) -> None:
    full = turns(queue=0)
    with ExitStack() as stack:
        for weight in weights:
            stack.enter_context(full.turn(weight))
        with pytest.raises(Busy) as refused, full.turn():
            pass
    assert refused.value.retry_after == 3
    with full.turn(2):
        pass


def test_who_waits_has_the_next_turn_and_who_finds_no_place_is_refused_at_once() -> None:
    full = turns(room=1)

    def take() -> str:
        with full.turn():
            return "taken"

    with ThreadPoolExecutor(1) as pool:
        with full.turn():
            waiting = pool.submit(take)
            while not full._waiting:
                time.sleep(0.001)
            begun = time.monotonic()
            with pytest.raises(Busy), full.turn():
                pass
            assert time.monotonic() - begun < 1
        assert waiting.result(5) == "taken"


def test_who_waits_too_long_is_refused() -> None:
    full = turns(room=1, seconds=0.05)
    with full.turn(), pytest.raises(Busy), full.turn():
        pass
    with full.turn():
        pass


def test_an_error_gives_the_turn_back() -> None:
    full = turns(room=1, queue=0)
    with pytest.raises(KeyError), full.turn():
        raise KeyError
    with full.turn():
        pass


GOOD, BAD = 0, 1


def ranked(seconds: float = 5) -> RankedTurns:
    """Two at once, of which one may be bad."""
    return RankedTurns(2, (Rank(2, 3, 2), Rank(1, 1, 2)), seconds, lambda: Busy("busy", 3))


class Queue:
    """What waits, and in which order it has its turn."""

    def __init__(self, turns: RankedTurns, pool: ThreadPoolExecutor) -> None:
        self.turns, self.pool, self.order = turns, pool, list[str]()

    def wait(self, rank: int, origin: str) -> None:
        def take() -> None:
            with self.turns.turn(rank, origin):
                self.order.append(origin)
                time.sleep(0.01)

        before = len(self.turns._tickets)
        self.pool.submit(take)
        while len(self.turns._tickets) == before:
            time.sleep(0.001)


@contextmanager
def queue(turns: RankedTurns) -> Iterator[Queue]:
    with ThreadPoolExecutor(10) as pool:
        yield Queue(turns, pool)


def test_the_bad_have_one_turn_together_and_the_good_find_another() -> None:
    shared = ranked()
    with queue(shared) as waiting, shared.turn(BAD, "a"):
        waiting.wait(BAD, "b")
        with pytest.raises(Busy), shared.turn(BAD, "c"):
            pass
        begun = time.monotonic()
        with shared.turn(GOOD, "d"):
            assert time.monotonic() - begun < 1
        assert waiting.order == []


def test_the_good_go_first_and_an_origin_of_which_nothing_runs_before_others() -> None:
    shared = ranked()
    with queue(shared) as waiting:
        with shared.turn(BAD, "x"), shared.turn(GOOD, "a"):
            waiting.wait(BAD, "bad")
            waiting.wait(GOOD, "a")
            waiting.wait(GOOD, "b")
            waiting.wait(GOOD, "c")
            with pytest.raises(Busy), shared.turn(GOOD, "d"):
                pass
        with shared.turn(GOOD, "holds one"):
            pass
    assert "bad" not in waiting.order[:2]  # the third and the fourth run at once
    assert sorted(waiting.order) == ["a", "b", "bad", "c"]


def test_of_one_rank_the_origin_that_has_no_turn_goes_first() -> None:
    shared, end = ranked(), Event()
    with queue(shared) as waiting, shared.turn(GOOD, "a"):
        with shared.turn(GOOD, "x"):
            waiting.wait(GOOD, "a")
            waiting.wait(GOOD, "b")
        while not waiting.order:
            end.wait(0.001)
    assert waiting.order == ["b", "a"]


@pytest.mark.parametrize("rank", [GOOD, BAD])
def test_an_origin_has_its_share_only(rank: int) -> None:
    shared = RankedTurns(9, (Rank(9, 9, 1), Rank(9, 9, 1)), 5, lambda: Busy("busy"))
    with shared.turn(rank, "a"):
        with pytest.raises(Busy), shared.turn(rank, "a"):
            pass
        with shared.turn(rank, "b"), shared.turn(1 - rank, "a"):
            pass
    with shared.turn(rank, "a"):
        pass
    assert shared._tickets == []


def test_who_waits_too_long_for_a_ranked_turn_is_refused() -> None:
    shared = ranked(0.05)
    with shared.turn(GOOD, "a"), shared.turn(GOOD, "b"), pytest.raises(Busy), shared.turn(GOOD, "c"):
        pass
    assert shared._tickets == []
