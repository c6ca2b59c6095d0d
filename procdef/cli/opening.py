"""What the commands on the store have in common: the store of the settings, and lists for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import click

from procdef.settings import load
from procdef.store.store import Store


@contextmanager
def opened(*, bulk: bool = False) -> Iterator[Store]:
    """The store of the settings, its schema brought up to date; closed at the end; `bulk` is for commands that write a great deal."""
    store = Store(load(), bulk=bulk)
    try:
        store.migrate()
        yield store
        if bulk:
            store.settle()
    finally:
        store.close()


def show(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a list in columns, None as nothing; what no terminal should get stands as a question mark."""
    lines = [head, *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _shown(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return "".join(character if character.isprintable() else "?" for character in text)
