"""Forms that are not strictly JSON. What is accepted was recorded from a running engine."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest

from procdef.store.lenient_json import LenientError, members
from procdef.store.registry.forms import MAX_LENIENT_BYTES, UnreadableForm, keys_of

READ: dict[str, Any] = {
    "{'id':'f'}": "f",
    "{\"id\":'f'}": "f",
    '{id:"f"}': "f",
    "{id:f}": "f",
    '/*c*/{"id":"f"}': "f",
    '{"id":"f" /*c*/}': "f",
    '//c\n{"id":"f"}': "f",
    '#c\n{"id":"f"}': "f",
    '{"id"="f"}': "f",
    '{"id"=>"f"}': "f",
    '{"id":"f";"a":1}': "f",
    '{"a":[1;2],"id":"f"}': "f",
    '{"a":[1,,2],"id":"f"}': "f",
    '{"a":[1,],"id":"f"}': "f",
    '{"a":[,],"id":"f"}': "f",
    '{"a":NaN,"id":"f"}': "f",
    '{"a":-Infinity,"id":"f"}': "f",
    '{"a":01,"id":"f"}': "f",
    '{"a":.5,"id":"f"}': "f",
    '{"a":TRUE,"id":"f"}': "f",
    '{"a":tru,"id":"f"}': "f",
    '{"a":"\n\t","id":"f"}': "f",
    '{"a":"\\\'","id":"f"}': "f",
    ')]}\'\n{"id":"f"}': "f",
    "{'id':'g','id':'f'}": "f",
    "{'a':'it\\'s','id':'f'}": "f",
    "{'a':'say \"hi\"','id':'f'}": "f",
    "{'a':{'b':[{},[]]},'id':'f'}": "f",
    "{'id':5}": "5",
    "{'id':'\\u0066'}": "f",
    "{'id':null}": None,
    "{'id':{}}": {},
    "{}": None,
}


@pytest.mark.parametrize("text", READ)
def test_read(text: str) -> None:
    assert members(text).get("id") == READ[text]


REFUSED = {
    "{'id':'f',}": "a name is missing at line 1 column 11",
    "{'id':'f'} x": "something behind the object at line 1 column 12",
    "{'id':'f'}{}": "something behind the object at line 1 column 11",
    "{\n'a':'\\x'}": "an unknown escape at line 2 column 9",
    "{'a':'\\u12'}": "a value is missing at line 1 column 6",
    "{'id':'f'": "a comma or } is missing at line 1 column 10",
    "{'a':1 'b':2}": "a comma or } is missing at line 1 column 8",
    "{'a' 'b'}": "a colon is missing at line 1 column 6",
    "{,'id':'f'}": "a name is missing at line 1 column 2",
    "{'a':[1 2]}": "a comma or ] is missing at line 1 column 9",
    "{'a':{'b':}}": "a value is missing at line 1 column 11",
    "[]": "no JSON object at line 1 column 1",
    "'x'": "no JSON object at line 1 column 1",
    "": "no JSON object at line 1 column 1",
    "/* {}": "no JSON object at line 1 column 1",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(LenientError) as raised:
        members(text)
    assert str(raised.value) == REFUSED[text]


@pytest.mark.parametrize(
    "text", ["{a:" + "[" * 100_000 + "]" * 100_000 + "}", "{" + "a:{" * 80_000, "{a:[" + "," * 200_000 + "]}", "{/*" * 80_000]
)
def test_time_is_in_line_with_the_size(text: str) -> None:
    begin = time.monotonic()
    with suppress(LenientError):
        members(text)
    assert time.monotonic() - begin < 5


def test_a_large_form_must_be_json() -> None:
    spaces = " " * MAX_LENIENT_BYTES
    assert keys_of([("a.form", b"{'id':'f'}")]) == {"f": "a.form"}
    assert keys_of([("a.form", f'{{"id":"f"}}{spaces}'.encode())]) == {"f": "a.form"}
    with pytest.raises(UnreadableForm, match="unexpected character"):
        keys_of([("a.form", f"{{'id':'f'}}{spaces}".encode())])
