"""Landmarks: places of rows whose offsets in a list were learned from its pages, so that a page is not counted out from the first row."""

from __future__ import annotations

from bisect import bisect_right
from threading import Lock
from typing import Any, NamedTuple

from procdef.query.table import Table

NEAR = 20
"""Rows from one landmark to the next at least: fewer are passed over as fast as a landmark is kept."""
MOST = 1024
"""Landmarks of a list that are kept at most, each of some hundred bytes."""

Listing = tuple[Table, frozenset[str], str | None]
"""A list: its table, the names of the filters that it meets, and the sort that it has, None where it is in the order of ids."""


class Landmark(NamedTuple):
    """The row that stands at an offset, `first`, has this place: its id, or the value that it is sorted by and its id."""

    first: int
    place: tuple[Any, ...]


BEGINNING = Landmark(0, ())
"""Where every list begins, at every revision."""


class Landmarks:
    """The landmarks of all lists, at one revision of the store. Safe to use from several threads."""

    def __init__(self) -> None:
        self._revision = ""
        self._of: dict[Listing, list[Landmark]] = {}
        self._lock = Lock()

    def before(self, listing: Listing, first: int) -> tuple[Landmark, str]:
        """The last landmark that is not after an offset, and the revision that it is of; where none is known, BEGINNING."""
        with self._lock:
            known = self._of.get(listing, ())
            at = bisect_right(known, first, key=_first)
            return known[at - 1] if at else BEGINNING, self._revision

    def learn(self, listing: Listing, landmark: Landmark, revision: str) -> None:
        """Keep a landmark that was seen at a revision; those of another are forgotten. Where there are too many, every second one is."""
        with self._lock:
            if revision != self._revision:
                self._revision, self._of = revision, {}
            known = self._of.setdefault(listing, [])
            at = bisect_right(known, landmark.first, key=_first)
            if landmark.first - (known[at - 1].first if at else 0) < NEAR:
                return
            if len(known) >= MOST:
                del known[::2]
                at //= 2
            known.insert(at, landmark)


def _first(landmark: Landmark) -> int:
    return landmark.first
