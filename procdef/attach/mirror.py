"""The mirror: it copies what an engine's database has into the store, and removes what the engine no longer has.

First the store is compared with the engine: which rows are gone, which have changed. If too many are gone, no row is removed: see
`removals`. Then the engine's rows that are missing in the store are added, each deployment with all that belongs to it. Each batch is one
write transaction, and the store is consistent after each. So a run that is killed leaves nothing to repair, and the next run continues.

procdef's own rows are never changed, even if the engine has a row with the same id. A definition of the engine is not copied if procdef has
one of its own with the same key, tenant and version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from peewee import Database

from procdef.attach import identity
from procdef.attach.comparison import Comparison, known_deployments
from procdef.attach.files import Files, Row
from procdef.attach.mirrored import ROWS_PER_PAGE, Additions, MirroredTable
from procdef.attach.removals import HoldReason
from procdef.attach.source import Source
from procdef.attach.tables import DEFINITIONS, DEPLOYMENTS, FORMS, LINKS, RESOURCES, TABLES
from procdef.common.iteration import batches, batches_by_size, prefetch
from procdef.store.events.actor import MIRROR, Actor, acting
from procdef.store.registry.batch import parser_pool
from procdef.store.store import Store

BYTES_PER_WRITE = 8 * 1024 * 1024
"""Bytes of files in one write, unless a single deployment has more."""


@dataclass(slots=True)
class Summary:
    """What a run did: rows added, changed and removed, by the table's title.

    And what it did not do: `skipped` has the definitions that are not copied, by id, each with the reason. `not_copied` has a line for each
    table or column that is not copied. `held_back` says why removals are held back, if they are.
    """

    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, str] = field(default_factory=dict)
    not_copied: list[str] = field(default_factory=list)
    held_back: HoldReason | None = None


class DeploymentBatch(NamedTuple):
    """Deployments and what belongs to them: the files, and the rows of each table in the order in which they are added."""

    rows: Sequence[tuple[MirroredTable, Sequence[Row]]]
    files: Files


class Mirror:
    """One run of copying a source into a store."""

    def __init__(self, source: Source, store: Store, *, allow_removals: bool = False, replace_engine: bool = False) -> None:
        """`allow_removals` removes rows, however many are gone. `replace_engine` first removes what was copied from another engine.

        Raises AnotherEngine if the store is a copy of another engine and `replace_engine` is off.
        """
        self._source, self._store, self._allow_removals = source, store, allow_removals
        self._tables = [table for table in TABLES if source.has(table)]
        self._replaces_engine = self._is_another(replace_engine)
        self.summary = Summary(skipped=source.skipped(), not_copied=source.not_copied())
        self._comparison = Comparison(source, store, self.summary.skipped)

    def size(self) -> int:
        """How many rows `run` has to read."""
        return sum(table.count(self._store) + self._source.count(table) for table in self._tables)

    def run(self) -> Iterator[int]:
        """Bring the store up to date. Yields, batch by batch, how many rows were read.

        Raises SourceError or Unavailable if a database can no longer be reached. The changes until then stay.
        """
        for table in reversed(TABLES if self._replaces_engine else self._tables):
            yield from self._comparison.compare(table, all_gone=self._replaces_engine)
        self.summary.held_back = None if self._allow_removals or self._replaces_engine else self._comparison.hold_reason()
        if not self._replaces_engine:
            self._bind()
        self._remove_gone()
        if self._replaces_engine:  # only after all rows of the other engine are removed
            self._bind()
        self._change_changed()
        yield from self._add_deployments()
        for table in self._tables:
            if table is not DEPLOYMENTS:
                yield from self._add(table)

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        """A write transaction whose events are the mirror's."""
        with acting(Actor(MIRROR)), self._store.write() as database:
            yield database

    def _is_another(self, may_be: bool) -> bool:
        """Whether the store is a copy of another engine. Raises AnotherEngine if it is, unless it `may_be`."""
        if bound := identity.bound_to(self._store):
            if identity.is_same(bound, self._source.identity):
                return False
            error = identity.another(bound, self._source.identity)
        else:
            total, found = DEPLOYMENTS.count(self._store), known_deployments(self._source, self._store)
            if found * 2 >= total:
                return False
            error = identity.unknown(self._source.identity, found, total)
        if not may_be:
            raise error
        return True

    def _remove_gone(self) -> None:
        for table, gone in self._comparison.gone.items() if self.summary.held_back is None else ():
            for keys in batches(gone, ROWS_PER_PAGE):
                with self._writing() as database:
                    table.remove(database, keys, with_history=self._replaces_engine)
                self.summary.removed[table.title] += len(keys)

    def _bind(self) -> None:
        """Bind the store to the engine."""
        if not self._source.identity.items() <= identity.bound_to(self._store).items():
            with self._writing() as database:
                identity.bind(database, self._source.identity, replacing=self._replaces_engine)

    def _change_changed(self) -> None:
        for table, ids in self._comparison.changed.items():
            if self.summary.held_back is None or not table.change_removes:
                self._change(table, ids)

    def _change(self, table: MirroredTable, ids: Sequence[str]) -> None:
        for some in batches(ids, table.rows_per_write):
            rows = list(self._source.rows(table, table.fields, "id", some))
            with self._writing() as database:
                table.change(database, rows)
            self.summary.changed[table.title] += len(rows)

    def _add_deployments(self) -> Iterator[int]:
        """Add deployments with their files, forms, definitions and candidate starters, so that no client sees a part of one.

        While a batch is written, the next one is read, and another process parses its files.
        """
        with parser_pool(1) as pool:
            for batch, looked_at in prefetch(self._deployment_batches(pool)):
                if batch is not None:
                    self._add_batch(batch)
                yield looked_at

    def _deployment_batches(self, pool: Executor) -> Iterator[tuple[DeploymentBatch | None, int]]:
        """Missing deployments with what belongs to them, and how many rows were read for that."""
        for page in self._source.keys(DEPLOYMENTS):
            for some in batches_by_size(self._missing(DEPLOYMENTS, page), _size, BYTES_PER_WRITE):
                yield self._deployment_batch([row["id"] for row in some], pool), 0
            yield None, len(page)

    def _deployment_batch(self, deployments: Sequence[str], pool: Executor) -> DeploymentBatch:
        resources = self._rows(RESOURCES, "deployment_id", deployments)
        found = self._rows(DEFINITIONS, "deployment_id", deployments)
        rows: list[tuple[MirroredTable, list[Row]]] = [
            (DEPLOYMENTS, self._rows(DEPLOYMENTS, "id", deployments)),
            (RESOURCES, resources),
            (FORMS, self._rows(FORMS, "deployment_id", deployments)),
            (DEFINITIONS, found),
            (LINKS, self._rows(LINKS, "definition_id", [row["id"] for row in found])),
        ]
        files = Files(resources)
        files.parse(found, pool)
        return DeploymentBatch(rows, files)

    def _add_batch(self, batch: DeploymentBatch) -> None:
        with self._writing() as database:
            for table, rows in batch.rows:
                self._insert(database, table, rows, batch.files)

    def _add(self, table: MirroredTable) -> Iterator[int]:
        """Add rows that have no deployment, or whose deployment is in the store already."""
        for page in self._source.keys(table):
            for some in batches(table.without(self._missing(table, page), self.summary.skipped), table.rows_per_add):
                rows = self._rows(table, table.key[0], list({row[table.key[0]] for row in some}))
                files = self._files(table, rows)
                with self._writing() as database:
                    self._insert(database, table, rows, files)
            yield len(page)

    def _insert(self, database: Database, table: MirroredTable, rows: Sequence[Row], files: Files) -> None:
        """Add the rows that are still missing, now that no other process can write."""
        new = table.without(table.missing(database, rows), self.summary.skipped)
        additions = Additions(files, removals_held_back=self.summary.held_back is not None)
        self.summary.added[table.title] += len(table.add(database, table.with_parents(database, new), additions))

    def _missing(self, table: MirroredTable, rows: Sequence[Row]) -> list[Row]:
        with self._store.connected():
            return table.missing(self._store.database, rows)

    def _rows(self, table: MirroredTable, by: str, values: Sequence[str]) -> list[Row]:
        return list(self._source.rows(table, table.fields, by, values)) if self._source.has(table) else []

    def _files(self, table: MirroredTable, rows: Sequence[Row]) -> Files:
        """The files that are needed to add the rows."""
        wanted = list({row["deployment_id"] for row in rows}) if table.has_files else []
        return Files(self._source.rows(RESOURCES, ("deployment_id", "name", "bytes"), "deployment_id", wanted)) if wanted else Files()


def _size(deployment: Row) -> int:
    return int(deployment["size"])
