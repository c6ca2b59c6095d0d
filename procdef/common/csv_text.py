"""CSV as text (RFC 4180): a line of names, and a line for each JSON object. This module knows no request.

A cell that a spreadsheet would run as a formula gets a leading `'`. So does one that has such a mark already, so that a reader gets each
text back by removing one `'`. A number is never marked. There is no byte order mark: most readers take it for a part of the first name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

import orjson

FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that a spreadsheet may run, with the marks of one."""
FIRST = frozenset("=+-@\t\r'")
"""The characters that such a text can begin with; looking here first is faster."""


def lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """These rows as lines, each cell as `cell` writes it, in UTF-8."""
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(map(cell, row) for row in rows)
    return text.getvalue().encode()


def objects(names: Sequence[str], found: Iterable[Mapping[str, Any]]) -> bytes:
    """JSON objects as lines, their members in this order. A member that an object does not have is null."""
    return lines([one.get(name) for name in names] for one in found)


def cell(value: Any) -> str:
    """A JSON value as the text of a cell: null as an empty text, an array or object as compact JSON."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in FIRST and FORMULA.match(value) else value
    return "" if value is None else orjson.dumps(value).decode()
