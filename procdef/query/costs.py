"""What a way to a page costs. The unit is to pass over one entry of an index.

The indexes of the orders have the columns that a table says are covered. For another column the row has to be read, but only where the
covered ones match.
"""

from __future__ import annotations

from collections.abc import Collection
from math import prod, sqrt
from typing import NamedTuple

READ, SORT, SEEK = 10, 5, 30
"""What it costs to read a row, to put one into an order, and to find the first entry of a value."""


class Restriction(NamedTuple):
    """A filter, or an OR group: the share of all rows that match, and whether its columns are covered."""

    share: float
    is_covered: bool


def of_entries(number: float, others: Collection[Restriction], *, reads: bool = False) -> float:
    """The cost of this number of entries, whose rows must meet other restrictions. With `reads` all that may match are read."""
    covered = prod(one.share for one in others if one.is_covered)
    return number * (1 + READ * covered * (reads or not all(one.is_covered for one in others)))


def of_look_ups(number: float) -> float:
    """The cost of finding this number of rows by other tables: two of these and the table itself are read for each."""
    return 3 * READ * number


def of_walk(page: int, rows: int, filters: Collection[Restriction]) -> float:
    """How many of these rows a walk passes over until it has found as many as the page needs.

    That is between the likely number and all rows, nearer to all, since filters and orders depend on each other: the rows that match may
    come last.
    """
    likely = page / prod(one.share for one in filters)
    return min(float((likely * rows * rows) ** (1 / 3)), rows)


def of_walk_from_first(page: int, rows: int, values: int, filters: Collection[Restriction]) -> float:
    """The cost of finding the first row of each of these values, and how many rows a walk passes over that begins at the first of all.

    That is between the likely number and all rows too, nearer to the likely one, since what comes before is passed over.
    """
    likely = page / prod(one.share for one in filters)
    return SEEK * values + min(sqrt(likely * rows), rows)


def of_sorting(number: float, others: Collection[Restriction]) -> float:
    """The cost of sorting the rows of this number of entries that meet other restrictions."""
    return SORT * number * prod(one.share for one in others)
