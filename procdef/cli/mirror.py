"""Mirroring an engine's database."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from logging.config import dictConfig

import click

from procdef.attach.identity import AnotherEngine
from procdef.attach.mirror import Mirror, Summary
from procdef.attach.removals import RemovalsHeldBack
from procdef.attach.source import Source, SourceError
from procdef.attach.tables import TABLES
from procdef.cli.common import check_there, opened
from procdef.errors import Unavailable, for_operator
from procdef.server.logs import configuration
from procdef.settings import load
from procdef.store.store import Store

SHOWN = 20
"""Skipped definitions that have a line each."""
UTC = "No --timezone is given: the times in the engine's database are taken to be UTC."
AGAIN = "The engine is copied again."
log = logging.getLogger("procdef.mirror")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be copied, and how."""

    url: str
    zone: str
    allow_removals: bool
    replace_engine: bool


@dataclass(slots=True)
class Notes:
    """What the log has said already: each thing is said once, and again when it is another."""

    said: dict[str, Hashable] = field(default_factory=dict)

    def say(self, subject: str, what: Hashable, *lines: str, level: int = logging.WARNING) -> None:
        """Log the lines if `what` is said of the subject is new."""
        if self.said.get(subject, ()) != what:
            self.said[subject] = what
            for line in lines:
                log.log(level, line)


@click.command()
@click.option("--from", "url", required=True, metavar="URL", help="The engine's database, postgresql://USER@HOST:PORT/DATABASE.")
@click.option("--timezone", "zone", metavar="ZONE", help="Time zone of the engine, for example Europe/Berlin.  [default: UTC]")
@click.option("--once", is_flag=True, help="Copy once and end, instead of again and again.")
@click.option("--every", metavar="SECONDS", type=click.IntRange(1), default=60, show_default=True, help="Pause between two copies.")
@click.option("--allow-removals", is_flag=True, help="In the first copy, remove rows even if a large part of a table is gone.")
@click.option("--replace-engine", is_flag=True, help="If the store is a copy of another engine: remove that copy, and copy this one.")
def mirror(url: str, zone: str | None, once: bool, every: int, allow_removals: bool, replace_engine: bool) -> None:
    """Copy an engine's process definitions into procdef's store, and keep the copy up to date.

    The engine is a Camunda 7 or Operaton on PostgreSQL. procdef never writes to its database. A store copies one engine.

    Exit status: 0 copied, 1 a database cannot be reached or read, 2 wrong option or setting, 3 the store is a copy of another engine,
    4 removals are held back.
    """
    wanted = Wanted(url, zone or "UTC", allow_removals, replace_engine)
    notes = Notes()
    check_there()
    dictConfig(configuration(load()))
    if zone is None:
        log.info(UTC)
    if once:
        look(wanted)
    else:
        wait_for_engine(wanted, every, notes)
    with opened(bulk=True, create=True) as store:
        if once:
            copy(store, wanted, notes)
        else:
            copy_again_and_again(store, wanted, every, notes)


def look(wanted: Wanted) -> None:
    """Look whether there is an engine to copy, before a store is made for the copy. Raises SourceError and InvalidSetting."""
    with Source(wanted.url, wanted.zone):
        pass


def wait_for_engine(wanted: Wanted, every: int, notes: Notes) -> None:
    """Look until there is an engine to copy. Raises InvalidSetting where what `--from` and `--timezone` say can never be right."""
    while True:
        try:
            return look(wanted)
        except SourceError as error:
            notes.say("error", text := for_operator(error), text, level=logging.ERROR)
        time.sleep(every)


def copy_again_and_again(store: Store, wanted: Wanted, every: int, notes: Notes) -> None:
    """Copy, pause, copy, until the process is ended; what cannot be copied now is tried again after the pause."""
    while True:
        if copy_or_say_why_not(store, wanted, notes):
            wanted = replace(wanted, allow_removals=False, replace_engine=False)
        time.sleep(every)


def copy_or_say_why_not(store: Store, wanted: Wanted, notes: Notes) -> bool:
    """As `copy`; whether it was done. What may pass, or can be mended meanwhile, is logged: once, as long as it lasts."""
    try:
        copy(store, wanted, notes)
    except RemovalsHeldBack as error:
        notes.say("error", error.tables, str(error), level=logging.ERROR)
    except (SourceError, AnotherEngine, Unavailable) as error:
        notes.say("error", text := for_operator(error), text, level=logging.ERROR)
    else:
        notes.say("error", (), AGAIN, level=logging.INFO)
        return True
    return False


def copy(store: Store, wanted: Wanted, notes: Notes) -> None:
    """Bring the store up to date, and log what was done.

    Raises SourceError, AnotherEngine, Unavailable, and RemovalsHeldBack when all but the removals is done.
    """
    with Source(wanted.url, wanted.zone) as source:
        run = Mirror(source, store, allow_removals=wanted.allow_removals, replace_engine=wanted.replace_engine)
        summary = run.summary
        notes.say("not copied", tuple(summary.not_copied), *(f"Not copied: {line}" for line in summary.not_copied))
        notes.say("skipped", tuple(summary.skipped.items()), *skipped_lines(summary))
        with click.progressbar(length=run.size(), label="Copying", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            for looked_at in run.run():
                bar.update(looked_at)
    if done := told(summary):
        log.info(done)
    if summary.held_back:
        raise RemovalsHeldBack(summary.held_back)


def skipped_lines(summary: Summary) -> Iterator[str]:
    """A line for each definition that was skipped; of many, for some."""
    for ident, reason in islice(summary.skipped.items(), SHOWN):
        yield f"Not copied: definition {ident}: {reason}"
    if len(summary.skipped) > SHOWN:
        yield f"Not copied: {len(summary.skipped) - SHOWN} more definitions"


def told(summary: Summary) -> str:
    """What was done, in one line; nothing where nothing was."""
    done = (("added", summary.added), ("changed", summary.changed), ("removed", summary.removed))
    counts = ((table.title, [f"{rows[table.title]} {verb}" for verb, rows in done if rows[table.title]]) for table in TABLES)
    return "; ".join(f"{title}: {', '.join(parts)}" for title, parts in counts if parts)
