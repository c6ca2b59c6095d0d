"""How the types of query parameters read each value, and the error for a value that they cannot read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from procdef.camunda.protocol.conversion import INT_MAX, INT_MIN, Bool, Date, Int, Text, TextList
from procdef.store.clock import stamp

WRONG = object()
JAVA: dict[Any, str] = {Bool: "java.lang.Boolean", Int: "java.lang.Integer"}


def read(field: type[fields.Field[Any]], text: str) -> Any:
    return field().deserialize(text)


def message_of(field: type[fields.Field[Any]], text: str) -> str:
    with pytest.raises(ValidationError) as refused:
        read(field, text)
    (message,) = refused.value.messages
    return str(message)


BOOLS = [
    *[(text, True) for text in ("true", " true", "true x", "true\n", "\ttrue", "1", "2", "-1", '"true"', '"True"', '"TRUE"', '" true "')],
    *[(text, False) for text in ("false", "0", "-0", '"false"', '"False"', '"FALSE"', "0 1", "false ]")],
    *[(text, None) for text in ("null", '""', " null", '"null"', '" "', "null null")],
    *[(text, WRONG) for text in ("", " ", "TRUE", "True", "False", "yes", "on", "truex", "true1", "1.0", "1e0", '"yes"', '"tRUE"')],
    *[(text, WRONG) for text in ("'true'", "[true]", "{}", "t", "nul", "nullx", '"true', "00", "01", "+1", "\u00a0true", "trueä")],
]

INTS = [
    *[(text, 1) for text in ("1", " 1", "1 ", '"1"', "1 2", "1.0", "1.5", "1e0", '" 1 "', "10e-1", "1\n", "1.999999")],
    *[(text, None) for text in ("null", '""', '" "', '"null"', " null")],
    *[("0", 0), ("-0", 0), ("-1", -1), ("-1.9", -1), ('"-7"', -7), ('"+7"', 7), ('"007"', 7), ("2147483647", INT_MAX)],
    *[("-2147483648", INT_MIN), ("2147483647.0", INT_MAX), ("1E3", 1000), ("0.9", 0)],
    *[(text, WRONG) for text in ("", " ", "01", "+1", "abc", '"abc"', "1,2", "true", "false", "9999999999", "2147483648", "-2147483649")],
    *[(text, WRONG) for text in ("1x", "1.", ".5", "1e", "--1", "0x10", '"1.5"', "[1]", "{}", "1e400", "NaN", "Infinity", "١", "1_000")],
]

LISTS = [
    ("a", ["a"]),
    ("a,b", ["a", "b"]),
    ("a,", ["a"]),
    ("a,,", ["a"]),
    (",,a", ["", "", "a"]),
    ("a,,b", ["a", "", "b"]),
    (" a", [" a"]),
    ("a, b ", ["a", " b "]),
    ("a\\,b", ["a\\", "b"]),
    ('"a,b"', ['"a', 'b"']),
    ("null", ["null"]),
    (" ,", [" "]),
    *[(text, None) for text in ("", " ", "\t\n", ",", ",,", ",,,,,")],
]

MOMENT, LATER = "2013-01-23 12:42:45.000", "2013-01-23 14:42:45.000"
DATES = [
    ("2013-01-23T14:42:45.000+0200", MOMENT),
    ("2013-01-23T12:42:45.000+0000", MOMENT),
    ("2013-01-23T12:42:45.000-0000", MOMENT),
    ("2013-01-23T10:12:45.000-0230", MOMENT),
    ("2013-01-23T14:42:45.1+0200", "2013-01-23 12:42:45.001"),
    ("2013-01-23T14:42:45.000000+0200", MOMENT),
    ("2013-01-23T14:42:45.1500+0200", "2013-01-23 12:42:46.500"),
    ("2013-13-23T14:42:45.000+0200", "2014-01-23 12:42:45.000"),
    ("2013-01-32T14:42:45.000+0200", "2013-02-01 12:42:45.000"),
    ("2013-01-00T00:00:00.000+0000", "2012-12-31 00:00:00.000"),
    ("2013-00-01T00:00:00.000+0000", "2012-12-01 00:00:00.000"),
    ("2013-01-23T25:61:61.000+0000", "2013-01-24 02:02:01.000"),
    ("2013-1-3T4:2:5.0+0200", "2013-01-03 02:02:05.000"),
    ("2013-02-29T00:00:00.000+0000", "2013-03-01 00:00:00.000"),
    ("2012-02-29T00:00:00.000+0000", "2012-02-29 00:00:00.000"),
    ("99-1-3T4:2:5.0+0200", "0099-01-03 02:02:05.000"),
    ("2013-01-23T14:42:45.000+0200junk", MOMENT),
    ("2013-01-23T12:42:45.000GMT", MOMENT),
    ("2013-01-23T12:42:45.000UTC", MOMENT),
    ("2013-01-23T13:42:45.000CET", MOMENT),
    ("2013-01-23T07:42:45.000EST", MOMENT),
    ("2013-01-23T14:42:45.000GMT+02:00", MOMENT),
    ("2013-01-23T14:42:45.000GMT+2:00", MOMENT),
    (" 2013-01-23T14:42:45.000+0200", MOMENT),
    ("٢٠١٣-01-23T14:42:45.000+0200", MOMENT),
    ("12013-01-23T14:42:45.000+0200", "9999-12-31 23:59:59.999"),
    ("-5-01-23T14:42:45.000+0200", "0001-01-01 00:00:00.000"),
    ("0001-01-01T00:00:00.000+0200", "0001-01-01 00:00:00.000"),
    *[(text, None) for text in ("", " ", "null", " null ")],
    *[
        (text, WRONG)
        for text in (
            *("2013-01-23T14:42:45.000Z", "2013-01-23T14:42:45", "2013-01-23", "1358944965000", "yesterday", "2013-01-23T14:42:45+0200"),
            *("2013-01-23T14:42:45.000+02:00", "2013-01-23T14:42:45.000 0200", "2013-01-23T14:42:45.000", "2013-01-23 14:42:45.000+0200"),
            *("2013-01-23T14:42:45.000+2500", "2013-01-23T14:42:45.000+0260", "2013-01-23T14:42:45.000+02", "2013/01/23T14:42:45.000+0200"),
            *(
                "2013-01-23T14:42.000+0200",
                "NULL",
                "2013-01-23T14:42:45.+0200",
                "T",
                "2013-01-23T14:42:45.000XYZ",
                "2013-01-23T14:42:45.000+٠٢٠٠",
            ),
        )
    ],
]

KINDER_DATES = {
    **dict.fromkeys(("2013-01-23T14:42:45.000Z", "2013-01-23T14:42:45Z", "2013-01-23T14:42:45", "2013-01-23T14:42:45.000"), LATER),
    **dict.fromkeys(("2013-01-23T14:42:45+0200", "2013-01-23T14:42:45.000+02:00", "2013-01-23T14:42:45.000+02"), MOMENT),
    **dict.fromkeys(("2013-01-23T14:42:45.000 0200", "2013-01-23T14:42:45 02:00", "2013-01-23T07:42:45-05:00", "1358944965000"), MOMENT),
    "2013-01-23T12:42Z": "2013-01-23 12:42:00.000",
    "2013-01-23T12:42:45.1234999Z": "2013-01-23 12:42:45.123",
    "100000000000": "1973-03-03 09:46:40.000",
}
"""What an engine refuses, and dashboards send."""
WRONG_DATES = [
    *(
        "2013",
        "2013-01",
        "2013-01-23",
        "13589449650",
        "135894496500000",
        "-1358944965000",
        "2013-02-30",
        "2013-13-01T00:00:00Z",
        "2013-01-23T14",
    ),
    *("2013-01-23T14:42:45.000  0200", "2013-01-23Z", "2013-01-23T24:00:00Z", "٢٠١٣-01-23"),
]


@pytest.mark.parametrize(("field", "text", "value"), [(kind, *case) for kind, cases in ((Bool, BOOLS), (Int, INTS)) for case in cases])
def test_scalars(field: type[fields.Field[Any]], text: str, value: object) -> None:
    if value is WRONG:
        assert message_of(field, text) == f"Cannot convert value {text} to java type {JAVA[field]}"
    else:
        assert (read(field, text), type(read(field, text))) == (value, type(value))


@pytest.mark.parametrize(("text", "value"), LISTS)
def test_lists(text: str, value: list[str] | None) -> None:
    assert read(TextList, text) == value


@pytest.mark.parametrize("text", ["", " ", "a", "null", '"a"', "ä\0", "a,b"])
def test_texts_are_taken_as_they_are(text: str) -> None:
    assert read(Text, text) == text


@pytest.mark.parametrize(
    ("text", "value"), [("{a,b}", ["a", "b"]), ("{a}", ["a"]), ("{a,b},c", ["{a", "b}", "c"]), ("{", ["{"]), ("{}", None), ("{,}", None)]
)
def test_lists_in_braces(text: str, value: list[str] | None) -> None:
    assert read(TextList, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [*[pair for pair in DATES if pair[0] not in KINDER_DATES], *KINDER_DATES.items(), *[(text, WRONG) for text in WRONG_DATES]],
)
def test_dates(text: str, value: object) -> None:
    if value is WRONG:
        assert message_of(Date, text) == f'Cannot convert value "{text}" to java type java.util.Date'
    else:
        assert read(Date, text) == value


@pytest.mark.parametrize("text", ['"', '"X"', '"2013-01-23T14:42:45.000+0200"', 'x"', '"x', '""'])
def test_dates_in_quotes(text: str) -> None:
    assert message_of(Date, text) == f"Cannot convert value {text} to java type java.util.Date because of double quotes"


JUNK = st.text() | st.text(st.sampled_from('tru1fals0null"\\ .eE+-,:T[]{}GMZé\u0661\t')) | st.from_regex(r"-?\d+(\.\d+)?([eE]-?\d+)?.?")
DATE_LIKE = st.from_regex(r" ?-?\d{1,6}-\d{1,4}-\d{1,4}T\d{1,3}:\d{1,3}:\d{1,12}\.\d{1,12}([+-]\d{4}|GMT|[A-Za-z]{1,5})?.?")


@pytest.mark.parametrize("field", [Bool, Int, Text, TextList, Date])
@given(text=JUNK | DATE_LIKE)
@example(text="9" * 5000)
@example(text="1e" + "9" * 5000)
@example(text="-" * 100_000)
@example(text='"' + "\\" * 50_001)
@example(text='"\\u12"')
@example(text='"\\ud800"')
@example(text="9" * 5000 + "-01-01T00:00:00.000+0000")
@example(text="2013-01-01T00:00:00." + "9" * 5000 + "+0000")
def test_every_text_is_read_or_refused(field: type[fields.Field[Any]], text: str) -> None:
    kinds: dict[Any, type] = {Bool: bool, Int: int, Text: str, TextList: list, Date: str}
    outcome: Any
    try:
        outcome = read(field, text)
    except ValidationError as refused:
        outcome = refused
    assert outcome is None or type(outcome) in (kinds[field], ValidationError)


@given(st.integers(INT_MIN, INT_MAX))
def test_whole_numbers_are_read_back(number: int) -> None:
    assert read(Int, str(number)) == read(Int, f'"{number}"') == read(Int, f"{number}.0") == number


@given(st.integers().filter(lambda number: not INT_MIN <= number <= INT_MAX))
def test_whole_numbers_of_more_than_32_bits_are_refused(number: int) -> None:
    assert message_of(Int, str(number)).startswith("Cannot convert value ")


OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(2, 1, 1), datetime(9999, 12, 30), timezones=OFFSETS))
def test_dates_are_read_back(moment: datetime) -> None:
    text = moment.strftime(f"{moment.year:04d}-%m-%dT%H:%M:%S.{moment.microsecond // 1000:03d}%z")
    assert read(Date, text) == stamp(moment)
    assert datetime.fromisoformat(stamp(moment)).replace(tzinfo=UTC) <= moment


@given(st.lists(st.text(st.characters(exclude_characters=",", exclude_categories=["Cs"]), min_size=1).filter(str.strip), min_size=1))
def test_lists_are_read_back(items: list[str]) -> None:
    assert read(TextList, ",".join(items)) == items
    assert read(TextList, ",".join(items) + ",,") == items
