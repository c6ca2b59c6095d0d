"""JSON templates: which value replaces a marker, and that no value is mistaken for a marker."""

from __future__ import annotations

import json

import pytest
from peewee import Select, fn

from procdef.store.processes.json_template import as_sql, fill, filled, marker
from procdef.store.store import Store


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
def test_a_value_becomes_json_instead_of_its_marker(value: object, json_text: str) -> None:
    text = f'{{"a":{marker("one")},"b":{marker("other")}}}'
    assert fill(text, {"one": value, "nowhere": 1}) == f'{{"a":{json_text},"b":{marker("other")}}}'
    assert json.loads(fill(text, {"one": value, "other": [value]})) == {"a": value, "b": [value]}


def test_no_text_that_is_json_has_a_marker() -> None:
    assert marker("one") not in json.dumps(marker("one"), ensure_ascii=False)
    assert fill(json.dumps(marker("one"), ensure_ascii=False), {"one": 1}) == json.dumps(marker("one"))


@pytest.mark.parametrize("template", ["", "{}", marker("one"), f'{{"ä":{marker("one")},"b":{marker("other")},"c":{marker("one")}}}'])
def test_every_marker_is_filled_in_pieces(template: str) -> None:
    values = {"one": 'x"ä\n', "other": None}
    assert b"".join(filled(template, values.__getitem__)).decode() == fill(template, values)


def test_a_marker_without_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled(marker("one"), dict[str, str]().__getitem__)


def test_the_database_fills_a_template(store: Store) -> None:
    template = f'{{"%s":"100 %","b":{marker("b")},"a":{marker("a")}}}'
    query = Select(columns=[as_sql(template, {"a": fn.lower("X"), "b": fn.lower("Y")})])
    assert store.read(query) == [('{"%s":"100 %","b":y,"a":x}',)]
