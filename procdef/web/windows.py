"""What a page shows of a list that may be of any length: some rows from one of them on, as many as are still easy to read and to send.

The number of the first row is a parameter of the URL. A page with long rows has fewer of them, so pages have no numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
LONGEST = 150_000
"""Characters of all rows of a page, about: the markup takes several times as much, and a browser should show it at once."""


@dataclass(frozen=True)
class Window(Generic[Row]):
    """The rows that a page shows, the number of the first one from 1, how many there are in all, and how many a page has at most."""

    shown: Sequence[Row]
    first: int
    total: int
    most: int

    @property
    def last(self) -> int:
        """The number of the last row that is shown."""
        return self.first + len(self.shown) - 1

    @property
    def before(self) -> int | None:
        """The first row of the page before; None on the first one."""
        return max(self.first - self.most, 1) if self.first > 1 else None

    @property
    def after(self) -> int | None:
        """The first row of the next page; None on the last one."""
        return self.last + 1 if self.last < self.total else None

    @property
    def is_part(self) -> bool:
        """Whether there are other rows than those that are shown."""
        return len(self.shown) < self.total


def window(rows: Sequence[Row], first: int, most: int, length: Callable[[Row], int]) -> Window[Row]:
    """The rows of a page from the row `first` on, or from the last one if there are fewer. `length` says how many characters a row has."""
    first = max(min(first, len(rows)), 1)
    shown = rows[first - 1 : first - 1 + most]
    return Window(shown[: fitting(map(length, shown))], first, len(rows), most)


def fitting(lengths: Iterable[int]) -> int:
    """How many rows with these lengths a page shows: at least one."""
    number, room = 0, LONGEST
    for length in lengths:
        room -= length
        if room < 0 and number:
            break
        number += 1
    return number
