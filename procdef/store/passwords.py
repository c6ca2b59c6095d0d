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

from procdef.errors import TooManyTries
from procdef.turns import Turns

AT_ONCE, WAITING, SECONDS = 2, 4, 5
"""How many passwords are hashed at once in a process, how many wait for that, and how many seconds at most."""
OF_AN_ADDRESS = 3
"""How many of them one address may have, so that others find a place."""
REMEMBERED = 1024
NICENESS = 10
"""Linux has a priority for each thread: whoever needs no password hashed goes first."""


def _be_nice() -> None:
    if sys.platform == "linux":
        os.nice(NICENESS)


_hasher = PasswordHasher()
_turns = Turns(AT_ONCE, WAITING, SECONDS, lambda: TooManyTries("Too many passwords are being checked; try again."), OF_AN_ADDRESS)
_threads = ThreadPoolExecutor(AT_ONCE, "procdef-passwords", initializer=_be_nice)
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$8rTjwJcircjzTweaK0fBgg$oJEbaT+cxdXUADws1xPd2468q+S06TrXsdJ5zqS8oYY"
"""Checked where there is no hash, so that the time does not tell whether there is one."""


def hashed(password: str) -> str:
    """The hash under which a password is kept. Raises TooManyTries where too many are being hashed."""
    with _turns.turn():
        return _threads.submit(_hasher.hash, password).result()


def is_right(kept: str | None, password: str, address: str = "") -> bool:
    """Whether a password is that of a kept hash; it never is where none is kept, or where it is empty.

    Raises TooManyTries where too many are being checked, or too many that came from this address.
    """
    if not password:
        return False
    with _turns.turn(origin=address):
        return _threads.submit(_verified, kept or _NOBODY, password).result() and kept is not None


def _verified(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


class Remembered:
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
