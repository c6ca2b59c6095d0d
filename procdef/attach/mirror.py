"""The mirror: what an engine's database has is brought into the store, what it no longer has is taken out again.

First what is in the store is held against the engine: which rows are gone, which have changed. If too many are gone, none is removed
(see `guard`). Then the engine's rows that are not in the store are added, each deployment with all that belongs to it. Every batch is one
write transaction, after which what the store has is whole; so a run that is killed leaves nothing to repair, and the next one goes on where
it stopped.

What procdef has of its own stays as it is: a row with the same id is not touched, and a definition with the same key, tenant and
version keeps the engine's out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from peewee import Database

from procdef.attach import definitions, identity, target
from procdef.attach.comparison import Review, known_deployments
from procdef.attach.prefetch import ahead
from procdef.attach.removals import Doubt
from procdef.attach.source import Source
from procdef.attach.tables import DEFINITIONS, DEPLOYMENTS, FORMS, LINKS, RESOURCES, TABLES, MirroredTable, Row
from procdef.store.registry.batch import parser_pool
from procdef.store.store import Store

BYTES_AT_ONCE = 8 * 1024 * 1024
"""Bytes of files in one write, unless a single deployment has more."""
T = TypeVar("T")


@dataclass(slots=True)
class Summary:
    """What a run did: rows added, changed and removed, by the table's title.

    And what it did not do: the definitions left out, by id, and why; a line for all that the source does not give; why removals are held
    back, if they are.
    """

    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, str] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    held_back: Doubt | None = None


class Whole(NamedTuple):
    """Deployments and what belongs to them: the rows of each table, in the order in which they are added, and the files."""

    rows: Sequence[tuple[MirroredTable, Sequence[Row]]]
    files: definitions.Files


class Mirror:
    """One run of copying a source into a store."""

    def __init__(self, source: Source, store: Store, *, allow_removals: bool = False, replace_engine: bool = False) -> None:
        """`allow_removals` removes however many rows are gone; `replace_engine` removes first what was copied from another engine.

        Raises AnotherEngine where the store is a copy of another engine, and that is not to be replaced.
        """
        self._source, self._store, self._allow_removals = source, store, allow_removals
        self._tables = [table for table in TABLES if source.has(table)]
        self._anew = self._is_another(replace_engine)
        self.summary = Summary(left_out=source.left_out(), passed_over=source.passed_over())
        self._review = Review(source, store, self.summary.left_out)

    def size(self) -> int:
        """How many rows `run` has to look at."""
        return sum(target.count(self._store, table) + self._source.count(table) for table in self._tables)

    def run(self) -> Iterator[int]:
        """Bring the store up to date; gives how many rows more were looked at, batch by batch.

        Raises SourceError and Unavailable where a database cannot be reached any longer; what was done until then is kept.
        """
        for table in reversed(TABLES if self._anew else self._tables):
            yield from self._review.look_at(table, all_gone=self._anew)
        self.summary.held_back = None if self._allow_removals or self._anew else self._review.doubt()
        if not self._anew:
            self._bind()
        self._remove_gone()
        if self._anew:
            self._bind()
        self._change_changed()
        yield from self._add_deployments()
        for table in self._tables:
            if table is not DEPLOYMENTS:
                yield from self._add(table)

    def _is_another(self, may_be: bool) -> bool:
        """Whether the store is a copy of another engine. Raises AnotherEngine where it may not be."""
        if bound := identity.bound_to(self._store):
            if identity.is_same(bound, self._source.identity):
                return False
            error = identity.another(bound, self._source.identity)
        else:
            total, found = target.count(self._store, DEPLOYMENTS), known_deployments(self._source, self._store)
            if found * 2 >= total:
                return False
            error = identity.unknown(self._source.identity, found, total)
        if not may_be:
            raise error
        return True

    def _is_left_out(self, table: MirroredTable, row: Row) -> bool:
        return table is DEFINITIONS and row["id"] in self.summary.left_out

    def _remove_gone(self) -> None:
        for table, gone in self._review.gone.items() if self.summary.held_back is None else ():
            for some in _parts(gone, target.PAGE):
                with self._store.write() as database:
                    target.remove(database, table, some, with_history=self._anew)
                self.summary.removed[table.title] += len(some)

    def _bind(self) -> None:
        """Bind the store before anything is removed; but to another engine not before all of the former's is removed."""
        if not self._source.identity.items() <= identity.bound_to(self._store).items():
            with self._store.write() as database:
                identity.bind(database, self._source.identity, anew=self._anew)

    def _change_changed(self) -> None:
        for table, ids in self._review.changed.items():
            if table is not RESOURCES or self.summary.held_back is None:  # with a changed file definitions are removed
                self._change(table, ids)

    def _change(self, table: MirroredTable, ids: Sequence[str]) -> None:
        for some in _parts(ids, table.at_once):
            rows = list(self._source.rows(table, table.fields, "id", some))
            with self._store.write() as database:
                self._write_change(database, table, rows)
            self.summary.changed[table.title] += len(rows)

    def _write_change(self, database: Database, table: MirroredTable, rows: Sequence[Row]) -> None:
        if table is DEFINITIONS:
            definitions.change(database, rows)
        else:
            target.change(database, table, rows)
        if table is RESOURCES:
            target.drop_definitions(database, {row["deployment_id"] for row in rows})  # they are added again, from the new files

    def _add_deployments(self) -> Iterator[int]:
        """Add deployments with their files, forms, definitions and who may start them, so that none is ever seen in part.

        While some are written the next ones are read, and their files parsed by another process.
        """
        with parser_pool(1) as pool:
            for whole, looked_at in ahead(self._wholes(pool)):
                if whole is not None:
                    self._add_whole(whole)
                yield looked_at

    def _wholes(self, pool: Executor) -> Iterator[tuple[Whole | None, int]]:
        """Deployments with what belongs to them, and how many rows were looked at for them."""
        for page in self._source.keys(DEPLOYMENTS):
            for some in _weighed(self._missing(DEPLOYMENTS, page)):
                yield self._whole([row["id"] for row in some], pool), 0
            yield None, len(page)

    def _whole(self, deployments: Sequence[str], pool: Executor) -> Whole:
        resources = self._rows(RESOURCES, "deployment_id", deployments)
        found = self._rows(DEFINITIONS, "deployment_id", deployments)
        batch = [
            (DEPLOYMENTS, self._rows(DEPLOYMENTS, "id", deployments)),
            (RESOURCES, resources),
            (FORMS, self._rows(FORMS, "deployment_id", deployments)),
            (DEFINITIONS, found),
            (LINKS, self._rows(LINKS, "definition_id", [row["id"] for row in found])),
        ]
        files = definitions.Files(resources)
        files.parse(found, pool)
        return Whole(batch, files)

    def _add_whole(self, whole: Whole) -> None:
        with self._store.write() as database:
            for table, rows in whole.rows:
                self._insert(database, table, rows, whole.files)

    def _add(self, table: MirroredTable) -> Iterator[int]:
        """Add what has no deployment, or came to one that is in the store already."""
        for page in self._source.keys(table):
            new = [row for row in self._missing(table, page) if not self._is_left_out(table, row)]
            for some in _parts(new, RESOURCES.at_once if table is DEFINITIONS else table.at_once):
                rows = self._rows(table, table.key[0], list({row[table.key[0]] for row in some}))
                files = self._files(rows) if table is DEFINITIONS else definitions.Files()
                with self._store.write() as database:
                    self._insert(database, table, rows, files)
            yield len(page)

    def _insert(self, database: Database, table: MirroredTable, rows: Sequence[Row], files: definitions.Files) -> None:
        """Add rows that are still missing, now that nobody else can write."""
        new = [row for row in target.missing(database, table, rows) if not self._is_left_out(table, row)]
        new = target.with_parents(database, table, new)
        if table is DEFINITIONS:
            new = definitions.add(database, new, files, among=definitions.IS_ANY if self.summary.held_back else definitions.IS_OWN)
        else:
            target.add(database, table, new)
        self.summary.added[table.title] += len(new)

    def _missing(self, table: MirroredTable, rows: Sequence[Row]) -> list[Row]:
        with self._store.connected():
            return target.missing(self._store.database, table, rows)

    def _rows(self, table: MirroredTable, by: str, values: Sequence[str]) -> list[Row]:
        return list(self._source.rows(table, table.fields, by, values)) if self._source.has(table) else []

    def _files(self, rows: Sequence[Row]) -> definitions.Files:
        wanted = list({row["deployment_id"] for row in rows})
        return definitions.Files(self._source.rows(RESOURCES, ("deployment_id", "name", "bytes"), "deployment_id", wanted))


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _weighed(deployments: Sequence[Row]) -> Iterator[list[Row]]:
    """Deployments in groups whose files are small enough to be in memory at once."""
    group: list[Row] = []
    weight = 0
    for row in deployments:
        if group and weight + row["size"] > BYTES_AT_ONCE:
            yield group
            group, weight = [], 0
        group.append(row)
        weight += row["size"]
    if group:
        yield group
