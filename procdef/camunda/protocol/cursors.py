"""Cursors: a position in a list as a word that a client sends back, to get the rows behind it.

A cursor has the sort keys of a row, and a digest of the list that it belongs to: the table, the filters and the order. Nobody can learn
anything from it, or change anything by it, so it needs no signature. What a cursor says is checked as every other input is.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Any

import orjson

from procdef.camunda.protocol.errors import INVALID, EngineError
from procdef.query.cache import ListQuery
from procdef.query.position import Position, is_possible
from procdef.query.table import Table

CURSOR = "cursor"
CURSOR_OR_FIRST = "Only one of the query parameters 'cursor' and 'firstResult' can be given."
FOREIGN = "The query parameter 'cursor' is not a cursor of this list with these filters and this order."


def encoded(table: Table, query: ListQuery, position: Position) -> str:
    """The cursor of a position."""
    return _word([_digest(table, query), *position])


def decoded(table: Table, query: ListQuery, cursor: str) -> Position:
    """The position of a cursor; that of the empty string is before the first row.

    Raises EngineError for a cursor of another list, and for one that is not exactly as `encoded` writes it.
    """
    if not cursor:
        return ()
    try:
        digest, *position = orjson.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=="))
    except (ValueError, TypeError) as error:
        raise EngineError(INVALID, message=FOREIGN) from error
    is_of_list = digest == _digest(table, query) and is_possible(table, query.orders, position)
    if not is_of_list or cursor != _word([digest, *position]):
        raise EngineError(INVALID, message=FOREIGN)
    return tuple(position)


def _word(parts: list[Any]) -> str:
    return urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def _digest(table: Table, query: ListQuery) -> str:
    parts = [table.model.__name__, *(field.name for field in table.fields), sorted(query.values.items()), query.orders]
    groups = [sorted(group.items()) for group in query.groups]
    return blake2b(str([parts, groups]).encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()
