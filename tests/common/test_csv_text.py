"""CSV as text: what each JSON value becomes, and that Python's reader gives back every text."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.common import csv_text

CELLS: list[tuple[Any, str]] = [
    (None, ""),
    ("", ""),
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (-1, "-1"),
    (1.5, "1.5"),
    ([], "[]"),
    ({"a": [1, None, "ü"]}, '{"a":[1,null,"ü"]}'),
    ("plain", "plain"),
    (" =1", " =1"),
    ("a=1", "a=1"),
    ("'quoted'", "'quoted'"),
    ("=1+1", "'=1+1"),
    ("+1", "'+1"),
    ("-1", "'-1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("\r=1", "'\r=1"),
    ("'=1", "''=1"),
    ("''@x", "'''@x"),
]
LINES: list[tuple[list[Any], bytes]] = [
    (["a", None, 2], b"a,,2\r\n"),
    (["a,b", 'say "x"', "two\nlines", "two\r\nlines"], b'"a,b","say ""x""","two\nlines","two\r\nlines"\r\n'),
    ([["x"], {"a": "b"}], b'"[""x""]","{""a"":""b""}"\r\n'),
    (["=\u00fc\U0001f680"], "'=\u00fc\U0001f680\r\n".encode()),
    ([None], b'""\r\n'),
]
"""The last one must not be an empty line, which a reader may skip."""
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
STARTS = st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "'", "''=", '"', ",", "\n", "\ufeff"])


def read(text: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(text.decode(), newline=""), strict=True))


def unmarked(cell: str) -> str:
    """A text as it was before it was made harmless."""
    return cell[1:] if re.match(r"'+[=+\-@\t\r]", cell) else cell


@pytest.mark.parametrize(("value", "text"), CELLS)
def test_each_value_has_its_text(value: Any, text: str) -> None:
    assert csv_text.cell(value) == text


@pytest.mark.parametrize(("row", "line"), LINES)
def test_a_line_is_that_of_the_rfc(row: list[Any], line: bytes) -> None:
    assert csv_text.lines([row]) == line


def test_the_members_are_in_the_order_of_the_names() -> None:
    assert csv_text.objects(["b", "a", "c"], [{"a": 1, "b": 2}, {"c": "x", "b": None, "a": "y"}]) == b"2,1,\r\n,y,x\r\n"


@given(st.lists(st.lists(st.builds(str.__add__, STARTS, TEXTS), min_size=3, max_size=3)))
def test_every_text_is_read_back(rows: list[list[str]]) -> None:
    written = csv_text.lines(rows)
    assert [[unmarked(cell) for cell in row] for row in read(written)] == rows
    assert not [cell for row in read(written) for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
    assert written.endswith(b"\r\n") or not rows


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False), st.lists))
def test_every_value_that_is_no_text_is_read_back_as_json(value: Any) -> None:
    cell = read(csv_text.lines([[value]]))[0][0]
    assert (json.loads(cell) if cell else None) == value
