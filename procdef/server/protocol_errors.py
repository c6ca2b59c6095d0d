"""Responses to requests that never reach the application because the server cannot read them: its errors as JSON."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from flask import Request, Response
from gunicorn.http import errors
from gunicorn.workers.base import Worker
from werkzeug import exceptions
from werkzeug.exceptions import (
    BadRequest,
    ExpectationFailed,
    Forbidden,
    HTTPException,
    InternalServerError,
    RequestHeaderFieldsTooLarge,
    RequestTimeout,
    RequestURITooLarge,
)
from werkzeug.test import EnvironBuilder

from procdef.http import request_ids
from procdef.http.middleware import Render


class TooSlow(Exception):
    """The head of a request did not arrive in time. `req` has the method and the path, as far as they have arrived."""

    def __init__(self, received: bytes) -> None:
        """`received`: the bytes of the head that have arrived."""
        super().__init__("the head did not arrive in time")
        method, _, rest = received.partition(b"\r\n")[0].decode("latin-1").partition(" ")
        uri = rest.partition(" ")[0]
        self.req = SimpleNamespace(method=method, uri=uri, path=uri.partition("?")[0])


KINDS: Mapping[type[Exception], type[HTTPException]] = {
    TooSlow: RequestTimeout,
    errors.LimitRequestLine: RequestURITooLarge,
    errors.LimitRequestHeaders: RequestHeaderFieldsTooLarge,
    errors.UnsupportedTransferCoding: exceptions.NotImplemented,
    errors.ExpectationFailed: ExpectationFailed,
    errors.ForbiddenProxyRequest: Forbidden,
    errors.InvalidResponseHeader: InternalServerError,
    errors.InvalidResponseHeaderName: InternalServerError,
    errors.ConfigurationProblem: InternalServerError,
    errors.ParseException: BadRequest,
}
"""The HTTP error of each error of the server; any other error is unexpected."""
REASONS: Mapping[int, str] = {
    400: "The request cannot be read as HTTP.",
    408: "The head or the body of the request does not arrive in time.",
    414: "The request line has more than 64 KiB.",
    417: "The header Expect has another value than 100-continue.",
    431: "The head of the request has more than 128 KiB, or too many headers.",
}
"""When a request gets an HTTP error before its path is read, by status; for the reference pages."""


class JsonErrors(Worker):  # type: ignore[misc]
    """A worker that sends errors in the form of the application, where gunicorn sends a page of HTML."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Log an error, and send a response if the client still reads."""
        request = req or getattr(exc, "req", None)
        ident = request_ids.current() if req is not None else None
        ident = ident or request_ids.begin(_given(request))
        error = _http_error(exc)
        target = f"{getattr(request, 'method', None) or '?'} {getattr(request, 'uri', None) or '?'}"
        if error is exc:
            self.log.error("%s failed", target, exc_info=exc)
        else:
            self.log.warning("%s from %s refused: %s", target, addr[0] if addr else "-", exc)
        answer = self._answer(error, getattr(request, "path", None))
        try:
            os.write(client.fileno(), _written(answer, ident))  # a few bytes: it does not block
        except OSError as lost:
            self.log.debug("The error is not sent: %s", lost)

    def _answer(self, error: Exception, path: str | None) -> Response:
        render: Render = self.wsgi.extensions["procdef.render"]
        return render(error, Request(EnvironBuilder(path if path and path.startswith("/") else "/").get_environ()))


def _http_error(error: Exception) -> Exception:
    kind = next((KINDS[found] for found in type(error).__mro__ if found in KINDS), None)
    return error if kind is None or kind is InternalServerError else kind(str(error))


def _given(request: Any) -> str | None:
    return next((value for name, value in getattr(request, "headers", None) or () if name == "X-REQUEST-ID"), None)


def _written(answer: Response, ident: str) -> bytes:
    """The bytes of a response that ends its connection."""
    headers = {**dict(answer.headers), request_ids.HEADER: ident, "Connection": "close"}
    lines = [f"HTTP/1.1 {answer.status}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + answer.get_data()
