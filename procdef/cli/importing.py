"""The command that deploys the files of a folder straight into the store."""

from __future__ import annotations

from pathlib import Path

import click

from procdef.cli.common import Folder, open_store
from procdef.cli.servers import Tenant
from procdef.errors import REFUSED, YES

ALL, EACH = "all", "each"
"""FILTER_ALL and FILTER_EACH of `store.registry.deployments`, which is not imported for the help."""


@click.command("import")
@click.argument("folder", metavar="DIR", type=Folder(exists=True))
@click.option(
    "--together", is_flag=True, help="Make one deployment of all files, with forms and diagrams, instead of one for each BPMN file."
)
@click.option("--name", help="Name of the deployments; without it the path of the file in DIR, or with --together the name of DIR.")
@click.option("--source", help="Source of the deployments.")
@click.option("--tenant", metavar="ID", type=Tenant(), help="Tenant of the deployments.")
@click.option(
    "--changed-only",
    "filtering",
    flag_value=EACH,
    help="Skip the files that are already deployed unchanged under the same name, source and tenant.",
)
@click.option("--filter-duplicates", "filtering", flag_value=ALL, help="Deploy nothing if no file of a deployment has changed.")
@click.pass_context
def import_folder(
    context: click.Context, folder: Path, together: bool, name: str | None, source: str | None, tenant: str | None, filtering: str | None
) -> None:
    """Deploy the BPMN files in DIR and its subfolders straight into the store.

    Each file is a deployment of its own, except with `--together`. Files from `procdef export` keep their names, sources and tenants.
    A file that cannot be deployed has a line for each of its errors. The other files are deployed, and the exit status is 3.
    """
    from procdef.cli.folder import COMPANIONS, FolderDeployment, files_in
    from procdef.store.registry.deployments import Upload

    with open_store(bulk=True, create=True) as store:
        work = FolderDeployment(folder, store.settings, Upload(name, source, tenant, (), filtering))
        (work.together if together else work.each)(store)
    for failed, reasons in work.failures:
        for reason in reasons:
            click.echo(f"{failed}: {reason}", err=True)
    if not together and (left := files_in(folder, COMPANIONS)):
        click.echo(f"Images and forms left out: {len(left)}. With --together they are deployed too.")
    click.echo(f"{work.deployed} deployed, {work.unchanged} unchanged, {len(work.failures)} failed")
    context.exit(REFUSED if work.failures else YES)
