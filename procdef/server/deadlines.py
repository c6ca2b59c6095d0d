"""How long a connection without a thread may wait for its client."""

from __future__ import annotations

import time
from collections.abc import Iterable

from procdef.http import waiting
from procdef.server.connections import LEAST_RATE, Connection, Phase

CLOSING_TIME = 2.0
"""Seconds that a client has to close its side after the server has closed its own."""
PAUSE = 1.0
"""Seconds until the next request is read from a client whose password was refused."""
STOP_TIMES = {Phase.CLOSING: 1.0, Phase.PAUSED: 0.0, Phase.IDLE: 2.0, Phase.HEAD: 2.0, Phase.BODY: 5.0, Phase.WRITING: 8.0}
"""Seconds that a connection has left, by its phase, after the worker was told to stop."""


class Deadlines:
    """Sets the deadlines of connections by their phase. For use by one thread."""

    def __init__(self, *, idle: float, head: float, body: float) -> None:
        """All in seconds: between two requests, for a whole head, and between two pieces of a body or a response."""
        self.body = body
        self._times = {
            Phase.CLOSING: CLOSING_TIME,
            Phase.PAUSED: PAUSE,
            Phase.IDLE: idle,
            Phase.HEAD: head,
            Phase.BODY: body,
            Phase.WRITING: body,
        }
        self._is_stopping = False

    def begin(self, conn: Connection, phase: Phase) -> None:
        """Begin a phase of a connection."""
        conn.phase, conn.begun = phase, time.monotonic()
        self.extend(conn)

    def extend(self, conn: Connection) -> None:
        """Give a connection the time of its phase from now on. A body must also bring LEAST_RATE bytes a second on average."""
        limit = self._times[conn.phase]
        if self._is_stopping:
            limit = min(limit, STOP_TIMES[conn.phase])
        conn.deadline = time.monotonic() + limit
        if conn.phase == Phase.BODY:
            conn.deadline = min(conn.deadline, conn.begun + limit + len(conn.received) / LEAST_RATE)

    def stop(self, connections: Iterable[Connection]) -> None:
        """Shorten the deadlines of these connections, and all later ones. Requests that wait for an event end."""
        waiting.stopping.set()
        self._is_stopping = True
        now = time.monotonic()
        for conn in connections:
            conn.deadline = min(conn.deadline, now + STOP_TIMES[conn.phase])
