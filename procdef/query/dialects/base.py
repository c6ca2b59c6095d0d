"""The protocol of a dialect, and how a LIKE pattern is read in both of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from peewee import Expression, ModelSelect, Select, Value


def like_tokens(pattern: str) -> list[tuple[bool, str]] | None:
    r"""A LIKE pattern as pairs of (is a wildcard, character), or None where it ends in a lone backslash and so matches nothing.

    `%` is any run of characters, `_` one; a backslash takes the wildcard's meaning from the character after it.
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
"""Makes the query of a page of some columns, in its order and with its limit and offset."""


class Member(NamedTuple):
    """One member of a JSON object: its name, the SQL of its value, and whether that value is JSON already (`FieldType.is_json`)."""

    name: str
    value: Any
    is_json: bool = False


class Dialect(Protocol):
    """What the statement builder asks of a database. Expressions are Peewee's, which have no types of their own."""

    name: str
    no_items: Any
    """An empty JSON array."""

    def keys_first(self, id: Any, columns: list[Any], page: Page) -> Select:  # noqa: A002
        """A deferred join: the page's keys are read in an index alone, then these columns of its rows are fetched, in any order.

        So rows that are passed over, or do not match, are never fetched. The key is what the database fetches a row by the soonest.
        """

    def after_offset(self, id: Any, order: Sequence[Any], columns: list[Any], page: Page) -> Select:  # noqa: A002
        """These columns of a page behind an offset in a list with this order that no value restricts. The rows come in any order."""

    def boolean(self, condition: Any) -> Any:
        """The value of a condition, as one that `json_object` writes as `true` or `false`."""

    def timestamp(self, column: Any) -> Any:
        """A timestamp in UTC as the string `yyyy-MM-dd'T'HH:mm:ss.SSS+0000`."""

    def parameter(self, value: Value) -> Any:
        """The placeholder of a value in a condition."""

    def page_parameter(self, value: Value) -> Any:
        """The placeholder of a limit or an offset, such that the database plans the statement once and not for each value."""

    def any_of(self, column: Any, values: Value) -> Expression:
        """The condition that a column has one of several values, which are bound as one parameter."""

    def bind_list(self, values: Sequence[Any]) -> Any:
        """A list as the parameter of `any_of`."""

    def like(self, column: Any, pattern: Value) -> Expression:
        """The condition that a column matches a pattern, case-sensitively."""

    def bind_pattern(self, pattern: str) -> str | None:
        """A LIKE pattern as the parameter of `like`; None where it can match nothing."""

    def is_same(self, one: Any, other: Any) -> Expression:
        """The condition that two values are equal, or both null."""

    def quoted(self, value: Any) -> Any:
        """A string as the text of a JSON string."""

    def json(self, text: Any) -> Any:
        """A text that is JSON, as a value that `json_object` does not quote."""

    def text_of(self, octets: Any) -> Any:
        """Bytes that are UTF-8, as a string."""

    def json_object(self, members: Iterable[Member]) -> Any:
        """The compact text of a JSON object with these members, in this order."""
