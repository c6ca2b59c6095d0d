"""Tokens, with which programs log in as a user."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from procdef.cli.common import open_store, print_table
from procdef.cli.role import role_of, role_options

LONGEST = 100 * 365
"""Days after which a token expires at the latest."""


class Expiry(click.ParamType[datetime]):
    """When a token expires: a number of days from now, or the last day on which it is valid, in UTC."""

    name = "days or date"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment at which the token expires. A moment in the past is a usage error."""
        if isinstance(value, datetime):
            return value
        now = datetime.now(UTC)
        try:
            moment = now + timedelta(min(int(value), LONGEST)) if value.isdecimal() else _end_of(value)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is neither a number of days nor a date as 2030-12-31", param, ctx)
        if moment <= now:
            self.fail(f"{value!r} is in the past", param, ctx)
        return moment


@click.group()
def token() -> None:
    """Add, list and remove tokens, with which programs log in."""


@token.command()
@click.argument("user_id", metavar="USER")
@click.option("--name", help="What it is for.")
@click.option("--expires", type=Expiry(), help="Days from now, or the last day on which it is valid, as 2030-12-31, in UTC.")
@role_options
def add(user_id: str, name: str | None, expires: datetime | None, **role: Any) -> None:
    """Make a token of USER and print it.

    The token is never shown again. With a role it can do, of what USER may do, only what the role may.
    """
    from procdef.store.identity import tokens

    given = role_of(**role)
    with open_store() as store:
        click.echo(tokens.create_token(store, user_id, name, expires, given))


@token.command("list")
def list_tokens() -> None:
    """List the tokens, also those that have expired."""
    from procdef.store.identity import tokens

    with open_store() as store:
        rows = tokens.tokens_of_all(store)
    head = ("ID", "USER", "NAME", "CREATED", "EXPIRES", "LAST USE", "ROLE")
    print_table(head, [(*row[:3], *map(_minute, row[3:6]), row[6]) for row in rows])


@token.command()
@click.argument("token_id", metavar="[ID]", required=False)
@click.option("--user", "user_id", metavar="USER", help="Remove all tokens of this user.")
def remove(token_id: str | None, user_id: str | None) -> None:
    """Remove a token, or all of a user; nobody can log in with it any more."""
    from procdef.store.identity import tokens, users

    if (token_id is None) == (user_id is None):
        raise click.UsageError("Name a token by its ID, or a user by --user.")
    with open_store() as store:
        if user_id is None:
            tokens.remove_token(store, str(token_id))
            return
        users.profile_of(store, user_id)
        removed = tokens.remove_tokens(store, user_id)
    click.echo(f"Tokens of {user_id} that were removed: {removed}.")


def _end_of(day: str) -> datetime:
    return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(1)


def _minute(moment: object) -> str:
    return "" if moment is None else str(moment)[:16]
