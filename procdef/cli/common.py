"""What the commands on the store have in common: the store of the settings, and lists for people."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from procdef.errors import CannotWrite
from procdef.settings import load
from procdef.store.database import URL
from procdef.store.store import Store


@contextmanager
def opened(*, bulk: bool = False, create: bool = False) -> Iterator[Store]:
    """The store of the settings, its schema brought up to date; closed at the end; `bulk` is for commands that write a great deal.

    A file of SQLite that is not there is an InvalidSetting: whoever is in another folder than procdef must not get a second, empty store.
    With `create` it is made, with a line that says where, if PROCDEF_DATABASE_URL names it.
    """
    from procdef.camunda.tables.registry import STORED_JSON  # not before a command needs it: it takes a while

    store = Store(load(), bulk=bulk, quiet=True, stored_json=STORED_JSON)
    try:
        is_new = not store.is_there()
        store.migrate(create=create and URL in os.environ)
        if is_new:
            click.echo(f"procdef: made a new store, {store.database.path.absolute()}", err=True)
        yield store
        if bulk:
            store.vacuum()
    finally:
        store.close()


def check_there() -> None:
    """Raises InvalidSetting where `opened` would find no store and make none, though it may."""
    if URL not in os.environ:
        Store(load(), quiet=True).check_there()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Inside, an OSError means that `path` cannot be written. Raises CannotWrite."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(path, error) from error


def show(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a list in columns, None as nothing; what no terminal should get stands as a question mark."""
    lines = [head, *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _shown(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return "".join(character if character.isprintable() else "?" for character in text)
