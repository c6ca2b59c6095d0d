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
    ("procdef_process", "processes"),
    ("act_id_user", "users"),
)
"""The tables whose rows the summary counts, and what it calls them."""
FILE = click.Path(readable=False, path_type=Path)


@click.command()
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
def backup(path: Path, force: bool) -> None:
    """Write all data of the store to FILE, also while procdef runs.

    Only its owner may read FILE: it has the hashes of passwords and tokens, and secret values of processes.
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
@click.option("--replace", "replacing", is_flag=True, help="Delete what is in the store.")
@click.option("--check", is_flag=True, help="Only read FILE, and say whether it is whole.")
def restore(path: Path, replacing: bool, check: bool) -> None:
    """Put the data of FILE, which `procdef backup` wrote, into an empty store.

    The store may be on the other kind of database, and of a newer procdef. All is done in one transaction.
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
    return ", ".join(f"{contents.rows[table]} {name}" for table, name in COUNTED)
