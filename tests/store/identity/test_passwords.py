"""How passwords are stored and cached."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest
from argon2 import PasswordHasher, extract_parameters

from procdef.errors import TooManyTries
from procdef.store.identity import passwords

DUMMY_HASH = passwords.DUMMY_HASH
"""The hash of procdef itself, read before the fixture that makes the tests' passwords cheap replaces it."""


def test_who_is_not_there_costs_what_a_wrong_password_costs() -> None:
    assert extract_parameters(DUMMY_HASH) == extract_parameters(PasswordHasher().hash("x"))


@pytest.mark.parametrize("password", ["x", "ä\0b", "x" * 10_000])
def test_a_password_is_right_or_not(password: str) -> None:
    stored = passwords.hashed(password)
    assert passwords.is_right(stored, password)
    assert not passwords.is_right(stored, password + "x")
    assert not passwords.is_right(None, password)
    assert not passwords.is_right("no hash", password)


def test_an_empty_password_is_never_right_though_one_was_stored() -> None:
    assert not passwords.is_right(passwords.hashed(""), "")


def test_the_cache_is_bounded() -> None:
    cache = passwords.VerifiedPasswordCache(2)
    for word in "abc":
        cache.add(word, word)
    assert [cache.knows(word, word) for word in "abc"] == [False, True, True]
    assert not cache.knows("b", "c")
    assert {len(entry) for entry in cache._entries} == {32}


def test_what_one_process_remembers_is_no_use_to_another() -> None:
    one, other = passwords.VerifiedPasswordCache(), passwords.VerifiedPasswordCache()
    for cache in (one, other):
        cache.add("stored", "x")
    assert set(one._entries).isdisjoint(other._entries)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Semaphore, Event]]:
    """A semaphore that is released when a check begins, and an event that ends all checks."""
    begun, end = Semaphore(0), Event()

    class Slow:
        def verify(self, *_: str) -> bool:
            begun.release()
            return end.wait(10)

        def hash(self, *_: str) -> str:
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    yield begun, end
    end.set()


def check(origin: str) -> bool:
    return passwords.is_right("stored", "x", origin)


def check_suspect(origin: str) -> bool:
    return passwords.is_right("stored", "x", origin, is_suspect=True)


def test_one_client_leaves_room_for_others(slow: tuple[Semaphore, Event]) -> None:
    begun, end = slow
    each = passwords.RANKS[passwords.LOGIN].each
    with ThreadPoolExecutor(10) as pool:
        tries = [pool.submit(check, "10.0.0.1") for _ in range(each)]
        for _ in range(passwords.PERMITS):
            assert begun.acquire(timeout=10)
        while len(passwords._concurrency._tickets) < each:
            time.sleep(0.001)
        with pytest.raises(TooManyTries):
            check("10.0.0.1")
        other = pool.submit(check, "10.0.0.2")
        end.set()
        assert [row.result(10) for row in (*tries, other)] == [True] * (each + 1)


def test_suspects_leave_a_turn_for_others_and_for_new_passwords(slow: tuple[Semaphore, Event]) -> None:
    begun, end = slow
    rank = passwords.RANKS[passwords.SUSPECT]
    with ThreadPoolExecutor(10) as pool:
        tries = [pool.submit(check_suspect, f"10.0.0.{number}") for number in range(rank.running + rank.waiting)]
        assert begun.acquire(timeout=10)
        while len(passwords._concurrency._tickets) < len(tries):
            time.sleep(0.001)
        with pytest.raises(TooManyTries):
            check_suspect("10.0.0.99")
        assert passwords.hashed("new") == "hash"
        good = pool.submit(check, "10.0.1.1")
        assert begun.acquire(timeout=10)
        end.set()
        assert [row.result(10) for row in (*tries, good)] == [True] * (len(tries) + 1)
