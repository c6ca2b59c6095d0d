"""The header by which a response says that the usage index, which it is made of, does not have all definitions yet."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from procdef.http.responses import reader
from procdef.query.cache import ListQuery
from procdef.query.table import Table
from procdef.store.usage.filling import is_complete

HEADER, INCOMPLETE = "X-Usage-Index", "incomplete"


def of_index(respond: Callable[[], Response]) -> Response:
    """A response that is made of the usage index. Whether that is complete is read first: an index that is complete stays so."""
    is_whole = is_complete(reader())
    response = respond()
    if not is_whole:
        response.headers[HEADER] = INCOMPLETE
    return response


def of_query(table: Table, query: ListQuery | None, respond: Callable[[], Response]) -> Response:
    """A response to a list query, some filters of which may read the usage index."""
    names = {name for values in (() if query is None else (query.values, *query.groups)) for name in values}
    return of_index(respond) if names & table.counted else respond()
