"""The commands that suspend and activate definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from procdef.cli.changing import ALL_VERSIONS, TENANT, chosen, shown, word_of
from procdef.cli.output import say
from procdef.cli.servers import YES, asking, asks_server, confirm
from procdef.cli.times import Moment

if TYPE_CHECKING:
    from procdef.client.target import Wanted

VERBS = {"suspended": "Suspend", "active": "Activate"}
"""What a question calls the change to a state."""
OPTIONS = (
    click.argument("word", metavar="KEY"),
    ALL_VERSIONS,
    click.option("--include-instances", "instances", is_flag=True, help="Also the process instances of the definition, on an engine."),
    click.option("--at", "moment", type=Moment(), metavar="TIME", help="When, as `2030-01-01T06:00:00Z` or in `2h`. Without it: now."),
    TENANT,
    YES,
    asks_server,
)


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(OPTIONS):
        function = option(function)
    return function


@click.command()
@_options
def suspend(**options: Any) -> None:
    """Suspend a definition, now or later.

    KEY is its latest version, `KEY@3` version 3, `KEY@tag:1.1` the highest version with this tag. Clients see the state; what a suspended
    definition does not allow is the matter of the engine.
    """
    _change("suspended", **options)


@click.command()
@_options
def activate(**options: Any) -> None:
    """Activate a suspended definition, now or later.

    KEY is its latest version, `KEY@3` version 3, `KEY@tag:1.1` the highest version with this tag.
    """
    _change("active", **options)


def _change(
    state: str, *, word: str, all_versions: bool, instances: bool, moment: str | None, tenant: str | None, yes: bool, wanted: Wanted
) -> None:
    """Bring definitions into a state, one after the other. Those that have it already get it again, which changes nothing."""
    named, wanted = word_of(word, wanted)
    content = {"suspended": state == "suspended", "includeProcessInstances": instances, "executionDate": moment}
    with asking(wanted) as engine:
        rows = chosen(engine, named, tenant, all_versions=all_versions)
        what = shown(rows[0]) if len(rows) == 1 else f"{len(rows)} versions of {named.key}"
        confirm(engine.connection.target, f"{VERBS[state]} {what} on {engine.connection.target.name}", yes=yes)
        for row in rows:
            engine.suspend(str(row["id"]), content)
            say(f"{shown(row)} {f'will be {state} at {moment}' if moment else f'is {state}'}")
