"""Gunicorn's threaded worker, changed so that slow and silent clients hold no thread, and that a stop loses no request.

The main thread collects the head of each request, and its body if that is small. Only then a thread answers. The main thread sends what the
client does not read of the response at once. Only for a long list as CSV, which is not in memory as a whole, a thread waits for the client;
few threads may do so. Requests with a password get only some of the threads until the password is right and a large body is read: neither
checks of wrong passwords nor slow uploads delay others then.

A thread that has answered lingers: it waits a few milliseconds for the next request of its connection. Otherwise a connection goes back to
the main thread between two requests, which costs more time than most responses.
"""

from __future__ import annotations

import contextlib
import errno
import resource
import select
import selectors
import socket
import time
from functools import partial
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders
from gunicorn.workers.gthread import ThreadWorker

from procdef.common import memory
from procdef.common.addresses import origin_of
from procdef.server import reloading
from procdef.server.connections import HEAD_LIMIT, Connection, PatientSocket, Phase
from procdef.server.deadlines import Deadlines
from procdef.server.lane import Lane
from procdef.server.protocol_errors import JsonErrors, TooSlow
from procdef.server.unread_bodies import UnreadBodies
from procdef.settings import BASIC

LINGER = 5
"""Milliseconds that a thread waits for the next request of its connection, if no other request waits for a thread."""
YIELD, MOST_YIELDED = 0.00005, 8
"""Seconds that a worker waits before it accepts a connection, for each connection that it has, counting so many at most. A worker with
fewer connections is faster then, so that all workers have about as many.
"""
LOGIN_SHARE = 8
"""One of so many threads answers requests with a password."""
UNSENT = 64 * 1024 * 1024
"""Bytes of responses that a worker keeps for clients that read slowly; beyond that it closes the slowest connection."""
CHECKS = 0.1
"""Seconds between two checks for connections whose time is over."""
STOP_READING = 8.0
"""Seconds after which a worker that stops reads no more of any body."""
NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
GONE = (errno.EAGAIN, errno.ECONNABORTED)


