"""The timers that start a process. The engine calculates their first due date when a file is deployed.

Dates, durations and cycles follow ISO 8601; a cycle may be a cron expression instead. A date may have fewer parts, and a day of the year
or of a week. If a time repeats, the engine looks for the next one, and refuses the file if there is none.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from procdef.bpmn.grammar.cron import CronError, check_cron
from procdef.bpmn.grammar.expression import has_expression
from procdef.bpmn.grammar.java_text import java_int, trim
from procdef.bpmn.reading.node import Node

DATE = re.compile(
    r"(?:(?P<year>[+-]?\d{1,9})(?:-W(?P<week>\d{1,2})(?:-(?P<weekday>\d))?|-(?P<yearday>\d{3})|-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?)?"
    r"(?P<time>T(?:(?P<hour>\d{1,2})"
    r"(?:[.,](?P<of_hour>\d+)|:(?P<minute>\d{1,2})(?:[.,](?P<of_minute>\d+)|:(?P<second>\d{1,2})(?:[.,](?P<of_second>\d+))?)?)?)?"
    r"(?:Z|z|(?P<offset>[+-](?:[01]\d|2[0-3])(?::?[0-5]\d(?::?[0-5]\d(?:[.,]?\d{1,3})?)?)?))?)?",
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
# The time from now, in place of a date …
PERIOD = re.compile(
    r"P(?:[+-]?\d+Y)?(?:[+-]?\d+M)?(?:[+-]?\d+W)?(?:[+-]?\d+D)?"
    r"(?:T(?=.)(?:[+-]?\d+H)?(?:[+-]?\d+M)?(?:[+-]?(?:\d+[.,]?\d*|[.,]\d+)S)?)?",
    re.ASCII | re.IGNORECASE,
)
# … and in a duration or a cycle.
DURATION = re.compile(
    r"P(?P<weeks>\d+)W|P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
FRACTIONS = {"of_hour": "hours", "of_minute": "minutes", "of_second": "seconds"}
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
MOST_MONTHS = 12 * LATEST.year
ENDLESS = 2**31 - 1
"""The number of repetitions of a cycle without a number."""


class TimerError(ValueError):
    """A wrong time; the message is the engine's."""


class TimerOverError(ValueError):
    """A timer without a time in the future; the message begins with the engine's."""


@dataclass(frozen=True, slots=True)
class _Period:
    """A duration: calendar months, whose lengths differ, and the rest."""

    months: int = 0
    rest: timedelta = timedelta()

    def after(self, moment: datetime) -> datetime:
        """The moment one period later; a day that the month does not have becomes the last day of the month."""
        months = moment.year * 12 + moment.month - 1 + self.months
        year, month = months // 12, months % 12 + 1
        if year > LATEST.year:
            return LATEST
        day = min(moment.day, monthrange(year, month)[1])
        try:
            return moment.replace(year=year, month=month, day=day) + self.rest
        except OverflowError:
            return LATEST if self.rest > timedelta() else EARLIEST


