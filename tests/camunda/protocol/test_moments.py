"""Moments in ISO 8601, as the engine reads them where something is to be done later."""

from __future__ import annotations

import re

import pytest

from procdef.camunda.protocol.moments import parse_moment

MOMENTS = {
    "2026-11-27": "2026-11-27 00:00:00.000",
    "2026-11": "2026-11-01 00:00:00.000",
    "2026": "2026-01-01 00:00:00.000",
    "2026-332": "2026-11-28 00:00:00.000",
    "2026-W48": "2026-11-23 00:00:00.000",
    "2026-W48-5": "2026-11-27 00:00:00.000",
    "2026-11-27T21": "2026-11-27 21:00:00.000",
    "2026-11-27T21.5": "2026-11-27 21:30:00.000",
    "2026-11-27T21:15": "2026-11-27 21:15:00.000",
    "2026-11-27T21:15.5": "2026-11-27 21:15:30.000",
    "2026-11-27T21:15:50": "2026-11-27 21:15:50.000",
    "2026-11-27T21:15:50.937": "2026-11-27 21:15:50.937",
    "2026-11-27T21:15:50.937Z": "2026-11-27 21:15:50.937",
    "2026-11-27T21:15:50.937+0200": "2026-11-27 19:15:50.937",
    "2026-11-27T21:15:50.937+02:00": "2026-11-27 19:15:50.937",
    "2026-11-27T21:15:50-03": "2026-11-28 00:15:50.000",
    "2024-02-29": "2024-02-29 00:00:00.000",
    "T21:15": "1970-01-01 21:15:00.000",
    "-0044-03-15": "0001-01-01 00:00:00.000",
    "12026-01-01": "9999-12-31 23:59:59.999",
}
REFUSED = {
    "": 'Invalid format: ""',
    "T": 'Invalid format: "T" is too short',
    "x": 'Invalid format: "x"',
    "2026-11-27x": 'Invalid format: "2026-11-27x" is malformed at "x"',
    "2026-11-27 21:15": 'Invalid format: "2026-11-27 21:15" is malformed at " 21:15"',
    "2026-13-01": 'Cannot parse "2026-13-01": Value 13 for monthOfYear must be in the range [1,12]',
    "2026-02-29": 'Cannot parse "2026-02-29": Value 29 for dayOfMonth must be in the range [1,28]',
    "2026-12-32": 'Cannot parse "2026-12-32": Value 32 for dayOfMonth must be in the range [1,31]',
    "2026-11-27T24:00": 'Cannot parse "2026-11-27T24:00": Value 24 for hourOfDay must be in the range [0,23]',
    "2026-11-27T21:60": 'Cannot parse "2026-11-27T21:60": Value 60 for minuteOfHour must be in the range [0,59]',
}


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment(text: str) -> None:
    assert parse_moment(text) == MOMENTS[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_moment_is_refused_in_the_engines_words(text: str) -> None:
    with pytest.raises(ValueError, match=rf"^{re.escape(REFUSED[text])}\Z"):
        parse_moment(text)
