"""Contexts: the servers that have names, in the configuration file."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from procdef.cli.output import Column, Row, Shape, member, output_options, say, show
from procdef.cli.servers import context_names

if TYPE_CHECKING:
    from procdef.client.contexts import Context, Contexts

MEMBERS = ("name", "current", "url", "user", "credentials", "protected")
SHAPE = Shape(
    (
        Column("", lambda row: "*" if row["current"] else " "),
        member("NAME", "name"),
        member("URL", "url"),
        member("USER", "user"),
        member("CREDENTIALS", "credentials"),
        member("PROTECTED", "protected"),
    ),
    MEMBERS,
    "name",
)
"""How contexts are printed. The programs that print secrets are not: somebody may have written a secret into their words."""


class Program(click.ParamType[str]):
    """A program with its arguments, as a shell splits them."""

    name = "command"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The words, unchanged. It is a usage error if they cannot be split, or name no program."""
        from procdef.client.errors import WrongConfiguration
        from procdef.client.secrets import words_of

        try:
            words_of(value, "The command")
        except WrongConfiguration as error:
            self.fail(str(error), param, ctx)
        return value


class User(click.ParamType[str]):
    """The name of a user for HTTP Basic."""

    name = "user"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, unchanged. It is a usage error if it is empty or has a colon, which HTTP Basic cannot send."""
        if not value or ":" in value:
            self.fail("a name is not empty, and has no colon.", param, ctx)
        return value


NAME = click.argument("name", metavar="NAME")
KNOWN = click.argument("name", metavar="NAME", shell_complete=context_names)


@click.group()
def context() -> None:
    """List, add, choose and remove contexts: servers that have names."""


@context.command("ls")
@output_options
def list_contexts(form: str, fields: str) -> None:
    """List the contexts; the current one has a star."""
    found = _load()
    if not show([_row(found, one) for one in found.contexts.values()], SHAPE, form, fields):
        say(f"There are no contexts in {found.path}.")


@context.command()
@KNOWN
def use(name: str) -> None:
    """Make NAME the context of all commands that name no other server."""
    from procdef.client.contexts import with_current

    found = _load().get(name)
    _change(lambda text: with_current(text, name))
    say(f"Commands ask {name} now: {found.url}")


@context.command()
@NAME
@click.argument("url", metavar="URL")
@click.option("--user", metavar="NAME", type=User(), help="User for HTTP Basic.")
@click.option("--password-command", metavar="COMMAND", type=Program(), help="Program that prints the password, as `pass show procdef`.")
@click.option("--token-command", metavar="COMMAND", type=Program(), help="Program that prints a token.")
@click.option("--protected", is_flag=True, help="Ask before each change.")
def add(name: str, url: str, user: str | None, password_command: str | None, token_command: str | None, protected: bool) -> None:
    """Add the context NAME: the server whose REST API is at URL.

    Without a path, `/engine-rest` is added to URL. No secret is kept in the file, only the programs that print one.
    """
    from procdef.client.contexts import added, context_of
    from procdef.client.errors import WrongConfiguration
    from procdef.client.target import address_of

    given = {"user": user, "password_command": password_command, "token_command": token_command, "protected": protected}
    new = context_of(name, {"url": address_of(url, "URL"), **{key: value for key, value in given.items() if value}}, "NAME")
    if name in _load().contexts:
        raise WrongConfiguration(f"There is a context {name!r} already. `procdef context rm {name}` removes it.")
    _change(lambda text: added(text, new))
    say(f"Added {name}: {new.url}. `procdef context use {name}` makes it the server of all commands.")


@context.command()
@KNOWN
def rm(name: str) -> None:
    """Remove the context NAME. Nothing happens to its server."""
    from procdef.client.contexts import removed

    found = _load()
    found.get(name)
    _change(lambda text: removed(text, name))
    say(f"Removed {name}.{' No context is current now.' if found.current == name else ''}")


def _row(found: Contexts, one: Context) -> Row:
    commands = {"token_command": one.token_command, "password_command": one.password_command}
    credentials = next((name for name, command in commands.items() if command), None)
    return {
        "name": one.name,
        "current": one.name == found.current,
        "url": one.url,
        "user": one.user,
        "credentials": credentials,
        "protected": one.protected,
    }


def _load() -> Contexts:
    from procdef.client.contexts import load

    return load(os.environ)


def _change(edit: Callable[[str], str]) -> None:
    """Write the configuration file again, so that only its owner may read it; a missing folder is made."""
    from procdef.cli.common import write_file, writing

    path = _load().path
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    with writing(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_file(path, edit(text).encode(), private=True)
