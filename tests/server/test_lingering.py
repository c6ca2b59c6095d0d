"""What the worker adds for speed: a thread that lingers with its connection, and workers that leave new connections to each other."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Timer
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import ThreadWorker

from procdef.server import worker as module
from procdef.server.connections import Connection, PatientSocket
from procdef.server.worker import LingeringWorker

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LOGIN = b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic eDp5\r\n\r\n"
LATER = 0.05
"""Seconds until the client sends its second request."""


class Client:
    """A client, the server's connection to it, and what the worker's thread answers to it."""

    def __init__(self, sock: socket.socket, conn: Connection) -> None:
        self.sock, self.conn, self.answered = sock, conn, 0

    def answer(self, _worker: Any, conn: Connection) -> bool:
        """In the place of gunicorn's method: reads a request, and keeps the connection."""
        next(conn.parser)
        self.answered += 1
        return True


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client that has sent a request, which the worker has collected."""
    near, far = socket.socketpair()
    with near, PatientSocket(far, 5) as sock:
        conn = Connection(Config(), sock, ("127.0.0.1", 1), ("127.0.0.1", 2))
        found = Client(near, conn)
        monkeypatch.setattr(ThreadWorker, "handle", lambda worker, conn: found.answer(worker, conn))
        near.sendall(REQUEST)
        assert conn.receive()
        yield found


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> LingeringWorker:
    """A worker that runs, without a server, and that lingers for longer than a busy machine delays the client."""
    monkeypatch.setattr(module, "LINGER", 5000)
    found: LingeringWorker = object.__new__(LingeringWorker)
    found.alive, found.has_logins, found.tpool = True, True, SimpleNamespace(_work_queue=SimpleQueue())
    return found


def test_a_thread_answers_the_next_request_of_its_connection_if_it_comes_soon(client: Client, worker: LingeringWorker) -> None:
    Timer(LATER, client.sock.sendall, (REQUEST,)).start()
    Timer(3 * LATER, client.sock.shutdown, (socket.SHUT_WR,)).start()
    assert worker.handle(client.conn) is True
    assert client.answered == 2


def test_a_thread_gives_back_a_connection_that_pauses(client: Client, worker: LingeringWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINGER", 10)
    begun = time.monotonic()
    assert worker.handle(client.conn) is True
    assert (client.answered, time.monotonic() - begun < 4) == (1, True)


ELSEWHERE: dict[str, Callable[[LingeringWorker, Client], Any]] = {
    "another connection waits for a thread": lambda worker, _client: worker.tpool._work_queue.put(1),
    "the worker stops": lambda worker, _client: setattr(worker, "alive", False),
    "a part of the response is not sent": lambda _worker, client: client.conn.sock.unsent.append(memoryview(b"x")),
    "the connection has one of the threads for passwords": lambda _worker, client: setattr(client.conn, "in_lane", True),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_a_thread_does_not_linger_if_it_is_needed_elsewhere(client: Client, worker: LingeringWorker, case: str) -> None:
    ELSEWHERE[case](worker, client)
    begun = time.monotonic()
    assert worker.handle(client.conn) is True
    assert (client.answered, time.monotonic() - begun < 4) == (1, True)


def test_a_request_with_a_password_goes_back_for_a_thread_of_its_own_kind(client: Client, worker: LingeringWorker) -> None:
    Timer(LATER, client.sock.sendall, (LOGIN,)).start()
    assert worker.handle(client.conn) is True
    assert (client.answered, client.conn.received) == (1, LOGIN)


@pytest.mark.parametrize(("connections", "seconds"), [(0, 0.0), (1, 0.00005), (3, 0.00015), (8, 0.0004), (500, 0.0004)])
def test_a_worker_leaves_new_connections_to_those_that_have_fewer(
    worker: LingeringWorker, monkeypatch: pytest.MonkeyPatch, connections: int, seconds: float
) -> None:
    done: list[object] = []
    monkeypatch.setattr(time, "sleep", done.append)
    monkeypatch.setattr(worker, "_take", done.append)
    worker.nr_conns = connections
    worker.accept("listener")
    assert done == [pytest.approx(seconds), "listener"]
