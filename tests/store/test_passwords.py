"""How passwords are kept and remembered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest
from argon2 import PasswordHasher, extract_parameters

from procdef.errors import TooManyTries
from procdef.store import passwords

NOBODY = passwords._NOBODY
"""As it is without the fixture that makes the tests' passwords cheap."""


def test_who_is_not_there_costs_what_a_wrong_password_costs() -> None:
    assert extract_parameters(NOBODY) == extract_parameters(PasswordHasher().hash("x"))


@pytest.mark.parametrize("password", ["x", "ä\0b", "x" * 10_000])
def test_a_password_is_right_or_not(password: str) -> None:
    kept = passwords.hashed(password)
    assert passwords.is_right(kept, password)
    assert not passwords.is_right(kept, password + "x")
    assert not passwords.is_right(None, password)
    assert not passwords.is_right("no hash", password)


def test_an_empty_password_is_never_right_though_one_was_kept() -> None:
    assert not passwords.is_right(passwords.hashed(""), "")


def test_what_is_remembered_is_bounded() -> None:
    remembered = passwords.Remembered(2)
    for word in "abc":
        remembered.add(word, word)
    assert [remembered.knows(word, word) for word in "abc"] == [False, True, True]
    assert not remembered.knows("b", "c")
    assert {len(mark) for mark in remembered._marks} == {32}


def test_what_one_process_remembers_is_no_use_to_another() -> None:
    one, other = passwords.Remembered(), passwords.Remembered()
    for remembered in (one, other):
        remembered.add("kept", "x")
    assert set(one._marks).isdisjoint(other._marks)


def test_one_address_leaves_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, end = Semaphore(0), Event()

    class Slow:
        def verify(self, *_: str) -> bool:
            begun.release()
            return end.wait(10)

    monkeypatch.setattr(passwords, "_hasher", Slow())
    with ThreadPoolExecutor(10) as pool:
        tries = [pool.submit(passwords.is_right, "kept", "x", "10.0.0.1") for _ in range(passwords.OF_AN_ADDRESS)]
        for _ in range(passwords.AT_ONCE):
            assert begun.acquire(timeout=10)
        with pytest.raises(TooManyTries):
            passwords.is_right("kept", "x", "10.0.0.1")
        other = pool.submit(passwords.is_right, "kept", "x", "10.0.0.2")
        end.set()
        assert [row.result(10) for row in (*tries, other)] == [True] * (passwords.OF_AN_ADDRESS + 1)
