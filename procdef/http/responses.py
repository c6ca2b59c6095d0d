"""Making answers: JSON that is already text, objects that become JSON, bytes, and nothing."""

from __future__ import annotations

import re
from typing import Any

import orjson
from flask import Response, current_app

from procdef.http.routes import JSON
from procdef.settings import authority
from procdef.store.store import Store

ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def store() -> Store:
    """The store of the application that answers the present request."""
    found: Store = current_app.extensions["procdef.store"]
    return found


def json_text(text: str, status: int = 200) -> Response:
    """An answer whose body is JSON text, characters outside the basic plane written as the engine does, as two escapes."""
    if not text.isascii():
        text = ASTRAL.sub(_escaped, text)
    return Response(text, status, content_type=JSON)


def json_response(value: Any, status: int = 200) -> Response:
    """An answer whose body is a value as compact JSON."""
    return json_text(orjson.dumps(value).decode(), status)


def _escaped(found: re.Match[str]) -> str:
    high, low = divmod(ord(found[0]) - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04X}\\u{0xDC00 + low:04X}"


def no_content(status: int = 204) -> Response:
    """An answer without body and content type."""
    answer = Response(status=status)
    del answer.headers["Content-Type"]
    return answer


def public_url() -> str:
    """The URL of the server's root as clients reach it, without a slash at its end; never what the request says of itself."""
    settings = store().settings
    return (settings.public_url or f"http://{authority(settings.host, settings.port)}").rstrip("/")
