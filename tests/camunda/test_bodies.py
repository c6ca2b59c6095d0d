"""JSON bodies as the engine's object mapper reads them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from procdef.camunda.bodies import Body, JsonBool, JsonInt, JsonText, JsonTexts, parsed
from procdef.camunda.conversion import INT_MAX, INT_MIN
from procdef.camunda.errors import EngineError

WRONG = object()
EMPTY: list[Any] = [[], {}, [True]]
CASES: list[tuple[type[fields.Field[Any]], Any, Any]] = [
    *((JsonText, value, read) for value, read in (("a", "a"), ("", ""), (5, "5"), (1.5, "1.5"), (True, "true"), ([], WRONG), ({}, WRONG))),
    *((JsonBool, value, True) for value in (True, 1, -1, "true", "True", "TRUE", " true ")),
    *((JsonBool, value, False) for value in (False, 0, "false", "False", "FALSE")),
    *((JsonBool, value, None) for value in ("", " ")),
    *((JsonBool, value, WRONG) for value in ("yes", "tRUE", "1", 1.0, 0.5, *EMPTY)),
    *((JsonInt, value, 7) for value in (7, "7", " 7 ", "+7", 7.9, "007")),
    *(
        (JsonInt, value, read)
        for value, read in ((0, 0), (-1, -1), (-1.9, -1), (INT_MAX, INT_MAX), (INT_MIN, INT_MIN), ("", None), (" ", None))
    ),
    *((JsonInt, value, WRONG) for value in ("P5D", "1.5", "x", True, False, *EMPTY, INT_MAX + 1, 99999999999, 1e300, "9" * 30)),
    *((JsonTexts, value, value) for value in ([], ["a"], ["a", None], ["", "a"])),
    *((JsonTexts, value, WRONG) for value in ("a", 5, [5], [["a"]], *EMPTY[1:], True)),
]


@pytest.mark.parametrize(("field", "value", "read"), CASES)
def test_values(field: type[fields.Field[Any]], value: Any, read: Any) -> None:
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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@pytest.mark.parametrize("field", [JsonText, JsonBool, JsonInt, JsonTexts])
@example(value=-(2**63) - 1)
@given(value=JSON.filter(lambda value: value is not None))
def test_every_value_is_read_or_refused(field: type[fields.Field[Any]], value: Any) -> None:
    kinds: dict[Any, type] = {JsonText: str, JsonBool: bool, JsonInt: int, JsonTexts: list}
    outcome: Any
    try:
        outcome = field().deserialize(value)
    except ValidationError as refused:
        outcome = refused
    assert outcome is None or type(outcome) in (kinds[field], ValidationError)
