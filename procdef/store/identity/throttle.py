"""The login throttle: after wrong passwords, the next attempt of the same client for the same user has to wait.

The throttle counts pairs of user and client. If it counted users, anybody could lock out a user. A client with several failed attempts, for
any users, is a suspect: its passwords are checked last. Each process counts for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from time import monotonic

from cachetools import TTLCache

FREE = 3
"""The number of failed attempts of a pair after which the first wait begins."""
SHORTEST_WAIT, LONGEST_WAIT = 1, 60
"""Seconds of the first wait and of the longest one. Each wait is twice the one before it."""
MEMORY = 600
"""Seconds for which a pair or a client is remembered after its last attempt."""
ENTRIES = 10_000
"""The most pairs that are remembered, and the most clients."""
SUSPECT_FROM = 3
"""The number of attempts without success that makes a client a suspect. Attempts that are being checked or were rejected under load count
too, so a client that makes many at the same time is a suspect at once."""


class Throttle:
    """The failed attempts of the last minutes. Safe to use from several threads."""

    def __init__(self, entries: int = ENTRIES, clock: Callable[[], float] = monotonic) -> None:
        """Remembers at most `entries` pairs and as many clients. `clock` returns seconds."""
        self._clock = clock
        self._pairs: TTLCache[bytes, tuple[int, float]] = TTLCache(entries, MEMORY, timer=clock)
        self._clients: TTLCache[str, int] = TTLCache(entries, MEMORY, timer=clock)
        self._lock = Lock()

    def begin(self, address: str) -> bool:
        """Count an attempt of a client, by its address. Returns whether the client was a suspect before it."""
        with self._lock:
            count = self._clients.get(address, 0)
            self._clients[address] = count + 1
        return count >= SUSPECT_FROM

    def wait(self, user_id: str, address: str) -> float:
        """Seconds until the next attempt is allowed; 0 if it is allowed now."""
        with self._lock:
            _, until = self._pairs.get(_key(user_id, address), (0, 0.0))
        return max(until - self._clock(), 0)

    def failed(self, user_id: str, address: str) -> None:
        """Count a failed attempt."""
        key = _key(user_id, address)
        with self._lock:
            count = self._pairs.get(key, (0, 0.0))[0] + 1
            self._pairs[key] = count, self._clock() + _wait_after(count)

    def succeeded(self, user_id: str, address: str) -> None:
        """Forget the failed attempts of the pair, and all attempts of the client."""
        with self._lock:
            self._clients.pop(address, None)
            self._pairs.pop(_key(user_id, address), None)


def _wait_after(count: int) -> int:
    return 0 if count < FREE else min(SHORTEST_WAIT << min(count - FREE, 16), LONGEST_WAIT)


def _key(user_id: str, address: str) -> bytes:
    """A hash of the pair: short, however long the user id is that a client sends."""
    return blake2b(f"{address}\0{user_id}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
