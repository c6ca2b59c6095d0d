"""Times as people read and write them: how long ago something was, how long to wait, and when."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click

STEPS = ((60, 1, "s"), (3600, 60, "m"), (86_400, 3600, "h"), (365 * 86_400, 86_400, "d"))
"""Up to how many seconds an age has which unit: the limit, the seconds of the unit, its letter. Longer ones have years."""
YEAR = 365 * 86_400


def time_of(text: str) -> datetime:
    """A time of the REST API, as `2026-11-28T05:26:58.812+0000`. Raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def age(text: str | None, now: datetime | None = None) -> str:
    """How long ago a time of the REST API was: `4m`, `12d`; a dash for None. A time in the future is `0s`."""
    if not text:
        return "-"
    seconds = max(int(((now or datetime.now(UTC)) - time_of(text)).total_seconds()), 0)
    for limit, unit, letter in STEPS:
        if seconds < limit:
            return f"{seconds // unit}{letter}"
    return f"{seconds // YEAR}y"


TIMES = (
    "A TIME is `2030-01-01`, `2030-01-01T06:00` or with a zone `2030-01-01T06:00:00Z`; without, it is of this machine's zone. Or it is a "
    "DURATION, a number with `s`, `m`, `h` or `d`, as `2h`: for what will be, from now on; for what has been, so long ago."
)
"""How times are written in every option."""


class Moment(click.ParamType[str]):
    """A time, as TIMES says. The command gets it as the REST API has it. With `past`, a duration is ago; else the time must come."""

    name = "time"

    def __init__(self, *, past: bool = False) -> None:
        self._past = past

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The time as text of the REST API. It is a usage error if it is not well-formed, or past where it must come."""
        try:
            moment = _moment(value, -1 if self._past else 1)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time as 2030-01-01T06:00:00Z, 2030-01-01T06:00, 2030-01-01 or 2h", param, ctx)
        if not self._past and moment < datetime.now(UTC):
            self.fail(f"{value} is past", param, ctx)
        return rest_time(moment)


def _moment(text: str, sign: int) -> datetime:
    """A time in UTC. `sign` is 1 if a duration is from now on, -1 if it is ago. Raises ValueError and OverflowError."""
    if (seconds := seconds_of(text)) is not None:
        return datetime.now(UTC) + sign * timedelta(seconds=seconds)
    return datetime.fromisoformat(text).astimezone(UTC)


class Duration(click.ParamType[float]):
    """How long: a number with a unit, as `60s`, `5m` and `1h`. The command gets seconds."""

    name = "duration"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The seconds. It is a usage error if it is not well-formed."""
        if (seconds := seconds_of(value)) is None:
            self.fail(f"{value!r} is no duration as 60s, 5m, 1h or 2d", param, ctx)
        return seconds


def seconds_of(text: str) -> float | None:
    """The seconds of a duration; None if it is not well-formed."""
    found = re.fullmatch(r"(\d{1,7}(?:\.\d{1,3})?)([smhd])", text)
    return float(found[1]) * next(unit for _, unit, letter in STEPS if letter == found[2]) if found else None


def rest_time(moment: datetime) -> str:
    """A time in UTC as the REST API has it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"
