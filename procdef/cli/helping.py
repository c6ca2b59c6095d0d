"""The command that shows the help of commands, also as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from procdef.cli.output import echo
from procdef.common.metadata import version
from procdef.errors import EXIT_STATUSES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _names(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The names of commands that begin so, for completion in a shell; after a group, those of the group."""
    root = context.find_root().command
    try:
        group = _command(root, context.params.get("words") or ())
    except click.UsageError:
        return []
    return group.command.shell_complete(group, begun) if isinstance(group.command, click.Group) else []


@click.command("help")
@click.argument("words", metavar="[COMMAND]...", nargs=-1, shell_complete=_names)
@click.option("--json", "as_json", is_flag=True, help="Print all commands with their arguments and options, and the exit statuses.")
@click.pass_context
def show_help(context: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """Show the help of a command, or of all as JSON."""
    program = context.find_root().command
    if not as_json:
        echo(_command(program, words).get_help() + "\n")
        return
    found = _command(program, words)
    described = {"program": "procdef", "version": version(), "exitStatuses": EXIT_STATUSES, "commands": [*_described(found)]}
    echo(json.dumps(described, indent=2) + "\n")


def _command(program: click.Command, words: Sequence[str]) -> click.Context:
    """The command that the words name, in a context. It is a usage error if there is none."""
    context = click.Context(program, info_name="procdef")
    for word in words:
        command = context.command
        inner = command.get_command(context, word) if isinstance(command, click.Group) else None
        if inner is None:
            raise click.UsageError(f"There is no command {' '.join(words)!r}.")
        context = click.Context(inner, context, info_name=word)
    return context


def _described(context: click.Context) -> Iterator[Mapping[str, Any]]:
    """A command, or each command of a group, that is not hidden."""
    command = context.command
    if not isinstance(command, click.Group):
        yield _description(context)
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        if inner and not inner.hidden:
            yield from _described(click.Context(inner, context, info_name=name))


def _description(context: click.Context) -> Mapping[str, Any]:
    command = context.command
    arguments = [_parameter(context, one) for one in command.params if isinstance(one, click.Argument)]
    options = [_parameter(context, one) | _option(one) for one in command.params if isinstance(one, click.Option)]
    return {
        "name": context.command_path.partition(" ")[2],
        "help": "\n".join(line.strip() for line in (command.help or "").splitlines()),
        "usage": f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}",
        "arguments": arguments,
        "options": options,
    }


def _parameter(context: click.Context, one: click.Parameter) -> dict[str, Any]:
    choices = [str(choice) for choice in one.type.choices] if isinstance(one.type, click.Choice) else None
    return {
        "name": one.make_metavar(context) if isinstance(one, click.Argument) else one.opts[-1],
        "required": one.required,
        "many": one.multiple or one.nargs != 1,
        "choices": choices,
    }


def _option(one: click.Option) -> dict[str, Any]:
    value = None if one.is_flag else one.metavar or one.type.name.upper()
    return {"names": [*one.opts, *one.secondary_opts], "value": value, "help": one.help}
