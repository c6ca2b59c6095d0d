"""The command that deploys files to a server, or says what a deployment would do."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from procdef.cli.deploy_output import FORMS, PRINT, counts, number_of
from procdef.cli.output import say
from procdef.cli.servers import YES, Tenant, asking, asks_server, confirm
from procdef.cli.times import Moment
from procdef.errors import REFUSED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from procdef.client.deployments import Form, Result
    from procdef.client.engine import Engine
    from procdef.client.target import Wanted

ALL, EACH = "all", "each"
"""ALL and EACH of `client.deployments`, which is not imported for the help."""
TOO_LARGE = 413
PATHS = click.Path(exists=True, readable=False, path_type=Path)
FORMS_HELP = (
    "Form of what is printed: a line for each file, JSON, `KEY@VERSION` for each definition, or Markdown for a pull request, which has the "
    "differences too."
)


class Work(NamedTuple):
    """What a run of the command does: the server, the form of the deployment, the files by name, and whether it is only a dry run."""

    engine: Engine
    form: Form
    files: Mapping[str, Path]
    dry: bool

    def result(self) -> Result:
        """Deploy the files, or find out what a deployment would do. Files that have a key twice are not sent."""
        from procdef.client import deployments, local_files

        with _bar(len(self.files), "Reading") as seen:
            files = list(local_files.read(self.files, seen))
        keys = {file.name: local_files.keys_of(file) for file in files}
        if wrong := local_files.repeated(keys):
            return deployments.refused_before(files, keys, wrong)
        if self.dry:
            with _bar(len(files), "Comparing") as seen:
                return deployments.planned(self.engine, self.form, files, seen)
        with _bar(sum(len(file.data) for file in files), "Sending") as sent:
            return deployments.deployed(self.engine, self.form, files, sent)

    def told(self) -> Result:
        """The same. If the files are too many or too large together, the error says what can be done."""
        from procdef.client.errors import Refused

        try:
            return self.result()
        except Refused as error:
            if error.status != TOO_LARGE:
                raise
            advice = "Deploy fewer files at once, or let the server take more."
            raise Refused(f"{error} {advice}", error.status, error.body) from error


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=PATHS)
@click.option("-R", "--recursive", is_flag=True, help="Take also the files of the folders below a folder.")
@click.option("--dry-run", "dry", is_flag=True, help="Deploy nothing; say what would become of each file.")
@click.option(
    "--changed-only", "filtering", flag_value=EACH, help="Leave out files that are deployed unchanged under the same name and source."
)
@click.option("--filter-duplicates", "filtering", flag_value=ALL, help="Deploy all files if one has changed, and nothing if none has.")
@click.option("--name", help="Name of the deployment; without it the name of PATH, if there is one.")
@click.option("--source", help="Source of the deployment.")
@click.option("--tenant", metavar="ID", type=Tenant(), help="Tenant of the deployment.")
@click.option(
    "--activate-at", "activation", type=Moment(), metavar="TIME", help="When the definitions become active, as `2h`; suspended until then."
)
@click.option("-o", "--output", "output", type=click.Choice(FORMS), default=FORMS[0], show_default=True, help=FORMS_HELP)
@YES
@asks_server
@click.pass_context
def deploy(
    context: click.Context,
    /,
    paths: tuple[Path, ...],
    recursive: bool,
    dry: bool,
    output: str,
    yes: bool,
    wanted: Wanted,
    **said: str | None,
) -> None:
    """Deploy files as one deployment.

    PATH is a file, or a folder with BPMN files, forms and diagrams. A file of a folder is named by its path in the folder. The server takes
    all files or none; each file has a line, and a refused file one for each mistake. Exit status: 0 deployed or unchanged, 3 refused.
    """
    from procdef.client.deployments import Form
    from procdef.client.local_files import chosen

    form = Form(**{**said, "name": said["name"] or _name_of(paths)})
    if form.filtering and not form.name:
        raise click.UsageError(
            "With several PATHs, --changed-only and --filter-duplicates need --name: they compare with deployments of this name."
        )
    files = chosen(paths, below=recursive)
    with asking(wanted) as engine:
        if not dry:
            confirm(engine.connection.target, f"Deploy {number_of(len(files), 'file')} to {engine.connection.target.name}", yes=yes)
        begin = time.monotonic()
        result = Work(engine, form, files, dry).told()
        PRINT[output](result, form.name, dry)
        if output == FORMS[0]:
            say(_summary(engine, result, time.monotonic() - begin))
    context.exit(REFUSED if result.is_refused else 0)


def _name_of(paths: tuple[Path, ...]) -> str | None:
    return paths[0].resolve().name if len(paths) == 1 else None


def _summary(engine: Engine, result: Result, seconds: float) -> str:
    files = number_of(len(result.outcomes), "file")
    if not result.deployment:
        return f"{files}: {counts(result)}. Nothing was deployed."
    return f"deployment {result.deployment['id']}  {files}, {counts(result)}, {seconds:.2f} s  {_page_of(engine, result)}".rstrip()


def _page_of(engine: Engine, result: Result) -> str:
    """The address of the deployment on the page of procdef; nothing for an engine and for the store."""
    from procdef.client.target import REST_PATH

    links = (result.deployment or {}).get("links") or [{}]
    site, path, rest = str(links[0].get("href", "")).partition(f"{REST_PATH}/deployment/")
    return f"{site}/deployments/{rest}" if path and engine.connection.target.url and engine.is_procdef() else ""


@contextmanager
def _bar(length: int, label: str) -> Iterator[Callable[..., None]]:
    """A progress bar on the standard error if that is a terminal. What it gives is called with the steps that were done, 1 without."""
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda steps=1: bar.update(steps)
