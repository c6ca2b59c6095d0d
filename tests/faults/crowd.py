"""Many clients in one process of their own, so that they take no time from the client that measures: `python -m tests.faults.crowd`."""

from __future__ import annotations

import re
import selectors
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAD = b"HTTP/1.1\r\nHost: localhost\r\n"
DEPLOY = b"POST /engine-rest/deployment/create " + HEAD + b"Content-Type: multipart/form-data; boundary=b\r\n"
LENGTH = re.compile(rb"Content-Length: (\d+)")
_numbers = count()


def wrong_password(users: int) -> bytes:
    """A request with a wrong password, of one of so many users in turn."""
    given = b64encode(f"user{next(_numbers) % users}:wrong".encode())
    return b"GET /engine-rest/version " + HEAD + b"Authorization: Basic " + given + b"\r\n\r\n"


def unread(headers: bytes = b"") -> bytes:
    """Requests with a long answer, which nobody reads."""
    return 20 * (b"GET /openapi.json " + HEAD + headers + b"\r\n")


KINDS: Mapping[str, Callable[[], bytes]] = {
    "one-user": lambda: wrong_password(1),
    "many-users": lambda: wrong_password(1_000_000),
    "silent": lambda: b"",
    "head": lambda: b"GET /engine-rest/version " + HEAD + b"X-Half: ",
    "small-body": lambda: DEPLOY + b"Content-Length: 1000\r\n\r\n--b",
    "large-body": lambda: DEPLOY + b"Content-Length: 15000000\r\n\r\n--b",
    "chunked-body": lambda: DEPLOY + b"Transfer-Encoding: chunked\r\n\r\n10\r\n--b",
    "unread": unread,
    "unread-basic": lambda: unread(b"Authorization: Basic eDp5\r\n"),
}
"""What a client of each kind sends; one of a kind with a whole request sends the next when it has its answer."""


class Client:
    """One client, which connects again when the server closes."""

    def __init__(self, port: int, kind: str, address: str, selector: selectors.BaseSelector, seen: Counter[str]) -> None:
        self.port, self.kind, self.address, self.selector, self.seen = port, kind, address, selector, seen
        self.connect()

    def connect(self) -> None:
        """Connect, and send the first request."""
        self.answer = b""
        self.socket = socket.socket()
        self.socket.settimeout(10)
        self.socket.bind((self.address, 0))
        if self.kind.startswith("unread"):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        else:
            self.selector.register(self.socket, selectors.EVENT_READ, self)
        self.socket.connect(("127.0.0.1", self.port))
        self.socket.sendall(KINDS[self.kind]())

    def readable(self) -> None:
        """Count the answer and go on."""
        try:
            piece = self.socket.recv(65536)
        except OSError:
            piece = b""
        self.answer += piece
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if piece and (not end or len(body) < int(LENGTH.search(head)[1])):  # type: ignore[index]
            return
        self.seen[head[9:12].decode() or "closed"] += 1
        self.answer = b""
        if piece and b"Connection: close" not in head:
            self.socket.sendall(KINDS[self.kind]())
            return
        self.selector.unregister(self.socket)
        self.socket.close()
        self.connect()


def run(port: int, kind: str, number: int, addresses: int, seconds: float) -> Counter[str]:
    """Keep so many clients busy for a while, of so many addresses: how often each status was seen."""
    seen: Counter[str] = Counter()
    with selectors.DefaultSelector() as selector:
        clients = [Client(port, kind, f"127.0.1.{1 + row % addresses}", selector, seen) for row in range(number)]
        print("ready", flush=True)
        end = time.monotonic() + seconds
        while clients and (left := end - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                key.data.readable()
    return seen


@contextmanager
def crowd(port: int, kind: str, number: int, addresses: int = 1, seconds: float = 60) -> Iterator[subprocess.Popen[str]]:
    """So many clients while the block runs, all connected when it begins."""
    command = [sys.executable, "-m", "tests.faults.crowd", *map(str, (port, kind, number, addresses, seconds))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.terminate()


if __name__ == "__main__":
    print(run(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])))
