"""Wrong passwords make the next attempt wait: by user and address, longer each time, and not for ever."""

from __future__ import annotations

import pytest

from procdef.store.identity.throttle import FREE, LONGEST_WAIT, MEMORY, SUSPECT_FROM, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def waits(throttle: Throttle, number: int) -> list[float]:
    found = []
    for _ in range(number):
        throttle.failed("mary", "10.0.0.1")
        found.append(throttle.wait("mary", "10.0.0.1"))
    return found


def test_each_wrong_password_makes_the_next_try_wait_longer(clock: Clock) -> None:
    found = waits(Throttle(clock=clock), 12)
    assert found == [*[0] * (FREE - 1), 1, 2, 4, 8, 16, 32, *[LONGEST_WAIT] * 4]


def test_the_wait_passes(clock: Clock) -> None:
    throttle = Throttle(clock=clock)
    waits(throttle, FREE + 1)
    clock.now += 1.5
    assert throttle.wait("mary", "10.0.0.1") == 0.5
    clock.now += 1
    assert throttle.wait("mary", "10.0.0.1") == 0


@pytest.mark.parametrize(("user", "address"), [("mary", "10.0.0.2"), ("anna", "10.0.0.1"), ("mary10.0.0.1", ""), ("mary", "")])
def test_another_user_or_address_does_not_wait(clock: Clock, user: str, address: str) -> None:
    throttle = Throttle(clock=clock)
    waits(throttle, 10)
    assert throttle.wait(user, address) == 0


def test_a_right_password_and_time_forget_the_wrong_ones(clock: Clock) -> None:
    throttle = Throttle(clock=clock)
    waits(throttle, 10)
    throttle.succeeded("mary", "10.0.0.1")
    assert waits(throttle, 1) == [0]
    waits(throttle, 10)
    clock.now += MEMORY + 1
    assert waits(throttle, 1) == [0]


def test_memory_is_bounded(clock: Clock) -> None:
    throttle = Throttle(100, clock)
    for number in range(1000):
        throttle.failed(f"{number}" * 1000, "10.0.0.1")
    assert len(throttle._pairs) == 100
    assert {len(key) for key in throttle._pairs} == {16}


def test_a_client_of_whom_several_tries_were_not_right_is_a_suspect_for_a_while(clock: Clock) -> None:
    throttle = Throttle(clock=clock)
    assert [throttle.begin("10.0.0.1") for _ in range(SUSPECT_FROM + 2)] == [*[False] * SUSPECT_FROM, True, True]
    assert not throttle.begin("10.0.0.2")
    clock.now += MEMORY + 1
    assert not throttle.begin("10.0.0.1")


def test_a_right_password_ends_the_suspicion(clock: Clock) -> None:
    throttle = Throttle(clock=clock)
    for _ in range(SUSPECT_FROM):
        throttle.begin("10.0.0.1")
    throttle.succeeded("mary", "10.0.0.1")
    assert not throttle.begin("10.0.0.1")
