"""Lists: `procdef get definitions`, `get deployments` and `get incidents`, with the options of `filters.json`, made from the tables."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from procdef.cli.output import HIGHEST, output_options, say, show
from procdef.cli.servers import Tenant, asking, asks_server
from procdef.cli.shapes import shape
from procdef.cli.times import Moment

if TYPE_CHECKING:
    from procdef.client.engine import Engine, Row
    from procdef.client.lists import Asked, Order
    from procdef.client.target import Wanted

NOUNS = ("definitions", "deployments", "incidents")
ALIASES = {"definition": "definitions", "pd": "definitions", "deployment": "deployments", "incident": "incidents"}
"""Other names of the lists."""
DEFAULT_SORTS = {"definitions": "key", "deployments": "deploymentTime:desc", "incidents": "incidentTimestamp:desc"}
"""The order of a list if no other is given."""
TABLES = ("table", "wide")
LATEST = "latestVersion"
"""The filter that also the number of all rows has, if it is given."""
TENANTS = "tenantIdIn"
SECONDS = 2.0
"""How long `--watch` waits between two requests."""
CLEAR = "\x1b[H\x1b[2J\x1b[3J"
TYPES: Mapping[str, Mapping[str, Any]] = {
    "text": {"metavar": "TEXT"},
    "number": {"type": click.IntRange(1, HIGHEST), "metavar": "N"},
    "flag": {"is_flag": True, "default": None},
    "list": {"multiple": True, "metavar": "TEXT"},
    "repeated": {"multiple": True, "metavar": "KIND:VALUE"},
    "time": {"metavar": "TIME", "type": Moment(past=True)},
}
"""The options of each kind of filter."""


@cache
def described() -> Mapping[str, Any]:
    """What `filters.json` says of each list."""
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("filters.json").read_text(encoding="utf-8"))
    return found


class Lists(click.Group):
    """A command for each list, made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of the lists."""
        return [*NOUNS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a list by its name, or by another name of it."""
        name = ALIASES.get(cmd_name, cmd_name)
        return _command(name) if name in NOUNS else None


@click.group(cls=Lists)
def get() -> None:
    """List definitions, deployments or incidents."""


@cache
def _command(name: str) -> click.Command:
    """The command of a list, with an option for each filter."""
    row = described()[name]
    command = output_options(asks_server(partial(_get, name)))
    sorts = f"Order: one of {', '.join(row['sorts'])}; `:desc` reverses it. Given several times, the first is the most important."
    params = [
        *(_option(entry) for entry in row["filters"]),
        click.Option(["--sort", "sorts"], multiple=True, metavar="NAME[:desc]", help=sorts),
        click.Option(["--limit"], type=click.IntRange(0, HIGHEST), metavar="N", help="Print this many rows at most."),
        click.Option(["--offset"], type=click.IntRange(0, HIGHEST), metavar="N", default=0, help="Leave out this many rows."),
        click.Option(["-w", "--watch"], is_flag=True, help="Print the list again when it changes, until Ctrl-C."),
        *reversed(command.__click_params__),  # type: ignore[attr-defined]
    ]
    return click.Command(name, callback=command, params=params, help=f"List {name}. Each filter leaves those that match it.")


def _option(entry: Mapping[str, Any]) -> click.Option:
    kind = {**TYPES[entry["kind"]], **({"type": Tenant()} if entry["name"] == TENANTS else {})}
    return click.Option([f"--{entry['option']}", entry["name"]], help=entry["help"], **kind)


def _get(
    noun: str,
    /,
    wanted: Wanted,
    *,
    form: str,
    fields: str,
    sorts: tuple[str, ...],
    limit: int | None,
    offset: int,
    watch: bool,
    **given: Any,
) -> None:
    from procdef.client.lists import rows

    asked = _asked(noun, sorts, limit, offset, given)
    with asking(wanted) as engine:
        draw = partial(_print, engine, noun, asked, form, fields)
        if watch:
            _watch(engine, asked, draw)
        else:
            draw(rows(engine, asked))


def _asked(name: str, sorts: tuple[str, ...], limit: int | None, offset: int, given: Mapping[str, Any]) -> Asked:
    """The question that the options mean."""
    from procdef.client.lists import Asked

    row = described()[name]
    values = {entry["name"]: _value(entry, value) for entry in row["filters"] if (value := given[entry["name"]]) not in (None, ())}
    ours = {entry["name"]: f"--{entry['option']}" for entry in row["filters"] if entry["ours"] and entry["name"] in values}
    orders = [_order(text, row["sorts"]) for text in sorts or (DEFAULT_SORTS[name],)]
    return Asked(row["path"], values, orders, offset, limit, ours)


def _value(entry: Mapping[str, Any], value: Any) -> Any:
    from procdef.client.lists import NAME_OR_KEY, containing

    if entry["name"] == NAME_OR_KEY:
        return containing(value)
    return [*value] if isinstance(value, tuple) else value


def _order(text: str, known: list[str]) -> Order:
    from procdef.client.lists import Order

    name, _, direction = text.partition(":")
    if name not in known or direction not in ("", "asc", "desc"):
        raise click.BadParameter(f"{text!r} is no order; there are {', '.join(known)}, each with `:desc` or without.", param_hint="--sort")
    return Order(name, direction == "desc")


def _print(engine: Engine, name: str, asked: Asked, form: str, fields: str, found: Iterable[Row]) -> None:
    number = show(found, shape(name, described()[name]["members"]), form, fields)
    if form in TABLES:
        say(_footer(engine, asked, number))


def _footer(engine: Engine, asked: Asked, number: int) -> str:
    """How many rows are shown, and of how many. It cannot be read as if rows were left out that are not."""
    latest = {key: "true" for key in (LATEST,) if asked.filters.get(key)}
    if asked.first or asked.most is not None:
        return f"{number:,} shown because of --limit or --offset; {engine.count(asked.path, latest):,} in all"
    if not asked.filters.keys() - latest.keys():
        return f"{number:,} in all"
    return f"{number:,} of {engine.count(asked.path, latest):,} {'matches' if number == 1 else 'match'}"


def _watch(engine: Engine, asked: Asked, draw: Callable[[Iterable[Row]], None]) -> None:
    """Print the list whenever one of its rows has changed."""
    from procdef.client.lists import rows

    before, etag = None, ""
    while True:
        changed, etag = _changed(engine, asked, etag)
        now = list(rows(engine, asked)) if changed else before
        if now is not None and now != before:
            _clear()
            draw(now)
            before = now
        time.sleep(SECONDS)


def _changed(engine: Engine, asked: Asked, etag: str) -> tuple[bool, str]:
    """Whether the list may have changed, and its ETag. procdef changes the ETag with every change of the store; an engine has none."""
    page = {"maxResults": "1", "details": "true"}
    answer = engine.connection.get(asked.path, page, {"If-None-Match": etag} if etag else {})
    return answer.status_code != 304, answer.headers.get("ETag", "")


def _clear() -> None:
    """Clear the terminal. Elsewhere the list is printed below the one before."""
    import sys

    if sys.stdout.isatty():
        click.echo(CLEAR, nl=False)
