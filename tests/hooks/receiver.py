"""A receiver of hooks on this host, which notes what it gets, and answers as it should."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """What a receiver has got, and the statuses that it answers, the last one again and again."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    bodies: list[bytes] = field(default_factory=list)
    heads: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def events(self) -> list[Any]:
        """The bodies as Python objects."""
        return [json.loads(body) for body in self.bodies]

    def numbers(self) -> list[int]:
        """The numbers of the events."""
        return [each["data"]["number"] for each in self.events]


@contextmanager
def receiver() -> Iterator[Received]:
    """A receiver on a free port."""
    found = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            found.heads.append(dict(self.headers))
            self.send_response(found.statuses.pop(0) if len(found.statuses) > 1 else found.statuses[0])
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}/in?key=path-secret"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
