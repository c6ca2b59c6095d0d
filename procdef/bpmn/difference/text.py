"""A difference as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procdef.bpmn.difference.comparing import Difference
from procdef.bpmn.difference.forms import ARROW, CHANGED, Shown, is_long, line_by_line, moved, one_line, only_value, short, shown

WIDEST = 40
"""The number of characters to which a column is aligned; what is longer moves the next column."""
INDENT = "      "


def as_text(difference: Difference, *, layout: bool = False) -> str:
    """The elements that differ, a line each, with a line for each fact; then how many only moved, and with `layout` which.

    No character in it commands a terminal. Equal files without moved elements give an empty text.
    """
    lines = [line for found in (_block(list(shown(difference))), _moved(difference, layout)) for line in found]
    return "".join(f"{line}\n" for line in lines)


def _moved(difference: Difference, layout: bool) -> Iterator[str]:
    number = len(difference.moved)
    if number:
        noun = "element" if number == 1 else "elements"
        yield f"{number} {noun} only moved{':' if layout else ' (--layout shows them)'}"
    if layout:
        yield from _block(list(moved(difference)))


def _block(rows: list[Shown]) -> Iterator[str]:
    """The lines of these elements, in columns."""
    types, ids = (_width(column) for column in ([row.type for row in rows], [row.id for row in rows]))
    for row in rows:
        head = f"{row.sign} {row.type:<{types}}  {row.id:<{ids}}  {row.label}".rstrip()
        facts = list(_facts(row))
        if row.sign == CHANGED and not row.label and len(facts) == 1:
            yield f"{head:<{types + ids + 4}}  {facts[0].strip()}"
        else:
            yield from (head, *facts)


def _width(column: Iterable[str]) -> int:
    return min(max(map(len, column), default=0), WIDEST)


def _facts(row: Shown) -> Iterator[str]:
    width = _width(short(fact) for fact, values in row.facts.items() if not is_long(values))
    for fact, values in row.facts.items():
        name = f"{INDENT}{short(fact):<{width}}"
        if is_long(values):
            yield name.rstrip()
            yield from (f"{INDENT}  {sign} {line}".rstrip() for sign, line in line_by_line(values))
        else:
            yield f"{name}  {f' {ARROW} '.join(one_line(values))}" if row.sign == CHANGED else f"{name} = {only_value(values)}"
