"""The times of timers that start a process, which the engine works out when a file is deployed.

Dates follow ISO 8601 with parts left out from the right and with days of the year or of a week; durations and cycles follow it
too, or a cycle is a cron expression.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange

from procdef.bpmn.cron import CronError, check_cron
from procdef.bpmn.expression import has_expression
from procdef.bpmn.node import Node
from procdef.bpmn.text import java_int, trim

DATE = re.compile(
    r"(?:(?P<year>[+-]?\d{1,9})(?:-W(?P<week>\d{1,2})(?:-(?P<weekday>\d))?|-(?P<yearday>\d{3})|-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?)?"
    r"(?P<time>T(?:(?P<hour>\d{1,2})(?:[.,]\d+|:(?P<minute>\d{1,2})(?:[.,]\d+|:(?P<second>\d{1,2})(?:[.,]\d+)?)?)?)?"
    r"(?:Z|z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d(?::?[0-5]\d(?:[.,]?\d{1,3})?)?)?)?)?",
    re.ASCII,
)
NAMES = {
    "week": "weekOfWeekyear",
    "weekday": "dayOfWeek",
    "yearday": "dayOfYear",
    "month": "monthOfYear",
    "day": "dayOfMonth",
    "hour": "hourOfDay",
    "minute": "minuteOfHour",
    "second": "secondOfMinute",
}
# As for a date that is told as the time from now …
PERIOD = re.compile(
    r"P(?:[+-]?\d+Y)?(?:[+-]?\d+M)?(?:[+-]?\d+W)?(?:[+-]?\d+D)?"
    r"(?:T(?=.)(?:[+-]?\d+H)?(?:[+-]?\d+M)?(?:[+-]?(?:\d+[.,]?\d*|[.,]\d+)S)?)?",
    re.ASCII | re.IGNORECASE,
)
# … and as for one of a duration or a cycle.
DURATION = re.compile(r"P\d+W|P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII)


class TimerError(ValueError):
    """A time that cannot be worked out; the text is the engine's."""


def check_start_timer(node: Node) -> None:
    """Look at the `timeDate`, `timeDuration` or `timeCycle` of a timer that starts a process; an expression is taken on trust.

    Raises TimerError for a time that cannot be worked out.
    """
    text = trim(node.text)
    if has_expression(text):
        return
    cycle = node.tag == "timeCycle"
    read = {"timeDate": _due_date, "timeCycle": _cycle}.get(node.tag, _interval)
    try:
        read(text)
    except (TimerError, CronError) as reason:
        start = "ENGINE-09026 Exception while parsing cycle expression" if cycle else "ENGINE-09027 Exception while resolving duedate"
        raise TimerError(f"{start} '{text}': {reason}") from None


def _due_date(text: str) -> None:
    if not text.startswith("P"):
        _date(text)
    elif not PERIOD.fullmatch(text):
        raise TimerError(f'Invalid format: "{text}"')


def _cycle(text: str) -> None:
    if text.startswith("R"):
        _interval(text)
    else:
        check_cron(text)


def _interval(text: str) -> None:
    """A duration, a duration before an end, one after a start, or a start and an end; each may be repeated a number of times."""
    parts = text.rstrip("/").split("/") if text.strip("/") else []
    if not parts or len(parts) > 3:
        raise TimerError(f"ENGINE-09028 Cannot parse duration '{text}'.") if text else TimerError('Invalid format: ""')
    if parts[0].startswith("R"):
        times = parts.pop(0)[1:]
        if times and java_int(times) is None:
            raise TimerError(f'For input string: "{times}"')
    if not parts:
        raise TimerError("Index 0 out of bounds for length 0")
    _start_and_end(parts[0], parts[1:2])


def _start_and_end(first: str, rest: list[str]) -> None:
    if first.startswith("P"):
        _duration(first)
        for end in rest:
            _date(end)
        return
    _date(first)
    if not rest:
        raise TimerError("Index 1 out of bounds for length 1")
    (_duration if rest[0].startswith("P") else _date)(rest[0])


def _duration(text: str) -> None:
    if not DURATION.fullmatch(text):
        raise TimerError(text)


def _date(text: str) -> None:
    match = DATE.fullmatch(text)
    if match is None or (match["year"] is None and match["hour"] is None):
        raise TimerError(f'Invalid format: "{text}"')
    parts = {name: int(value) for name, value in match.groupdict().items() if value is not None and name != "time"}
    for name, (low, high) in _ranges(parts.get("year", 2000), parts.get("month", 1)).items():
        if name in parts and not low <= parts[name] <= high:
            raise TimerError(f'Cannot parse "{text}": Value {parts[name]} for {NAMES[name]} must be in the range [{low},{high}]')


def _ranges(year: int, month: int) -> dict[str, tuple[int, int]]:
    """From where to where each part of a date goes; a year has the calendar of one four centuries away."""
    alike = year % 400 + 400
    days = monthrange(alike, month)[1] if 1 <= month <= 12 else 31
    return {
        "month": (1, 12),
        "day": (1, days),
        "yearday": (1, 366 if isleap(alike) else 365),
        "week": (1, _weeks(alike)),
        "weekday": (1, 7),
        "hour": (0, 23),
        "minute": (0, 59),
        "second": (0, 59),
    }


def _weeks(year: int) -> int:
    """A year has a 53rd week if it ends, or the one before it ended, on a Thursday or a Wednesday, respectively."""
    last_day = [(y + y // 4 - y // 100 + y // 400) % 7 for y in (year, year - 1)]
    return 53 if last_day[0] == 4 or last_day[1] == 3 else 52
