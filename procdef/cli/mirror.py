"""The command that mirrors an engine's database."""

from __future__ import annotations

import click


@click.command()
@click.option("--from", "url", required=True, metavar="URL", help="The engine's database, postgresql://USER@HOST:PORT/DATABASE.")
@click.option("--timezone", "zone", metavar="ZONE", help="Time zone of the engine, for example Europe/Berlin.  [default: UTC]")
@click.option("--once", is_flag=True, help="Copy once and end, instead of again and again.")
@click.option("--every", metavar="SECONDS", type=click.IntRange(1), default=60, show_default=True, help="Pause between two copies.")
@click.option("--allow-removals", is_flag=True, help="In the first copy, remove rows even if a large part of a table is gone.")
@click.option("--replace-engine", is_flag=True, help="If the store is a copy of another engine: remove that copy, and copy this one.")
def mirror(url: str, zone: str | None, once: bool, every: int, allow_removals: bool, replace_engine: bool) -> None:
    """Copy an engine's definitions, and keep the copy up to date.

    The engine is a Camunda 7 or Operaton on PostgreSQL. procdef never writes to its database. A store copies one engine.

    Exit status: 0 copied, 2 wrong option or setting, 3 the store is a copy of another engine, or removals are held back, 4 a database
    cannot be reached or read, 130 ended by Ctrl-C.
    """
    from procdef.cli.mirror_runs import MirrorOptions, run

    run(MirrorOptions(url, zone, allow_removals, replace_engine), None if once else every)
