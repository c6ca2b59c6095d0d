"""Users, who log in with a password."""

from __future__ import annotations

import sys
from typing import Any

import click

from procdef.cli.common import open_store, print_table
from procdef.cli.role import role_of, role_options
from procdef.errors import InvalidInput


@click.group()
def user() -> None:
    """Add, list and remove users; change passwords."""


@user.command()
@click.argument("user_id", metavar="ID")
@click.option("--first-name", help="First name.")
@click.option("--last-name", help="Last name.")
@click.option("--email", help="E-mail address.")
@role_options
def add(user_id: str, first_name: str | None, last_name: str | None, email: str | None, **role: Any) -> None:
    """Add a user; the id has letters and digits only.

    The password is asked for, or read from the standard input if that is not a terminal.
    """
    from procdef.store.identity import users

    given = role_of(**role)
    profile = {"id": user_id, "first": first_name, "last": last_name, "email": email}
    with open_store(create=True) as store:
        try:
            users.create_user(store, profile, _password(), given)
        except users.InvalidId as error:  # the text is the engine's
            raise users.InvalidId(f"{str(error).removesuffix('.')} (letters and digits only).") from error


@user.command()
@click.argument("user_id", metavar="ID")
@click.option("--remove-tokens", is_flag=True, help="End the user's tokens too.")
def password(user_id: str, remove_tokens: bool) -> None:
    """Change a user's password, and end the user's sessions in browsers.

    The password is asked for, or read from the standard input if that is not a terminal.
    """
    from procdef.store.identity import users

    with open_store() as store:
        users.profile_of(store, user_id)
        removed = users.set_password(store, user_id, _password(), ends_tokens=remove_tokens)
    click.echo(f"The password is changed; tokens of {user_id} that were removed: {removed}.")


@user.command("role")
@click.argument("user_id", metavar="ID")
@role_options
def change_role(user_id: str, **role: Any) -> None:
    """Change what a user may do; without --role the user has no role any more.

    It counts where PROCDEF_AUTHORIZATION is on.
    """
    from procdef.store.identity import roles

    given = role_of(**role)
    with open_store() as store:
        roles.set_role(store, user_id, given)


@user.command("list")
def list_users() -> None:
    """List the users, and whether they can log in with a password."""
    from procdef.store.identity import users

    with open_store() as store:
        rows = [(*row[:-1], "yes" if row[-1] else "no") for row in users.users(store)]
    print_table(("ID", "FIRST NAME", "LAST NAME", "E-MAIL", "PASSWORD"), rows)


@user.command("log-out")
@click.argument("user_id", metavar="ID")
def log_out(user_id: str) -> None:
    """End a user's sessions in all browsers."""
    from procdef.store.identity import sessions

    with open_store() as store:
        ended = sessions.end_all(store, user_id)
    click.echo(f"Sessions of {user_id} that were ended: {ended}.")


@user.command()
@click.argument("user_id", metavar="ID")
def remove(user_id: str) -> None:
    """Remove a user, with its tokens, sessions and memberships."""
    from procdef.store.identity import users

    with open_store() as store:
        users.profile_of(store, user_id)
        users.delete_user(store, user_id)


def _password() -> str:
    given = _ask() if sys.stdin.isatty() else _read()
    if not given:
        raise InvalidInput("The password is empty.")
    return given


def _ask() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _read() -> str:
    try:
        return sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InvalidInput("The password is no UTF-8.") from error
