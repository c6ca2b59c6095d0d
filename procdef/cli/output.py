"""The forms in which commands print lists: for people a table, for programs JSON, YAML, CSV, names or Markdown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import click

from procdef.common.visible import visible

Row = Mapping[str, Any]
Command = TypeVar("Command", bound=Callable[..., Any])
FORMS = ("table", "wide", "json", "yaml", "csv", "name", "md")
"""The forms; `PRINT` says how each is printed."""
HIGHEST = 2**31 - 1
"""The highest number of the REST API."""
FORMS_HELP = "Form of what is printed: a table, a wide one, or for programs JSON, YAML, CSV, the ids alone, or Markdown."


class Column(NamedTuple):
    """A column of a table: its head, and the text that it has for a row. A `wide` one is shown with `-o wide` only."""

    head: str
    text: Callable[[Row], object]
    wide: bool = False


class Shape(NamedTuple):
    """How a kind of row is printed: the columns of its table, its members in their order, and the member that is its id."""

    columns: Sequence[Column]
    members: Sequence[str]
    ident: str = "id"


def member(head: str, name: str, *, wide: bool = False) -> Column:
    """A column that shows a member unchanged."""
    return Column(head, lambda row: row.get(name), wide)


def output_options(function: Command) -> Command:
    """Add `-o` and `--fields`. The command gets `form` and `fields`."""
    fields = click.option("--fields", metavar="NAMES", default="", help="Print only these members, separated by commas, in this order.")
    form = click.option("-o", "--output", "form", type=click.Choice(FORMS), default=FORMS[0], show_default=True, help=FORMS_HELP)
    return form(fields(function))


def show(rows: Iterable[Row], shape: Shape, form: str, chosen: str = "") -> int:
    """Print rows in a form, and return their number. It is a usage error if `chosen`, names with commas, has one that rows do not have."""
    fields = [name.strip() for name in chosen.split(",") if name.strip()]
    if unknown := [name for name in fields if name not in shape.members]:
        raise click.UsageError(f"There is no member {unknown[0]!r}; there are {', '.join(shape.members)}.")
    counted = _Counted(rows)
    PRINT[form](Listing(counted, shape, fields))
    return counted.number


class Listing(NamedTuple):
    """What is printed: the rows, how such rows are printed, and the members that are chosen; none for all."""

    rows: Iterable[Row]
    shape: Shape
    fields: Sequence[str]

    def chosen(self) -> Iterable[Row]:
        """The rows, with the chosen members only."""
        return ({name: row.get(name) for name in self.fields} if self.fields else row for row in self.rows)

    def cells(self, *, wide: bool = False) -> tuple[Sequence[str], list[list[str]]]:
        """The head and the lines of a table."""
        columns = [column for column in self.shape.columns if wide or not column.wide]
        if self.fields:
            columns = [member(name.upper(), name) for name in self.fields]
        return [column.head for column in columns], [[cell(column.text(row)) for column in columns] for row in self.rows]


class _Counted:
    """Rows that are counted while they are read, so that a long list is never in memory as a whole."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows, self.number = rows, 0

    def __iter__(self) -> Any:
        for row in self.rows:
            self.number += 1
            yield row


def _table(listing: Listing) -> None:
    _print_table(*listing.cells())


def _wide(listing: Listing) -> None:
    _print_table(*listing.cells(wide=True))


def cell(value: object) -> str:
    """A value as the cell of a table: a dash for nothing, and nothing that commands a terminal."""
    if value is None or value == "":
        return "-"
    return visible(("false", "true")[value] if isinstance(value, bool) else str(value))


def _print_table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    for line in (head, *lines):
        echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n")


def _json(listing: Listing) -> None:
    import json

    begin = "[\n  "
    for row in listing.chosen():
        echo(begin + json.dumps(row, ensure_ascii=False))
        begin = ",\n  "
    echo("[]\n" if begin[0] == "[" else "\n]\n")


def yaml_of(value: Any) -> str:
    """A value as YAML."""
    import yaml

    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False))


def _yaml(listing: Listing) -> None:
    empty = True
    for row in listing.chosen():
        empty = False
        echo(yaml_of([dict(row)]))
    echo("[]\n" if empty else "")


def _csv(listing: Listing) -> None:
    from procdef.common import csv_text

    names = listing.fields or listing.shape.members
    echo(csv_text.lines([names]).decode())
    for row in listing.rows:
        echo(csv_text.objects(names, [row]).decode())


def _name(listing: Listing) -> None:
    for row in listing.rows:
        echo(f"{row[listing.shape.ident]}\n")


def markdown(listing: Listing) -> Iterator[str]:
    """The lines of a table as Markdown."""
    head, lines = listing.cells()
    for line in (head, ["---"] * len(head), *lines):
        yield f"| {' | '.join(text.replace('|', chr(92) + '|') for text in line)} |\n"


def _markdown(listing: Listing) -> None:
    for line in markdown(listing):
        echo(line)


PRINT: Mapping[str, Callable[[Listing], None]] = {
    "table": _table,
    "wide": _wide,
    "json": _json,
    "yaml": _yaml,
    "csv": _csv,
    "name": _name,
    "md": _markdown,
}
"""How each form is printed."""


def echo(text: str) -> None:
    """Write text to the standard output as UTF-8, unchanged."""
    click.echo(text.encode("utf-8", "surrogatepass"), nl=False)


def say(text: str) -> None:
    """Write a line of words to the standard error."""
    click.echo(visible(text), err=True)


def coloured() -> bool:
    """Whether the standard output is a terminal that may have colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
