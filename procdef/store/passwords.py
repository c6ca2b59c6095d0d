"""Passwords: hashed with Argon2, and checked a few at a time, since each takes a tenth of a second and 64 MiB."""

from __future__ import annotations

import secrets
from hashlib import blake2b
from threading import BoundedSemaphore, Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cachetools import LRUCache

AT_ONCE = 2
REMEMBERED = 1024
_hasher = PasswordHasher()
_turn = BoundedSemaphore(AT_ONCE)
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$8rTjwJcircjzTweaK0fBgg$oJEbaT+cxdXUADws1xPd2468q+S06TrXsdJ5zqS8oYY"
"""Checked where there is no hash, so that the time does not tell whether there is one."""


def hashed(password: str) -> str:
    """The hash under which a password is kept."""
    with _turn:
        return _hasher.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Whether a password is that of a kept hash; it never is where none is kept."""
    with _turn:
        try:
            return _hasher.verify(kept or _NOBODY, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


class Remembered:
    """The passwords that were right of late, so that a client that sends its password each time pays for Argon2 once. Safe to use from
    several threads.

    What is remembered is a hash of the kept hash and the password, under a key that never leaves the process: a user whose hash changes
    or is gone is remembered no more. A wrong password is never remembered, and costs the same each time.
    """

    def __init__(self, size: int = REMEMBERED) -> None:
        self._key = secrets.token_bytes(32)
        self._marks: LRUCache[bytes, bool] = LRUCache(size)
        self._lock = Lock()

    def is_right(self, kept: str | None, password: str) -> bool:
        """Whether a password is that of a kept hash; it never is where none is kept."""
        mark = blake2b(f"{kept}\0{password}".encode(), key=self._key, digest_size=32).digest()
        if self._knows(mark):
            return True
        right = is_right(kept, password)
        if right:
            self._remember(mark)
        return right

    def _knows(self, mark: bytes) -> bool:
        with self._lock:
            return self._marks.get(mark, False)

    def _remember(self, mark: bytes) -> None:
        with self._lock:
            self._marks[mark] = True
