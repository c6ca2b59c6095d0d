"""JSON read strictly and written compact."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from procdef.http.json_text import parsed, parsed_with, written

NUMBERS: list[tuple[str, Any]] = [("1", 1), ("-0", 0), ("1.50", 1.5), ("1e5", 1e5), ("9" * 40, int("9" * 40))]
NONE = ["", "nul", "NaN", "[Infinity]", "01", "1.", "'a'", '"\n"', '"\\ud800"', '["\\uDFFF"]', "\ufeff1", "[" * 100_000, '{"a":1,}', "1 2"]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_a_number_is_read_or_stays_as_it_is_written(text: str, value: Any) -> None:
    assert (parsed(text), type(parsed(text))) == (value, type(value))
    assert parsed_with(str, f'{{"a":[{text}]}}') == {"a": [text]}


@pytest.mark.parametrize("text", NONE, ids=lambda text: repr(text[:12]))
def test_what_is_no_json_is_refused(text: str) -> None:
    for read in (parsed, partial(parsed_with, str)):
        with pytest.raises(ValueError, match=r"\S"):
            read(text)


def test_only_a_float_has_an_end() -> None:
    with pytest.raises(ValueError, match="1e400 is too large"):
        parsed("1e400")
    assert parsed_with(str, "1e400") == "1e400"


def test_what_is_written_is_compact_and_not_escaped() -> None:
    assert written({"a": [1.5, None, "ä\u2028🚀"], "b": parsed('"\\ud83d\\ude80"')}) == '{"a":[1.5,null,"ä\u2028🚀"],"b":"🚀"}'
