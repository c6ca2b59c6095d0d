"""Deploying the files of a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from procdef.bpmn.names import BPMN_SUFFIXES, DIAGRAM_SUFFIXES
from procdef.cli.common import opened
from procdef.errors import ProcdefError, TooLarge
from procdef.settings import Settings
from procdef.store.registry import deployments, forms
from procdef.store.registry.batch import deploy_each, error_lines
from procdef.store.registry.deployments import FILTER_ALL, FILTER_EACH, Deployed, Upload
from procdef.store.registry.dry_run import dry_run
from procdef.store.store import Store

OTHERS = (forms.SUFFIX, *DIAGRAM_SUFFIXES)
"""How the names of files end that are of use only beside a BPMN file in the same deployment."""
TOGETHER = (*BPMN_SUFFIXES, *OTHERS)
"""How the names of files end that belong to a deployment of a whole folder."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, readable=False, path_type=Path))
@click.option(
    "--together", is_flag=True, help="Make one deployment of all files, with forms and diagrams, instead of one for each BPMN file."
)
@click.option("--name", help="Name of the deployments; without it the path of the file in DIR, or with --together the name of DIR.")
@click.option("--source", help="Source of the deployments.")
@click.option("--tenant", help="Tenant of the deployments.")
@click.option(
    "--changed-only", "filtering", flag_value=FILTER_EACH, help="Leave out files that are deployed already under name and source."
)
@click.option("--filter-duplicates", "filtering", flag_value=FILTER_ALL, help="Deploy nothing where no file of a deployment has changed.")
@click.pass_context
def deploy(
    context: click.Context, folder: Path, together: bool, name: str | None, source: str | None, tenant: str | None, filtering: str | None
) -> None:
    """Deploy the BPMN files in DIR and the folders below it, each as a deployment of its own.

    A file that cannot be deployed has a line for each of its errors; the others are deployed all the same, and the exit status is 1.
    """
    with opened(bulk=True, create=True) as store:
        work = Import(folder, store.settings, Upload(name, source, tenant, (), filtering))
        (work.together if together else work.each)(store)
    for failed, reasons in work.failures:
        for reason in reasons:
            click.echo(f"{failed}: {reason}", err=True)
    if not together and (left := found(folder, OTHERS)):
        click.echo(f"Images and forms left out: {len(left)}. With --together they are deployed too.")
    click.echo(f"{work.deployed} deployed, {work.unchanged} unchanged, {len(work.failures)} failed")
    context.exit(1 if work.failures else 0)


@dataclass(slots=True)
class Import:
    """The import of a folder: what its deployments have in common, and what has become of them."""

    folder: Path
    settings: Settings
    common: Upload
    deployed: int = 0
    unchanged: int = 0
    failures: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def each(self, store: Store) -> None:
        """Deploy each BPMN file on its own."""
        with _progress(self._found(BPMN_SUFFIXES), "Deploying") as files:
            for outcome in deploy_each(store, self._uploads(files)):
                if outcome.refusal:
                    self.failures.append((outcome.upload.resources[0][0], outcome.refusal))
                self._count(outcome.deployed)

    def together(self, store: Store) -> None:
        """Deploy all files as one deployment, or none where one of them cannot be."""
        with _progress(self._found(TOGETHER), "Reading") as files:
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
        return found(self.folder, suffixes, lambda error: self.failures.append((self._name(Path(error.filename)), (str(error.strerror),))))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _uploads(self, files: Iterable[Path]) -> Iterator[Upload]:
        for path in files:
            if file := self._read(path):
                yield replace(self.common, name=file[0] if self.common.name is None else self.common.name, resources=[file])

    def _read(self, path: Path) -> tuple[str, bytes] | None:
        """The resource that a file becomes; None where it cannot be one, which is a failure."""
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


def _progress(files: list[Path], label: str) -> AbstractContextManager[Iterable[Path]]:
    """The files with a progress bar, which is shown on a terminal only."""
    return click.progressbar(files, label=label, hidden=not sys.stdout.isatty())


def found(folder: Path, suffixes: tuple[str, ...], failed: Callable[[OSError], None] | None = None) -> list[Path]:
    """The files with one of these endings in a folder and those below it, by path; links to folders are not followed.

    `failed` is given the error of each folder that cannot be read.
    """
    paths = (Path(place, name) for place, _, names in os.walk(folder, onerror=failed) for name in names)
    return sorted(path for path in paths if path.name.endswith(suffixes))
