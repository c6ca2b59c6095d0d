"""Connections of the worker: bytes are collected without a thread until a thread can answer the request at once.

This module only estimates whether a request is complete. Gunicorn's parser decides, and finds the collected bytes in its buffer.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import select
import socket
import time
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from io import BytesIO
from typing import Any

from gunicorn.workers.gthread import TConn

from procdef.http.requests import SMALL_BODY

FIRST_PIECE, PIECE = 8 * 1024, 64 * 1024
"""Bytes of one read: the first of a request, and each later one."""
HEAD_LIMIT = 128 * 1024
"""Most bytes of the head of a request: the longest request line, and as much for the headers."""
SEND_PIECE = 1024 * 1024
"""Bytes of a response that a client has to read within the timeout."""
LEAST_RATE = 1024
"""Bytes a second that a body must bring on average after the timeout, so that none takes for ever."""
DISCARD_LIMIT = 16 * 1024 * 1024
"""Bytes that are discarded before a connection is closed, so that the client can still read its response."""
HEAD_END = b"\r\n\r\n"
BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n", re.IGNORECASE)
EXPECT = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
LOGIN = re.compile(rb"\r\nauthorization:[ \t]*basic", re.IGNORECASE)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Phase(IntEnum):
    """What a connection without a thread waits for. If there is no room for more connections, the lowest is closed first."""

    CLOSING = 0
    PAUSED = 1
    IDLE = 2
    HEAD = 3
    BODY = 4
    WRITING = 5


class PatientSocket(socket.socket):
    """The socket of a client, which waits for the client only within limits.

    It never waits while the head of a request is parsed: the head is in the parser's buffer already. A body may pause for the timeout of
    the socket. Sending never waits: what the client does not take at once is kept for the main thread.
    """

    def __init__(self, accepted: socket.socket, timeout: float) -> None:
        """Replaces an accepted socket. `timeout`: seconds."""
        super().__init__(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        self._timeout = timeout
        self.request: Any = None
        """The request of gunicorn whose body may be read; None while a head is parsed."""
        self.is_expired = False
        """Whether the time of the client to send the body is over."""
        self._before_body: Callable[[], None] | None = None
        self._latest = 0.0
        self.unsent: deque[memoryview] = deque()
        """The rest of a response."""
        self.unsent_size = 0
        self.settimeout(timeout)

    def setblocking(self, flag: bool) -> None:
        """As gunicorn calls it for a thread that may wait; here the wait has a timeout."""
        value = self._timeout if flag else 0
        if self.gettimeout() != value:  # saves a system call
            self.settimeout(value)

    def begin(self, request: Any, before_body: Callable[[], None] | None = None) -> None:
        """From now on reading waits for the body of a request. `before_body` is called before the first wait."""
        self.request, self._before_body = request, before_body
        self._latest = time.monotonic() + self._timeout

    def recv(self, size: int, flags: int = 0) -> bytes:
        """The next bytes; empty if a head is parsed and nothing has arrived. Raises TimeoutError; the connection is then closed."""
        if self.request is None:
            return self.read_now(size) or b""
        try:
            if self.is_expired or time.monotonic() > self._latest:
                raise TimeoutError
            if self._before_body is not None:
                self._before_body()
                self._before_body = None
            data = super().recv(size, flags)
        except TimeoutError:
            self.request.force_close()
            raise
        self._latest += len(data) / LEAST_RATE
        return data

    def read_now(self, size: int) -> bytes | None:
        """The bytes that have arrived; empty at the end of the stream, None if there are none yet. Raises OSError."""
        try:
            return os.read(self.fileno(), size)
        except BlockingIOError:
            return None

    def send_now(self, data: bytes) -> None:
        """Send a few bytes without waiting; errors are ignored."""
        with contextlib.suppress(OSError):
            os.write(self.fileno(), data)

    def sendall(self, data: Any, _flags: int = 0) -> None:
        """Send what the system takes at once, and keep the rest. Raises OSError if the client has left."""
        sent = 0 if self.unsent else self._send(data)
        if sent < len(data):
            self.unsent.append(memoryview(data)[sent:])
            self.unsent_size += len(data) - sent

    def send_rest(self) -> int:
        """Send some of the bytes that are kept, without waiting: how many. Raises OSError if the client has left."""
        sent = self._send(self.unsent[0][:SEND_PIECE])
        if sent < len(self.unsent[0]):
            self.unsent[0] = self.unsent[0][sent:]
        else:
            self.unsent.popleft()
        self.unsent_size -= sent
        return sent

    def drain(self) -> None:
        """Send what is kept as far as the client takes it. If that is more than SEND_PIECE, wait for the client.

        Raises OSError if the client has left, or does not take SEND_PIECE bytes within the timeout.
        """
        end, taken = time.monotonic() + self._timeout, 0
        while self.unsent:
            sent = self.send_rest()
            taken += sent
            if taken >= SEND_PIECE:
                end, taken = time.monotonic() + self._timeout, 0
            if sent == 0 and self.unsent_size <= SEND_PIECE:
                return
            if sent == 0:
                self._wait_for_room(end)

    def _wait_for_room(self, end: float) -> None:
        poll = select.poll()
        poll.register(self, select.POLLOUT)
        if not poll.poll(max(end - time.monotonic(), 0) * 1000):
            raise ConnectionAbortedError(errno.ECONNRESET, "The client reads its response too slowly.")

    def _send(self, data: Any) -> int:
        try:
            return os.write(self.fileno(), data)
        except BlockingIOError:
            return 0


class Connection(TConn):  # type: ignore[misc]
    """The connection of a client, with the bytes that were read before a thread answers."""

    sock: PatientSocket

    def __init__(self, cfg: Any, sock: PatientSocket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.phase = Phase.HEAD
        self.begun = self.deadline = 0.0
        self.in_lane = self.is_refused = self.is_kept = False
        self.taken = 0
        self._reset(b"")

    def _reset(self, received: bytes) -> None:
        self.received: bytes | bytearray = received
        self._needed: int | None = None
        self._searched = 0
        self.discarded = 0

    def receive(self) -> bool:
        """Read what has arrived; False if the client has left."""
        try:
            data = os.read(self.sock.fileno(), FIRST_PIECE if not self.received else PIECE)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not self.received:
            self.received = data
        else:
            self.received = self.received if isinstance(self.received, bytearray) else bytearray(self.received)
            self.received += data
        return bool(data)

    def discard(self) -> bool:
        """Discard what has arrived; False if the client has left, or has sent DISCARD_LIMIT bytes."""
        try:
            data = self.sock.read_now(PIECE)
        except OSError:
            return False
        self.discarded += len(data or b"")
        return data != b"" and self.discarded < DISCARD_LIMIT

    def is_complete(self) -> bool:
        """Whether a thread can answer without waiting: the head and a small body have arrived, or the parser will refuse the request."""
        if self._needed is None and self.received:
            self._find_end()
        return self._needed is not None and len(self.received) >= self._needed

    @property
    def is_login(self) -> bool:
        """Whether the next request has a password."""
        return LOGIN.search(self.received) is not None

    @property
    def is_too_long(self) -> bool:
        """Whether the head has no end within the limit."""
        return self._needed is None and len(self.received) > HEAD_LIMIT

    @property
    def waits_for(self) -> Phase:
        """The phase of the part of the next request that is missing."""
        return Phase.BODY if self._needed is not None else Phase.HEAD if self.received else Phase.IDLE

    @property
    def pace(self) -> float:
        """Bytes a second that the client reads of an unfinished response; a new one starts with PIECE bytes."""
        return (self.taken + PIECE) / max(time.monotonic() - self.begun, 0.001)

    def take_rest(self) -> bool:
        """Send more of a response: whether the client has earned new time. Raises OSError if it has left."""
        before = self.taken // SEND_PIECE
        self.taken += self.sock.send_rest()
        return self.taken // SEND_PIECE > before

    def hand_over(self) -> None:
        """Give the collected bytes to gunicorn's parser."""
        self.init()
        self.parser.unreader.buf = BytesIO(self.received)
        self.sock.request = None

    def take_back(self) -> None:
        """Take back what the parser has read beyond its request."""
        self.sock.request = None
        self._reset(self.parser.unreader.take_buffered())

    def _find_end(self) -> None:
        start = max(self._searched, 2)  # an empty line may stand before the request line
        end = self.received.find(HEAD_END, start)
        if end >= 0:
            head = bytes(self.received[: end + 4]) if len(self.received) > end + 4 else bytes(self.received)
            self._needed = len(head) + (0 if head.startswith(b"GET ") else _small_body(head))
            if len(self.received) < self._needed:
                self._invite(head)
        elif BARE_LINE_FEED.search(self.received, self._searched) or self._has_long_line():
            self._needed = 0
        self._searched = max(len(self.received) - 3, 0)

    def _has_long_line(self) -> bool:
        return len(self.received) > PIECE + 2 and self.received.find(b"\r\n", 2) < 0

    def _invite(self, head: bytes) -> None:
        """Send 100 Continue to a client that waits for it before it sends its body."""
        if b" HTTP/1.1\r\n" in head and (expect := EXPECT.search(head)):
            self.sock.send_now(CONTINUE)
            self.received = self.received[: expect.start()] + self.received[expect.end() :]
            self._needed = len(head) - len(expect[0]) + _small_body(head)


def _small_body(head: bytes) -> int:
    """Bytes of the body to wait for; 0 if there is none, or if a thread has to read it."""
    found = LENGTH.search(head)
    length = int(found[1]) if found else 0
    return length if length <= SMALL_BODY else 0
