"""Texts with places."""

from __future__ import annotations

import json

import pytest

from procdef.store.processes.json_template import filled, place


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
    text = f'{{"a":{place("one")},"b":{place("other")}}}'
    assert filled(text, {"one": value, "nowhere": 1}) == f'{{"a":{json_text},"b":{place("other")}}}'
    assert json.loads(filled(text, {"one": value, "other": [value]})) == {"a": value, "b": [value]}


def test_no_text_that_is_json_has_a_place() -> None:
    assert place("one") not in json.dumps(place("one"), ensure_ascii=False)
    assert filled(json.dumps(place("one"), ensure_ascii=False), {"one": 1}) == json.dumps(place("one"))