@dataclass(frozen=True, slots=True)
class _Repetition:
    """Repeated times: from a start on, or up to an end. The start None is the time of the deployment."""

    times: int
    start: datetime | None
    period: _Period
    end: datetime | None

    def is_over(self, moment: datetime) -> bool:
        """Whether the engine finds no time after a moment."""
        if self.start is None:
            return self.end is not None and self.end < moment
        return self.start <= moment and self._next_time(self.start, moment) < moment

    def _next_time(self, start: datetime, moment: datetime) -> datetime:
        """The first time after a moment, or the last time of all."""
        if self.period.months:
            for _ in range(self.times):
                if start > moment:
                    break
                start = self.period.after(start)
            return start
        if self.period.rest <= timedelta():
            return start
        count = min(self.times, (moment - start) // self.period.rest + 1)
        return _Period(0, self.period.rest * max(count, 0)).after(start)


def check_start_timer(node: Node, moment: datetime | None = None) -> None:
    """Check the `timeDate`, `timeDuration` or `timeCycle` of a timer that starts a process; an expression is not checked.

    Raises TimerError for a wrong time, TimerOverError if the times repeat and none is after `moment`, in UTC.
    """
    text = trim(node.text)
    if has_expression(text):
        return
    cycle = node.tag == "timeCycle"
    read = {"timeDate": _due_date, "timeCycle": _cycle}.get(node.tag, _interval)
    try:
        repeated = read(text)
    except (TimerError, CronError) as reason:
        start = "ENGINE-09026 Exception while parsing cycle expression" if cycle else "ENGINE-09027 Exception while resolving duedate"
        raise TimerError(f"{start} '{text}': {reason}") from None
    if moment is not None and repeated is not None and repeated.is_over(moment):
        raise TimerOverError(f"duedate is null: all times of the start timer '{text}' are past")


def _due_date(text: str) -> None:
    if not text.startswith("P"):
        _date(text)
    elif not PERIOD.fullmatch(text):
        raise TimerError(f'Invalid format: "{text}"')


def _cycle(text: str) -> _Repetition | None:
    if text.startswith("R"):
        return _interval(text)
    check_cron(text)
    return None


def _interval(text: str) -> _Repetition | None:
    """Parse a duration, a duration and an end, a start and a duration, or a start and an end; each with or without repetitions.

    None for a time that does not repeat.
    """
    parts = text.rstrip("/").split("/") if text.strip("/") else []
    if not parts or len(parts) > 3:
        raise TimerError(f"ENGINE-09028 Cannot parse duration '{text}'.") if text else TimerError('Invalid format: ""')
    times = _times(parts.pop(0)) if parts[0].startswith("R") else None
    if not parts:
        raise TimerError("Index 0 out of bounds for length 0")
    start, period, end = _start_and_end(parts[0], parts[1:2])
    return None if times is None else _Repetition(times, start, period, end)


def _times(text: str) -> int:
    number = java_int(text[1:]) if len(text) > 1 else ENDLESS
    if number is None:
        raise TimerError(f'For input string: "{text[1:]}"')
    return number


def _start_and_end(first: str, rest: list[str]) -> tuple[datetime | None, _Period, datetime | None]:
    if first.startswith("P"):
        return None, _duration(first), _date(rest[0]) if rest else None
    start = _date(first)
    if not rest:
        raise TimerError("Index 1 out of bounds for length 1")
    if rest[0].startswith("P"):
        return start, _duration(rest[0]), None
    end = _date(rest[0])
    return start, _Period(rest=end - start), end


def _duration(text: str) -> _Period:
    match = DURATION.fullmatch(text)
    if match is None:
        raise TimerError(text)
    parts = {name: float(value) for name, value in match.groupdict(default="0").items()}
    months = int(min(parts.pop("years") * 12 + parts.pop("months"), MOST_MONTHS))
    try:
        return _Period(months, timedelta(**parts))
    except OverflowError:
        return _Period(months, timedelta.max)


def _date(text: str) -> datetime:
    match = DATE.fullmatch(text)
    if match is None or (match["year"] is None and match["hour"] is None):
        raise TimerError(f'Invalid format: "{text}"')
    parts = {name: int(value) for name, value in match.groupdict().items() if value is not None and (name in NAMES or name == "year")}
    for name, (low, high) in _ranges(parts.get("year", 2000), parts.get("month", 1)).items():
        if name in parts and not low <= parts[name] <= high:
            raise TimerError(f'Cannot parse "{text}": Value {parts[name]} for {NAMES[name]} must be in the range [{low},{high}]')
    return _moment(parts, match)


def _moment(parts: dict[str, int], match: re.Match[str]) -> datetime:
    """The moment of a date, in UTC if it has no offset; the first or last moment of Python for a year beyond its range."""
    year = parts.get("year", 1970)
    if not EARLIEST.year < year < LATEST.year:
        return EARLIEST if year <= EARLIEST.year else LATEST
    if "week" in parts:
        day = date.fromisocalendar(year, parts["week"], parts.get("weekday", 1))
    else:
        day = date(year, parts.get("month", 1), parts.get("day", 1)) + timedelta(parts.get("yearday", 1) - 1)
    time = timedelta(hours=parts.get("hour", 0), minutes=parts.get("minute", 0), seconds=parts.get("second", 0))
    for name, unit in FRACTIONS.items():
        time += timedelta(**{unit: float(f"0.{match[name] or 0}")})
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + time - _offset(match["offset"] or "+00")


def _offset(text: str) -> timedelta:
    """An offset from UTC: `+01`, `+0100`, `+01:00`, or with seconds and milliseconds."""
    digits = re.sub(r"\D", "", text)
    hours, minutes, seconds = (int(digits[start : start + 2] or 0) for start in (0, 2, 4))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds, milliseconds=int(digits[6:] or 0))
    return -offset if text.startswith("-") else offset


def _ranges(year: int, month: int) -> dict[str, tuple[int, int]]:
    """The range of each part of a date. The calendar repeats every 400 years, so that years beyond the range of Python have one too."""
    same_calendar = year % 400 + 400
    days = monthrange(same_calendar, month)[1] if 1 <= month <= 12 else 31
    return {
        "month": (1, 12),
        "day": (1, days),
        "yearday": (1, 366 if isleap(same_calendar) else 365),
        "week": (1, _weeks(same_calendar)),
        "weekday": (1, 7),
        "hour": (0, 23),
        "minute": (0, 59),
        "second": (0, 59),
    }


def _weeks(year: int) -> int:
    """A year has 53 weeks if it ends on a Thursday, or if the year before ended on a Wednesday; else it has 52."""
    last_day = [(y + y // 4 - y // 100 + y // 400) % 7 for y in (year, year - 1)]
    return 53 if last_day[0] == 4 or last_day[1] == 3 else 52
