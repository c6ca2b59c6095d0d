"""Copying an engine into the store, once or again and again, and what the log says of it."""

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
from procdef.cli.common import check_store_exists, open_store
from procdef.errors import Unavailable, for_operator
from procdef.server.logs import configuration
from procdef.settings import load
from procdef.store.condition import note_copy
from procdef.store.store import Store

LISTED = 20
"""Skipped definitions that have a line of their own; the others are counted."""
NO_TIMEZONE = "No --timezone is given: the times in the engine's database are taken to be UTC."
AGAIN = "The engine is copied again."
log = logging.getLogger("procdef.mirror")


@dataclass(frozen=True, slots=True)
class MirrorOptions:
    """What to copy, and how: the options of the command."""

    url: str
    zone: str | None
    allow_removals: bool
    replace_engine: bool

    def source(self) -> Source:
        """A connection to the engine's database. Raises SourceError and InvalidSetting."""
        return Source(self.url, self.zone or "UTC")


@dataclass(slots=True)
class Notes:
    """What the log has said: the same message is logged once, and again after another one about its subject."""

    said: dict[str, Hashable] = field(default_factory=dict)

    def say(self, subject: str, what: Hashable, *lines: str, level: int = logging.WARNING) -> None:
        """Log the lines, unless `what` was said last of the subject."""
        if self.said.get(subject, ()) != what:
            self.said[subject] = what
            for line in lines:
                log.log(level, line)


def run(options: MirrorOptions, every: int | None) -> None:
    """Copy the engine: once, or with a pause of `every` seconds until the process ends.

    Raises InvalidSetting. If the engine is copied once, also SourceError, AnotherEngine, Unavailable and RemovalsHeldBack.
    """
    notes = Notes()
    check_store_exists()
    dictConfig(configuration(load()))
    if options.zone is None:
        log.info(NO_TIMEZONE)
    if every is None:
        check_engine(options)
    else:
        wait_for_engine(options, every, notes)
    with open_store(bulk=True, create=True) as store:
        if every is None:
            copy(store, options, notes)
        else:
            copy_again_and_again(store, options, every, notes)


def check_engine(options: MirrorOptions) -> None:
    """Check that there is an engine to copy, before a store is made for the copy. Raises SourceError and InvalidSetting."""
    with options.source():
        pass


def wait_for_engine(options: MirrorOptions, every: int, notes: Notes) -> None:
    """Wait until there is an engine to copy. Raises InvalidSetting if the URL or the time zone can never be right."""
    while True:
        try:
            return check_engine(options)
        except SourceError as error:
            notes.say("error", text := for_operator(error), text, level=logging.ERROR)
        time.sleep(every)


def copy_again_and_again(store: Store, options: MirrorOptions, every: int, notes: Notes) -> None:
    """Copy and pause until the process ends. A copy that fails is tried again after the pause.

    The options that allow removals and another engine hold for the first copy that succeeds only.
    """
    while True:
        if copy_logging_errors(store, options, notes):
            options = replace(options, allow_removals=False, replace_engine=False)
        time.sleep(every)


def copy_logging_errors(store: Store, options: MirrorOptions, notes: Notes) -> bool:
    """As `copy`; whether it succeeded. An error that may pass is logged once for as long as it lasts."""
    try:
        copy(store, options, notes)
    except RemovalsHeldBack as error:
        notes.say("error", error.tables, str(error), level=logging.ERROR)
    except (SourceError, AnotherEngine, Unavailable) as error:
        notes.say("error", text := for_operator(error), text, level=logging.ERROR)
    else:
        notes.say("error", (), AGAIN, level=logging.INFO)
        return True
    return False


def copy(store: Store, options: MirrorOptions, notes: Notes) -> None:
    """Bring the store up to date, and log what changed.

    Raises SourceError, AnotherEngine, Unavailable, and RemovalsHeldBack after everything except the removals is done.
    """
    with options.source() as source:
        run = Mirror(source, store, allow_removals=options.allow_removals, replace_engine=options.replace_engine)
        summary = run.summary
        notes.say("not copied", tuple(summary.not_copied), *(f"Not copied: {line}" for line in summary.not_copied))
        notes.say("skipped", tuple(summary.skipped.items()), *skipped_lines(summary))
        with click.progressbar(length=run.size(), label="Copying", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            for looked_at in run.run():
                bar.update(looked_at)
    if changes := summary_line(summary):
        log.info(changes)
    if summary.held_back:
        raise RemovalsHeldBack(summary.held_back)
    note_copy(store)


def skipped_lines(summary: Summary) -> Iterator[str]:
    """A line for each definition that was skipped, for at most LISTED of them."""
    for ident, reason in islice(summary.skipped.items(), LISTED):
        yield f"Not copied: definition {ident}: {reason}"
    if len(summary.skipped) > LISTED:
        yield f"Not copied: {len(summary.skipped) - LISTED} more definitions"


def summary_line(summary: Summary) -> str:
    """What was added, changed and removed, in one line; empty if nothing was."""
    done = (("added", summary.added), ("changed", summary.changed), ("removed", summary.removed))
    counts = ((table.title, [f"{rows[table.title]} {verb}" for verb, rows in done if rows[table.title]]) for table in TABLES)
    return "; ".join(f"{title}: {', '.join(parts)}" for title, parts in counts if parts)
