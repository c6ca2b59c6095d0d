"""How passwords are kept and remembered."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from procdef.store import passwords

NOBODY = passwords._NOBODY
"""As it is without the fixture that makes the tests' passwords cheap."""


def test_who_is_not_there_costs_what_a_wrong_password_costs() -> None:
    assert extract_parameters(NOBODY) == extract_parameters(PasswordHasher().hash("x"))


@pytest.mark.parametrize("password", ["", "x", "ä\0b", "x" * 10_000])
def test_a_password_is_right_or_not(password: str) -> None:
    kept = passwords.hashed(password)
    assert passwords.is_right(kept, password)
    assert not passwords.is_right(kept, password + "x")
    assert not passwords.is_right(None, password)
    assert not passwords.is_right("no hash", password)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "is_right", lambda kept, password: kept == password)
    remembered = passwords.Remembered(2)
    assert [remembered.is_right(word, word) for word in "abcab"] == [True] * 5
    assert len(remembered._marks) == 2
    assert {len(mark) for mark in remembered._marks} == {32}
    monkeypatch.setattr(passwords, "is_right", lambda *_: False)
    assert [remembered.is_right(word, word) for word in "abc"] == [True, True, False]


def test_what_one_process_remembers_is_no_use_to_another() -> None:
    one, other = passwords.Remembered(), passwords.Remembered()
    kept = passwords.hashed("x")
    assert (one.is_right(kept, "x"), other.is_right(kept, "x")) == (True, True)
    assert set(one._marks).isdisjoint(other._marks)
