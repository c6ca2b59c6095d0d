"""The file of a definition: `procdef xml`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from procdef.cli.common import STANDARD, write_output
from procdef.cli.servers import asks_server
from procdef.cli.subject_command import TENANT, asking_about

if TYPE_CHECKING:
    from procdef.client.target import Wanted

PATH = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


@click.command()
@click.argument("word", metavar="WORD")
@click.option("-o", "--output", "path", metavar="FILE", type=PATH, help="Write into this file.")
@TENANT
@asks_server
def xml(word: str, tenant: str | None, path: Path | None, wanted: Wanted) -> None:
    """Print the BPMN file of a definition, byte for byte as it was deployed.

    WORD is `KEY` for the latest version, `KEY@3`, `KEY@tag:1.1`, `CONTEXT:KEY` on the server of a context, or an id.
    """
    from procdef.client.subjects import definition

    with asking_about(wanted, word) as (engine, named):
        data = engine.file_of(definition(engine, word, named, tenant))
    write_output(path or Path(STANDARD), data)
