"""The statement cache: a statement is built once for each query shape. After that only its values are bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from peewee import Database, Query

from procdef.query.bound import LIMIT, OFFSET, UNLIMITED, Bound, Orders, Placeholder, QueryShape
from procdef.query.dialects import Dialect

Make = Callable[..., Query]
"""A function that makes a query with placeholders from a dialect and a shape: `make(dialect, *shape)`."""
MAX_STATEMENTS = 2048
"""The most statements that are cached. A shape has only names, no values and no lengths of lists, so there are few shapes."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement with placeholders: `parameters` are constants, or a Placeholder for each value that is bound."""

    sql: str
    parameters: tuple[Any, ...]

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters for these values, which are given by the name of the placeholder. Raises KeyError if one is missing."""
        return [values[part.name] if isinstance(part, Placeholder) else part for part in self.parameters]


class ListQuery(NamedTuple):
    """A client's query on a table: the effective values by filter (`Table.effective`), the order, and the page.

    `first` and `limit` are numbers of rows, None if the request gives none. `constants` are values for placeholders in the table's fields.
    `then` are further orders. `groups` are the OR groups: of each, one of the values must match.
    """

    values: Mapping[str, Any]
    sort: str | None = None
    descending: bool = False
    first: int | None = None
    limit: int | None = None
    constants: Mapping[str, Any] = MappingProxyType({})
    then: Orders = ()
    groups: tuple[Mapping[str, Any], ...] = ()

    @property
    def orders(self) -> Orders:
        """All orders, the most important one first."""
        return () if self.sort is None else ((self.sort, self.descending), *self.then)

    def ordered(self, orders: Orders) -> ListQuery:
        """The same query in these orders."""
        (sort, descending), *then = orders or ((None, False),)
        return self._replace(sort=sort, descending=descending, then=tuple(then))

    def total(self, number: int) -> int | None:
        """How many rows there are on all pages, if this page of `number` rows shows it: the last page does, unless it is full."""
        is_full, is_beyond = number == self.limit, number == 0 and bool(self.first)
        return None if is_full or is_beyond else (self.first or 0) + number

    def forward(self, bound: Bound) -> tuple[QueryShape, Mapping[str, Any]]:
        """The shape of the page's statement, and the values of its placeholders."""
        first, limit = self.first or 0, UNLIMITED if self.limit is None else self.limit
        is_paged = bool(first) or self.limit is not None
        shape = bound.shape._replace(orders=self.orders, paged=is_paged, with_offset=bool(first))
        return shape, {**bound.values, **self.constants, LIMIT: limit, OFFSET: first}

    def backward(self, bound: Bound, total: int) -> tuple[QueryShape, Mapping[str, Any]]:
        """As `forward`, for the statement that reads the page from the end of a list of `total` rows. The page must have a row."""
        first = self.first or 0
        last = total if self.limit is None else min(first + self.limit, total)
        shape = bound.shape._replace(orders=self.orders, paged=True, backward=True)
        return shape, {**bound.values, **self.constants, LIMIT: last - first, OFFSET: total - last}


class StatementCache:
    """The statements of one database, by the function that makes them and their shape. Safe to use from several threads.

    It has at most MAX_STATEMENTS entries, and evicts the least recently used.
    """

    def __init__(self, database: Database, dialect: Dialect) -> None:
        self.dialect = dialect
        self._database = database
        self._statement = lru_cache(MAX_STATEMENTS)(self._compile)

    def get(self, make: Make, *shape: Any) -> Statement:
        """The statement that `make(dialect, *shape)` builds."""
        return self._statement(make, *shape)

    def bound(self, make: Make, *shape: Any, values: Mapping[str, Any]) -> tuple[str, Sequence[Any]]:
        """SQL and parameters of the statement that `make(dialect, *shape)` builds. A list among the values becomes one parameter."""
        statement = self._statement(make, *shape)
        lists = {name: self.dialect.bind_list(value) for name, value in values.items() if isinstance(value, list)}
        return statement.sql, statement.bind({**values, **lists} if lists else values)

    def _compile(self, make: Make, *shape: Any) -> Statement:
        sql, parameters = make(self.dialect, *shape).bind(self._database).sql()
        return Statement(sql, tuple(parameters))
