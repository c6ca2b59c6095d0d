"""The command that takes definitions from one server to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from procdef.cli.common import print_text
from procdef.cli.compare import label, target_of
from procdef.cli.diff import COLOURS
from procdef.cli.output import Column, Shape, member, output_options, say, show
from procdef.cli.servers import TIMEOUT, YES, Tenant, asking_target, confirm, server_names
from procdef.errors import NO, REFUSED

if TYPE_CHECKING:
    from procdef.client.engine import Engine, Row
    from procdef.client.promoting import Parcel, Standing
    from procdef.client.target import Target
    from procdef.client.words import Named

DEPLOYED, UNCHANGED, PLANNED, REPLACED, WRONG = "deployed", "unchanged", "to deploy", "not the latest", "would be refused"
"""What has become of a definition; `REPLACED`: it was deployed, but the latest version is another one."""
MEMBERS = ("key", "tenantId", "resource", "fromVersion", "versionBefore", "version", "id", "result")


class Names(NamedTuple):
    """The tenant of the keys on both servers, and what the new deployments are called, if not as those that they come from."""

    tenant: str | None
    name: str | None
    source: str | None

    def fields(self, deployment: Row) -> dict[str, str]:
        """The fields of the form of a deployment."""
        found = {
            "deployment-name": self.name or deployment.get("name"),
            "deployment-source": self.source or deployment.get("source"),
            "tenant-id": self.tenant,
        }
        return {field: str(value) for field, value in found.items() if value}


class Word(click.ParamType["Named"]):
    """A key, with or without a version."""

    name = "key"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Named:
        """What the word names. It is a usage error if it is not well-formed, or names a context."""
        from procdef.client.words import named

        found = named(value)
        if found is None or found.context:
            self.fail(f"{value!r} is no key as KEY, KEY@VERSION or KEY@tag:TAG", param, ctx)
        return found


@click.command()
@click.argument("words", metavar="KEY...", nargs=-1, required=True, type=Word())
@click.option(
    "--from", "source_word", metavar="SERVER", required=True, shell_complete=server_names, help="The server that has the definitions."
)
@click.option("--to", "target_word", metavar="SERVER", required=True, shell_complete=server_names, help="The server that gets them.")
@click.option("--tenant", metavar="ID", type=Tenant(), help="Tenant of the keys on both servers.  [default: no tenant]")
@click.option("--name", help="Name of the new deployment; without it that of the old one.")
@click.option("--source", help="Source of the new deployment; without it that of the old one.")
@click.option("--dry-run", is_flag=True, help="Show what would be deployed, and deploy nothing.")
@YES
@TIMEOUT
@output_options
@click.pass_context
def promote(
    context: click.Context,
    words: Sequence[Named],
    source_word: str,
    target_word: str,
    tenant: str | None,
    name: str | None,
    source: str | None,
    dry_run: bool,
    yes: bool,
    seconds: float | None,
    form: str,
    fields: str,
) -> None:
    """Take definitions from one server to another.

    KEY is the latest version, `KEY@3` version 3, `KEY@tag:1.1` the highest version with this version tag. A SERVER is a context, the
    address of a REST API, or `store` for the store of the settings. The files are deployed unchanged, with the forms, scripts and
    diagrams of their deployment that they use. First the differences are printed, and at the end it is checked that the latest version
    has the same bytes. What the other server has already is not deployed again.

    Exit status: 0 done, 1 another version has become the latest meanwhile, 2 wrong option or argument, 3 the server refused a file or has
    no such KEY, 4 a server cannot be reached.
    """
    names = Names(tenant, name, source)
    source_target, target = (target_of(word, seconds) for word in (source_word, target_word))
    with asking_target(source_target) as one, asking_target(target) as other:
        found = _standings(one, other, words, tenant)
        if form == "table":
            _print_differences(found, label(source_target), label(target))
        work = _planned(other, found, names) if dry_run else _promoted(other, target, found, names, yes=yes)
        rows = _shown(work, _shape(label(source_target), label(target)), form, fields)
    if dry_run:
        say("Nothing was deployed.")
    context.exit(_status(rows, label(target)))


def _standings(one: Engine, other: Engine, words: Sequence[Named], tenant: str | None) -> list[Standing]:
    from procdef.client.promoting import parcels, standings

    return [found for parcel in parcels(one, words, tenant) for found in standings(other, parcel, tenant)]


def _print_differences(found: Iterable[Standing], source: str, target: str) -> None:
    from procdef.bpmn.difference.text import as_text
    from procdef.common.visible import visible

    for one in found:
        if one.there and one.difference:
            row = one.definition
            called = f'{row["key"]} "{row["name"]}"' if row.get("name") else row["key"]
            title = f"{called}  {target} {one.there['version']} → {source} {row['version']}"
            print_text(f"{visible(title)}\n{as_text(one.difference)}\n", COLOURS)


def _planned(engine: Engine, found: Sequence[Standing], names: Names) -> Iterator[Row]:
    """What would become of each definition. If one file of a parcel is refused, nothing of it is deployed."""
    refused = [parcel for parcel in _changing(found) if _told(engine, parcel, names)]
    changing = _changing(found)
    for one in found:
        result = WRONG if one.parcel in refused else PLANNED if one.parcel in changing else UNCHANGED
        yield _row(one, result, one.there if result == UNCHANGED else None)


def _told(engine: Engine, parcel: Parcel, names: Names) -> bool:
    """Whether the server would refuse a parcel. It is said why."""
    from procdef.cli.deploy_output import mistake_text
    from procdef.client.promoting import refusals

    found = refusals(engine, parcel, names.fields(parcel.deployment))
    for name, mistakes in found.items():
        for mistake in mistakes:
            say(f"procdef: {name}: {mistake_text(mistake)}")
    return bool(found)


def _promoted(engine: Engine, target: Target, found: Sequence[Standing], names: Names, *, yes: bool) -> Iterator[Row]:
    """Deploy each parcel of which something is not there."""
    from procdef.client.promoting import arrived, send

    sent: list[Parcel] = []
    if changing := _changing(found):
        confirm(target, f"Deploy {_keys(changing)} to {label(target)}", yes=yes)
    for one in found:
        if one.parcel not in changing:
            yield _row(one, UNCHANGED, one.there)
            continue
        if one.parcel not in sent:
            send(engine, one.parcel, names.fields(one.parcel.deployment), names.tenant)
            sent.append(one.parcel)
        there = arrived(engine, one.parcel, one.definition, names.tenant)
        yield _row(one, DEPLOYED if there else REPLACED, there)


def _changing(found: Iterable[Standing]) -> list[Parcel]:
    """The parcels of which something is not there, each once."""
    return [*{id(one.parcel): one.parcel for one in found if not one.same}.values()]


def _keys(parcels: Iterable[Parcel]) -> str:
    return ", ".join(str(row["key"]) for parcel in parcels for row in parcel.definitions)


def _row(one: Standing, result: str, after: Row | None) -> Row:
    return {
        "key": one.definition["key"],
        "tenantId": one.definition.get("tenantId"),
        "resource": one.definition["resource"],
        "fromVersion": one.definition["version"],
        "versionBefore": one.there["version"] if one.there else None,
        "version": after["version"] if after else None,
        "id": after["id"] if after else None,
        "result": result,
    }


def _shown(rows: Iterable[Row], shape: Shape, form: str, fields: str) -> Sequence[Row]:
    """Print the rows, also those before an error: what was deployed is deployed."""
    done: list[Row] = []
    try:
        done.extend(rows)
    finally:
        if done:
            show(done, shape, form, fields)
    return done


def _shape(source: str, target: str) -> Shape:
    columns = (
        *(member("KEY", "key"), member("FILE", "resource"), member(source.upper(), "fromVersion")),
        *(Column(target.upper(), _versions), member("RESULT", "result"), member("ID", "id", wide=True)),
    )
    return Shape(columns, MEMBERS)


def _versions(row: Row) -> str:
    """The version on the other server, before and after."""
    before = row["versionBefore"] or "-"
    return str(before) if row["result"] in (UNCHANGED, PLANNED, WRONG) else f"{before} → {row['version'] or '?'}"


def _status(rows: Sequence[Row], target: str) -> int:
    replaced = [row["key"] for row in rows if row["result"] == REPLACED]
    for key in replaced:
        say(f"procdef: {key} was deployed, but the latest version on {target} has other content: somebody has deployed it meanwhile.")
    return REFUSED if any(row["result"] == WRONG for row in rows) else NO if replaced else 0
