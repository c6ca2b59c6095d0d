"""What is wrong in a file: the line, and what stands before the caret."""

from __future__ import annotations

import pytest

from procdef.errors import UnreadableBpmn
from procdef.web.wrong import problems

DATA = b"<a>\n\t<b>\n" + b"x" * 150


@pytest.mark.parametrize(
    ("line", "column", "source", "blanks"),
    [
        (2, 4, " <b>", 3),
        (2, 0, " <b>", 0),
        (9, 1, "", 0),
        (0, 0, "", 0),
        (3, 101, f"…{'x' * 90}…", 61),
    ],
)
def test_the_line_is_shown_around_the_place(line: int, column: int, source: str, blanks: int) -> None:
    (found,) = problems(UnreadableBpmn("f", "No.", line, column), DATA)
    assert (found.line, found.column, found.source, found.blanks) == (line, column, source, blanks)
