"""The command line: `procdef COMMAND`. The table `VERBS` has a row for each command, with the module that has it.

A command is imported when it is used, and imports what does the work when it runs. So every command and its help start quickly.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from procdef.cli.common import warn_of_unknown_variables
from procdef.cli.times import TIMES
from procdef.cli.verbs import PARTS, VERBS, Verb
from procdef.common.visible import visible
from procdef.errors import BROKEN_PIPE, INTERRUPTED, REFUSED, UNREACHABLE, USAGE, ProcdefError, for_operator
from procdef.store.texts import HALF

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Commands(click.Group):
    """Commands that show one line instead of a traceback for an error that the user can correct."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and end. Of a wrong word, the status remains if click cannot write what is wrong."""
        try:
            return super().main(*args, **extra)
        except OSError:
            sys.exit(USAGE)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the arguments for `invoke`. Help and version are printed here already."""
        ctx.obj = tuple(args)
        with _ending(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> None:
        """Run the command. An error that the user can correct is one line and an exit status; Ctrl-C ends without a message."""
        with _ending(ctx):
            self._warn_of_unknown_variables(ctx)
            super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all commands, in the order of the help."""
        return [*VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is none with this name."""
        verb = VERBS.get(cmd_name)
        return verb.load() if verb else super().get_command(ctx, cmd_name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What a word may become in a shell: commands, without importing them, and options."""
        from click.shell_completion import CompletionItem

        shown = (verb for verb in VERBS.values() if verb.name.startswith(incomplete) and not verb.hidden)
        return [*(CompletionItem(verb.name, help=verb.help) for verb in shown), *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands below their headings, without importing them."""
        for part in PARTS:
            with formatter.section(part):
                formatter.write_dl([(verb.name, verb.help) for verb in VERBS.values() if verb.part == part and not verb.hidden])

    def _warn_of_unknown_variables(self, ctx: click.Context) -> None:
        """Unless the command reads no setting, or the server logs the warnings itself."""
        verb = self._verb(ctx)
        if verb and verb.reads_settings:
            warn_of_unknown_variables()

    def _verb(self, ctx: click.Context) -> Verb | None:
        return VERBS.get(ctx.obj[0]) if ctx.obj else None


@contextmanager
def _ending(ctx: click.Context) -> Iterator[None]:
    """End the command as its errors want it. A fault of procdef, and a wrong word, which click tells, are raised on."""
    try:
        yield
    except KeyboardInterrupt:
        ctx.exit(INTERRUPTED)
    except Exception as error:
        if getattr(error, "errno", None) == errno.EPIPE:
            _drop_output()
            ctx.exit(BROKEN_PIPE)
        if (failure := _failure(error, ctx.obj)) is None:
            raise
        _say(failure[0])
        ctx.exit(failure[1])


def _say(message: str) -> None:
    """Write the line of an error. The status remains if it cannot be written either."""
    with suppress(OSError):
        click.echo(f"procdef: {visible(message)}", err=True)


def _failure(error: Exception, words: Sequence[str]) -> tuple[str, int] | None:
    """The line and the exit status of an error; None for a fault of procdef."""
    if isinstance(error, ProcdefError):
        return for_operator(error), error.exit_status
    if isinstance(error, OSError):
        return f"{error.filename or 'input or output'}: {error.strerror or error}.", REFUSED
    if isinstance(error, UnicodeEncodeError) and any(map(HALF.search, words)):
        return "A word of the command is not UTF-8.", USAGE
    return (for_operator(error), UNREACHABLE) if _is_of_database(error) else None


def _drop_output() -> None:
    """Let Python flush its output at the end without another error: nobody reads it."""
    with suppress(OSError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _is_of_database(error: Exception) -> bool:
    """Whether peewee raised the error. A command that has not imported peewee has no such error."""
    peewee = sys.modules.get("peewee")
    return peewee is not None and isinstance(error, peewee.PeeweeException)


@click.group(cls=Commands, epilog=TIMES)
@click.version_option(package_name="procdef")
def main() -> None:
    """A process-definition registry and query service that speaks the Camunda 7 REST API."""
