"""Answers to requests that never became whole: in the surface's shape, as far as it can be told."""

from __future__ import annotations

from http import HTTPStatus

import orjson

from procdef.camunda import errors as camunda
from procdef.frends import errors as frends
from procdef.frends.processes import BASE
from procdef.http.routes import JSON

TOO_SLOW = HTTPStatus.REQUEST_TIMEOUT


def too_slow(received: bytes) -> bytes:
    """The whole answer to a request whose head did not arrive in time, of which so much did."""
    target = received.split(b" ", 2)[1:2]
    is_processes = bool(target) and target[0].startswith(BASE.encode())
    body = frends.of_http(TOO_SLOW).body(TOO_SLOW.description) if is_processes else camunda.http_body(TOO_SLOW)
    content = orjson.dumps(body)
    head = (
        f"HTTP/1.1 {TOO_SLOW} {TOO_SLOW.phrase}\r\n"
        f"Content-Type: {frends.PROBLEM if is_processes else JSON}\r\n"
        f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + content
