"""How a filter compares: one operator a kind of comparison, with the SQL that it becomes and the way its value is bound."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peewee import SQL, Expression, Value

from procdef.query.dialects import Dialect

WILDCARD = re.compile(r"[%_\\]")
IMPOSSIBLE = object()
"""Bound in place of a value that no row can equal, such as a text with a NUL: the answer is empty without asking the database."""


def _plain(_dialect: Dialect, value: Any) -> Any:
    return IMPOSSIBLE if isinstance(value, str) and "\0" in value else value


def _list(dialect: Dialect, values: list[str | None]) -> Any:
    """Without what no row can equal: nulls, and texts with a NUL."""
    return dialect.bind_list([value for value in dict.fromkeys(values) if value is not None and "\0" not in value])


def _pattern(dialect: Dialect, value: str) -> Any:
    bound = dialect.bind_pattern(value)
    return IMPOSSIBLE if bound is None or "\0" in bound else bound


def _upper_pattern(dialect: Dialect, value: str) -> Any:
    return _pattern(dialect, value.upper())


def _part(dialect: Dialect, value: str) -> Any:
    return _upper_pattern(dialect, "%" + WILDCARD.sub(r"\\\g<0>", value) + "%")


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison: `condition` makes the SQL from dialect, column and the value's place; `bind` turns the value into what is bound there.

    An operator that is not `valued` has its whole meaning in the SQL, and is in effect only where the parameter is true. One that
    `searches` looks at values one by one, as no index leads to those that meet it.
    """

    name: str
    condition: Callable[[Dialect, Any, Value], Any]
    bind: Callable[[Dialect, Any], Any] = _plain
    valued: bool = True
    searches: bool = False


EQUAL = Operator("equal", lambda dialect, column, value: Expression(column, "=", dialect.place(value)))
GREATER = Operator("greater", lambda dialect, column, value: Expression(column, ">", dialect.place(value)))
LESS = Operator("less", lambda dialect, column, value: Expression(column, "<", dialect.place(value)))
ANY_OF = Operator("any of", lambda dialect, column, values: dialect.any_of(column, values), _list)
LIKE = Operator("like", lambda dialect, column, value: dialect.like(column, value), _pattern, searches=True)
LIKE_NOCASE = Operator("like, ignoring case", lambda dialect, column, value: dialect.like(column, value), _upper_pattern, searches=True)
CONTAINS_NOCASE = Operator("contains, ignoring case", lambda dialect, column, value: dialect.like(column, value), _part, searches=True)
IS_NULL = Operator("is null", lambda _dialect, column, _value: column.is_null(), valued=False)
IS_TRUE = Operator("is true", lambda _dialect, column, _value: Expression(column, "=", SQL("true")), valued=False)
IS_FALSE = Operator("is false", lambda _dialect, column, _value: Expression(column, "=", SQL("false")), valued=False)
HOLDS = Operator("holds", lambda _dialect, condition, _value: condition, valued=False)
NO_EFFECT = Operator("no effect", lambda _dialect, _column, _value: None, valued=False)


def related(condition: Callable[[Dialect, Value], Any]) -> Operator:
    """A comparison that does not stand on one column: `condition` gets the dialect and the value's place."""
    return Operator("related", lambda dialect, _column, value: condition(dialect, value))
