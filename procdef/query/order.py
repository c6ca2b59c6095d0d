"""The order of a list: the sort keys of its rows, and how those of later rows compare with a position."""

from __future__ import annotations

from typing import Any

from peewee import Asc, Desc

from procdef.query.bound import OF_POSITION, ORDER, Orders, QueryShape, placeholder
from procdef.query.dialects.base import Dialect
from procdef.query.table import Sort, Table


def order_of(dialect: Dialect, table: Table, shape: QueryShape, *, backward: bool) -> list[Any]:
    """The order of a shape, with the id ascending as tie-breaker. Backward all of it is reversed, the position of nulls too."""
    (first, descends), *others = directions(table, shape.orders)
    parts = [(dialect.unordered(first) if ORDER in shape.avoided else first, descends), *others]
    return [Desc(part) if descending is not backward else Asc(part) for part, descending in parts]


def directions(table: Table, orders: Orders, *, of_row: bool = False) -> list[tuple[Any, bool]]:
    """The columns that the rows are sorted by, and whether each is descending. The id is last, as tie-breaker.

    `of_row`: for rows that were found, each sort key that is computed is computed for its row alone.
    """
    found = [(_sort_key(table.sort_by_name[name], of_row=of_row), descending) for name, descending in orders]
    if found and found[-1][0] is table.id:
        return found
    return [*found, *((column, False) for column in table.ties or (table.id,))]


def _sort_key(sort: Sort, *, of_row: bool) -> Any:
    return sort.of_row if of_row and sort.of_row is not None else sort.column


def behind(dialect: Dialect, table: Table, shape: QueryShape) -> list[Any]:
    """The conditions on the first sort keys, each compared with that of the position."""
    keys = zip(directions(table, shape.orders), shape.behind, strict=False)
    return [
        operator.condition(dialect, column, placeholder(OF_POSITION.format(number))) for number, ((column, _), operator) in enumerate(keys)
    ]
