"""What the application left of a request's body: read to its end, or the connection ends with the response.

A client that is refused early, as with 401, may send its next request on the same connection only if the body is out of the way.
"""

from __future__ import annotations

import time
from functools import partial
from threading import BoundedSemaphore
from typing import Any

from gunicorn.http.errors import ParseException

from procdef.server.connections import Connection

REST = 1024 * 1024
"""Bytes of the rest of a body that are read at most."""
REST_TIME = 2.0
"""Seconds that a client has to send the rest of a body."""
REST_SHARE = 4
"""One of so many threads may wait for the rest of a body."""


class UnreadBodies:
    """Reads the rest of bodies before the response, with some of the threads. Safe to use from several threads."""

    def __init__(self, threads: int) -> None:
        """`threads` is how many threads the worker has."""
        self._permits = BoundedSemaphore(max(threads // REST_SHARE, 1))

    def watch(self, req: Any, conn: Connection) -> None:
        """Let gunicorn ask, when the response begins, whether the connection ends with it."""
        if _is_unread(req):
            req.should_close = partial(self._ends_with_response, req, conn)

    def _ends_with_response(self, req: Any, conn: Connection) -> bool:
        del req.should_close  # from now on gunicorn's own method is asked
        if not req.should_close() and not self._read_rest(req, conn):
            req.force_close()
        return bool(req.should_close())

    def _read_rest(self, req: Any, conn: Connection) -> bool:
        """Whether the body was read to its end. The rest is waited for only if it is short, and if a permit is left."""
        if not _is_unread(req):
            return True
        is_short = getattr(req.body.reader, "length", 0) <= REST
        waits = is_short and not conn.in_lane and not conn.sock.is_expired and self._permits.acquire(blocking=False)
        conn.sock.is_expired = not waits
        try:
            is_read = bool(conn.parser.finish_body(time.monotonic() + REST_TIME if waits else None, REST + 1))
        except (OSError, ParseException):
            is_read = False
        finally:
            if waits:
                self._permits.release()
        conn.sock.is_expired = not is_read
        return is_read


def _is_unread(req: Any) -> bool:
    """Whether a part of the body may be left."""
    return bool(getattr(req.body.reader, "length", 1) or req.body.buf.tell() or req.body.failed)
