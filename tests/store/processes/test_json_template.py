"""Texts with places."""

from __future__ import annotations

import json

import pytest

from procdef.store.processes.json_template import fill, marker


@pytest.mark.parametrize(
    ("value", "json_text"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        ("", '""'),
        ('a "b" \\ \n\x01ä', '"a \\"b\\" \\\\ \\n\\u0001ä"'),
        ("\\1 \\g<0>", '"\\\\1 \\\\g<0>"'),
    ],
)
def test_a_value_becomes_json_in_its_place(value: object, json_text: str) -> None:
    text = f'{{"a":{marker("one")},"b":{marker("other")}}}'
    assert fill(text, {"one": value, "nowhere": 1}) == f'{{"a":{json_text},"b":{marker("other")}}}'
    assert json.loads(fill(text, {"one": value, "other": [value]})) == {"a": value, "b": [value]}


def test_no_text_that_is_json_has_a_place() -> None:
    assert marker("one") not in json.dumps(marker("one"), ensure_ascii=False)
    assert fill(json.dumps(marker("one"), ensure_ascii=False), {"one": 1}) == json.dumps(marker("one"))
