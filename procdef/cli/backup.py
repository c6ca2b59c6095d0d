"""Backing up the store, and restoring it."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from procdef.cli.common import STANDARD, open_store

if TYPE_CHECKING:
    from procdef.store.backup_file import Contents

COUNTED = (
    ("act_re_procdef", "definitions"),
    ("act_re_deployment", "deployments"),
    ("procdef_process", "process versions"),
    ("act_id_user", "users"),
)
"""The tables whose rows the summary counts, and the plural that it calls them."""
FILE = click.Path(readable=False, allow_dash=True, path_type=Path)


@click.command()
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def backup(path: Path, force: bool) -> None:
    """Write all data of the store to FILE, also while procdef runs.

    Only its owner may read FILE: it contains the hashes of passwords and tokens, and secret values of processes.
    If FILE is `-`, the backup is written to the standard output.
    """
    from procdef.settings import load
    from procdef.store import backup as backups
    from procdef.store.store import Store

    is_standard = str(path) == STANDARD
    if is_standard and sys.stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), STANDARD)
    if is_standard and sys.stdout.isatty():
        raise click.UsageError("A backup is not written to a terminal.")
    store = Store(load(), bulk=True, quiet=True)
    try:
        contents = backups.write_to(store, sys.stdout.buffer) if is_standard else backups.write(store, path, replacing=force)
    finally:
        store.close()
    click.echo(f"{click.format_filename(path)}: {_summary(contents)}", err=is_standard)


@click.command()
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--replace", "replacing", is_flag=True, help="Delete what is in the store first.")
@click.option("--check", is_flag=True, help="Only read FILE, and check that it is complete.")
def restore(path: Path, replacing: bool, check: bool) -> None:
    """Put the data of a backup into an empty store.

    A backup of an older procdef, or from the other kind of database, can be restored; one of a newer procdef is refused. The restore is one
    transaction: all or nothing. If FILE is `-`, the backup is read from the standard input.
    """
    from procdef.store import backup as backups
    from procdef.store.backup_file import read_contents

    with _whole(path) as file:
        contents = read_contents(file)
        if check:
            click.echo(f"{click.format_filename(path)}: {_summary(contents)}")
            return
        with open_store(bulk=True, create=True) as store:
            backups.restore(store, file, replacing=replacing, checked=contents)
    click.echo(f"restored from {contents.created} UTC: {_summary(contents)}")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """The file of a backup. The standard input, which can be read only once, is copied first, where only the owner may read it."""
    from procdef.store.backup_file import BackupError

    if str(path) != STANDARD:
        yield path
        return
    if sys.stdin is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), STANDARD)
    with tempfile.NamedTemporaryFile(prefix="procdef-") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        try:
            yield Path(copy.name)
        except BackupError as error:
            raise BackupError(str(error).replace(copy.name, "The standard input")) from error


def _summary(contents: Contents) -> str:
    counts = ((contents.rows[table], plural) for table, plural in COUNTED)
    return ", ".join(f"{count} {plural.removesuffix('s') if count == 1 else plural}" for count, plural in counts)
