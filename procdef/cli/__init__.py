"""The command line: `procdef COMMAND`, one module for each noun.

`procdef --help` and the help of each command import none of the modules that do the work: each command imports them when it runs. With all
of them a help page would take half a second.
"""

from __future__ import annotations

import errno
import sys

import click

from procdef.cli.backup import backup, restore
from procdef.cli.common import warn_of_unknown_variables
from procdef.cli.deploy import deploy
from procdef.cli.diff import diff
from procdef.cli.file_command import DIFFERENT, NOT_READABLE, FileCommand
from procdef.cli.job import job
from procdef.cli.mirror import mirror
from procdef.cli.openapi import openapi
from procdef.cli.outline import outline
from procdef.cli.picture import picture
from procdef.cli.reference import reference
from procdef.cli.serve import serve
from procdef.cli.token import token
from procdef.cli.user import user
from procdef.common.visible import visible
from procdef.errors import ProcdefError, for_operator
from procdef.store.texts import HALF


class Commands(click.Group):
    """Commands that show one line instead of a traceback for an error that the user can correct."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the arguments for `invoke`."""
        ctx.obj = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> None:
        """Run the command. An error that procdef, the database or the operating system raises is one line and an exit status."""
        self._warn_of_unknown_variables(ctx)
        try:
            super().invoke(ctx)
        except ProcdefError as error:
            self._fail(ctx, for_operator(error), error.exit_status)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends without a message if nobody reads the output
            self._fail(ctx, f"{error.filename or 'input or output'}: {error.strerror or error}.")
        except UnicodeEncodeError:
            if not any(map(HALF.search, ctx.obj)):
                raise
            self._fail(ctx, "A word of the command is not UTF-8.", 2)
        except Exception as error:
            if not _is_of_database(error):
                raise
            self._fail(ctx, for_operator(error))

    def _warn_of_unknown_variables(self, ctx: click.Context) -> None:
        """Unless the command reads no setting, or the server logs the warnings itself."""
        command = self._command(ctx)
        if command is not serve and not isinstance(command, FileCommand):
            warn_of_unknown_variables()

    def _fail(self, ctx: click.Context, message: str, status: int = 1) -> None:
        """End with one line. The status 1 of a command on BPMN files is a result, so such a command fails with another one."""
        click.echo(f"procdef: {visible(message)}", err=True)
        ctx.exit(NOT_READABLE if status == DIFFERENT and isinstance(self._command(ctx), FileCommand) else status)

    def _command(self, ctx: click.Context) -> click.Command | None:
        return self.commands.get(ctx.obj[0]) if ctx.obj else None


def _is_of_database(error: Exception) -> bool:
    """Whether peewee raised the error. A command that has not imported peewee has no such error."""
    peewee = sys.modules.get("peewee")
    return peewee is not None and isinstance(error, peewee.PeeweeException)


@click.group(cls=Commands)
@click.version_option(package_name="procdef")
def main() -> None:
    """A process-definition registry and query service that speaks the Camunda 7 REST API."""


for command in (backup, restore, deploy, diff, job, mirror, openapi, outline, picture, reference, serve, user, token):
    main.add_command(command)
