"""Passwords: hashed with Argon2, only a few at the same time, since each hash takes a tenth of a second and 64 MiB."""

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

PERMITS, MAX_WAIT = 2, 5
"""How many passwords a process hashes at the same time, and the longest wait of others in seconds."""
NEW, LOGIN, SUSPECT = range(3)
"""Why a password is hashed: to store it, to check it, or to check it for a suspect (see `throttle`)."""
RANKS = (Rank(PERMITS, 4, PERMITS + 4), Rank(PERMITS, 3, 3), Rank(1, 2, 3))
"""The limits for each reason. All suspects together have one permit, so that others always get one."""
CACHE_SIZE = 1024
NICENESS, SUSPECT_NICENESS = 5, 10
"""Linux has a priority for each thread: other requests come before passwords, and suspects last."""


def _threads(number: int, niceness: int) -> ThreadPoolExecutor:
    def be_nice() -> None:
        if sys.platform == "linux":
            os.nice(niceness)

    return ThreadPoolExecutor(number, "procdef-passwords", initializer=be_nice)


_hasher = PasswordHasher()
_concurrency = RankedTurns(PERMITS, RANKS, MAX_WAIT, lambda: TooManyTries("Too many passwords are being checked; try again."))
_usual_threads, _suspect_thread = _threads(PERMITS, NICENESS), _threads(1, SUSPECT_NICENESS)
DUMMY_HASH = "$argon2id$v=19$m=65536,t=3,p=4$8rTjwJcircjzTweaK0fBgg$oJEbaT+cxdXUADws1xPd2468q+S06TrXsdJ5zqS8oYY"
"""Checked if there is no hash, so that the time of a check does not show whether a user exists."""


def queue() -> tuple[int, int]:
    """How many passwords this process hashes now, and how many wait for that."""
    return _concurrency.numbers()


def hashed(password: str) -> str:
    """The Argon2 hash of a password. Raises TooManyTries if too many are being hashed."""
    with _concurrency.turn(NEW):
        return _usual_threads.submit(_hasher.hash, password).result()


def is_right(stored: str | None, password: str, origin: str = "", is_suspect: bool = False) -> bool:
    """Whether a stored hash is that of a password; never if there is no hash (None) or the password is empty.

    `origin` is the client's address; `is_suspect` is what `Throttle.begin` returned for it. Raises TooManyTries if too many passwords are
    being checked, or too many of this client.
    """
    if not password:
        return False
    with _concurrency.turn(SUSPECT if is_suspect else LOGIN, origin):
        threads = _suspect_thread if is_suspect else _usual_threads
        return threads.submit(_verified, stored or DUMMY_HASH, password).result() and stored is not None


def _verified(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


class VerifiedPasswordCache:
    """Passwords that were verified lately, so that a client that sends its password with each request needs Argon2 only once.

    An entry is a keyed hash of the stored hash and the password, and the key never leaves the process. So an entry is void as soon as the
    user's stored hash changes. Wrong passwords are not cached. Safe to use from several threads.
    """

    def __init__(self, size: int = CACHE_SIZE) -> None:
        self._key = secrets.token_bytes(32)
        self._entries: LRUCache[bytes, bool] = LRUCache(size)
        self._lock = Lock()

    def knows(self, stored: str | None, password: str) -> bool:
        """Whether this password was verified for this stored hash before."""
        with self._lock:
            return self._entries.get(self._entry(stored, password), False)

    def add(self, stored: str | None, password: str) -> None:
        """Store that this password was verified for this stored hash."""
        with self._lock:
            self._entries[self._entry(stored, password)] = True

    def _entry(self, stored: str | None, password: str) -> bytes:
        return blake2b(f"{stored}\0{password}".encode("utf-8", "surrogatepass"), key=self._key, digest_size=32).digest()
