"""Positions in a list: the rows behind a row are found by its sort keys, whether that row is still there or not.

The rows behind a position are several ranges. In each range the first sort keys are equal to those of the position, and the next one is
behind it. An index that is in the order of the list finds each range at once. One condition for all ranges would contain OR, and then a
database passes over all rows with an equal sort key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import Field

from procdef.query.bound import OF_POSITION, Orders, QueryShape
from procdef.query.dialects import Dialect
from procdef.query.operators import EQUAL, GREATER, IS_NOT_NULL, IS_NULL, LESS, Operator
from procdef.query.order import directions
from procdef.query.table import Table

Position = Sequence[Any]
"""The sort keys of a row, in the order of the sorts. The id is the last of them."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,3})?", re.ASCII)
"""A timestamp as one of the databases writes it in JSON."""


def is_possible(table: Table, orders: Orders, position: Position) -> bool:
    """Whether a row may have this position in a list of these orders: whether its sort keys are of the types of the columns."""
    columns = [column for column, _ in directions(table, orders)]
    texts = [sort.column for sort in table.sorts if sort.text]
    kinds = [_kind(column, is_text=any(column is text for text in texts)) for column in columns]
    return len(columns) == len(position) and all(map(_is_value, kinds, map(_is_nullable, columns), position))


def _kind(column: Any, *, is_text: bool) -> str:
    return str(column.field_type) if isinstance(column, Field) else "TEXT" if is_text else "INT"


def _is_nullable(column: Any) -> bool:
    return isinstance(column, Field) and bool(column.null)


def _is_value(kind: str, is_nullable: bool, key: Any) -> bool:
    """Whether a column of a kind may have this value."""
    if key is None:
        return is_nullable
    if kind == "INT":
        return type(key) is int and abs(key) < 2**31
    if not isinstance(key, str) or "\0" in key:
        return False
    return kind != "TIMESTAMP" or _is_moment(key)


def _is_moment(text: str) -> bool:
    try:
        return MOMENT.fullmatch(text) is not None and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def ranges(dialect: Dialect, table: Table, shape: QueryShape, position: Position) -> Iterator[QueryShape]:
    """The shapes of the ranges behind a position, in the order of the list. An empty position is before the first row."""
    orders = directions(table, shape.orders)
    for last in reversed(range(len(position))):
        equal = tuple(IS_NULL if key is None else EQUAL for key in position[:last])
        column, descending = orders[last]
        nulls_are_last = dialect.nulls_are_greatest is not descending
        for operator in _behind(position[last], descending=descending, nulls_are_last=nulls_are_last and _is_nullable(column)):
            yield shape._replace(behind=(*equal, operator))
    if not position:
        yield shape


def values(position: Position) -> Mapping[str, Any]:
    """The values of the placeholders."""
    return {OF_POSITION.format(number): key for number, key in enumerate(position)}


def _behind(key: Any, *, descending: bool, nulls_are_last: bool) -> Sequence[Operator]:
    """How keys that are behind this one compare with it."""
    if key is None:
        return () if nulls_are_last else (IS_NOT_NULL,)
    return (LESS if descending else GREATER, *((IS_NULL,) if nulls_are_last else ()))