class LingeringWorker(JsonErrors, ThreadWorker):  # type: ignore[misc]
    """A worker whose threads keep the connection of a client that sends requests without a pause, and give back one that pauses."""

    alive: bool

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        settings = reloading.settings()
        self.deadlines = Deadlines(idle=self.cfg.keepalive, head=settings.head_timeout, body=settings.body_timeout)
        self.has_logins = BASIC in settings.auth
        self.logins: Lane[Connection] = Lane(max(settings.threads // LOGIN_SHARE, 1))
        self._next_check = 0.0
        self.parked: dict[Connection, None] = {}
        self.busy: set[Connection] = set()
        self.unsent = 0
        self.unread_bodies = UnreadBodies(settings.threads)

    @classmethod
    def check_config(cls, cfg: Any, _log: Any) -> None:
        """Raises ValueError if gunicorn is configured for TLS: the main thread reads plain bytes."""
        if cfg.is_ssl:
            raise ValueError("procdef speaks plain HTTP; let a proxy bring TLS")

    def init_process(self) -> None:
        """Prepare memory and open files before the first connection."""
        memory.limit_arenas()
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        super().init_process()

    def run(self) -> None:
        """Answer requests until the stop, then finish those that began before it."""
        self.poller.register(self.method_queue.fileno(), selectors.EVENT_READ, self.method_queue.run_callbacks)
        self.set_accept_enabled(True)
        while self.alive and self.is_parent_alive():
            self.notify()
            self.set_accept_enabled(self.nr_conns < self.worker_connections or bool(self.parked))
            self.wait_for_and_dispatch_events(timeout=1.0)
            self.expire()
        self.alive = False
        self._finish()

    def _finish(self) -> None:
        """Accept the connections that wait, close the listeners, and end the connections that are left."""
        stopped = time.monotonic()
        self.deadlines.stop(self.parked)
        self.set_accept_enabled(False)
        for listener in self.sockets:
            while self._take(listener):
                pass
            listener.close()
        while self.nr_conns > 0 and (now := time.monotonic()) < stopped + self.cfg.graceful_timeout:
            self.notify()
            self.wait_for_and_dispatch_events(timeout=0.1)
            self.expire()
            if now > stopped + STOP_READING:
                self._stop_reading()
        self.tpool.shutdown(wait=False)
        self.poller.close()
        self.method_queue.close()

    def _stop_reading(self) -> None:
        """End the body that a thread waits for, on each connection."""
        for conn in self.busy:
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)

    def accept(self, listener: Any) -> None:
        """Accept a new connection, unless a worker with fewer connections accepts it first."""
        time.sleep(YIELD * min(self.nr_conns, MOST_YIELDED))
        self._take(listener)

    def _take(self, listener: Any) -> bool:
        """Accept one connection; False if none waits."""
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        try:
            accepted, client = listener.accept()
        except OSError as error:
            return self._not_accepted(error)
        self.nr_conns += 1
        conn = Connection(self.cfg, PatientSocket(accepted, self.deadlines.body), client, listener.getsockname())
        self._advance(conn, Phase.HEAD)
        return True

    def _not_accepted(self, error: OSError) -> bool:
        if error.errno in NO_ROOM:
            if not self._make_room():
                time.sleep(0.01)
        elif error.errno not in GONE:
            raise error
        return False

    def _make_room(self) -> bool:
        """Close the connection that is needed least; False if each has a thread."""
        least = min(self.parked, key=lambda conn: (conn.phase, conn.deadline), default=None)
        if least is not None:
            self._drop(least)
        return least is not None

    def _advance(self, conn: Connection, least: Phase = Phase.IDLE) -> None:
        """Give a connection a thread if its request is complete; otherwise wait for the client."""
        is_there = conn.is_complete()
        if not is_there and not conn.receive():
            self._left(conn)
        elif is_there or conn.is_complete():
            self._start(conn)
        elif conn.is_too_long:
            self.handle_error(None, conn.sock, conn.client, LimitRequestHeaders(f"more than {HEAD_LIMIT} bytes"))
            self._close(conn)
        else:
            self._park(conn, max(conn.waits_for, least))

    def _left(self, conn: Connection) -> None:
        """The client sends no more. If its body is too short, it may still read a response that says so."""
        if conn.waits_for == Phase.BODY:
            self._start(conn)
        else:
            self._drop(conn)

    def _start(self, conn: Connection) -> None:
        self._unpark(conn)
        conn.in_lane = self.has_logins and conn.is_login
        if conn.in_lane:
            self.logins.add(origin_of(str(conn.client[0])) if conn.client else "", conn)
            self._start_logins()
        else:
            self._submit(conn)

    def _start_logins(self) -> None:
        while (conn := self.logins.begin()) is not None:
            self._submit(conn)

    def _leave_lane(self, conn: Connection) -> None:
        """Let another request with a password begin, if this one still keeps it from that."""
        if conn.in_lane:
            conn.in_lane = False
            self.logins.end()
            self._start_logins()

    def _submit(self, conn: Connection) -> None:
        self.busy.add(conn)
        self.enqueue_req(conn)

    def _park(self, conn: Connection, phase: Phase) -> None:
        """Let a connection wait without a thread. Each piece of a body gives new time for the next; a head has one time as a whole."""
        is_new = conn not in self.parked
        if is_new or phase != conn.phase:
            self.deadlines.begin(conn, phase)
        elif phase == Phase.BODY:
            self.deadlines.extend(conn)
        if is_new:
            self.parked[conn] = None
            self._listen(conn)

    def _listen(self, conn: Connection) -> None:
        if conn.phase == Phase.WRITING:
            self.poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._writable, conn))
        elif conn.phase != Phase.PAUSED:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._readable, conn))

    def _unpark(self, conn: Connection) -> None:
        if conn in self.parked:
            del self.parked[conn]
            if conn.phase == Phase.WRITING:
                self.unsent -= conn.sock.unsent_size
            if conn.phase != Phase.PAUSED:
                self.poller.unregister(conn.sock)

    def _send_later(self, conn: Connection) -> None:
        """Send the rest of a response without a thread, and make room for it."""
        conn.taken = 0
        self._park(conn, Phase.WRITING)
        self.unsent += conn.sock.unsent_size
        while self.unsent > UNSENT:
            slowest = min((parked for parked in self.parked if parked.phase == Phase.WRITING), key=lambda parked: parked.pace)
            if slowest.sock.unsent_size == self.unsent:  # the only one
                return
            self.log.debug("%s reads its response too slowly.", slowest.client)
            self._drop(slowest)

    def _writable(self, conn: Connection, _sock: Any) -> None:
        if conn not in self.parked:
            return
        self.unsent -= conn.sock.unsent_size
        try:
            earned = conn.take_rest()
        except OSError:
            self.unsent += conn.sock.unsent_size
            self._drop(conn)
            return
        self.unsent += conn.sock.unsent_size
        if not conn.sock.unsent:
            self._unpark(conn)
            self._go_on(conn)
        elif earned:
            self.deadlines.extend(conn)

    def _readable(self, conn: Connection, _sock: Any) -> None:
        if conn not in self.parked:  # closed while this event waited
            return
        if conn.phase != Phase.CLOSING:
            self._advance(conn, conn.phase)
        elif not conn.discard():
            self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        self._unpark(conn)
        self.nr_conns -= 1
        conn.close()

    def _close(self, conn: Connection) -> None:
        """Close the server's side, and the connection after the client has read its response."""
        with contextlib.suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
        if conn.discard():
            self._park(conn, Phase.CLOSING)
        else:
            self._drop(conn)

    def expire(self) -> None:
        """End the connections whose time is over."""
        now = time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + CHECKS
        for conn in [conn for conn in self.parked if conn.deadline <= now]:
            if conn.phase == Phase.BODY:
                conn.sock.is_expired = True  # the surface answers 408
                self._start(conn)
            elif conn.phase == Phase.PAUSED:
                self._unpark(conn)
                self._advance(conn)
            elif conn.phase == Phase.HEAD and conn.received:
                self.handle_error(None, conn.sock, conn.client, TooSlow(bytes(conn.received)))
                self._close(conn)
            else:
                self._drop(conn)

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """Continue a connection whose thread has ended; runs in the main thread."""
        self.busy.discard(conn)
        self._leave_lane(conn)
        conn.is_kept = not fs.cancelled() and fs.exception() is None and fs.result() is True
        if conn.sock.unsent and conn.sock.fileno() >= 0:
            self._send_later(conn)
        else:
            self._go_on(conn)

    def _go_on(self, conn: Connection) -> None:
        """Continue a connection whose response is sent."""
        if not conn.is_kept:
            self._close(conn)
        elif conn.is_refused and self.alive:
            self._park(conn, Phase.PAUSED)
        else:
            self._advance(conn)

    def handle(self, conn: Connection) -> Any:
        """Answer the requests of a connection until it pauses. The result is that of gunicorn's method for the last request."""
        while True:
            conn.hand_over()
            if super().handle(conn) is not True:
                return False
            conn.is_refused = conn.in_lane and getattr(conn.parser.mesg, "is_refused", False)
            conn.take_back()
            if not self._goes_on(conn):
                return True

    def _goes_on(self, conn: Connection) -> bool:
        """Whether the same thread answers the next request too: the response is sent, and no other connection waits for a thread."""
        if conn.in_lane or conn.sock.unsent or not self.tpool._work_queue.empty():
            return False
        is_there = conn.is_complete() or (self._asks_again(conn) and conn.receive() and conn.is_complete())
        return is_there and not (self.has_logins and conn.is_login)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Answer a request. From now on reading its body may wait for the client."""
        conn.sock.begin(req, partial(self.method_queue.defer, self._leave_lane, conn) if conn.in_lane else None)
        if req.version > (1, 1):
            req.version = (1, 1)  # the response names the version of the server
        self.unread_bodies.watch(req, conn)
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: Connection, keepalive: Any) -> bool:
        """Whether the connection stays open: the rest of the body was read before the response."""
        return bool(keepalive) and not conn.sock.is_expired

    def _asks_again(self, conn: Connection) -> bool:
        """Linger: whether the client sends something within LINGER milliseconds."""
        if not self.alive or not self.tpool._work_queue.empty():
            return False
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(LINGER))
