"""The command that deletes definitions and deployments, after it has shown what goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from procdef.cli.changing import ALL_VERSIONS, TENANT, chosen, shown, versions_of, word_of
from procdef.cli.deploy_output import number_of
from procdef.cli.output import Column, Shape, member, say, show
from procdef.cli.servers import YES, asking, asks_server, confirm

if TYPE_CHECKING:
    from procdef.client.engine import Engine, Row
    from procdef.client.target import Wanted

DEFINITION, DEPLOYMENT = "definition", "deployment"
KINDS = {name: kind for kind in (DEFINITION, DEPLOYMENT) for name in (kind, f"{kind}s")} | {"pd": DEFINITION}
"""The words for what is deleted."""
SOME = 10
"""Of how many deployments it is said that they have no definition any more."""
GOES = Shape(
    (
        member("KEY", "key"),
        member("VERSION", "version"),
        member("TAG", "versionTag"),
        member("TENANT", "tenantId"),
        member("INCIDENTS", "incidents"),
        Column("", lambda row: "latest" if row["latest"] else " "),
    ),
    ("id", "key", "version", "versionTag", "tenantId", "incidents", "latest"),
)
"""How what goes is shown."""


class Goes(NamedTuple):
    """What a deletion removes: its words for the question, the definitions, and of each of their keys all versions."""

    what: str
    rows: Sequence[Row]
    versions: Mapping[tuple[str, str | None], Sequence[Row]]

    def consequences(self) -> Iterator[str]:
        """For each key whose latest version goes: which is the latest then, and which version number is given again."""
        gone = {row["id"] for row in self.rows}
        for (key, _), rows in self.versions.items():
            left = [row for row in rows if row["id"] not in gone]
            if rows[0]["id"] in gone:
                latest = f"{shown(left[0])} is the latest version then" if left else f"Nothing is left of {key}"
                number = left[0]["version"] + 1 if left else 1
                yield f"{latest}. The next deployment of {key} gets the version number {number} again, with other content."


@click.command()
@click.argument("words", metavar="[definition|deployment] KEY|ID", nargs=-1, required=True)
@ALL_VERSIONS
@click.option("--cascade", is_flag=True, help="Also what belongs to the definitions on an engine: their process instances and history.")
@TENANT
@YES
@asks_server
def delete(words: tuple[str, ...], all_versions: bool, cascade: bool, tenant: str | None, yes: bool, wanted: Wanted) -> None:
    """Delete definitions or a deployment.

    KEY is the latest version of a key, `KEY@3` version 3, `KEY@tag:1.1` the highest version with this tag. A deployment is named by its id,
    and all its definitions go with it. The command shows what goes, and asks.
    """
    kind, word = _kind_and_word(words)
    if kind == DEPLOYMENT:
        _delete_deployment(word, wanted, cascade=cascade, yes=yes)
    else:
        _delete_definitions(word, tenant, wanted, all_versions=all_versions, cascade=cascade, yes=yes)


def _kind_and_word(words: Sequence[str]) -> tuple[str, str]:
    kind, word = (DEFINITION, words[0]) if len(words) == 1 else (KINDS.get(words[0], ""), words[1])
    if not kind or len(words) > 2:
        raise click.UsageError("Name one definition, or `deployment` and its id.")
    return kind, word


def _delete_deployment(ident: str, wanted: Wanted, *, cascade: bool, yes: bool) -> None:
    from procdef.client.engine import DEFINITIONS, DEPLOYMENTS

    with asking(wanted) as engine:
        row = engine.deployment(ident)
        rows = list(engine.rows(DEFINITIONS, {"deploymentId": ident, "sortBy": "key", "sortOrder": "asc"}))
        name = f" {row['name']!r}" if row["name"] else ""
        _ask(engine, _goes(engine, f"the deployment{name} with its {number_of(len(rows), 'definition')}", rows), yes=yes)
        engine.delete(DEPLOYMENTS, ident, _cascade(cascade=cascade))
    say(f"The deployment{name} is deleted.")


def _delete_definitions(word: str, tenant: str | None, wanted: Wanted, *, all_versions: bool, cascade: bool, yes: bool) -> None:
    """Delete one definition, or with one request all versions of a key."""
    from procdef.client.engine import DEFINITIONS

    named, wanted = word_of(word, wanted)
    with asking(wanted) as engine:
        rows = chosen(engine, named, tenant, all_versions=all_versions)
        what = f"all versions of {named.key}" if all_versions else shown(rows[0])
        _ask(engine, _goes(engine, what, rows), yes=yes)
        if all_versions:
            engine.delete_key(named.key, tenant, _cascade(cascade=cascade))
        else:
            engine.delete(DEFINITIONS, str(rows[0]["id"]), _cascade(cascade=cascade))
        say(f"Deleted: {what}.")
        _tell_of_empty_deployments(engine, rows)


def _tell_of_empty_deployments(engine: Engine, rows: Sequence[Row]) -> None:
    """Say which deployments of deleted definitions have none any more. Their files are still there."""
    from procdef.client.engine import DEFINITIONS

    idents = [*dict.fromkeys(str(row["deploymentId"]) for row in rows)]
    empty = [ident for ident in idents[:SOME] if not [*engine.rows(DEFINITIONS, {"deploymentId": ident}, most=1)]]
    for ident in empty:
        say(f"The deployment {ident} remains with its files, and has no definition now: `procdef delete deployment {ident}` deletes it.")
    if len(idents) > SOME:
        say(f"{number_of(len(idents) - SOME, 'other deployment')} of these definitions may have none either.")


def _cascade(*, cascade: bool) -> Mapping[str, str]:
    return {"cascade": "true"} if cascade else {}


def _goes(engine: Engine, what: str, rows: Sequence[Row]) -> Goes:
    keys = dict.fromkeys((row["key"], row["tenantId"]) for row in rows)
    return Goes(what, rows, {(key, tenant): versions_of(engine, key, tenant) for key, tenant in keys})


def _ask(engine: Engine, goes: Goes, *, yes: bool) -> None:
    """Show what goes, and ask."""
    latest = {rows[0]["id"] for rows in goes.versions.values()}
    incidents = _incidents(engine, goes)
    if goes.rows:
        show(({**row, "incidents": incidents[row["id"]], "latest": row["id"] in latest} for row in goes.rows), GOES, "table")
    for sentence in goes.consequences():
        say(sentence)
    confirm(engine.connection.target, f"Delete {goes.what} on {engine.connection.target.name}", yes=yes, always=True)


def _incidents(engine: Engine, goes: Goes) -> Counter[str]:
    """The number of incidents of each definition."""
    from procdef.client.engine import INCIDENTS

    found: Counter[str] = Counter()
    for key in {key for key, _ in goes.versions}:
        found.update(row["processDefinitionId"] for row in engine.rows(INCIDENTS, {"processDefinitionKeyIn": key}))
    return found
