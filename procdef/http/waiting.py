"""Waiting for something in the store, by a few requests of a process at a time. Each holds a thread, so most threads stay free for others.

Several processes and hosts write to one store, so the store is asked again and again, by a statement that must cost little.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore, Event
from time import monotonic
from typing import TypeVar

from flask import Flask, current_app

from procdef.settings import Settings

MOST, SHARE = 8, 4
"""How many requests of a process wait at once: not more than this, and not more than one of so many threads."""
INTERVAL = 0.25
"""Seconds between two looks at the store."""
WAITERS = "procdef.waiters"
stopping = Event()
"""Is set when the process is about to end: then nobody waits any longer."""
Found = TypeVar("Found")


class Waiters:
    """The requests that wait. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        """So many may wait at once."""
        self._room = BoundedSemaphore(most) if most else None

    def wait(self, seconds: float, look: Callable[[], Found | None]) -> Found | None:
        """What `look` finds within so many seconds; None if that is nothing, or at once if too many wait or the process ends."""
        if self._room is None or not self._room.acquire(blocking=False):
            return None
        try:
            return _wait(monotonic() + seconds, look)
        finally:
            self._room.release()


def _wait(end: float, look: Callable[[], Found | None]) -> Found | None:
    found = None
    while found is None and (left := end - monotonic()) > 0 and not stopping.wait(min(INTERVAL, left)):
        found = look()
    return found


def add_to(app: Flask, settings: Settings) -> None:
    """Let a part of the application's threads wait."""
    app.extensions[WAITERS] = Waiters(min(MOST, settings.threads // SHARE))


def waiters() -> Waiters:
    """The waiters of the application that handles the present request."""
    found: Waiters = current_app.extensions[WAITERS]
    return found
