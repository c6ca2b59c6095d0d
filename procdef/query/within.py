"""The parts of statements on a table that is within another one: which of both is read first, and numbers over the rows of the other."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from peewee import SQL, Expression, ModelSelect, NodeList, Select, fn

from procdef.query.dialects.base import Page
from procdef.query.operators import NEWEST
from procdef.query.table import Numbers, Table, Within

MOST_FLAGGED = 50_000
"""The rows with the flag, at most, that are read before those of a table within theirs. Which come first among the others is not known."""


def is_flagged(table: Table, names: Collection[str]) -> bool:
    """Whether one of these filters of a table leaves the rows with the flag of another one, which it is within."""
    flag = table.dictionary_of_flag.flag if table.within and table.dictionary_of_flag else None
    return any(table.condition_by_name[name].column is flag for name in names) if flag is not None else False


def is_read_first(table: Table, names: Collection[str], *, few: bool, stops: bool) -> bool:
    """Whether the rows that these filters leave are read first. Otherwise each row is looked up in them.

    Looking up is faster for few rows, and for a page that `stops` before all rows, unless a filter with a value leaves few. It is not
    possible for the newest rows, since each look-up would need all of them.
    """
    operators = [table.condition_by_name[name].operator for name in names]
    is_faster = not few and (not stops or any(operator.valued for operator in operators))
    return is_faster or NEWEST in operators


def is_there(query: ModelSelect[Any]) -> Any:
    """The condition that a correlated query has a row, looked up for each row. A database may plan a join for EXISTS."""
    return Expression(fn.coalesce(query.limit(SQL("1")), SQL("NULL")), "IS NOT", SQL("NULL"))


def counted(query: ModelSelect, within: Within, numbers: Numbers, keys: ModelSelect) -> ModelSelect:
    """A query joined with the numbers over the rows that these keys leave."""
    columns = [column.alias(name) for name, column in numbers.columns.items()]
    counted = numbers.of.model.select(numbers.of.alias("of"), *columns).where(within.local.in_(keys)).group_by(numbers.of).alias("counted")
    return query.join(counted, on=Expression(numbers.key, "=", counted.c.of))


def tied(table: Table, columns: list[Any], page: Page) -> Select:
    """A deferred join for a table whose key is several columns."""
    rows: Select = table.model.select(*columns)
    return rows.where(Expression(NodeList(table.ties, glue=", ", parens=True), "IN", page(list(table.ties))))
