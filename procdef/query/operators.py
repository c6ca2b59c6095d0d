"""The operators of filters: the SQL of each comparison, and how its value is bound."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peewee import SQL, Expression, Value, fn

from procdef.query.dialects import Dialect

Condition = Callable[[Dialect, Any, Value], Any]
"""A function that makes SQL from dialect, column and placeholder."""
WILDCARD = re.compile(r"[%_\\]")
IMPOSSIBLE = object()
"""Bound instead of a value that no row can have, such as a string with a NUL. Then the list is empty, and no statement is run."""


def _plain(_dialect: Dialect, value: Any) -> Any:
    return IMPOSSIBLE if isinstance(value, str) and "\0" in value else value


def _list(dialect: Dialect, values: list[str | None]) -> Any:
    """The values without those that no row can have: nulls, and strings with a NUL."""
    return dialect.bind_list([value for value in dict.fromkeys(values) if value is not None and "\0" not in value])


def _pattern(dialect: Dialect, value: str) -> Any:
    bound = dialect.bind_pattern(value)
    return IMPOSSIBLE if bound is None or "\0" in bound else bound


def _upper_pattern(dialect: Dialect, value: str) -> Any:
    return _pattern(dialect, value.upper())


def _part(dialect: Dialect, value: str) -> Any:
    return _upper_pattern(dialect, "%" + WILDCARD.sub(r"\\\g<0>", value) + "%")


def _start(dialect: Dialect, value: str) -> Any:
    return _pattern(dialect, WILDCARD.sub(r"\\\g<0>", value) + "%")


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison: `condition` makes the SQL from dialect, column and placeholder; `bind` turns the value into the parameter.

    `of_row` makes SQL that looks each row up, if there is such; it is faster where a statement does not begin with the rows that match. An
    operator that is not `valued` compares with no value: its filter is in effect only if the parameter is true. One that `searches` has to
    compare every row, since no index finds those that match. Of one with `many` values the number of rows is unknown, whatever the column.
    """

    name: str
    condition: Condition
    bind: Callable[[Dialect, Any], Any] = _plain
    valued: bool = True
    searches: bool = False
    many: bool = False
    of_row: Condition | None = None


EQUAL = Operator("equal", lambda dialect, column, value: Expression(column, "=", dialect.parameter(value)))
GREATER = Operator("greater", lambda dialect, column, value: Expression(column, ">", dialect.parameter(value)))
LESS = Operator("less", lambda dialect, column, value: Expression(column, "<", dialect.parameter(value)))
ANY_OF = Operator("any of", lambda dialect, column, values: dialect.any_of(column, values), _list)
ANY_OF_MANY = Operator("any of many", lambda dialect, column, values: dialect.any_of(column, values), _list, many=True)
NONE_OF = Operator("none of", lambda dialect, column, values: ~fn.coalesce(dialect.any_of(column, values), SQL("false")), _list, many=True)
STARTS_WITH = Operator("starts with", lambda dialect, column, value: dialect.like(column, value), _start, searches=True)
LIKE = Operator("like", lambda dialect, column, value: dialect.like(column, value), _pattern, searches=True)
LIKE_NOCASE = Operator("like, ignoring case", lambda dialect, column, value: dialect.like(column, value), _upper_pattern, searches=True)
CONTAINS_NOCASE = Operator("contains, ignoring case", lambda dialect, column, value: dialect.like(column, value), _part, searches=True)
IS_NULL = Operator("is null", lambda _dialect, column, _value: column.is_null(), valued=False)
IS_NOT_NULL = Operator("is not null", lambda _dialect, column, _value: column.is_null(is_null=False), valued=False)
IS_TRUE = Operator("is true", lambda _dialect, column, _value: Expression(column, "=", SQL("true")), valued=False)
IS_FALSE = Operator("is false", lambda _dialect, column, _value: Expression(column, "=", SQL("false")), valued=False)
HOLDS = Operator("holds", lambda _dialect, condition, _value: condition, valued=False)
NO_EFFECT = Operator("no effect", lambda _dialect, _column, _value: None, valued=False)
EITHER = Operator("either", lambda _dialect, _column, _value: None, searches=True)
"""Of a filter whose value is compared by other filters: it matches where one of them does."""
NEWEST = Operator("newest", lambda _dialect, _column, _value: None, valued=False, searches=True)
"""Of the rows that match all other filters, the newest of each kind. The column says which that is; the statement builder compares."""


def related(condition: Callable[[Dialect, Value], Any], of_row: Callable[[Dialect, Value], Any] | None = None) -> Operator:
    """An operator for a condition on more than one column: `condition`, or `of_row`, gets the dialect and the placeholder."""
    row = None if of_row is None else lambda dialect, _column, value: of_row(dialect, value)
    return Operator("related", lambda dialect, _column, value: condition(dialect, value), of_row=row)
