"""Why a file that somebody has chosen is refused: with its line, and a caret below the column."""

from __future__ import annotations

from typing import NamedTuple

from procdef.bpmn.reading.encoding import text_of
from procdef.errors import ProcdefError

BEFORE, AFTER = 60, 20
"""How many characters of the line are shown before and after the place."""


class Refusal(NamedTuple):
    """The name of a file, and why it is refused. `line` and `column` count from 1; 0 without a place. `source` is the line's text."""

    name: str
    message: str
    line: int = 0
    column: int = 0
    source: str = ""
    caret: str = ""


def refusal_of(error: ProcdefError, name: str, data: bytes) -> Refusal:
    """The refusal of a file because of an error in it."""
    line, column = getattr(error, "line", 0), getattr(error, "column", 0)
    source, caret = _place(data, line, column)
    return Refusal(name, str(error), line, column, source, caret)


def _place(data: bytes, line: int, column: int) -> tuple[str, str]:
    """The part of a line around a column, and what stands below it: blanks, and a caret."""
    texts = text_of(data).splitlines()[line - 1 : line] if line else []
    if not texts or column < 1:
        return "".join(texts)[: BEFORE + AFTER], ""
    start = max(column - BEFORE, 0)
    return texts[0][start : column + AFTER].replace("\t", " "), f"{' ' * (column - 1 - start)}^"
