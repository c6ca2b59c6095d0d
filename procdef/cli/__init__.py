"""The command line: `procdef COMMAND`, one module a noun."""

from __future__ import annotations

import click

from procdef import __version__
from procdef.cli.openapi import openapi
from procdef.cli.reference import reference
from procdef.errors import InvalidSetting


class Commands(click.Group):
    """Commands of which none shows a traceback for a wrong setting."""

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; a wrong setting is one line and exit status 2."""
        try:
            super().invoke(ctx)
        except InvalidSetting as error:
            click.echo(f"procdef: {error}", err=True)
            ctx.exit(2)


@click.group(cls=Commands)
@click.version_option(__version__)
def main() -> None:
    """A process-definition registry and query service that speaks the Camunda 7 REST API."""


main.add_command(openapi)
main.add_command(reference)
