"""What the commands on the store have in common: they open the store of the settings, write files, and print tables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from procdef.errors import CannotWrite

if TYPE_CHECKING:
    from procdef.store.store import Store

NO_COLOURS: Mapping[str, str] = {}
STANDARD = "-"
"""The path that means the standard input, or the standard output."""


class Folder(click.Path):
    """A folder. Unlike `click.Path`, it is a usage error also if the path is a device or a pipe."""

    def __init__(self, *, exists: bool = False) -> None:
        super().__init__(exists=exists, file_okay=False, readable=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        path = Path(str(super().convert(value, param, ctx)))
        if path.exists() and not path.is_dir():
            self.fail(f"{click.format_filename(path)!r} is no folder.", param, ctx)
        return path


@contextmanager
def open_store(*, bulk: bool = False, create: bool = False) -> Iterator[Store]:
    """The store of the settings, migrated; it is closed at the end. `bulk` is for commands that write many rows.

    With `create`, a missing file of SQLite is created if PROCDEF_DATABASE_URL names it, and a line on the standard error says where.
    Raises InvalidSetting for any other missing file: a command in a wrong folder must not create a second, empty store.
    """
    from procdef.camunda.tables.registry import STORED_JSON
    from procdef.settings import is_given, load
    from procdef.store.database import URL
    from procdef.store.events.actor import commanding
    from procdef.store.store import Store

    store = Store(load(), bulk=bulk, quiet=True, stored_json=STORED_JSON)
    with commanding(), closing(store):
        is_new = not store.is_there()
        store.migrate(create=create and is_given(URL))
        if is_new:
            click.echo(f"procdef: made a new store, {store.database.path.absolute()}", err=True)
        yield store
        if bulk:
            store.vacuum()


def check_store_exists() -> None:
    """Raises InvalidSetting if `open_store` would find no store, and would create none though its caller allows it."""
    from procdef.settings import is_given, load
    from procdef.store.database import URL
    from procdef.store.store import Store

    if not is_given(URL):
        Store(load(), quiet=True).check_exists()


def warn_of_unknown_variables() -> None:
    """Write a line on the standard error for each variable that looks like a setting and is none."""
    from procdef.settings import unknown_variables

    for warning in unknown_variables():
        click.echo(f"procdef: {warning}", err=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into CannotWrite, which names `path`."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(path, error) from error


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in columns. None is empty; a character that could command a terminal is a question mark."""
    lines = [head, *([_printable(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def print_text(text: str, colours: Mapping[str, str] = NO_COLOURS) -> None:
    """Print text as UTF-8. On a terminal, a line has the colour of its first character, unless the variable NO_COLOR is set."""
    if colours and sys.stdout and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        text = "".join(click.style(line, fg=colours.get(line[0])) for line in text.splitlines(keepends=True))
    click.echo(text.encode(), nl=False)


def write_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file. Others see it as it was or whole, unless it is a device or a pipe. Only the owner may read a `private` one.

    Raises CannotWrite.
    """
    with writing(path):
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        target = path.resolve()
        new = target.with_name(f".procdef-{os.getpid()}")
        try:
            new.touch(mode=0o600 if private else 0o666)
            new.write_bytes(data)
            if target.exists() and not private:
                new.chmod(target.stat().st_mode & 0o7777)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)


def write_output(path: Path, data: bytes) -> None:
    """Write a file as `write_file` does, or the standard output if the path is STANDARD. Raises CannotWrite."""
    if str(path) == STANDARD:
        click.echo(data, nl=False)
    else:
        write_file(path, data)


def _printable(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return "".join(character if character.isprintable() else "?" for character in text)
