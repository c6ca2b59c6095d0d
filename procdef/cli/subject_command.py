"""What the commands about one definition, deployment or incident have in common: the words that name it, and the server that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from procdef.cli.servers import Tenant, asking, asks_server

if TYPE_CHECKING:
    from procdef.client.engine import Engine
    from procdef.client.target import Wanted
    from procdef.client.words import Named

Command = TypeVar("Command", bound=Callable[..., Any])
NOUNS = {"definition": "definition", "pd": "definition", "deployment": "deployment", "incident": "incident"}
TENANT = click.option("--tenant", metavar="ID", type=Tenant(), help="Tenant of the definition.  [default: no tenant]")
RULE = (
    "WORD is a definition: `KEY` for its latest version, `KEY@3`, `KEY@tag:1.1`, `CONTEXT:KEY` on the server of a context, or an id. "
    "After `deployment` or `incident` it is the id of one."
)


def names_subject(function: Command) -> Command:
    """Add the argument and options of a command about a definition, a deployment or an incident. It gets `noun` and `word`."""
    return click.argument("words", nargs=-1, required=True, metavar="[definition|deployment|incident] WORD")(TENANT(asks_server(function)))


def subject_of(words: tuple[str, ...]) -> tuple[str, str]:
    """What is named, `definition`, `deployment` or `incident`, and the word that names it."""
    if len(words) == 1:
        return "definition", words[0]
    if len(words) > 2 or words[0] not in NOUNS:
        raise click.UsageError("Give one WORD, or `definition`, `deployment` or `incident` and one WORD.")
    return NOUNS[words[0]], words[1]


@contextmanager
def asking_about(wanted: Wanted, word: str) -> Iterator[tuple[Engine, Named | None]]:
    """The server that the options or the context of a word name, and what a word names on it; None for an id."""
    from dataclasses import replace

    from procdef.client.subjects import IDENT
    from procdef.client.words import named

    found = None if IDENT.fullmatch(word) else named(word)
    if found is not None and found.context:
        wanted = replace(wanted, context=found.context)
    with asking(wanted) as engine:
        yield engine, found
