"""The command that lists what was changed, by whom and when, and follows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from procdef.cli.output import HIGHEST, Column, Row, Shape, cell, echo, member, output_options, say, show, yaml_of
from procdef.cli.servers import Tenant, asking, asks_server
from procdef.cli.times import Moment, age

if TYPE_CHECKING:
    from procdef.client.target import Wanted

USUAL = 50
WIDTHS = (7, 19, 21, 24, 8, 10, 9)
"""The least widths of the columns while events come one by one."""


def _of(row: Row) -> object:
    """What an event concerns: `key@version`, another object, or a deployment."""
    if row["processDefinitionKey"]:
        return f"{row['processDefinitionKey']}{'' if row['version'] is None else '@{}'.format(row['version'])}"
    return row["objectId"] or (row["before"] or row["after"] or {}).get("name") or row["deploymentId"]


def _change(row: Row) -> str | None:
    """The values before and after, as JSON."""
    texts = [json.dumps(row[name], ensure_ascii=False) for name in ("before", "after") if row[name] is not None]
    return " -> ".join(texts) or None


COLUMNS = (
    member("NUMBER", "number"),
    Column("WHEN", lambda row: age(row["timestamp"])),
    member("TYPE", "type"),
    Column("OF", _of),
    member("TENANT", "tenantId"),
    member("BY", "userId"),
    member("SOURCE", "source"),
    member("ADDRESS", "address", wide=True),
    Column("CHANGE", _change, wide=True),
    member("DEPLOYMENT", "deploymentId", wide=True),
    member("DEFINITION", "processDefinitionId", wide=True),
    member("REQUEST", "requestId", wide=True),
)
OPTIONS = (
    click.option("--type", "types", metavar="TYPE", multiple=True, help="Only events of this type, as `definition.deployed`; repeatable."),
    click.option("--key", "processDefinitionKey", metavar="KEY", help="Only events of definitions with this key."),
    click.option("--definition", "processDefinitionId", metavar="ID", help="Only events of this definition."),
    click.option("--deployment", "deploymentId", metavar="ID", help="Only events of this deployment."),
    click.option("--object", "objectId", metavar="ID", help="Only events of this user, group, token, incident or process."),
    click.option("--by", "userId", metavar="USER", help="Only changes of this user."),
    click.option("--source", metavar="SOURCE", help="Only changes from this source, as `rest` or `mirror`."),
    click.option("--tenant", "tenants", metavar="ID", type=Tenant(), multiple=True, help="Only events of this tenant; repeatable."),
    click.option("--since", metavar="TIME", type=Moment(past=True), help="Only events after this time."),
    click.option("--after", "number", metavar="N", type=click.IntRange(0, HIGHEST), help="All events after this number."),
    click.option("--limit", metavar="N", type=click.IntRange(1, HIGHEST), help=f"Print so many at most.  [default: the newest {USUAL}]"),
    click.option("-f", "--follow", "follows", is_flag=True, help="Print the events that come, until Ctrl-C."),
)


def _with_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(OPTIONS):
        function = option(function)
    return function


@click.command()
@_with_options
@output_options
@asks_server
def events(
    wanted: Wanted,
    *,
    form: str,
    fields: str,
    types: Sequence[str],
    tenants: Sequence[str],
    number: int | None,
    limit: int | None,
    follows: bool,
    **given: str | None,
) -> None:
    """List what was changed, by whom and when, and follow it.

    Without `--after` the newest events are listed. With `-f` each event that comes is printed at once, with `-o json` as an object in a
    line of its own. A server that is restarted is asked again; no event is left out and none comes twice.
    """
    if follows and limit is not None:
        raise click.UsageError("Use one of --follow and --limit.")
    lists = {"type": ",".join(types), "tenantIdIn": ",".join(tenants)}
    filters = {name: value for name, value in {**given, **lists}.items() if value}
    with asking(wanted) as engine:
        from procdef.client import events as client

        shape = Shape(COLUMNS, client.MEMBERS, "number")
        if follows:
            _follow(partial(client.follow, engine, filters, number, say), shape, form, fields)
        elif number is None:
            show(client.newest(engine, filters, limit or USUAL), shape, form, fields)
        else:
            show(client.after(engine, filters, number, limit, say), shape, form, fields)


def _follow(rows: Callable[[], Any], shape: Shape, form: str, fields: str) -> None:
    """Print each event when it comes."""
    names = [name.strip() for name in fields.split(",") if name.strip()]
    if form in ("csv", "name"):
        show(rows(), shape, form, fields)
    show((), shape, "name", fields)  # which checks the names
    printed = PRINTED.get(form)
    if printed is None:
        raise click.UsageError(f"-o {form} cannot follow; use table, wide, json, yaml, csv or name.")
    for row in rows():
        echo(printed({name: row[name] for name in names} if names else row, form, bool(names)))


def _line(row: Row, form: str, chosen: bool) -> str:
    columns = [member(name, name) for name in row] if chosen else [column for column in COLUMNS if form == "wide" or not column.wide]
    cells = [cell(row["timestamp"][:19] if column.head == "WHEN" else column.text(row)) for column in columns]
    widths = [*([0] * len(cells) if chosen else WIDTHS), *([0] * len(cells))]
    return "  ".join(text.ljust(width) for text, width in zip(cells, widths, strict=False)).rstrip() + "\n"


PRINTED: Mapping[str, Callable[[Row, str, bool], str]] = {
    "table": _line,
    "wide": _line,
    "json": lambda row, _form, _chosen: json.dumps(row, ensure_ascii=False) + "\n",
    "yaml": lambda row, _form, _chosen: yaml_of([dict(row)]),
}
"""How an event is printed when it comes, by form."""
