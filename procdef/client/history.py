"""The deployments of a server from the oldest on, and which files are the latest after each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from pathlib import PurePosixPath
from typing import NamedTuple

from procdef.client.engine import DEFINITIONS, DEPLOYMENTS, Engine, Row
from procdef.client.paths import BPMN, Paths, folder, safe

AT_ONCE = 8
"""Deployments whose files are read from a server at the same time."""
BATCH = 64
"""Deployments whose files are in memory at the same time."""
Slot = tuple[str, str]
"""What has versions: the tenant, empty for none, and the key."""


class File(NamedTuple):
    """A resource of a deployment, by its name."""

    deployment: str
    resource: str


class Deployment(NamedTuple):
    """A deployment, with the rows of its definitions in the order of their keys. `by` is the user, None if that is not known."""

    ident: str
    name: str | None
    source: str | None
    tenant: str | None
    time: datetime
    by: str | None
    definitions: tuple[Row, ...]


Files = Mapping[str, bytes]
"""The resources of a deployment by their names."""


def history(engine: Engine) -> list[Deployment]:
    """The deployments from the oldest on, with their definitions.

    Of two with the same time, the one with the lower version is first.
    """
    of: dict[str, list[Row]] = defaultdict(list)
    for row in engine.rows(DEFINITIONS, {"sortBy": "id", "sortOrder": "asc"}):
        of[str(row["deploymentId"])].append(row)
    rows = engine.rows(DEPLOYMENTS, {"sortBy": "id", "sortOrder": "asc"})
    found = [_deployment(row, sorted(of[str(row["id"])], key=lambda one: (one["key"], one["version"]))) for row in rows]
    return sorted(found, key=lambda one: (one.time, [(row["key"], row["version"]) for row in one.definitions], one.ident))


def with_files(engine: Engine, deployments: Iterable[Deployment]) -> Iterator[tuple[Deployment, Files]]:
    """Each deployment with all its resources, in the same order."""
    workers = AT_ONCE if engine.connection.target.url else 1
    with ThreadPoolExecutor(workers) as pool:
        rest = iter(deployments)
        while batch := list(islice(rest, BATCH)):
            yield from zip(batch, pool.map(lambda one: files_of(engine, one.ident), batch), strict=True)


def files_of(engine: Engine, deployment: str) -> Files:
    """All resources of a deployment. Raises NotThere."""
    return {str(row["name"]): engine.resource(deployment, str(row["id"])) for row in engine.resources(deployment)}


class Tree:
    """The files of the latest definitions, while deployments are added one by one. A file with several keys is there once."""

    def __init__(self) -> None:
        self._latest: dict[Slot, tuple[int, File]] = {}
        self._slots: dict[File, set[Slot]] = defaultdict(set)
        self._paths = Paths()

    def add(self, deployment: Deployment) -> tuple[set[PurePosixPath], dict[PurePosixPath, File]]:
        """The paths that a deployment removes, and those that it writes, with the file of each."""
        slots = [(_slot(row), int(row["version"]), File(deployment.ident, str(row["resource"]))) for row in deployment.definitions]
        changed = {file for slot, _, file in slots} | {self._latest[slot][1] for slot, _, _ in slots if slot in self._latest}
        before = self._places(changed)
        for slot, version, file in slots:
            self._put(slot, version, file)
        after = self._places(changed)
        written = {path: file for file, path in after.items() if before.get(file) != path}
        return {*before.values()} - {*after.values()}, written

    def files(self) -> dict[PurePosixPath, File]:
        """All files, by their paths."""
        return {path: file for file, path in self._places([*self._slots]).items()}

    def _put(self, slot: Slot, version: int, file: File) -> None:
        self._paths.of(slot, folder(slot[0]) / f"{safe(slot[1])}{BPMN}")
        last = self._latest.get(slot)
        if last and last[0] > version:
            return
        if last:
            self._slots[last[1]].discard(slot)
        self._latest[slot] = (version, file)
        self._slots[file].add(slot)

    def _places(self, files: Iterable[File]) -> dict[File, PurePosixPath]:
        """The path of each file that has a latest definition: that of its first key."""
        return {file: self._paths.of(min(slots), PurePosixPath()) for file in files if (slots := self._slots.get(file))}


def _slot(row: Row) -> Slot:
    return str(row.get("tenantId") or ""), str(row["key"])


def _deployment(row: Row, definitions: list[Row]) -> Deployment:
    time = datetime.strptime(str(row["deploymentTime"]), "%Y-%m-%dT%H:%M:%S.%f%z")
    name, source, tenant, by = map(row.get, ("name", "source", "tenantId", "deployedBy"))
    return Deployment(str(row["id"]), name, source, tenant, time, by, tuple(definitions))
