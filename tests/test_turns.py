"""Turns: so much at once, a short queue, and a refusal at once for who finds no place in it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from procdef.errors import Busy
from procdef.turns import Turns


def turns(room: int = 2, queue: int = 1, seconds: float = 5, each: int | None = None) -> Turns:
    return Turns(room, queue, seconds, lambda: Busy("busy", 3), each)


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


def test_an_origin_has_its_share_only() -> None:
    shared = turns(room=9, each=1)
    with shared.turn(origin="a"):
        with pytest.raises(Busy), shared.turn(origin="a"):
            pass
        with shared.turn(origin="b"), shared.turn(), shared.turn():
            pass
    with shared.turn(origin="a"):
        pass
    assert shared._origins == {}


def test_an_error_gives_the_turn_back() -> None:
    full = turns(room=1, queue=0)
    with pytest.raises(KeyError), full.turn():
        raise KeyError
    with full.turn():
        pass
