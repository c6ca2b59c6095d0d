"""The command line: `procdef COMMAND`, one module a noun."""

from __future__ import annotations

import errno

import click
from peewee import PeeweeException

from procdef import __version__
from procdef.attach.identity import AnotherEngine
from procdef.attach.removals import RemovalsHeldBack
from procdef.cli.backup import backup, restore
from procdef.cli.deploy import deploy
from procdef.cli.job import job
from procdef.cli.mirror import mirror
from procdef.cli.openapi import openapi
from procdef.cli.reference import reference
from procdef.cli.token import token
from procdef.cli.user import user
from procdef.errors import InvalidSetting, ProcdefError, for_operator
from procdef.settings import unknown_variables
from procdef.store.texts import HALF

EXIT_STATUS: dict[type[Exception], int] = {InvalidSetting: 2, AnotherEngine: 3, RemovalsHeldBack: 4}
"""Of the errors after which it is not 1."""


class Commands(click.Group):
    """Commands of which none shows a traceback for what an operator can put right."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the words of the command for `invoke`."""
        ctx.obj = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; an error of the domain is one line and its exit status."""
        for warning in unknown_variables():
            click.echo(f"procdef: {warning}", err=True)
        try:
            super().invoke(ctx)
        except (ProcdefError, PeeweeException) as error:
            click.echo(f"procdef: {for_operator(error)}", err=True)
            ctx.exit(EXIT_STATUS.get(type(error), 1))
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends as it should where nobody reads
            click.echo(f"procdef: {error.filename or 'input or output'}: {error.strerror or error}.", err=True)
            ctx.exit(1)
        except UnicodeEncodeError:
            if not any(map(HALF.search, ctx.obj)):
                raise
            click.echo("procdef: A word of the command is not UTF-8.", err=True)
            ctx.exit(2)


@click.group(cls=Commands)
@click.version_option(__version__)
def main() -> None:
    """A process-definition registry and query service that speaks the Camunda 7 REST API."""


main.add_command(backup)
main.add_command(restore)
main.add_command(deploy)
main.add_command(job)
main.add_command(mirror)
main.add_command(openapi)
main.add_command(reference)
main.add_command(user)
main.add_command(token)
