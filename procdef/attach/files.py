"""The BPMN files of mirrored definitions, each parsed once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from typing import Any

from procdef.bpmn.facts.stored_facts import StoredFacts, stored_facts

Row = dict[str, Any]
"""A row of a table, by the names of the model's fields."""
NO_FACTS = StoredFacts(None, (), ())
FILES_FOR_POOL, FILES_PER_TASK = 100, 50
"""The number of files from which on other processes parse, and the number of files that one of them gets at a time."""


class Files:
    """The files of definitions. Each is parsed once, when it is needed first."""

    def __init__(self, resources: Iterable[Row] = ()) -> None:
        self._data = {(row["deployment_id"], row["name"]): row["bytes"] or b"" for row in resources}
        self._stored_facts: dict[tuple[str, str], dict[str, StoredFacts]] = {}

    def parse(self, rows: Iterable[Row], pool: Executor) -> None:
        """Parse the files of these definitions now: many in the pool, a few in this process, because starting the pool takes longer."""
        files = list(dict.fromkeys(map(_file, rows)))
        data = [self._data.get(file, b"") for file in files]
        parsed = pool.map(stored_facts, data, chunksize=FILES_PER_TASK) if len(files) >= FILES_FOR_POOL else map(stored_facts, data)
        self._stored_facts.update(zip(files, parsed, strict=True))

    def data(self, definition: Row) -> bytes:
        """The bytes of a definition's file; empty if the file is missing."""
        return self._data.get(_file(definition), b"")

    def facts(self, definition: Row) -> StoredFacts:
        """The facts of a definition from its file."""
        file = _file(definition)
        if file not in self._stored_facts:
            self._stored_facts[file] = stored_facts(self.data(definition))
        return self._stored_facts[file].get(definition["key"], NO_FACTS)


def _file(row: Row) -> tuple[str, str]:
    return row["deployment_id"], row["resource_name"]
