"""Hooks, to which procdef sends events. They are made by commands only, so that no client can let the server send requests."""

from __future__ import annotations

from collections.abc import Sequence

import click

from procdef.cli.common import open_store, print_table
from procdef.errors import NO


@click.group()
def hook() -> None:
    """Add, list, test and remove hooks, to which events are sent."""


@hook.command()
@click.argument("url")
@click.option("--type", "types", metavar="TYPE", multiple=True, help="Send only events of this type, as `definition.deployed`; repeatable.")
@click.option("--key", "keys", metavar="KEY", multiple=True, help="Send only events of definitions with this key; repeatable.")
@click.option("--allow-private", is_flag=True, help="Allow an address of a private network, or of this host.")
def add(url: str, types: Sequence[str], keys: Sequence[str], allow_private: bool) -> None:
    """Send the events that come to URL, and print the id and the secret.

    The secret is never shown again. With it the receiver checks the signature of each request, as Standard Webhooks says.
    """
    from procdef.hooks.addresses import place_of
    from procdef.store.events import hooks
    from procdef.store.events.types import TYPES

    if unknown := [name for name in types if name not in TYPES]:
        raise click.UsageError(f"There is no type {unknown[0]!r}; there are {', '.join(TYPES)}.")
    place_of(url, allows_private=allow_private)
    with open_store() as store:
        ident, secret = hooks.add(store, url, types, keys, allows_private=allow_private)
    click.echo(f"id      {ident}\nsecret  {secret}")


@hook.command("list")
def list_hooks() -> None:
    """List the hooks: how many events wait, and what failed. The path of an address is not shown, since it may be a secret."""
    from procdef.store.events import hooks, lookups

    with open_store() as store:
        newest = lookups.numbers(store.everything).newest
        rows = [
            (
                each.id,
                _host(each.url),
                ",".join(each.types) or "all",
                ",".join(each.keys) or "all",
                _state(each),
                newest - each.position,
                each.error,
            )
            for each in hooks.every(store)
        ]
    print_table(("ID", "HOST", "TYPES", "KEYS", "STATE", "BEHIND", "ERROR"), rows)


@hook.command()
@click.argument("hook_id", metavar="ID")
def remove(hook_id: str) -> None:
    """Remove a hook; nothing is sent to it any more."""
    from procdef.store.events import hooks

    with open_store() as store:
        hooks.remove(store, hook_id)


@hook.command()
@click.argument("hook_id", metavar="ID")
def retry(hook_id: str) -> None:
    """Let a hook that is parked go on, with the event that failed."""
    from procdef.store.events import hooks

    with open_store() as store:
        hooks.retry(store, hook_id)


@hook.command()
@click.argument("hook_id", metavar="ID")
@click.pass_context
def test(context: click.Context, hook_id: str) -> None:
    """Send a request of the type `hook.test` at once, and say what comes of it.

    Exit status: 0 the receiver has taken it, 1 it has not.
    """
    import orjson

    from procdef.hooks.sending import send
    from procdef.store.clock import new_id
    from procdef.store.events import hooks

    with open_store() as store:
        found = hooks.one(store, hook_id)
    failure = send(found, f"test-{new_id()}", orjson.dumps({"type": "hook.test", "data": {"hook": hook_id}}))
    click.echo("The receiver has taken it." if failure is None else failure.text)
    if failure is not None:
        context.exit(NO)


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).netloc


def _state(each: object) -> str:
    is_parked, tries = getattr(each, "parked", None), getattr(each, "tries", 0)
    return "parked" if is_parked is not None else f"failed {tries}x" if tries else "well"
