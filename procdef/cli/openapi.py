"""The OpenAPI documents."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from procdef.cli.common import write_output

SURFACES = {"camunda": "procdef.camunda", "processes": "procdef.frends"}
"""The packages of the surfaces, by the name that the user gives."""


@click.command()
@click.argument("file", type=click.Path(readable=False, allow_dash=True, path_type=Path))
@click.option("--surface", type=click.Choice(list(SURFACES)), default="camunda", show_default=True, help="Which REST API.")
def openapi(file: Path, surface: str) -> None:
    """Write the OpenAPI document of a REST API to FILE.

    If FILE is `-`, it is written to the standard output.
    """
    write_output(file, text_of(surface))


def text_of(surface: str) -> bytes:
    """The OpenAPI document of a surface as JSON, indented."""
    package = SURFACES[surface]
    document: bytes = import_module(f"{package}.openapi").text_of(import_module(f"{package}.surface").ROUTES, indent=True)
    return document
