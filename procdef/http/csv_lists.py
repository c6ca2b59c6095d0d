"""Lists as CSV: every list of objects, for a client that prefers CSV or asks for it by the query parameter `format`.

A short list is made of its JSON. A long one is streamed: its rows are read by position, some thousands at a time, each time by a statement
of its own. So it takes little memory and holds no connection to the database. If somebody writes meanwhile, rows that are added or deleted
may be missing or not; every row that exists all the time is there once. The ETag is that of the first statement, so it is never too new.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from typing import Any

import orjson
from flask import Flask, Response, current_app, request

from procdef.common import csv_text
from procdef.common.admission import Turns
from procdef.errors import Overloaded
from procdef.http.disposition import attachment
from procdef.http.routes import CSV, JSON, Route, View
from procdef.http.state import state
from procdef.query.bound import UNLIMITED
from procdef.query.cache import ListQuery
from procdef.query.position import Position
from procdef.query.table import Table
from procdef.settings import Settings
from procdef.store.reader import Read, Reader

FORMAT, FORMAT_VALUE = "format", "csv"
"""The query parameter, and the only value that it is read for. An engine ignores it, so all other values are ignored too."""
CONTENT_TYPE = f"{CSV}; charset=utf-8"
LEAST, MOST = 1000, 8000
"""How many rows are read at a time: LEAST at first, so that the first bytes are sent at once, and twice as many each time up to MOST."""
STREAMS, WAIT = 4, 5
"""Most lists that a worker streams at once, and the seconds that as many others wait."""
TURNS = "procdef.streams"
"""Where the application has the turns of streamed lists."""
FULL = "Too many long lists are being read; try again."


def limit_streams(app: Flask, settings: Settings) -> None:
    """Let only few threads stream a list at once, so that the others answer everything else."""
    room = min(STREAMS, max(settings.threads // 2, 1))
    app.extensions[TURNS] = Turns(room, room, WAIT, lambda: Overloaded(FULL, WAIT))


def is_asked_by_name() -> bool:
    """Whether the query parameter asks for CSV. Most queries cannot have it, and need not be parsed here."""
    text = request.environ["QUERY_STRING"]
    return (FORMAT in text or "%" in text) and request.args.get(FORMAT, "").lower() == FORMAT_VALUE


def is_asked() -> bool:
    """Whether the present request gets CSV."""
    return state().media == CSV


def is_streamed(query: ListQuery) -> bool:
    """Whether the rows of a list query are sent while others are still read."""
    return is_asked() and (query.limit is None or query.limit > LEAST)


def as_csv(view: View, route: Route) -> View:
    """A view whose responses are CSV for a client that asks for it. What it streams is CSV already."""
    name = attachment(f"{file_name(route.path)}.csv")

    def convert(**segments: str) -> Response:
        response = view(**segments)
        if is_asked():
            if response.content_type == JSON:
                columns = state().columns or route.columns
                response.data = csv_text.lines([columns]) + csv_text.objects(columns, orjson.loads(response.data))
                response.content_type = CONTENT_TYPE
            response.headers["Content-Disposition"] = name
        return response

    return convert


def file_name(path: str) -> str:
    """The fixed words of a path, as `deployment-resources`."""
    return "-".join(re.findall(r"(?<=/)[\w-]+", path))


def streamed(reader: Reader, table: Table, query: ListQuery, after: Position = ()) -> Response:
    """The rows behind a position as CSV. The first of them are read before the response begins, so that an error can be answered.

    Raises Overloaded where too many other long lists are streamed.
    """
    columns = [field.name for field in table.fields]
    parts = batches(reader, table, query, after)
    first = next(parts)
    state().read_revisions.add(first.revision)
    pieces = (csv_text.objects(columns, orjson.loads(part.text)) for part in chain([first], parts))
    start = [csv_text.lines([columns]), *islice(pieces, 2)]
    return Response(b"".join(start), content_type=CONTENT_TYPE) if len(start) < 3 else _stream(chain(start, pieces))


def batches(reader: Reader, table: Table, query: ListQuery, after: Position) -> Iterator[Read]:
    """The rows behind a position, as many at a time as LEAST and MOST say. There is at least one batch, which may be empty."""
    remaining, size, position = UNLIMITED if query.limit is None else query.limit, LEAST, after
    while True:
        size = min(size, remaining)
        rows, last = reader.rows_behind(table, query._replace(limit=size), position)
        yield rows
        remaining -= size
        if last is None or not remaining:
            return
        position, size = last, min(2 * size, MOST)


def _stream(pieces: Iterable[bytes]) -> Response:
    """A response that takes a turn until it is closed."""
    turn = ExitStack()
    turn.enter_context(current_app.extensions[TURNS].turn())
    response = Response(_sent(pieces, _drain()), content_type=CONTENT_TYPE)
    response.call_on_close(turn.close)
    return response


def _sent(pieces: Iterable[bytes], drain: Callable[[], object]) -> Iterator[bytes]:
    """The pieces, none of which is made before the client has taken most of those before it."""
    for piece in pieces:
        yield piece
        drain()


def _drain() -> Callable[[], object]:
    """What waits for the client: procdef's own server never waits by itself when it sends."""
    sock: Any = request.environ.get("gunicorn.socket")
    found: Callable[[], object] = getattr(sock, "drain", lambda: None)
    return found
