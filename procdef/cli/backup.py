"""Backing up the store, and restoring it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from procdef.cli.common import open_store

if TYPE_CHECKING:
    from procdef.store.backup_file import Contents

COUNTED = (
    ("act_re_procdef", "definitions"),
    ("act_re_deployment", "deployments"),
    ("procdef_process", "process versions"),
    ("act_id_user", "users"),
)
"""The tables whose rows the summary counts, and the plural that it calls them."""
FILE = click.Path(readable=False, path_type=Path)


@click.command()
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def backup(path: Path, force: bool) -> None:
    """Write all data of the store to FILE, also while procdef runs.

    Only its owner may read FILE: it contains the hashes of passwords and tokens, and secret values of processes.
    """
    from procdef.settings import load
    from procdef.store import backup as backups
    from procdef.store.store import Store

    store = Store(load(), bulk=True, quiet=True)
    try:
        contents = backups.write(store, path, replacing=force)
    finally:
        store.close()
    click.echo(f"{click.format_filename(path)}: {_summary(contents)}")


@click.command()
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--replace", "replacing", is_flag=True, help="Delete what is in the store first.")
@click.option("--check", is_flag=True, help="Only read FILE, and check that it is complete.")
def restore(path: Path, replacing: bool, check: bool) -> None:
    """Put the data of a backup into an empty store.

    A backup of an older procdef, or from the other kind of database, can be restored; one of a newer procdef is refused. The restore is one
    transaction: all or nothing.
    """
    from procdef.store import backup as backups
    from procdef.store.backup_file import read_contents

    contents = read_contents(path)
    if check:
        click.echo(f"{click.format_filename(path)}: {_summary(contents)}")
        return
    with open_store(bulk=True, create=True) as store:
        backups.restore(store, path, replacing=replacing, checked=contents)
    click.echo(f"restored from {contents.created} UTC: {_summary(contents)}")


def _summary(contents: Contents) -> str:
    counts = ((contents.rows[table], plural) for table, plural in COUNTED)
    return ", ".join(f"{count} {plural.removesuffix('s') if count == 1 else plural}" for count, plural in counts)
