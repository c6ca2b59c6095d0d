"""The dialect of SQLite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import orjson
from peewee import JOIN, SQL, Column, Expression, Join, NodeList, Select, Value, fn

from procdef.query.dialects.base import Member, Page, like_tokens

LONGEST_PATTERN = 50_000
"""Bytes. SQLite refuses a longer pattern, and no column has a string that it could match."""

TRIGRAM = re.compile(r"(?<![\[])[^*?\[\]]{3}")


class Sqlite:
    """SQLite, through the package `apsw`. It has no types for booleans and JSON: both are strings."""

    name = "sqlite"
    no_items = SQL("'[]'")
    nulls_are_greatest = False

    def keys_first(self, id: Any, columns: list[Any], page: Page) -> Select:  # noqa: A002
        """By rowid, which every index has. The join is a cross join, so that SQLite begins with the keys."""
        rowid = Column(id.model, "rowid")
        keys = page([rowid.alias("key")]).alias("keys")
        return Select([Join(keys, id.model, JOIN.CROSS, on=Expression(SQL('"keys"."key"'), "=", rowid))], columns)

    def after_offset(self, id: Any, order: Sequence[Any], columns: list[Any], page: Page) -> Select:  # noqa: A002, ARG002
        """By a deferred join, which is faster than to step over rows of the table."""
        return self.keys_first(id, columns, page)

    def boolean(self, condition: Any) -> Any:
        """The JSON text `true` or `false`."""
        return fn.iif(condition, SQL("'true'"), SQL("'false'"))

    def timestamp(self, column: Any) -> Any:
        """The stored string, with the T and the offset from UTC added."""
        return NodeList((fn.replace(column, " ", "T"), SQL("|| '+0000'")))

    def parameter(self, value: Value) -> NodeList:
        """An expression, because SQLite prepares a statement with a bare parameter in a condition or a limit again for each value."""
        return NodeList((SQL("+"), value), glue="")

    def page_parameter(self, value: Value) -> NodeList:
        """An expression, for the same reason as every other parameter."""
        return self.parameter(value)

    def unindexed(self, column: Any) -> Any:
        """By the unary operator +, which changes nothing."""
        return NodeList((SQL("+"), column), glue="")

    def unordered(self, column: Any) -> Any:
        """The same."""
        return self.unindexed(column)

    def any_of(self, column: Any, values: Value) -> Expression:
        """The values are the text of a JSON array, which SQLite reads as a table."""
        return Expression(column, "IN", NodeList((SQL("(SELECT value FROM json_each("), values, SQL("))")), glue=""))

    def each(self, values: Value) -> Any:
        """By `json_each`."""
        return Select([fn.json_each(values).alias("items")], [SQL("value")])

    def any_of_few(self, column: Any, query: Select) -> Expression:
        """By IN: SQLite looks the values up, unless the column is unindexed."""
        return Expression(column, "IN", query)

    def bind_list(self, values: Sequence[Any]) -> str:
        """The text of a JSON array."""
        return orjson.dumps(values).decode()

    def like(self, column: Any, pattern: Value) -> Expression:
        """By GLOB: SQLite's LIKE ignores case."""
        return Expression(column, "GLOB", pattern)

    def bind_pattern(self, pattern: str) -> str | None:
        """The pattern in the syntax of GLOB. Several `%` in a row become one `*`, because each `*` costs time."""
        if (tokens := like_tokens(pattern)) is None:
            return None
        any_run = (True, "%")
        glob = "".join(_glob(*token) for before, token in pairwise([(False, ""), *tokens]) if not before == token == any_run)
        return glob if len(glob.encode()) <= LONGEST_PATTERN else None

    def has_trigram(self, pattern: Any) -> bool:
        """Three characters in a row without a special meaning. An escaped one counts as special, as it does for SQLite."""
        return isinstance(pattern, str) and TRIGRAM.search(pattern) is not None

    def is_same(self, one: Any, other: Any) -> Expression:
        """By IS, which treats null as a value."""
        return Expression(one, "IS", other)

    def quoted(self, value: Any) -> Any:
        """By `json_quote`."""
        return fn.json_quote(value)

    def moment(self, text: Any) -> Any:
        """The string itself, since a moment is a string."""
        return text

    def json(self, text: Any) -> Any:
        """The text itself, since JSON is text."""
        return text

    def text_of(self, octets: Any) -> Any:
        """The same bytes under another type."""
        return octets.cast("TEXT")

    def sha256(self, octets: Any) -> Any:
        """By a function that the connections of the store have: SQLite has none."""
        return fn.sha256(octets)

    def json_object(self, members: Iterable[Member]) -> Any:
        """By SQLite's function of this name. It quotes a string unless `json()` marks it as JSON."""
        parts = ((SQL(f"'{member.name}'"), fn.json(member.value) if member.is_json else member.value) for member in members)
        return fn.json_object(*(part for pair in parts for part in pair))


def _glob(wildcard: bool, character: str) -> str:
    if wildcard:
        return "*" if character == "%" else "?"
    return f"[{character}]" if character in "*?[" else character
