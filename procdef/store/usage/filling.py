"""Filling the usage index with the definitions that were stored before it existed, while the server answers.

Every worker process has a thread that looks for this work. One of them does it at a time: it holds a lease that it renews with each batch.
A batch is one write transaction, which also says how far the filling is. So a process that is killed leaves nothing to repair, and another
goes on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from threading import Thread

from peewee import JOIN, Database, Expression, ModelSelect, fn

from procdef.bpmn.facts.stored_facts import uses_in
from procdef.common.iteration import batches_by_size
from procdef.query.dialects import Dialect
from procdef.store.clock import moment, new_id, now, stamp
from procdef.store.models import Definition, Filling, Resource, Usage
from procdef.store.reader import Reader
from procdef.store.registry.lookups import named
from procdef.store.store import Store
from procdef.store.usage import index
from procdef.store.usage.index import NewUsage

logger = logging.getLogger(__name__)
INTERVAL = 5.0
"""Seconds between two searches for this work."""
LEASE = timedelta(seconds=60)
"""How long a process holds its turn after a batch, if it does not say anything more."""
DEFINITIONS_PER_BATCH, BYTES_PER_BATCH = 200, 4 * 1024 * 1024


def is_complete(reader: Reader) -> bool:
    """Whether all definitions are in the index: false until the filling after an upgrade has ended."""
    return not reader.read(_filling, values={})


class Filler:
    """Fills the usage index of a store. It works half of the time, so that requests get the other half. No error ends it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._name = new_id()
        self._logged = ""

    def start(self) -> None:
        """Start the thread."""
        Thread(target=self._run, name="procdef-filling", daemon=True).start()

    def _run(self) -> None:
        while True:
            begin = time.monotonic()
            time.sleep(time.monotonic() - begin if self.run_once() else INTERVAL)

    def run_once(self) -> bool:
        """Fill one batch; whether there may be more for this process. An error is logged once."""
        try:
            has_more = self.fill()
            self._logged = ""
        except Exception as error:  # noqa: BLE001  the thread must outlive every error
            has_more, text = False, f"the filling of the usage index waits: {type(error).__name__}: {error}"
            if text != self._logged:
                logger.warning("%s", text)
            self._logged = text
        return has_more

    def fill(self) -> bool:
        """Fill one batch; whether there may be more for this process. Raises Unavailable."""
        turn = self._store.read(Filling.select(Filling.after).where(self._has_turn()))
        if not turn:
            return False
        if not turn[0][0]:
            logger.info("the usage index is being filled with the definitions that were stored before it existed")
        page = _page(self._store, turn[0][0])
        if not page:
            return self._end(turn[0][0])
        new = _new(self._store, page)
        with self._store.write() as database:
            if has_turn := self._go_on(database, turn[0][0], page[-1]):
                index.insert(database, _missing(database, new))
        return has_turn

    def _end(self, after: str) -> bool:
        """End the filling, or begin again if a definition is not in the index, which an older procdef may have stored meanwhile."""
        lacking = bool(self._store.read(_lacking()))
        with self._store.write() as database:
            if lacking:
                return self._go_on(database, after, "")
            Filling.delete().execute(database)
        logger.info("the usage index is complete")
        self._store.vacuum()
        return False

    def _go_on(self, database: Database, before: str, after: str) -> bool:
        """Say how far the filling is, and keep the turn; false if another process has got it meanwhile."""
        row = {Filling.after: after, Filling.holder: self._name, Filling.until: stamp(moment() + LEASE)}
        return bool(Filling.update(row).where(self._has_turn() & (Filling.after == before)).execute(database))

    def _has_turn(self) -> Expression:
        return (Filling.holder == self._name) | (Filling.until <= now())


def _page(store: Store, after: str) -> list[str]:
    """The ids of the next definitions, as many as one batch may have."""
    size = fn.coalesce(fn.length(Resource.bytes), 0)
    query = Definition.select(Definition.id, size).join(Resource, JOIN.LEFT_OUTER, on=named(Definition.resource_name))
    rows = store.read(query.where((Definition.id > after) & _is_lacking()).order_by(Definition.id).limit(DEFINITIONS_PER_BATCH))
    return [row[0] for row in next(batches_by_size(rows, lambda row: int(row[1]), BYTES_PER_BATCH), [])]


def _new(store: Store, ids: Sequence[str]) -> list[NewUsage]:
    """The definitions among these that are not in the index, and all others of their files, with their uses: each file is read once."""
    query = Definition.select(Definition.id, Definition.key, Resource.id)
    query = query.join(Resource, JOIN.LEFT_OUTER, on=named(Definition.resource_name))
    files = Resource.select(Resource.id).join(Definition, on=named(Definition.resource_name)).where(Definition.id.in_(ids))
    rows = store.read(query.where((Definition.id.in_(ids) | Resource.id.in_(files)) & _is_lacking()))
    keys_of: dict[str, set[str]] = {}
    for _, key, file in rows:
        keys_of.setdefault(file, set()).add(key)
    files_read = store.read(Resource.select(Resource.id, Resource.bytes).where(Resource.id.in_([*filter(None, keys_of)])))
    uses = {file: uses_in(bytes(data or b""), keys_of[file]) for file, data in files_read}
    return [(ident, uses[file][key] if file else ()) for ident, key, file in rows]


def _missing(database: Database, new: Sequence[NewUsage]) -> list[NewUsage]:
    """Those that still are not in the index, and were not deleted meanwhile."""
    query = Definition.select(Definition.id).where(Definition.id.in_([ident for ident, _ in new]) & _is_lacking())
    missing = {row[0] for row in query.tuples().execute(database)}
    return [one for one in new if one[0] in missing]


def _lacking() -> ModelSelect[Definition]:
    return Definition.select(Definition.id).where(_is_lacking()).limit(1)


def _is_lacking() -> Expression:
    return ~fn.EXISTS(Usage.select(Usage.id).where(Usage.definition_id == Definition.id))  # type: ignore[no-any-return]


def _filling(_dialect: Dialect) -> ModelSelect[Filling]:
    return Filling.select(Filling.id)
