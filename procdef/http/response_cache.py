"""The response cache: the same request gets the same response from memory until the store changes.

A response is cached with the store's revision that it is of, and is fresh as long as the store has that revision. One tiny query reads the
revision, so no worker and no host ever sends old content. Only responses with an ETag are cached, since they depend on nothing but the
store, the request and the user.

When the cache is full, a new response evicts the least recently used ones, but only if the same request was made so recently that its
response would still be here, had it been cached then. So a client that makes a great many different requests once, or goes in turn through
more of them than there is room for, does not pay for caching each response, and evicts none that others request again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from cachetools import LRUCache
from flask import Flask

from procdef.http import proxies
from procdef.http.state import state_of
from procdef.settings import MEBIBYTE
from procdef.store.clock import now
from procdef.store.reader import Reader
from procdef.store.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY_PARTS = (
    "PATH_INFO",
    "QUERY_STRING",
    *(f"HTTP_{name}" for name in ("ACCEPT", "ACCEPT_ENCODING", "AUTHORIZATION", "COOKIE", "HOST", "IF_NONE_MATCH", "ORIGIN")),
)
"""All of a request without a body that a response depends on, as WSGI names it."""
WITH_BODY = frozenset({"CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"})
HIT, MISS = "hit", "miss"
"""What the cache did for a request whose response can be cached: it had the response, or did not."""
STATUSES = ("200", "204", "304")
OVERHEAD = 2048
"""Bytes that a response takes besides its body: for its headers, and in the cache."""
LARGEST = 1 / 32
"""Of the cache's size, what one response may take."""


class CachedResponse(NamedTuple):
    """A response, the store's revision that it is of, the reader that the view had, the user, and the moment until which it is valid.

    `template` is the route's path. The user is None where there is none, the moment where it is valid for ever.
    """

    revision: str
    reader: Reader
    user: str | None
    valid_until: str | None
    template: str | None
    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.body) + OVERHEAD


class GhostList:
    """The keys of the latest requests, without their responses: as many as would fill the cache, and at most as many older ones."""

    def __init__(self, size: int) -> None:
        """`size` is the size of the cache in bytes."""
        self._size, self._remaining = size, size
        self._newer: set[bytes] = set()
        self._older: set[bytes] = set()

    def was(self, key: bytes, size: int) -> bool:
        """Whether the list has a key; from now on it has it. `size` is that of the response, in bytes."""
        if key in self._newer or key in self._older:
            return True
        self._remaining -= size
        if self._remaining < 0:
            self._newer, self._older, self._remaining = set(), self._newer, self._size - size
        self._newer.add(key)
        return False


class ResponseCache:
    """A WSGI application that responds from memory where it can, and else calls another. Safe to use from several threads."""

    def __init__(self, app: WSGIApplication, size: int, parts: Sequence[str] = KEY_PARTS) -> None:
        """Around `app`; `size` is in bytes. `parts` are what a response depends on."""
        self._parts = parts
        self._app, self._largest = app, size * LARGEST
        self._responses: LRUCache[bytes, CachedResponse] = LRUCache(size, getsizeof=lambda cached: cached.size)
        self._ghosts = GhostList(size)
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond to a request."""
        if environ["REQUEST_METHOD"] != "GET" or not WITH_BODY.isdisjoint(environ):
            return self._app(environ, start_response)
        key = _key(environ, self._parts)
        if (cached := self._find(key)) is not None:
            state = state_of(environ)
            state.user, state.template, state.cached = cached.user, cached.template, HIT
            start_response(cached.status, list(cached.headers))
            return [cached.body]
        return self._compute(key, environ, start_response)

    def _compute(self, key: bytes, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The application's response, which is cached where it depends on the store alone."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            started.append((status, headers))
            return start_response(status, headers, exc_info)

        response, state = self._app(environ, start), state_of(environ)
        if state.revision is None or state.reader is None or not _may_be_cached(*started[0]):
            return response
        state.cached = MISS
        with closing(response):  # type: ignore[type-var]
            body = b"".join(response)
        self._add(key, CachedResponse(state.revision, state.reader, state.user, state.valid_until, state.template, *started[0], body))
        return [body]

    def _add(self, key: bytes, response: CachedResponse) -> None:
        if response.size <= self._largest:
            with self._lock:
                if self._is_admitted(key, response):
                    self._responses[key] = response

    def _is_admitted(self, key: bytes, response: CachedResponse) -> bool:
        has_room = key in self._responses or self._responses.currsize + response.size <= self._responses.maxsize
        return has_room or self._ghosts.was(key, response.size)

    def _find(self, key: bytes) -> CachedResponse | None:
        with self._lock:
            cached = self._responses.get(key)
        return cached if cached is not None and self._is_fresh(cached) else None

    def _is_fresh(self, cached: CachedResponse) -> bool:
        try:
            return cached.reader.revision() == cached.revision and (cached.valid_until is None or now() < cached.valid_until)
        except Exception:  # noqa: BLE001  whatever it is, the application meets it too, and answers and logs it
            return False


def _may_be_cached(status: str, headers: list[tuple[str, str]]) -> bool:
    """A response with a cookie is for one browser."""
    return status.startswith(STATUSES) and all(name != "Set-Cookie" for name, _ in headers)


def add_to(app: Flask, store: Store) -> None:
    """Cache an application's responses in as much memory as the settings say."""
    if size := store.settings.cache_size * MEBIBYTE:
        app.wsgi_app = ResponseCache(app.wsgi_app, size, (*KEY_PARTS, *proxies.key_parts(store.settings)))  # type: ignore[method-assign]


def _key(environ: dict[str, Any], parts: Sequence[str]) -> bytes:
    return blake2b(repr([environ.get(name) for name in parts]).encode(), digest_size=16).digest()
