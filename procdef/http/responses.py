"""Making responses: from JSON text, from objects that become JSON, from reads of the store, and without a body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, current_app

from procdef.http import csv_lists
from procdef.http.routes import JSON
from procdef.http.state import state
from procdef.query.cache import ListQuery
from procdef.query.table import Table
from procdef.store.identity.rights import RightsCache, UserRights, Who
from procdef.store.reader import Caller, Read, Reader
from procdef.store.store import Store

RIGHTS = "procdef.rights"
"""Where the application has its `RightsCache`."""
ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def store() -> Store:
    """The store of the application that handles the present request: for its settings, and to change it; `reader` reads it."""
    found: Store = current_app.extensions["procdef.store"]
    return found


def reader() -> Reader:
    """The store as the client of the present request may see it. One is made once a request, after authentication."""
    now = state()
    if now.reader is None:
        now.reader = store().seen_by(Caller(now.user, rights()))
    return now.reader


def everything() -> Reader:
    """The store for an answer that shows all, whatever the rights: to a write, which shows what was written, or to an administrator."""
    return store().seen_by(Caller(state().user))


def rights() -> UserRights | None:
    """The rights of the client of the present request; None where authorization is off. They are read once a request."""
    now = state()
    if now.rights is None and store().settings.authorization:
        cached: RightsCache = current_app.extensions[RIGHTS]
        now.rights = cached.get(
            store().everything, Who(now.user or "", frozenset(now.groups), frozenset(now.tenants), now.token if now.is_narrowed else None)
        )
    return now.rights


def rows_response(table: Table, query: ListQuery | None) -> Response:
    """The rows that a list query matches, as a JSON array; an empty array where there is no query. A long list as CSV is streamed."""
    if query is not None and csv_lists.is_streamed(query):
        return csv_lists.streamed(reader(), table, query)
    return json_text("[]") if query is None else json_text(text_of(reader().rows(table, query)))


def count_response(table: Table, query: ListQuery) -> Response:
    """How many rows a list query matches, as a JSON object."""
    return json_text(f'{{"count":{text_of(reader().count(table, query))}}}')


def row_response(table: Table, values: Mapping[str, Any]) -> Response | None:
    """The one row with these values, as a JSON object; None where there is none."""
    rows = text_of(reader().rows(table, ListQuery(values)))
    return None if rows == "[]" else json_text(rows[1:-1])


def text_of(read: Read) -> str:
    """The text of a read, whose revision is noted for the ETag of the response."""
    state().read_revisions.add(read.revision)
    return read.text


def json_text(text: str, status: int = 200) -> Response:
    """A response whose body is JSON text. Characters outside the basic plane are written as the engine does, as two escapes."""
    if not text.isascii():
        text = ASTRAL.sub(_escaped, text)
    return Response(text, status, content_type=JSON)


def json_response(value: Any, status: int = 200) -> Response:
    """A response whose body is a value as compact JSON."""
    return json_text(orjson.dumps(value).decode(), status)


def _escaped(found: re.Match[str]) -> str:
    high, low = divmod(ord(found[0]) - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04X}\\u{0xDC00 + low:04X}"


def no_content(status: int = 204) -> Response:
    """A response without body and content type."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


def public_url() -> str:
    """The URL of the server's root as clients reach it, without a slash at its end; never what the request says of itself."""
    return store().settings.public_root
