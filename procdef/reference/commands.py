"""The reference page of the commands, made from the commands of click."""

from __future__ import annotations

from collections.abc import Iterator

import click

from procdef.errors import EXIT_STATUSES
from procdef.reference.markdown import code, grid, page, plain

INTRO = (
    "`procdef COMMAND --help` shows the same. `python -m procdef` is another way to write `procdef`. "
    "The settings are [environment variables](settings.md)."
)
STATUS = (
    f"The exit status is {'; '.join(f'{status}, {meaning}' for status, meaning in EXIT_STATUSES.items())}. "
    "An error is one line on the standard error; `procdef serve` may log other lines before it."
)


def pages(main: click.Group) -> dict[str, str]:
    """The page by its file name. `main` is the group of all commands."""
    context = _context(main)
    commands = ((name, main.get_command(context, name)) for name in sorted(main.list_commands(context)))
    parts = [part for name, command in commands if command and not command.hidden for part in _sections(command, f"procdef {name}")]
    return {"commands.md": page("Commands", INTRO, STATUS, _line(main.epilog or ""), *parts)}


def _sections(command: click.Command, path: str) -> Iterator[str]:
    """The sections about a command, or about each command of a group."""
    if isinstance(command, click.Group):
        context = _context(command)
        for name in sorted(command.list_commands(context)):
            if inner := command.get_command(context, name):
                yield from _sections(inner, f"{path} {name}")
        return
    yield f"## {path}"
    yield code(f"{path} {' '.join(command.collect_usage_pieces(_context(command)))}")
    yield from map(_line, (command.help or "").split("\n\n"))
    options = [option for option in command.params if isinstance(option, click.Option)]
    if records := [record for option in options if (record := option.get_help_record(_context(command)))]:
        yield grid(("Option", "Meaning"), ((code(option), _line(text)) for option, text in records))


def _context(command: click.Command) -> click.Context:
    return click.Context(command)


def _line(text: str) -> str:
    """A paragraph of help on one line. Its Markdown characters are escaped, except those of code."""
    pieces = " ".join(text.split()).split("`")  # every second one is code
    return "`".join(piece if number % 2 else plain(piece) for number, piece in enumerate(pieces))
