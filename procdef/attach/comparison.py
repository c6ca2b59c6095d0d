"""The comparison of the store with the engine's database: which rows are gone there, and which have changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from procdef.attach.files import Row
from procdef.attach.mirrored import MirroredTable
from procdef.attach.removals import HoldReason, hold_reason
from procdef.attach.source import Source
from procdef.attach.tables import DEPLOYMENTS
from procdef.store.store import Store

Key = tuple[Any, ...]


class Comparison:
    """By table: the keys of the rows that the source no longer has, and the ids of the rows that have changed there."""

    def __init__(self, source: Source, store: Store, skipped: Collection[str]) -> None:
        """Definitions that are `skipped`, by id, count as gone."""
        self._source, self._store, self._skipped = source, store, skipped
        self.gone: dict[MirroredTable, list[Row]] = defaultdict(list)
        self.changed: dict[MirroredTable, list[str]] = defaultdict(list)

    def compare(self, table: MirroredTable, *, all_gone: bool) -> Iterator[int]:
        """Compare the rows of a table. Yields, page by page, how many rows were compared. With `all_gone` all of them count as gone."""
        names = (*table.key, *table.change_columns)
        for page in table.pages(self._store):
            theirs = {} if all_gone else self._theirs(table, names, page)
            self.gone[table] += [{name: row[name] for name in table.key} for row in page if _key(table, row) not in theirs]
            self.changed[table] += [row["id"] for row in page if theirs.get(_key(table, row), row) != row]
            yield len(page)

    def hold_reason(self) -> HoldReason | None:
        """Why the gone rows must not be removed; None if they may be."""
        gone = {table: len(rows) for table, rows in self.gone.items()}
        is_empty = bool(gone.get(DEPLOYMENTS)) and not self._source.count(DEPLOYMENTS)
        return hold_reason(gone, lambda table: table.count(self._store), is_empty=is_empty, unfinished=self._source.unfinished())

    def _theirs(self, table: MirroredTable, names: Sequence[str], page: Sequence[Row]) -> dict[Key, Row]:
        found = self._source.rows(table, names, table.key[0], {row[table.key[0]] for row in page})
        return {_key(table, row): row for row in table.without(list(found), self._skipped)}


def known_deployments(source: Source, store: Store) -> int:
    """How many of the copied deployments the source has. Ids and times must be equal, since ids may be small numbers that repeat."""
    names, found = ("id", "deploy_time"), 0
    for page in DEPLOYMENTS.pages(store):
        times = {row["id"]: row["deploy_time"] for row in source.rows(DEPLOYMENTS, names, "id", {row["id"] for row in page})}
        found += sum(times.get(row["id"]) == row["deploy_time"] for row in page)
    return found


def _key(table: MirroredTable, row: Row) -> Key:
    return tuple(row[name] for name in table.key)
