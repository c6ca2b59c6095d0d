"""Moments in bodies and forms: ISO 8601 as the engine reads it there, which is another grammar than that of query parameters.

Observed on the engine: a date (calendar, week or ordinal, of any precision) with an optional time and offset after `T`, or a time alone.
Without an offset the moment is in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from procdef.store.clock import stamp

DATE = (
    r"(?P<year>[+-]?\d{1,9})"
    r"(?:-W(?P<week>\d{1,2})(?:-(?P<weekday>\d))?|-(?P<ordinal>\d{3})(?!\d)|-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?"
)
TIME = r"(?P<hour>\d{1,2})(?::(?P<minute>\d{1,2})(?::(?P<second>\d{1,2}))?)?(?:[.,](?P<fraction>\d+))?"
OFFSET = r"(?P<offset>[Zz]|(?P<sign>[+-])(?P<oh>[01]\d|2[0-3])(?::?(?P<om>[0-5]\d))?)"
MOMENT = re.compile(rf"(?:{DATE})?(?:T(?:{TIME})?(?:{OFFSET})?)?", re.ASCII)
RANGES = (
    ("month", "monthOfYear", 1, 12),
    ("day", "dayOfMonth", 1, 31),
    ("ordinal", "dayOfYear", 1, 366),
    ("week", "weekOfWeekyear", 1, 53),
    ("weekday", "dayOfWeek", 1, 7),
    ("hour", "hourOfDay", 0, 23),
    ("minute", "minuteOfHour", 0, 59),
    ("second", "secondOfMinute", 0, 59),
)
FRACTION_OF = {"second": 1, "minute": 60, "hour": 3600}


def parse_moment(text: str) -> str:
    """A moment in the store's form; one before year 1 or after 9999 becomes the first or the last that there is.

    Raises ValueError with the engine's text for what it cannot read.
    """
    found = MOMENT.match(text)
    if found is None or found.end() != len(text) or text in ("", "T"):
        raise ValueError(_malformed(text, found.end() if found is not None else 0))
    for name, meaning, lowest, highest in RANGES:
        _check(text, found[name], meaning, lowest, highest)
    return stamp(_moment(text, found))


def _malformed(text: str, end: int) -> str:
    if text == "T":
        return f'Invalid format: "{text}" is too short'
    return f'Invalid format: "{text}"' + (f' is malformed at "{text[end:]}"' if end else "")


def _check(text: str, value: str | None, meaning: str, lowest: int, highest: int) -> None:
    if value is not None and not lowest <= int(value) <= highest:
        raise ValueError(f'Cannot parse "{text}": Value {int(value)} for {meaning} must be in the range [{lowest},{highest}]')


def _moment(text: str, found: re.Match[str]) -> datetime:
    year = int(found["year"] or 1970)
    if not 1 < year < 9999:
        return (datetime.min if year < 1000 else datetime.max).replace(tzinfo=UTC)
    midnight = datetime.combine(_date(text, found, year), datetime.min.time(), _offset(found))
    return midnight + timedelta(hours=int(found["hour"] or 0), minutes=int(found["minute"] or 0), seconds=_seconds(found))


def _date(text: str, found: re.Match[str], year: int) -> date:
    if found["week"] is not None:
        return date.fromisocalendar(year, int(found["week"]), int(found["weekday"] or 1))
    if found["ordinal"] is not None:
        return date(year, 1, 1) + timedelta(days=int(found["ordinal"]) - 1)
    month, day = int(found["month"] or 1), int(found["day"] or 1)
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    _check(text, str(day), "dayOfMonth", 1, last)
    return date(year, month, day)


def _seconds(found: re.Match[str]) -> float:
    finest = next((name for name in FRACTION_OF if found[name] is not None), "second")
    fraction = float(f"0.{found['fraction'] or 0}") * FRACTION_OF[finest]
    return int(found["second"] or 0) + fraction


def _offset(found: re.Match[str]) -> timezone:
    if found["sign"] is None:
        return UTC
    offset = timedelta(hours=int(found["oh"]), minutes=int(found["om"] or 0))
    return timezone(-offset if found["sign"] == "-" else offset)
