"""Gunicorn's threaded worker, but that a thread which has answered looks whether the same client asks again at once.

A connection otherwise goes back to the worker's main thread between two requests, which costs more than most answers do.
"""

from __future__ import annotations

import select
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from procdef.http.unread import JsonErrors

LINGER = 5
"""Milliseconds that a thread waits for the next request of the connection that it has answered, while no other connection waits for it."""
YIELD, MOST = 0.00005, 8
"""Seconds that a worker leaves a new connection to the others, for each that it has, up to so many: so all have about as many."""


class LingeringWorker(JsonErrors, ThreadWorker):  # type: ignore[misc]
    """A thread keeps the connection of a client that asks without a pause, and gives back one that pauses."""

    def accept(self, listener: Any) -> None:
        """Take a new connection, where no worker that has fewer has taken it meanwhile."""
        time.sleep(YIELD * min(self.nr_conns, MOST))
        super().accept(listener)

    def handle(self, conn: Any) -> Any:
        """Answer the requests of a connection until it pauses; what gunicorn's own method tells of the last one."""
        while (kept := super().handle(conn)) is True and self._asks_again(conn):
            pass
        return kept

    def _asks_again(self, conn: Any) -> bool:
        if not self.alive or not self.tpool._work_queue.empty():
            return False
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(LINGER))
