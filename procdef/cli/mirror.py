"""Mirroring an engine's database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice

import click

from procdef.attach.mirror import Mirror, Summary
from procdef.attach.source import Source, SourceError
from procdef.attach.tables import TABLES
from procdef.cli.opening import opened
from procdef.errors import Unavailable, for_operator
from procdef.store.store import Store

SHOWN = 20
"""Definitions left out of which each has its line."""


@click.command()
@click.option("--from", "url", required=True, metavar="URL", help="The engine's database, postgresql://USER@HOST:PORT/DATABASE.")
@click.option("--timezone", "zone", metavar="ZONE", default="UTC", show_default=True, help="Time zone of the engine, as Europe/Berlin.")
@click.option("--once", is_flag=True, help="Copy once and end, instead of again and again.")
@click.option("--every", metavar="SECONDS", type=click.IntRange(1), default=60, show_default=True, help="Pause between two copies.")
def mirror(url: str, zone: str, once: bool, every: int) -> None:
    """Copy what an engine's database knows of definitions into procdef's store, and keep the copy up to date.

    The engine is a Camunda 7 or Operaton on PostgreSQL; nothing is written to its database. What procdef has of its own stays.
    """
    with opened(bulk=True, create=True) as store:
        copy(store, url, zone)
        while not once:
            time.sleep(every)
            copy_or_say_why_not(store, url, zone)


def copy(store: Store, url: str, zone: str) -> None:
    """Bring the store up to date, with a progress bar, and say what was done. Raises SourceError and Unavailable."""
    with Source(url, zone) as source:
        run = Mirror(source, store)
        with click.progressbar(length=run.size(), label="Mirroring") as bar:
            for looked_at in run.run():
                bar.update(looked_at)
    for line in told(run.summary):
        click.echo(line)


def copy_or_say_why_not(store: Store, url: str, zone: str) -> None:
    """As `copy`, but a database that cannot be reached is one line: the next time it may be there again."""
    try:
        copy(store, url, zone)
    except (SourceError, Unavailable) as error:
        click.echo(f"procdef: {for_operator(error)}", err=True)


def told(summary: Summary) -> Iterator[str]:
    """A line for each definition that was left out, and one for each table."""
    for ident, reason in islice(summary.left_out.items(), SHOWN):
        yield f"left out: definition {ident}: {reason}"
    if len(summary.left_out) > SHOWN:
        yield f"left out: {len(summary.left_out) - SHOWN} more definitions"
    for table in TABLES:
        counts = (summary.added[table.title], summary.changed[table.title], summary.removed[table.title])
        yield "{}: {} added, {} changed, {} removed".format(table.title, *counts)
