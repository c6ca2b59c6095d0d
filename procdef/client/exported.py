"""Exports the definitions of a server into a folder, with a manifest that says where each file is from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from procdef.client.engine import Engine
from procdef.client.errors import WrongConfiguration
from procdef.client.history import Deployment, File, Tree, history, with_files
from procdef.client.manifest import FORMAT, MANIFEST, read_manifest
from procdef.client.paths import BPMN, Paths, companion, folder, safe

Places = Mapping[File, PurePosixPath]
"""The paths of the files of definitions."""
Write = Callable[[Path, bytes], None]
Shown = Callable[[list[Deployment]], Iterable[Deployment]]


class Exported(NamedTuple):
    """A file of an exported folder: its path there, the deployment that it is of, and its name in it."""

    path: PurePosixPath
    deployment: Deployment
    resource: str

    def entry(self) -> dict[str, Any]:
        """The entry of the manifest."""
        one = self.deployment
        return {
            "path": str(self.path),
            "resource": self.resource,
            "tenant": one.tenant,
            "definitions": [{"key": row["key"], "version": row["version"]} for row in one.definitions if row["resource"] == self.resource],
            "deployment": {"id": one.ident, "name": one.name, "source": one.source, "time": one.time.isoformat(), "by": one.by},
        }


def export(engine: Engine, target: Path, write: Write, shown: Shown, *, all_versions: bool) -> int:
    """Write the latest definitions of a server into a folder, or all, with the other resources of their deployments.

    Files of an earlier export that are no longer there are removed. Returns the number of files. Raises WrongConfiguration.
    """
    before, deployments = _earlier(target), history(engine)
    places = every_version(deployments) if all_versions else latest(deployments)
    target.mkdir(parents=True, exist_ok=True)
    if before is None:
        write(target / MANIFEST, manifest_text([]))
    wanted, others, found = {file.deployment for file in places}, Paths(), list[Exported]()
    for one, files in with_files(engine, shown([one for one in deployments if one.ident in wanted])):
        for file in _files(one, files, places, others):
            (target / file.path).parent.mkdir(parents=True, exist_ok=True)
            write(target / file.path, files[file.resource])
            found.append(file)
    for name in {*(before or ())} - {str(file.path) for file in found}:
        (target / name).unlink(missing_ok=True)
    write(target / MANIFEST, manifest_text(found))
    return len(found)


def latest(deployments: Iterable[Deployment]) -> Places:
    """The files of the latest definitions, as `KEY.bpmn`."""
    tree = Tree()
    for one in deployments:
        tree.add(one)
    return {file: path for path, file in tree.files().items()}


def every_version(deployments: Iterable[Deployment]) -> Places:
    """The files of all definitions, as `KEY@3.bpmn`. A file with several keys has the name of the first one."""
    paths, found = Paths(), dict[File, PurePosixPath]()
    for one in deployments:
        for row in one.definitions:
            file = File(one.ident, str(row["resource"]))
            if file not in found:
                found[file] = paths.of(file, folder(one.tenant) / f"{safe(str(row['key']))}@{row['version']}{BPMN}")
    return found


def in_order(deployments: Iterable[Deployment], places: Places) -> list[Exported]:
    """The files of definitions in the order in which they were deployed. If they are deployed in it, the latest stay the latest."""
    return [
        Exported(places[file], one, name)
        for one in deployments
        for name in sorted({str(row["resource"]) for row in one.definitions})
        if (file := File(one.ident, name)) in places
    ]


def manifest_text(files: Iterable[Exported]) -> bytes:
    """The manifest, an entry a line, in the order in which the files were deployed."""
    lines = ",\n".join(json.dumps(file.entry(), ensure_ascii=False) for file in files)
    return f'{{"format": {FORMAT}, "files": [\n{lines}\n]}}\n'.encode("utf-8", "replace")


def _earlier(target: Path) -> list[str] | None:
    """The files of an earlier export into the folder; None if there was none. Another folder with files is refused."""
    entries = read_manifest(target)
    if entries is None and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise WrongConfiguration(f"{target} has files that are of no export. Name an empty folder or a new one.")
    return None if entries is None else [str(entry["path"]) for entry in entries]


def _files(one: Deployment, files: Iterable[str], places: Places, others: Paths) -> list[Exported]:
    """The files of a deployment that are written: those of its definitions that have a place, and its other resources."""
    of_definitions = {str(row["resource"]) for row in one.definitions}
    found = in_order([one], places)
    for name in sorted({*files} - of_definitions):
        found.append(Exported(others.of(File(one.ident, name), companion(one.tenant, name)), one, name))
    return found
