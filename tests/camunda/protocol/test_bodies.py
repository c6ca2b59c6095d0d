"""JSON bodies as the engine's object mapper reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from procdef.camunda.protocol.bodies import Body, JsonBool, JsonInt, JsonText, JsonTexts, as_written, parsed
from procdef.camunda.protocol.conversion import INT_MAX, INT_MIN
from procdef.camunda.protocol.errors import EngineError

WRONG = object()
EMPTY = ["[]", "{}", "[true]"]
CASES: list[tuple[type[fields.Field[Any]], str, Any]] = [
    *(
        (JsonText, text, read)
        for text, read in (('"a"', "a"), ('""', ""), ("true", "true"), ("[]", WRONG), ("{}", WRONG), ('["a"]', WRONG))
    ),
    *(
        (JsonText, text, text)
        for text in ("5", "1.50", "1e5", "1E+5", "-0", "-0.0", "18446744073709551616", "1e400", "9" * 1000, f"-{'9' * 998}.1e9")
    ),
    *((JsonBool, text, True) for text in ("true", "1", "-1", "20", "9" * 1000, '"true"', '"True"', '"TRUE"', '" true "')),
    *((JsonBool, text, False) for text in ("false", "0", "-0", '"false"', '"False"', '"FALSE"')),
    *((JsonBool, text, None) for text in ('""', '" "')),
    *((JsonBool, text, WRONG) for text in ('"yes"', '"tRUE"', '"1"', "1.0", "0.5", "1e1", *EMPTY)),
    *((JsonInt, text, 7) for text in ("7", '"7"', '" 7 "', '"+7"', "7.9", "7.0", "0.7e1", '"007"')),
    *((JsonInt, text, int(text)) for text in ("0", "-1", str(INT_MAX), str(INT_MIN))),
    *((JsonInt, text, read) for text, read in (("-1.9", -1), ("1e3", 1000), ("-0.5", 0), ('""', None), ('" "', None))),
    *((JsonInt, text, WRONG) for text in ('"P5D"', '"1.5"', '"x"', '"1e3"', '"inf"', "true", "false", *EMPTY)),
    *((JsonInt, text, WRONG) for text in (str(INT_MAX + 1), f"{INT_MAX}.5", "99999999999", "1e300", "1e400", "9" * 1000, f'"{"9" * 30}"')),
    *((JsonTexts, text, json.loads(text)) for text in ("[]", '["a"]', '["a",null]', '["","a"]')),
    *((JsonTexts, text, WRONG) for text in ('"a"', "5", "[5]", "[1.5]", '[["a"]]', *EMPTY[1:], "true")),
]


@pytest.mark.parametrize(("field", "text", "read"), CASES)
def test_values(field: type[fields.Field[Any]], text: str, read: Any) -> None:
    value = as_written(text)
    if read is WRONG:
        with pytest.raises(ValidationError):
            field().deserialize(value)
    else:
        found = field().deserialize(value)
        assert (found, type(found)) == (read, type(read))


class Sample(Body):
    text = JsonText(allow_none=True)
    flag = JsonBool(load_default=False, allow_none=True)
    inner = fields.Nested(lambda: Sample(), allow_none=True)


@pytest.mark.parametrize("text", [b"", b" \n", b"{}", b'{"unknown": [1]}'])
def test_an_empty_body_is_an_empty_object(text: bytes) -> None:
    assert parsed(Sample, text) == {"flag": False}


@pytest.mark.parametrize("text", [b"[]", b"5", b'"x"', b"true", b'[{"text":"a"}]'])
def test_other_json_is_refused(text: bytes) -> None:
    with pytest.raises(EngineError):
        parsed(Sample, text)


def test_the_wrong_member_is_named() -> None:
    with pytest.raises(EngineError, match=r"'inner.inner.flag'"):
        parsed(Sample, b'{"inner":{"inner":{"flag":"x"}}}')


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b'{"text":NaN}',
        b'{"text":-Infinity}',
        b'{"text":01}',
        b'{"text":"\xff"}',
        b'{"text":"\\ud800"}',
        b'{"text":"\n"}',
        b'{"text":' + b"[" * 100_000,
        b'{"inner":' * 100_000,
        b'{"unknown":' + b"1" * 1001 + b"}",
        b'{"text":-1.' + b"0" * 999 + b"e1}",
    ],
    ids=lambda text: repr(text[:24]),
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(EngineError, match=r"The body is not JSON: .+\."):
        parsed(Sample, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"x", "line 1, column 1: Expecting value"),
        (b'{"text":\n tru}', "line 2, column 2: Expecting value"),
        (b'{"text":1} x', "line 1, column 12: Extra data"),
        (b"{'text':1}", "line 1, column 2: Expecting property name enclosed in double quotes"),
        (b'{"text":"\xff"}', "byte 10 is not UTF-8"),
        (b"\xff\xfe{\x00}", "byte 5 is not UTF-16"),
        (b"\x1f\x8b\x08", "byte 2 is not UTF-8"),
        (b'{"text":NaN}', "NaN is not a number of JSON"),
        (b'{"text":"\\ud800"}', "an escaped character is only one half of a surrogate pair"),
        (b'{"unknown":' + b"1" * 1001 + b"}", "a number has more than 1000 digits"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_wrong_is_said_with_its_place(text: bytes, says: str) -> None:
    with pytest.raises(EngineError) as refused:
        parsed(Sample, text)
    assert refused.value.values == {"message": f"The body is not JSON: {says}."}


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("blank", ["", " ", "\r\n"])
def test_every_encoding_of_json_is_read(encoding: str, blank: str) -> None:
    assert parsed(Sample, f'{blank}{{"text":"ä日🚀"}}{blank}'.encode(encoding)) == {"text": "ä日🚀", "flag": False}


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@pytest.mark.parametrize("field", [JsonText, JsonBool, JsonInt, JsonTexts])
@example(value=-(2**63) - 1)
@given(value=JSON.filter(lambda value: value is not None))
def test_every_value_is_read_or_refused(field: type[fields.Field[Any]], value: Any) -> None:
    kinds: dict[Any, type] = {JsonText: str, JsonBool: bool, JsonInt: int, JsonTexts: list}
    outcome: Any
    try:
        outcome = field().deserialize(as_written(json.dumps(value)))
    except ValidationError as refused:
        outcome = refused
    assert outcome is None or type(outcome) in (kinds[field], ValidationError)
