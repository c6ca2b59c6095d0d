"""The command that deletes the versions which can go, after it has shown them and why the others stay."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from procdef.cli.cleanup_output import TABLE, freed, groups, size_text
from procdef.cli.deploy_output import number_of
from procdef.cli.output import Listing, Shape, markdown, output_options, say, show
from procdef.cli.servers import YES, asking, asks_server, confirm, tenant_options
from procdef.cli.times import Duration, rest_time
from procdef.errors import REFUSED

if TYPE_CHECKING:
    from procdef.client.cleaning import Deletion
    from procdef.client.engine import Engine, Row
    from procdef.client.target import Wanted

KEEP, OLDER_THAN, MOST_KEPT = 5, "90d", 1000
PATH = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
IN_TABLES = ("table", "wide", "md")
"""The forms that have a line for each key; the others have one for each version."""


@dataclass
class Work:
    """The versions that the command is about, and what it has done so far."""

    rows: Sequence[Row]
    versions: int = 0
    deployments: int = 0
    bytes: int = 0
    refused: list[Deletion] = field(default_factory=list)

    @property
    def going(self) -> Sequence[Row]:
        """The versions that can go."""
        return [row for row in self.rows if row["cleanable"]]

    def plan(self) -> str:
        """What can go, in words."""
        keys = {(row["processDefinitionKey"], row["tenantId"]) for row in self.going}
        sizes = freed(self.going).values()
        size = f", {size_text(sum(sizes))}" if sum(sizes) else ""
        return f"{number_of(len(self.going), 'version')} of {number_of(len(keys), 'key')}{size}"

    def note(self, deletion: Deletion) -> None:
        """Count what was deleted, or keep what was refused."""
        from procdef.client.engine import DEPLOYMENTS

        if deletion.refused:
            self.refused.append(deletion)
        elif deletion.path == DEPLOYMENTS:
            self.deployments += 1
            self.bytes += deletion.row["bytes"] or 0
        else:
            self.versions += 1

    def done(self) -> str:
        """What was deleted, in words."""
        size = f", {size_text(self.bytes)}" if self.bytes else ""
        return f"Deleted: {number_of(self.versions, 'version')} and {number_of(self.deployments, 'deployment')}{size}."


@click.command()
@click.option(
    "--keep", metavar="N", type=click.IntRange(1, MOST_KEPT), default=KEEP, show_default=True, help="So many of the newest versions stay."
)
@click.option(
    "--older-than",
    metavar="DURATION",
    type=Duration(),
    default=OLDER_THAN,
    show_default=True,
    help="Only versions that were deployed so long ago can go, as `90d`.",
)
@click.option("--key", "keys", metavar="KEY", multiple=True, help="Only versions of this key. The option can be repeated.")
@tenant_options
@click.option("--dry-run", is_flag=True, help="Show what can go, and delete nothing.")
@click.option("--report", "path", metavar="FILE", type=PATH, help="Write what was done as Markdown.")
@YES
@asks_server
@output_options
@click.pass_context
def cleanup(
    context: click.Context,
    keep: int,
    older_than: float,
    keys: Sequence[str],
    filters: Mapping[str, str],
    dry_run: bool,
    path: Path | None,
    yes: bool,
    wanted: Wanted,
    form: str,
    fields: str,
) -> None:
    """Delete old versions that nothing needs.

    A version stays if it is the latest or among the newest ones, was deployed lately, has open incidents or running instances, or if a
    version that stays calls it by its version, its version tag or its deployment. What the options leave out stays. A deployment goes
    when all its definitions can go and it has no other files; only this frees space.

    The command shows what can go, and asks. A table has a line for each key; other forms have one for each version, and `-o name` prints
    the ids of those that can go. For Camunda 7 and Operaton, the files of all definitions are read.

    Exit status: 0 done, 1 the answer was no, 2 wrong option, 3 the server refused something, 4 the server cannot be reached.
    """
    from procdef.client.cleaning import Asked, report

    before = rest_time(datetime.now(UTC) - timedelta(seconds=older_than))
    asked = Asked(keep, before, {**filters, **({"keysIn": ",".join(keys)} if keys else {})})
    with asking(wanted) as engine:
        work = Work(report(engine, asked))
        _show(work, form, fields)
        with _reporting(work, path):
            _finish(engine, work, dry_run=dry_run, yes=yes)
    context.exit(REFUSED if work.refused else 0)


def _finish(engine: Engine, work: Work, *, dry_run: bool, yes: bool) -> None:
    """Delete what can go if that is wanted, or say that nothing was deleted."""
    if dry_run or not work.going:
        say(f"{work.plan()}. Nothing was deleted{'; run without --dry-run.' if work.going else '.'}")
        return
    target = engine.connection.target
    confirm(target, f"Delete {work.plan()} on {target.name}", yes=yes, always=True)
    _delete(engine, work)


def _show(work: Work, form: str, fields: str) -> None:
    from procdef.client.cleaning import MEMBERS

    if form in IN_TABLES:
        if lines := _lines(work.rows):
            show(lines, TABLE, form, fields)
    else:
        show(work.going if form == "name" else work.rows, Shape((), MEMBERS, "processDefinitionId"), form, fields)


def _lines(rows: Sequence[Row]) -> Sequence[Row]:
    sizes = freed([row for row in rows if row["cleanable"]])
    return [group.shown(sizes) for group in groups(rows)]


def _delete(engine: Engine, work: Work) -> None:
    """Delete what can go, one by one. An error or Ctrl-C leaves whole deletions only."""
    from procdef.client.cleaning import delete

    try:
        with click.progressbar(length=len(work.going), label="Deleting", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            for deletion in delete(engine, work.going):
                before = work.versions
                work.note(deletion)
                bar.update(work.versions - before)
    finally:
        for deletion in work.refused:
            say(f"procdef: {deletion.row['processDefinitionKey']} {deletion.row['version']} stays: {deletion.refused}")
        say(work.done())


@contextmanager
def _reporting(work: Work, path: Path | None) -> Iterator[None]:
    """Write the report at the end, whatever ended the work."""
    try:
        yield
    finally:
        if path is not None:
            from procdef.cli.common import write_output

            write_output(path, "".join(_report(work)).encode())


def _report(work: Work) -> Iterator[str]:
    yield f"# Cleanup\n\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC. Can go: {work.plan()}. {work.done()}\n\n"
    yield from markdown(Listing(_lines(work.rows), TABLE, ()))
    if work.refused:
        yield "\n## Refused\n\n"
        yield from markdown(Listing([_of_refused(one) for one in work.refused], Shape((), REFUSALS), REFUSALS))


REFUSALS = ("processDefinitionId", "reason")


def _of_refused(deletion: Deletion) -> Mapping[str, Any]:
    return {"processDefinitionId": deletion.row["processDefinitionId"], "reason": deletion.refused}
