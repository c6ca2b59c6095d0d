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


KINDS: Mapping[str, Callable[[], bytes]] = {
    "one-user": lambda: wrong_password(1),
    "many-users": lambda: wrong_password(1_000_000),
    "silent": lambda: b"",
    "head": lambda: b"GET /engine-rest/version " + HEAD + b"X-Half: ",
    "small-body": lambda: DEPLOY + b"Content-Length: 1000\r\n\r\n--b",
    "large-body": lambda: DEPLOY + b"Content-Length: 15000000\r\n\r\n--b",
    "chunked-body": lambda: DEPLOY + b"Transfer-Encoding: chunked\r\n\r\n10\r\n--b",
}
"""What a client of each kind sends; one of a kind with a whole request sends the next when it has its answer."""


class Client:
    """One client, which connects again when the server closes."""

    def __init__(self, port: int, kind: str, selector: selectors.BaseSelector, seen: Counter[str]) -> None:
        self.port, self.kind, self.selector, self.seen = port, kind, selector, seen
        self.connect()

    def connect(self) -> None:
        """Connect, and send the first request."""
        self.answer = b""
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.selector.register(self.socket, selectors.EVENT_READ, self)
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


def run(port: int, kind: str, number: int, seconds: float) -> Counter[str]:
    """Keep so many clients busy for a while: how often each status was seen."""
    seen: Counter[str] = Counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(number):
            Client(port, kind, selector, seen)
        print("ready", flush=True)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                key.data.readable()
    return seen


@contextmanager
def crowd(port: int, kind: str, number: int, seconds: float = 60) -> Iterator[subprocess.Popen[str]]:
    """So many clients while the block runs, all connected when it begins."""
    command = [sys.executable, "-m", "tests.faults.crowd", str(port), kind, str(number), str(seconds)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.terminate()


if __name__ == "__main__":
    print(run(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
