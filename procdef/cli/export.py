"""The command that writes the definitions of a server into a folder, or its deployments into a Git repository."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from procdef.cli.common import Folder
from procdef.cli.output import say
from procdef.cli.servers import asking, asks_server

if TYPE_CHECKING:
    from procdef.client.engine import Engine
    from procdef.client.history import Deployment
    from procdef.client.target import Wanted


@click.command()
@click.argument("folder", metavar="DIR", type=Folder())
@click.option("--git", is_flag=True, help="Make DIR a Git repository with a commit for each deployment, or add the commits that it lacks.")
@click.option("--all-versions", is_flag=True, help="Write all versions, as `KEY@3.bpmn`.")
@asks_server
def export(folder: Path, git: bool, all_versions: bool, wanted: Wanted) -> None:
    """Write the latest definitions of a server into DIR, or its history.

    The files are `KEY.bpmn`, those of a tenant in a folder `TENANT`, with the forms and other files of their deployments.
    `procdef-export.json` says where each is from; `procdef import DIR` reads it.

    With `--git`, the author of a commit is who deployed, its date is that of the deployment, and its message has name and source.
    The same deployments give the same commits. If it is run again, it adds the new deployments.
    """
    if git and all_versions:
        raise click.UsageError("--git has all versions already: leave --all-versions out.")
    with asking(wanted) as engine:
        _to_git(engine, folder) if git else _to_folder(engine, folder, all_versions=all_versions)


def _to_folder(engine: Engine, folder: Path, *, all_versions: bool) -> None:
    from procdef.cli.common import write_file, writing
    from procdef.client.exported import export

    with writing(folder):
        number = export(engine, folder, write_file, _shown, all_versions=all_versions)
    say(f"{folder}: {number} {'file' if number == 1 else 'files'}")


def _to_git(engine: Engine, folder: Path) -> None:
    from procdef.cli.common import write_file, writing
    from procdef.client.exported import in_order, latest, manifest_text
    from procdef.client.git import Repository
    from procdef.client.git_history import export
    from procdef.client.manifest import MANIFEST

    with writing(folder):
        done = export(engine, Repository(folder), _shown)
    write_file(folder / MANIFEST, manifest_text(in_order(done.deployments, latest(done.deployments))))
    gone = f", {done.gone} deleted on the server" if done.gone else ""
    say(f"{folder}: {len(done.deployments)} deployments, {done.new} of them new{gone}")


def _shown(deployments: list[Deployment]) -> Iterable[Deployment]:
    """The deployments, with a progress bar on the standard error if that is a terminal."""
    return _with_bar(deployments) if sys.stderr.isatty() else deployments


def _with_bar(deployments: list[Deployment]) -> Iterator[Deployment]:
    with click.progressbar(deployments, label="Reading", file=sys.stderr) as bar:
        yield from bar
