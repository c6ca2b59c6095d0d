"""Deploying the BPMN files of a folder straight into the store."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from procdef.bpmn.names import BPMN_SUFFIXES, DIAGRAM_SUFFIXES, FORM_SUFFIX
from procdef.client.manifest import Entry, read_manifest
from procdef.errors import ProcdefError, TooLarge
from procdef.settings import Settings
from procdef.store.registry import deployments
from procdef.store.registry.batch import deploy_each, error_lines
from procdef.store.registry.deployments import Deployed, Upload
from procdef.store.registry.dry_run import dry_run
from procdef.store.store import Store

COMPANIONS = (FORM_SUFFIX, *DIAGRAM_SUFFIXES)
"""Suffixes of files that are only useful beside a BPMN file in the same deployment: forms and diagrams."""
DEPLOYABLE = (*BPMN_SUFFIXES, *COMPANIONS)
"""Suffixes of files that belong to a deployment of a whole folder."""


@dataclass(slots=True)
class FolderDeployment:
    """The deployment of a folder: what its deployments have in common, and how many files were deployed, unchanged or refused."""

    folder: Path
    settings: Settings
    common: Upload
    deployed: int = 0
    unchanged: int = 0
    failures: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def each(self, store: Store) -> None:
        """Deploy each BPMN file on its own."""
        origins = {str(entry["path"]): entry for entry in read_manifest(self.folder) or ()}
        order = {name: number for number, name in enumerate(origins)}
        found = sorted(self._found(BPMN_SUFFIXES), key=lambda path: order.get(self._name(path), len(order)))
        read: list[str] = []
        with _progress(found, "Deploying") as files:
            for outcome, name in zip(deploy_each(store, self._uploads(files, origins, read)), read, strict=False):
                if outcome.refusal:
                    self.failures.append((name, outcome.refusal))
                self._count(outcome.deployed)

    def together(self, store: Store) -> None:
        """Deploy all files as one deployment, or none if one of them cannot be deployed."""
        with _progress(self._found(DEPLOYABLE), "Reading") as files:
            resources = [file for path in files if (file := self._read(path))]
        upload = replace(self.common, name=self.common.name or self.folder.resolve().name, resources=resources)
        if not resources or self.failures:
            return
        try:
            self._count(deployments.deploy(store, upload))
        except ProcdefError as error:
            refused = [(file.resource, error_lines(file.error)) for file in dry_run(store, upload) if file.error]
            self.failures += refused or [(str(self.folder), error_lines(error))]

    def _found(self, suffixes: tuple[str, ...]) -> list[Path]:
        return files_in(
            self.folder, suffixes, lambda error: self.failures.append((self._name(Path(error.filename)), (str(error.strerror),)))
        )

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _uploads(self, files: Iterable[Path], origins: Mapping[str, Entry], read: list[str]) -> Iterator[Upload]:
        """An upload for each file that can be read. Its path in the folder is added to `read`."""
        for path in files:
            if file := self._read(path):
                read.append(file[0])
                upload = replace(self.common, name=file[0] if self.common.name is None else self.common.name, resources=[file])
                yield _as_before(self.common, origins[file[0]], file) if file[0] in origins else upload

    def _read(self, path: Path) -> tuple[str, bytes] | None:
        """The name and the bytes of a resource; None if the file cannot be one, which is recorded as a failure."""
        name = self._name(path)
        try:
            if path.stat().st_size > self.settings.max_body:
                raise TooLarge(f"The file has more than {self.settings.max_body} bytes (PROCDEF_MAX_BODY).")
            return name.encode().decode(), path.read_bytes()
        except OSError as error:
            self.failures.append((name, (str(error.strerror),)))
        except UnicodeEncodeError:
            self.failures.append((ascii(name), ("The name of the file is not UTF-8.",)))
        except TooLarge as error:
            self.failures.append((name, error_lines(error)))
        return None

    def _count(self, deployed: Deployed | None) -> None:
        if deployed:
            self.deployed += deployed.is_new
            self.unchanged += not deployed.is_new


def _as_before(common: Upload, entry: Entry, file: tuple[str, bytes]) -> Upload:
    """An exported file with the names, source and tenant that it had, unless an option gives others. One without a name gets one."""
    origin = entry["deployment"]
    return replace(
        common,
        resources=[(entry["resource"], file[1])],
        name=(entry["resource"] if origin["name"] is None else origin["name"]) if common.name is None else common.name,
        source=origin["source"] if common.source is None else common.source,
        tenant_id=entry["tenant"] if common.tenant_id is None else common.tenant_id,
    )


def _progress(files: list[Path], label: str) -> AbstractContextManager[Iterable[Path]]:
    """The files, with a progress bar if the standard output is a terminal."""
    return click.progressbar(files, label=label, hidden=not sys.stdout.isatty())


def files_in(folder: Path, suffixes: tuple[str, ...], failed: Callable[[OSError], None] | None = None) -> list[Path]:
    """The files with one of these suffixes in a folder and in those below it, sorted by path. Links to folders are not followed.

    `failed` is called with the error of each folder that cannot be read.
    """
    paths = (Path(parent, name) for parent, _, names in os.walk(folder, onerror=failed) for name in names)
    return sorted(path for path in paths if path.name.endswith(suffixes))
