"""The OpenAPI document."""

from __future__ import annotations

from typing import BinaryIO

import click

from procdef.camunda.openapi import text_of
from procdef.camunda.surface import ROUTES


@click.command()
@click.argument("file", type=click.File("wb"))
def openapi(file: BinaryIO) -> None:
    """Write the OpenAPI document of the REST API to FILE; - is the standard output."""
    file.write(text_of(ROUTES, indent=True))
