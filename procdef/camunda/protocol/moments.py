"""Reads moments in bodies and forms: ISO 8601 as the engine reads it there. Query parameters have another grammar.

As observed on the engine, a moment is a date with an optional time and offset after `T`, or a time alone. The date is a calendar date, a
week date or an ordinal date, of any precision. Without an offset the moment is in UTC.
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
    """A moment in the format of the store. One before year 1 or after year 9999 becomes the first or last possible one.

    Raises ValueError with the engine's message for a string that is not a moment.
    """
    match = MOMENT.match(text)
    if match is None or match.end() != len(text) or text in ("", "T"):
        raise ValueError(_malformed(text, match.end() if match is not None else 0))
    for name, meaning, lowest, highest in RANGES:
        _check(text, match[name], meaning, lowest, highest)
    return stamp(_moment(text, match))


def _malformed(text: str, end: int) -> str:
    if text == "T":
        return f'Invalid format: "{text}" is too short'
    return f'Invalid format: "{text}"' + (f' is malformed at "{text[end:]}"' if end else "")


def _check(text: str, value: str | None, meaning: str, lowest: int, highest: int) -> None:
    if value is not None and not lowest <= int(value) <= highest:
        raise ValueError(f'Cannot parse "{text}": Value {int(value)} for {meaning} must be in the range [{lowest},{highest}]')


def _moment(text: str, match: re.Match[str]) -> datetime:
    year = int(match["year"] or 1970)
    if not 1 < year < 9999:
        return (datetime.min if year < 1000 else datetime.max).replace(tzinfo=UTC)
    midnight = datetime.combine(_date(text, match, year), datetime.min.time(), _offset(match))
    return midnight + timedelta(hours=int(match["hour"] or 0), minutes=int(match["minute"] or 0), seconds=_seconds(match))


def _date(text: str, match: re.Match[str], year: int) -> date:
    if match["week"] is not None:
        return date.fromisocalendar(year, int(match["week"]), int(match["weekday"] or 1))
    if match["ordinal"] is not None:
        return date(year, 1, 1) + timedelta(days=int(match["ordinal"]) - 1)
    month, day = int(match["month"] or 1), int(match["day"] or 1)
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    _check(text, str(day), "dayOfMonth", 1, last)
    return date(year, month, day)


def _seconds(match: re.Match[str]) -> float:
    finest = next((name for name in FRACTION_OF if match[name] is not None), "second")
    fraction = float(f"0.{match['fraction'] or 0}") * FRACTION_OF[finest]
    return int(match["second"] or 0) + fraction


def _offset(match: re.Match[str]) -> timezone:
    if match["sign"] is None:
        return UTC
    offset = timedelta(hours=int(match["oh"]), minutes=int(match["om"] or 0))
    return timezone(-offset if match["sign"] == "-" else offset)
