"""The OpenAPI documents."""

from __future__ import annotations

from pathlib import Path

import click

from procdef.camunda import openapi as camunda
from procdef.camunda.surface import ROUTES as CAMUNDA
from procdef.cli.common import writing
from procdef.frends import openapi as frends
from procdef.frends.surface import ROUTES as FRENDS

DOCUMENTS = {"camunda": lambda: camunda.text_of(CAMUNDA, indent=True), "processes": lambda: frends.text_of(FRENDS, indent=True)}


@click.command()
@click.argument("file", type=click.Path(readable=False, allow_dash=True, path_type=Path))
@click.option("--surface", type=click.Choice(list(DOCUMENTS)), default="camunda", show_default=True, help="Which REST API.")
def openapi(file: Path, surface: str) -> None:
    """Write the OpenAPI document of a REST API to FILE; - is the standard output."""
    document = DOCUMENTS[surface]()
    if str(file) == "-":
        click.echo(document, nl=False)
    else:
        with writing(file):
            file.write_bytes(document)
