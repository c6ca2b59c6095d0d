"""Passwords: hashed with Argon2, and checked a few at a time, since each takes a tenth of a second and 64 MiB."""

from __future__ import annotations

import os
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cachetools import LRUCache

from procdef.common.admission import Rank, RankedTurns
from procdef.errors import TooManyTries

AT_ONCE, SECONDS = 2, 5
"""How many passwords are hashed at once in a process, and how many seconds others wait for that at most."""
NEW, LOGIN, SUSPECT = range(3)
"""What a password is hashed for: to keep it, to check it, and to check it for a client that gave no right one of late."""
RANKS = (Rank(AT_ONCE, 4, AT_ONCE + 4), Rank(AT_ONCE, 3, 3), Rank(1, 2, 3))
"""The places of each: all suspects together have one turn, so that the others always find one."""
REMEMBERED = 1024
NICENESS, OF_SUSPECTS = 5, 10
"""Linux has a priority for each thread: whoever needs no password hashed goes first, and suspects go last."""


def _threads(number: int, niceness: int) -> ThreadPoolExecutor:
    def be_nice() -> None:
        if sys.platform == "linux":
            os.nice(niceness)

    return ThreadPoolExecutor(number, "procdef-passwords", initializer=be_nice)


_hasher = PasswordHasher()
_turns = RankedTurns(AT_ONCE, RANKS, SECONDS, lambda: TooManyTries("Too many passwords are being checked; try again."))
_usual, _last = _threads(AT_ONCE, NICENESS), _threads(1, OF_SUSPECTS)
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$8rTjwJcircjzTweaK0fBgg$oJEbaT+cxdXUADws1xPd2468q+S06TrXsdJ5zqS8oYY"
"""Checked where there is no hash, so that the time does not tell whether there is one."""


def hashed(password: str) -> str:
    """The hash under which a password is kept. Raises TooManyTries where too many are being hashed."""
    with _turns.turn(NEW):
        return _usual.submit(_hasher.hash, password).result()


def is_right(kept: str | None, password: str, origin: str = "", is_suspect: bool = False) -> bool:
    """Whether a password is that of a kept hash; it never is where none is kept, or where it is empty.

    `origin` is the client; a suspect made several tries of late that were not right. Raises TooManyTries where too many are being
    checked, or too many of this client's.
    """
    if not password:
        return False
    with _turns.turn(SUSPECT if is_suspect else LOGIN, origin):
        return (_last if is_suspect else _usual).submit(_verified, kept or _NOBODY, password).result() and kept is not None


def _verified(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


class VerifiedPasswordCache:
    """The passwords that were right of late, so that a client that sends its password each time pays for Argon2 once. Safe to use from
    several threads.

    What is remembered is a hash of the kept hash and the password, under a key that never leaves the process: a user whose hash changes
    or is gone is remembered no more. A wrong password is never remembered.
    """

    def __init__(self, size: int = REMEMBERED) -> None:
        self._key = secrets.token_bytes(32)
        self._marks: LRUCache[bytes, bool] = LRUCache(size)
        self._lock = Lock()

    def knows(self, kept: str | None, password: str) -> bool:
        """Whether this password was right for this kept hash before."""
        with self._lock:
            return self._marks.get(self._mark(kept, password), False)

    def add(self, kept: str | None, password: str) -> None:
        """Remember that it was."""
        with self._lock:
            self._marks[self._mark(kept, password)] = True

    def _mark(self, kept: str | None, password: str) -> bytes:
        return blake2b(f"{kept}\0{password}".encode("utf-8", "surrogatepass"), key=self._key, digest_size=32).digest()
