"""Answers kept in memory: what is asked again before the store changes is not made again.

An answer is kept with the revision that it is of, and holds as long as the store has that revision, which one tiny query tells; so no
worker and no host ever gives an old one. Only answers with an ETag are kept, since they depend on nothing but the store, the request and
who asks.

Where there is no more room, a new answer puts out those that were not asked for longest, but only if it was asked for so lately that it
would still be here, had it been kept then. So who asks a great many questions once, or goes through more of them in turn than there is room
for, neither pays for keeping each answer nor puts out those that others ask for again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from cachetools import LRUCache
from flask import Flask

from procdef.http.state import state_of
from procdef.settings import MEBIBYTE
from procdef.store.clock import now
from procdef.store.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASKED = (
    "PATH_INFO",
    "QUERY_STRING",
    *(f"HTTP_{name}" for name in ("ACCEPT", "ACCEPT_ENCODING", "AUTHORIZATION", "HOST", "IF_NONE_MATCH", "ORIGIN")),
)
"""All of a request without a body that an answer depends on, as WSGI names it."""
WITH_BODY = frozenset({"CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"})
STATUSES = ("200", "204", "304")
OVERHEAD = 2048
"""Bytes that an answer takes beside its body: its headers, and its place."""
LARGEST = 1 / 32
"""Of all the space, what one answer may take."""


class CachedResponse(NamedTuple):
    """An answer, the store's revision that it is of, who asked, and the moment until which it holds; None where that is for good."""

    revision: str
    user: str | None
    until: str | None
    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.body) + OVERHEAD


class GhostList:
    """Which answers were asked for lately, by their keys alone: the last ones that some space would hold, and at most as many before."""

    def __init__(self, size: int) -> None:
        """`size` is the space in bytes."""
        self._size, self._left = size, size
        self._now: set[bytes] = set()
        self._before: set[bytes] = set()

    def was(self, key: bytes, size: int) -> bool:
        """Whether this answer was asked for lately; from now on it was. `size` is the answer's, in bytes."""
        if key in self._now or key in self._before:
            return True
        self._left -= size
        if self._left < 0:
            self._now, self._before, self._left = set(), self._now, self._size - size
        self._now.add(key)
        return False


class ResponseCache:
    """A WSGI application that answers from memory what it can, and leaves the rest to another. Safe to use from several threads."""

    def __init__(self, app: WSGIApplication, store: Store, size: int) -> None:
        """Before `app`, which answers from `store`; `size` is in bytes."""
        self._app, self._store, self._largest = app, store, size * LARGEST
        self._answers: LRUCache[bytes, CachedResponse] = LRUCache(size, getsizeof=lambda kept: kept.size)
        self._lately = GhostList(size)
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] != "GET" or not WITH_BODY.isdisjoint(environ):
            return self._app(environ, start_response)
        key = _key(environ)
        if (kept := self._find(key)) is not None:
            state_of(environ).user = kept.user
            start_response(kept.status, list(kept.headers))
            return [kept.body]
        return self._made(key, environ, start_response)

    def _made(self, key: bytes, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The application's answer, which is kept where it depends on the store alone."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            started.append((status, headers))
            return start_response(status, headers, exc_info)

        answer = self._app(environ, start)
        state = state_of(environ)
        if state.revision is None or not started[0][0].startswith(STATUSES):
            return answer
        with closing(answer):  # type: ignore[type-var]
            body = b"".join(answer)
        self._keep(key, CachedResponse(state.revision, state.user, state.valid_until, *started[0], body))
        return [body]

    def _keep(self, key: bytes, kept: CachedResponse) -> None:
        if kept.size <= self._largest:
            with self._lock:
                if self._is_admitted(key, kept):
                    self._answers[key] = kept

    def _is_admitted(self, key: bytes, kept: CachedResponse) -> bool:
        has_room = key in self._answers or self._answers.currsize + kept.size <= self._answers.maxsize
        return has_room or self._lately.was(key, kept.size)

    def _find(self, key: bytes) -> CachedResponse | None:
        with self._lock:
            kept = self._answers.get(key)
        return kept if kept is not None and self._holds(kept) else None

    def _holds(self, kept: CachedResponse) -> bool:
        try:
            return self._store.revision() == kept.revision and (kept.until is None or now() < kept.until)
        except Exception:  # noqa: BLE001  whatever it is, the application meets it too, and answers and logs it
            return False


def allow(app: Flask, store: Store, mebibytes: int) -> None:
    """Keep answers of the application in so much memory; 0 for none."""
    if mebibytes:
        app.wsgi_app = ResponseCache(app.wsgi_app, store, mebibytes * MEBIBYTE)  # type: ignore[method-assign]


def _key(environ: dict[str, Any]) -> bytes:
    return blake2b(repr([environ.get(name) for name in ASKED]).encode(), digest_size=16).digest()
