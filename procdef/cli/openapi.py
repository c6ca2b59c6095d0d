"""The OpenAPI documents."""

from __future__ import annotations

from typing import BinaryIO

import click

from procdef.camunda import openapi as camunda
from procdef.camunda.surface import ROUTES as CAMUNDA
from procdef.frends import openapi as frends
from procdef.frends.surface import ROUTES as FRENDS

DOCUMENTS = {"camunda": lambda: camunda.text_of(CAMUNDA, indent=True), "processes": lambda: frends.text_of(FRENDS, indent=True)}


@click.command()
@click.argument("file", type=click.File("wb"))
@click.option("--surface", type=click.Choice(list(DOCUMENTS)), default="camunda", show_default=True, help="Which REST API.")
def openapi(file: BinaryIO, surface: str) -> None:
    """Write the OpenAPI document of a REST API to FILE; - is the standard output."""
    file.write(DOCUMENTS[surface]())
