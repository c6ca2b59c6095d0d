"""The outermost middleware, around the response cache and Flask: it sees a request first and a response last.

It gives each request an id. It refuses requests that a web page of another origin makes. A header that cannot be sent is an error here
already, and not only in the server. An error that nothing else handles becomes a response in the form of the path's surface.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from werkzeug.wsgi import ClosingIterator

from procdef.errors import ProcdefError
from procdef.http import request_ids
from procdef.http.browsers import Check
from procdef.http.state import state_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
NAMES_CACHED = 512
"""Combinations of names that are cached at most."""
Headers = Sequence[tuple[str, str]]
Render = Callable[[Exception, Request], Response]


class UnsendableHeader(Exception):
    """A header of a response has a character that no server can send; the text names the header."""


class Outermost:
    """A WSGI application around another."""

    def __init__(self, app: WSGIApplication, check: Check, render: Render) -> None:
        """Around `app`; `check` raises a ProcdefError to refuse a request, `render` makes a response of an error."""
        self._app, self._check, self._render = app, check, render

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond to a request."""
        ident = (request_ids.HEADER, request_ids.begin(environ.get("HTTP_X_REQUEST_ID")))

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            check_headers(headers)
            state_of(environ).is_started = True
            return start_response(status, [*headers, ident], exc_info)

        try:
            self._check(environ)
            response = self._app(environ, start)
        except Exception as error:  # noqa: BLE001  it is logged and answered
            return self._failed(error, environ, start)
        return response if isinstance(response, list) else self._guarded(response, environ, start)

    def _guarded(self, response: Iterable[bytes], environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        close = getattr(response, "close", None)
        return ClosingIterator(self._pieces(response, environ, start), close)

    def _pieces(self, response: Iterable[bytes], environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
        """The response's body; that of an error where making it fails before any of it was sent."""
        is_begun = False
        try:
            for piece in response:
                is_begun = True
                yield piece
        except Exception as error:
            if is_begun:
                raise
            yield from self._failed(error, environ, start)

    def _failed(self, error: Exception, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if isinstance(error, ProcdefError):
            logger.info("%s %s refused: %s", environ["REQUEST_METHOD"], environ["PATH_INFO"], error)
        response, raised = self._render(error, Request(environ)), sys.exc_info() if state_of(environ).is_started else None
        return response(environ, lambda status, headers, _raised=None: start(status, headers, raised))


def check_headers(headers: Headers) -> None:
    """Raises UnsendableHeader, as a server does that sends them."""
    if not (_are_names(tuple([name for name, _ in headers])) and VALUE.fullmatch("".join([value for _, value in headers]))):
        raise UnsendableHeader(", ".join(repr(name) for name, value in headers if not (NAME.fullmatch(name) and VALUE.fullmatch(value))))


@lru_cache(NAMES_CACHED)
def _are_names(names: tuple[str, ...]) -> bool:
    """Whether all of these can be names of headers. Few combinations of names occur, again and again."""
    return all(map(NAME.fullmatch, names))


def add_to(app: Flask, check: Check, render: Render) -> None:
    """Put `Outermost` around all that the application has."""
    app.wsgi_app = Outermost(app.wsgi_app, check, render)  # type: ignore[method-assign]
