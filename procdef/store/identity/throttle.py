"""Wrong passwords, counted by user id and client: each makes the next try wait longer.

The pair counts, not the user alone: else anybody could keep a user out from everywhere. A client of whom several tries were not right is a
suspect, whatever the users: its checks come last. Each process counts for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from time import monotonic

from cachetools import TTLCache

FREE = 3
"""Wrong passwords after which the first wait begins."""
FIRST, LONGEST = 1, 60
"""Seconds of the first wait and of the longest one; each is twice the one before it."""
FORGOTTEN = 600
"""Seconds after its last wrong password when a pair is forgotten."""
PAIRS = 10_000
SUSPECT = 3
"""Tries of a client that make it a suspect while none of them was right, until it makes none for the time above. Those that are still being
checked count too, and those for which there was no place: who tries many at once is a suspect at once."""


class Tries:
    """The wrong passwords of late. Safe to use from several threads."""

    def __init__(self, pairs: int = PAIRS, clock: Callable[[], float] = monotonic) -> None:
        """Remembers so many pairs, and so many clients; `clock` tells seconds."""
        self._clock = clock
        self._found: TTLCache[bytes, tuple[int, float]] = TTLCache(pairs, FORGOTTEN, timer=clock)
        self._clients: TTLCache[str, int] = TTLCache(pairs, FORGOTTEN, timer=clock)
        self._lock = Lock()

    def begin(self, address: str) -> bool:
        """Count a try of a client: whether it is a suspect, of whom several tries before were not right."""
        with self._lock:
            count = self._clients.get(address, 0)
            self._clients[address] = count + 1
        return count >= SUSPECT

    def wait(self, user_id: str, address: str) -> float:
        """Seconds until the next try; 0 where none has to be waited for."""
        with self._lock:
            _, until = self._found.get(_key(user_id, address), (0, 0.0))
        return max(until - self._clock(), 0)

    def was_wrong(self, user_id: str, address: str) -> None:
        """Count a wrong password."""
        key = _key(user_id, address)
        with self._lock:
            count = self._found.get(key, (0, 0.0))[0] + 1
            self._found[key] = count, self._clock() + _wait_after(count)

    def was_right(self, user_id: str, address: str) -> None:
        """Forget the wrong ones, and those of the client."""
        with self._lock:
            self._clients.pop(address, None)
            self._found.pop(_key(user_id, address), None)


def _wait_after(count: int) -> int:
    return 0 if count < FREE else min(FIRST << min(count - FREE, 16), LONGEST)


def _key(user_id: str, address: str) -> bytes:
    return blake2b(f"{address}\0{user_id}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
