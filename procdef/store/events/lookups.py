"""Reading the numbers of events."""

from __future__ import annotations

from typing import NamedTuple

from peewee import Select, fn

from procdef.query.dialects import Dialect
from procdef.store.models import Event
from procdef.store.reader import Reader


class Numbers(NamedTuple):
    """The numbers of the oldest event that is kept, and of the newest; both 0 if there is none."""

    oldest: int
    newest: int


NONE = Numbers(0, 0)


def numbers(reader: Reader) -> Numbers:
    """By two looks at the index, however many events there are."""
    ((oldest, newest),) = reader.read(_numbers, values={})
    return Numbers(oldest or 0, newest or 0)


def _numbers(_dialect: Dialect) -> Select:
    return Select([], [Event.select(fn.min(Event.number)), Event.select(fn.max(Event.number))])
