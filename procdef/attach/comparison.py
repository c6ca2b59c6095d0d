"""Holding what is in the store against the engine's database: what is gone there, and what has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from typing import Any

from procdef.attach import target
from procdef.attach.removals import Doubt, doubt
from procdef.attach.source import Source
from procdef.attach.tables import DEFINITIONS, DEPLOYMENTS, MirroredTable, Row
from procdef.store.store import Store

Key = tuple[Any, ...]


class Review:
    """The rows of the store that the source no longer has, by their keys, and the ids of those that it has otherwise; by table."""

    def __init__(self, source: Source, store: Store, left_out: Container[str]) -> None:
        """Definitions that are `left_out`, by id, count as gone."""
        self._source, self._store, self._left_out = source, store, left_out
        self.gone: dict[MirroredTable, list[Row]] = defaultdict(list)
        self.changed: dict[MirroredTable, list[str]] = defaultdict(list)

    def look_at(self, table: MirroredTable, *, all_gone: bool) -> Iterator[int]:
        """Look through the rows of a table; gives how many more were looked at. `all_gone` asks no source: all of them are to go."""
        names = (*table.key, *table.marks)
        for page in target.pages(self._store, table):
            theirs = {} if all_gone else self._theirs(table, names, page)
            self.gone[table] += [{name: row[name] for name in table.key} for row in page if _key(table, row) not in theirs]
            self.changed[table] += [row["id"] for row in page if theirs.get(_key(table, row), row) != row]
            yield len(page)

    def doubt(self) -> Doubt | None:
        """Why what is gone must not be removed; None where it may."""
        gone = {table: len(rows) for table, rows in self.gone.items()}
        is_empty = bool(gone.get(DEPLOYMENTS)) and not self._source.count(DEPLOYMENTS)
        return doubt(gone, lambda table: target.count(self._store, table), is_empty=is_empty, unfinished=self._source.unfinished())

    def _theirs(self, table: MirroredTable, names: Sequence[str], page: Sequence[Row]) -> dict[Key, Row]:
        found = self._source.rows(table, names, table.key[0], {row[table.key[0]] for row in page})
        return {_key(table, row): row for row in found if table is not DEFINITIONS or row["id"] not in self._left_out}


def known_deployments(source: Source, store: Store) -> int:
    """How many of the copied deployments the source has: with the same id and time, for an id may be a small number."""
    names, found = ("id", "deploy_time"), 0
    for page in target.pages(store, DEPLOYMENTS):
        times = {row["id"]: row["deploy_time"] for row in source.rows(DEPLOYMENTS, names, "id", {row["id"] for row in page})}
        found += sum(times.get(row["id"]) == row["deploy_time"] for row in page)
    return found


def _key(table: MirroredTable, row: Row) -> Key:
    return tuple(row[name] for name in table.key)
