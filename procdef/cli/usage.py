"""The command that finds what definitions use, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from procdef.cli.output import Shape, member, output_options, say, show
from procdef.cli.servers import asking, asks_server, tenant_options

if TYPE_CHECKING:
    from procdef.client.engine import Row
    from procdef.client.target import Wanted
    from procdef.client.usage import Found

PLACES = (
    member("KEY", "processDefinitionKey"),
    member("VERSION", "processDefinitionVersion"),
    member("TENANT", "tenantId"),
    member("ACTIVITY", "activityId"),
    member("TYPE", "activityType"),
    member("NAME", "activityName"),
    member("TAG", "versionTag", wide=True),
    member("ID", "processDefinitionId", wide=True),
)
CATALOG = (
    member("KIND", "kind"),
    member("VALUE", "value"),
    member("DEFINITIONS", "definitions"),
    member("ACTIVITIES", "activities"),
    member("EXPRESSION", "dynamic", wide=True),
)


@click.command()
@click.argument("kind", metavar="[KIND", required=False)
@click.argument("value", metavar="[VALUE]]", required=False)
@click.option("--latest", is_flag=True, help="Only the latest version of each key and tenant.")
@tenant_options
@asks_server
@output_options
def usage(kind: str | None, value: str | None, latest: bool, filters: Mapping[str, str], wanted: Wanted, form: str, fields: str) -> None:
    """Find what definitions use, such as topics, classes and called keys.

    With KIND and VALUE, as in `usage topic shipping`: the activities that use it. Without VALUE: each value of this kind, with the number
    of definitions and activities that use it. Without KIND: the values of all kinds. `-o name` prints ids of definitions, or values.

    procdef has an index of all versions. For Camunda 7 and Operaton, the files of the latest versions are read.
    """
    from procdef.client import usage as asked

    _check(kind)
    question = asked.Wanted(kind, value, latest, filters)
    shape = _shape(value, asked.MEMBERS, asked.VALUE_MEMBERS)
    with asking(wanted) as engine:
        found = asked.values(engine, question) if value is None else asked.uses(engine, question)
        _warn(found, latest=latest)
        definitions: set[object] = set()
        number = show(_noting(found.rows, definitions), shape, form, fields)
    say(_counted(number, "value") if value is None else _sentence(number, len(definitions)))


def _check(kind: str | None) -> None:
    """It is a usage error if there is no such kind."""
    from procdef.bpmn.facts.kinds import KINDS

    if kind is not None and kind not in KINDS:
        raise click.UsageError(f"There is no kind {kind!r}; there are {', '.join(KINDS)}.")


def _shape(value: str | None, members: Sequence[str], value_members: Sequence[str]) -> Shape:
    return Shape(CATALOG, value_members, "value") if value is None else Shape(PLACES, members, "processDefinitionId")


def _noting(rows: Iterable[Row], definitions: set[object]) -> Iterator[Row]:
    """The rows. The ids of their definitions are added to `definitions` while they are printed."""
    for row in rows:
        definitions.add(row.get("processDefinitionId"))
        yield row


def _warn(found: Found, *, latest: bool) -> None:
    if found.is_read and not latest:
        say("procdef: The server is an engine: only the latest versions are read.")
    if not found.is_complete:
        say("procdef: The server still reads its files: some uses are missing.")


def _sentence(activities: int, definitions: int) -> str:
    noun = "activity" if activities == 1 else "activities"
    return f"{activities:,} {noun} in {_counted(definitions, 'definition')}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
