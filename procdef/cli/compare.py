"""The command that compares the latest definitions of two servers."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from procdef.cli.output import Column, Shape, output_options, say, show
from procdef.cli.servers import TIMEOUT, asking_target, server_names, tenant_options
from procdef.errors import NO, YES

if TYPE_CHECKING:
    from procdef.client.engine import Row
    from procdef.client.target import Target

SIGNS = {"added": "+", "removed": "-", "changed": "~"}
"""The signs of the counts in a table, as in `procdef diff`."""


@click.command()
@click.argument("left", metavar="LEFT", shell_complete=server_names)
@click.argument("right", metavar="RIGHT", shell_complete=server_names)
@click.argument("keys", metavar="[KEY]...", nargs=-1)
@tenant_options
@click.option("--bytes", "exactly", is_flag=True, help="Files are equal if their bytes are, not if they say the same.")
@click.option("--all", "everything", is_flag=True, help="Print the definitions with the same content, too.")
@TIMEOUT
@output_options
@click.pass_context
def compare(
    context: click.Context,
    left: str,
    right: str,
    keys: Sequence[str],
    filters: Mapping[str, str],
    exactly: bool,
    everything: bool,
    seconds: float | None,
    form: str,
    fields: str,
) -> None:
    """Compare the latest definitions of two servers, by key and tenant.

    LEFT and RIGHT are servers: a context, the address of a REST API, or `store` for the store of the settings. Without KEY, all
    definitions are compared. Files are equal if they say the same, as in `procdef diff`. DIFFERS UNDER ONE TAG: two files have the same
    version tag, but not the same content.

    Exit status: 0 the servers have the same, 1 they do not, 2 wrong option or argument, 3 neither server has a KEY, 4 a server cannot be
    reached.
    """
    targets = [target_of(word, seconds) for word in (left, right)]
    rows = _rows(targets, keys, filters, exactly=exactly)
    found = Counter(str(row["result"]) for row in rows)
    names = [label(target) for target in targets]
    show((row for row in rows if everything or row["result"] != "same"), _shape(rows, names), form, fields)
    say(_summary(found, names))
    context.exit(YES if found["same"] == len(rows) else NO)


def target_of(word: str, seconds: float | None) -> Target:
    """The server that a word names: an address, `store`, or a context. Raises WrongConfiguration."""
    from procdef.client.target import STORE, Wanted, choose

    if "://" in word:
        return choose(Wanted(url=word, seconds=seconds, is_one_of_several=True), os.environ)
    context = None if word == STORE else word
    return choose(Wanted(store=word == STORE, context=context, seconds=seconds, is_one_of_several=True), os.environ)


def label(target: Target) -> str:
    """What a table calls a server: the name of its context, or the host and port of its address."""
    return target.name if target.context or target.url is None else urlsplit(target.url).netloc


def _rows(targets: Sequence[Target], keys: Sequence[str], filters: Mapping[str, Any], *, exactly: bool) -> list[Row]:
    from procdef.client.comparing import Comparison

    left, right = targets
    with asking_target(left) as one, asking_target(right) as other:
        return [*Comparison(one, other, exactly).rows(filters, list(dict.fromkeys(keys)))]


def _shape(rows: Sequence[Row], names: Sequence[str]) -> Shape:
    from procdef.client.comparing import MEMBERS, SIDES

    width = max((len(str(row[f"{side}Version"] or "-")) for row in rows for side in SIDES), default=0)
    sides = [Column(name.upper(), _version_in(side, width)) for side, name in zip(SIDES, names, strict=True)]
    result = Column("", lambda row: _result(row, names))
    return Shape((Column("KEY", lambda row: row["key"]), Column("TENANT", lambda row: row["tenantId"]), *sides, result), MEMBERS, "key")


def _version_in(side: str, width: int) -> Any:
    """The cell of a server: the version, and the version tag below each other."""
    return lambda row: f"{row[f'{side}Version'] or '-':<{width}} {row[f'{side}VersionTag'] or ''}".rstrip()


def _result(row: Row, names: Sequence[str]) -> str:
    counts = " ".join(f"{sign}{row[name]}" for name, sign in SIGNS.items() if row[name])
    if row["result"] == "differs":
        what = "DIFFERS UNDER ONE TAG" if row["underOneTag"] else "differs"
        return f"{what}  {counts or _uncounted(row)}"
    return {"same": "same content", "onlyLeft": f"only {names[0]}", "onlyRight": f"only {names[1]}"}[row["result"]]


def _uncounted(row: Row) -> str:
    """What differs if no element does."""
    return "a file cannot be read" if row["added"] is None else "in bytes only"


def _summary(found: Counter[str], names: Sequence[str]) -> str:
    parts = [f"{found['same']:,} same", f"{found['differs']:,} differ"]
    only = zip(("onlyLeft", "onlyRight"), names, strict=True)
    parts += [f"{found[result]:,} only in {name}" for result, name in only if found[result]]
    number = found.total()
    return f"{number:,} definition{'' if number == 1 else 's'}: {', '.join(parts)}"
