"""Gunicorn's threaded worker, but that slow and silent clients hold no thread, and that a stop loses no request.

The main thread collects each request's head, and its body where that is small. Only then a thread answers. What the client does not take
of the answer at once is sent by the main thread. Requests with a password get only some of the threads, so that wrong passwords keep nobody
else waiting.

A thread that has answered looks whether the same client asks again at once. A connection otherwise goes back to the main thread between two
requests, which costs more than most answers do.
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
from threading import BoundedSemaphore
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders, ParseException
from gunicorn.workers.gthread import ThreadWorker

from procdef.common import memory
from procdef.common.addresses import origin_of
from procdef.server.connections import HEAD_LIMIT, LEAST_RATE, Connection, PatientSocket, Phase
from procdef.server.lane import Lane
from procdef.server.protocol_errors import JsonErrors, TooSlow
from procdef.settings import SCHEMES, load

BASIC = SCHEMES[0]
LINGER = 5
"""Milliseconds that a thread waits for the next request of the connection that it has answered, while no other connection waits for it."""
YIELD, MOST = 0.00005, 8
"""Seconds that a worker leaves a new connection to the others, for each that it has, up to so many: so all have about as many."""
LOGIN_SHARE = 8
"""Requests with a password have one of so many threads."""
CLOSING_TIME = 2.0
"""Seconds that a client has to close its side after the server has closed its own."""
PAUSE = 1.0
"""Seconds until the next request is read from a client whose password was refused."""
UNSENT = 64 * 1024 * 1024
"""Bytes of answers that a worker keeps for clients that read slowly; beyond that the slowest one is closed."""
REST, REST_TIME, REST_SHARE = 1024 * 1024, 2.0, 4
"""Bytes of a body that nobody wants that are read before the answer, seconds for that, and the share of the threads that may do it."""
CHECKS = 0.1
"""Seconds between two looks for connections whose time is over."""
STOP_TIMES = {Phase.CLOSING: 1.0, Phase.PAUSED: 0.0, Phase.IDLE: 2.0, Phase.HEAD: 2.0, Phase.BODY: 5.0, Phase.WRITING: 8.0}
"""Seconds that a connection without a thread has left after the worker was told to stop."""
STOP_READING = 8.0
"""Seconds after which a worker that stops reads no more of any body."""
NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
GONE = (errno.EAGAIN, errno.ECONNABORTED)


class LingeringWorker(JsonErrors, ThreadWorker):  # type: ignore[misc]
    """A thread keeps the connection of a client that asks without a pause, and gives back one that pauses."""

    alive: bool

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        settings = load()
        self.times = {
            Phase.CLOSING: CLOSING_TIME,
            Phase.PAUSED: PAUSE,
            Phase.IDLE: float(self.cfg.keepalive),
            Phase.HEAD: float(settings.head_timeout),
            Phase.BODY: float(settings.body_timeout),
            Phase.WRITING: float(settings.body_timeout),
        }
        self.has_logins = BASIC in settings.auth
        self.logins: Lane[Connection] = Lane(max(settings.threads // LOGIN_SHARE, 1))
        self._next_check = 0.0
        self.parked: dict[Connection, None] = {}
        self.busy: set[Connection] = set()
        self.unsent = 0
        self.resting = BoundedSemaphore(max(settings.threads // REST_SHARE, 1))

    @classmethod
    def check_config(cls, cfg: Any, _log: Any) -> None:
        """Raises ValueError where gunicorn is to speak TLS: the main thread reads plain bytes."""
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
        """Answer until the stop, then what was begun before it."""
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
        """Take what waits to be accepted, close the listeners at once, and end the connections that are left."""
        stopped = time.monotonic()
        self.set_accept_enabled(False)
        for listener in self.sockets:
            while self._take(listener):
                pass
            listener.close()
        for conn in self.parked:
            conn.deadline = min(conn.deadline, stopped + STOP_TIMES[conn.phase])
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
        """Let every thread that waits for the rest of a body find its end."""
        for conn in self.busy:
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)

    def accept(self, listener: Any) -> None:
        """Take a new connection, where no worker that has fewer has taken it meanwhile."""
        time.sleep(YIELD * min(self.nr_conns, MOST))
        self._take(listener)

    def _take(self, listener: Any) -> bool:
        """Accept one connection; False where none waits."""
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        try:
            accepted, client = listener.accept()
        except OSError as error:
            return self._not_accepted(error)
        self.nr_conns += 1
        conn = Connection(self.cfg, PatientSocket(accepted, self.times[Phase.BODY]), client, listener.getsockname())
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
        """Close the connection that is needed least; False where each has a thread."""
        least = min(self.parked, key=lambda conn: (conn.phase, conn.deadline), default=None)
        if least is not None:
            self._drop(least)
        return least is not None

    def _advance(self, conn: Connection, least: Phase = Phase.IDLE) -> None:
        """Give a connection a thread where its request is there, and otherwise wait for the client."""
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
        """The client sends no more: it may still read what is wrong with a body that is too short."""
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

    def _submit(self, conn: Connection) -> None:
        self.busy.add(conn)
        self.enqueue_req(conn)

    def _park(self, conn: Connection, phase: Phase) -> None:
        """Wait without a thread. Each piece of a body gives new time for the next; a head has its time as a whole."""
        is_new = conn not in self.parked
        if is_new or phase != conn.phase:
            conn.phase, conn.begun = phase, time.monotonic()
            self._give_time(conn)
        elif phase == Phase.BODY:
            self._give_time(conn)
        if is_new:
            self.parked[conn] = None
            self._listen(conn)

    def _give_time(self, conn: Connection) -> None:
        limit = self.times[conn.phase] if self.alive else min(self.times[conn.phase], STOP_TIMES[conn.phase])
        conn.deadline = time.monotonic() + limit
        if conn.phase == Phase.BODY:
            conn.deadline = min(conn.deadline, conn.begun + limit + len(conn.received) / LEAST_RATE)

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
        """Send the rest of an answer without a thread, and make room for it."""
        conn.taken = 0
        self._park(conn, Phase.WRITING)
        self.unsent += conn.sock.unsent_size
        while self.unsent > UNSENT:
            slowest = min((row for row in self.parked if row.phase == Phase.WRITING), key=lambda row: row.pace)
            if slowest.sock.unsent_size == self.unsent:  # the only one
                return
            self.log.debug("%s reads its answer too slowly.", slowest.client)
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
            self._give_time(conn)

    def _readable(self, conn: Connection, _sock: Any) -> None:
        if conn not in self.parked:  # closed while this event waited for its turn
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
        """Close the server's side, and the connection once the client has read its answer."""
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
                conn.sock.is_expired = True  # the surface answers
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
        """Go on with a connection whose thread has ended; in the main thread."""
        self.busy.discard(conn)
        if conn.in_lane:
            self.logins.end()
            self._start_logins()
        conn.is_kept = not fs.cancelled() and fs.exception() is None and fs.result() is True
        if conn.sock.unsent and conn.sock.fileno() >= 0:
            self._send_later(conn)
        else:
            self._go_on(conn)

    def _go_on(self, conn: Connection) -> None:
        """Go on with a connection whose answer is sent."""
        if not conn.is_kept:
            self._close(conn)
        elif conn.is_refused and self.alive:
            self._park(conn, Phase.PAUSED)
        else:
            self._advance(conn)

    def handle(self, conn: Connection) -> Any:
        """Answer the requests of a connection until it pauses; what gunicorn's own method tells of the last one."""
        while True:
            conn.hand_over()
            if super().handle(conn) is not True:
                return False
            conn.is_refused = conn.in_lane and getattr(conn.parser.mesg, "is_refused", False)
            conn.take_back()
            if not self._goes_on(conn):
                return True

    def _goes_on(self, conn: Connection) -> bool:
        """Whether the same thread answers the connection's next request too: the answer is sent, and no other waits for the thread."""
        if conn.in_lane or conn.sock.unsent or not self.tpool._work_queue.empty():
            return False
        is_there = conn.is_complete() or (self._asks_again(conn) and conn.receive() and conn.is_complete())
        return is_there and not (self.has_logins and conn.is_login)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Answer a request, whose body may be waited for from now on."""
        conn.sock.begin(req)
        if req.version > (1, 1):
            req.version = (1, 1)  # the version that the answer names is the server's
        if _is_left(req):
            req.should_close = partial(self._ends, req, conn)
        return super().handle_request(req, conn)

    def _ends(self, req: Any, conn: Connection) -> bool:
        """Whether the connection ends with the answer, which begins now: so it does where a part of the body is still to come."""
        del req.should_close  # gunicorn's own method knows from now on
        if not req.should_close() and not self._takes_rest(req, conn):
            req.force_close()
        return bool(req.should_close())

    def _takes_rest(self, req: Any, conn: Connection) -> bool:
        """Whether a body is read to its end. The rest is waited for where it is short, so that the client may go on after a refusal."""
        if not _is_left(req):
            return True
        is_short = getattr(req.body.reader, "length", 0) <= REST
        waits = is_short and not conn.in_lane and not conn.sock.is_expired and self.resting.acquire(blocking=False)
        conn.sock.is_expired = not waits
        try:
            is_read = bool(conn.parser.finish_body(time.monotonic() + REST_TIME if waits else None, REST + 1))
        except (OSError, ParseException):
            is_read = False
        finally:
            if waits:
                self.resting.release()
        conn.sock.is_expired = not is_read
        return is_read

    def _keepalive_after(self, conn: Connection, keepalive: Any) -> bool:
        """Whether the connection is kept: what is left of a body was read before the answer."""
        return bool(keepalive) and not conn.sock.is_expired

    def _asks_again(self, conn: Connection) -> bool:
        if not self.alive or not self.tpool._work_queue.empty():
            return False
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(LINGER))


def _is_left(req: Any) -> bool:
    """Whether a body is not known to be read to its end."""
    return bool(getattr(req.body.reader, "length", 1) or req.body.buf.tell() or req.body.failed)
