"""The declarations of a dictionary: the columns whose distinct values are counted, and the model that has the counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peewee import Expression

Column = Any
"""A column of Peewee, or an SQL expression over columns. Peewee has no types for them."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of the values of a column, named by strings that have the same order, such as the months of moments.

    `of` makes the SQL of a value's group from the dialect and the value, `start` that of a group's lowest value from the dialect and the
    group. No group is after `last`.
    """

    of: Callable[[Any, Any], Any]
    start: Callable[[Any, Any], Any]
    last: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A column whose values are in the dictionary. Of a `rare` one a single value has few rows.

    With `groups` the dictionary has groups of values in their order.
    """

    column: Column
    rare: bool = False
    groups: Groups | None = None


@dataclass(frozen=True, eq=False)
class Dictionary:
    """The distinct values of columns of a table, with the number of rows of each: a model with the columns name, value and rows.

    `flag` is the column, true or false, whose rows are all rows. A list of those where it is true has indexes of its own. `trigrams` is
    the table by which SQLite finds the values with three characters in a row. It has each column that patterns search.
    """

    name: Column
    value: Column
    rows: Column
    columns: tuple[Counted, ...]
    flag: Column
    trigrams: str

    def counted(self, column: Column) -> Counted | None:
        """The entry of the column that a filter compares, which may stand on the left side of a condition; None if there is none."""
        compared = column.lhs if isinstance(column, Expression) else column
        return next((entry for entry in self.columns if entry.column is compared), None)

    def entry(self, column: Column) -> Counted:
        """The same. Raises LookupError if there is none."""
        if (found := self.counted(column)) is None:
            raise LookupError(column)
        return found
