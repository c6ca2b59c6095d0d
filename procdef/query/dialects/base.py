"""The protocol of a dialect, and the reading of LIKE patterns, which is the same in both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from peewee import Expression, ModelSelect, Select, Value


def like_tokens(pattern: str) -> list[tuple[bool, str]] | None:
    r"""A LIKE pattern as pairs of (is a wildcard, character); None if it ends in a single backslash, and so matches nothing.

    `%` is any number of characters, `_` is one. A backslash makes the character after it an ordinary one.
    """
    tokens, characters = [], iter(pattern)
    for character in characters:
        if character != "\\":
            tokens.append((character in "%_", character))
        elif (escaped := next(characters, None)) is None:
            return None
        else:
            tokens.append((False, escaped))
    return tokens


Page = Callable[[list[Any]], ModelSelect]
"""A function that makes the query of a page with these columns: in its order, with limit and offset."""


class Member(NamedTuple):
    """One member of a JSON object: its name, the SQL of its value, and whether that value is JSON already (`FieldType.is_json`)."""

    name: str
    value: Any
    is_json: bool = False


class Dialect(Protocol):
    """What the statement builder needs from a database. Expressions are Peewee's, which have no types."""

    name: str
    no_items: Any
    """An empty JSON array."""
    nulls_are_greatest: bool
    """Whether nulls come after all values in ascending order."""

    def keys_first(self, id: Any, columns: list[Any], page: Page) -> Select:  # noqa: A002
        """A deferred join: the keys of the page are found in an index, then these columns of its rows are fetched, in any order.

        So rows before the page, and rows that do not match, are never fetched. The key is what the database finds a row by fastest.
        """

    def after_offset(self, id: Any, order: Sequence[Any], columns: list[Any], page: Page) -> Select:  # noqa: A002
        """These columns of a page after an offset, in a list of this order without values in its filters. The rows come in any order."""

    def boolean(self, condition: Any) -> Any:
        """The value of a condition, as one that `json_object` writes as `true` or `false`."""

    def timestamp(self, column: Any) -> Any:
        """A timestamp in UTC as the string `yyyy-MM-dd'T'HH:mm:ss.SSS+0000`."""

    def parameter(self, value: Value) -> Any:
        """The placeholder of a value in a condition."""

    def page_parameter(self, value: Value) -> Any:
        """The placeholder of a limit or an offset, in a form for which the database plans the statement once, and not for each value."""

    def unindexed(self, column: Any) -> Any:
        """A column as an expression of the same value, so that the database does not look up rows by its index."""

    def unordered(self, column: Any) -> Any:
        """A column as an expression of the same value, so that the database sorts rows by it and does not read them in its order."""

    def any_of(self, column: Any, values: Value) -> Expression:
        """The condition that a column has one of several values. The values are bound as one parameter."""

    def each(self, values: Value) -> Any:
        """The same values as the rows of a table, whose column is `value`."""

    def any_of_few(self, column: Any, query: Select) -> Expression:
        """The condition that a column has one of the values that a query finds, which are few compared with the rows."""

    def bind_list(self, values: Sequence[Any]) -> Any:
        """A list as the parameter of `any_of`."""

    def like(self, column: Any, pattern: Value) -> Expression:
        """The condition that a column matches a pattern, case-sensitively."""

    def bind_pattern(self, pattern: str) -> str | None:
        """A LIKE pattern as the parameter of `like`; None if it can match nothing."""

    def has_trigram(self, pattern: Any) -> bool:
        """Whether a statement has to name the index of trigrams to use it for this parameter of `like`, and it finds something there."""

    def is_same(self, one: Any, other: Any) -> Expression:
        """The condition that two values are equal, or both null."""

    def quoted(self, value: Any) -> Any:
        """A string as the text of a JSON string."""

    def moment(self, text: Any) -> Any:
        """A string `yyyy-MM-dd HH:mm:ss.SSS` in UTC, as the value of a column of moments."""

    def json(self, text: Any) -> Any:
        """A text that is JSON, as a value that `json_object` does not quote."""

    def text_of(self, octets: Any) -> Any:
        """Bytes that are UTF-8, as a string."""

    def sha256(self, octets: Any) -> Any:
        """The SHA-256 of bytes in hexadecimal digits; null for null."""

    def json_object(self, members: Iterable[Member]) -> Any:
        """The compact text of a JSON object with these members, in this order."""
