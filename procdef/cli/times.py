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


class Moment(click.ParamType[str]):
    """A time in the future of ISO 8601, or how long from now, as `2h`. The command gets it as the REST API has it.

    A time without a zone is one of this machine's zone.
    """

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The time as text of the REST API. It is a usage error if it is not well-formed or past."""
        if (after := seconds_of(value)) is not None:
            moment = datetime.now(UTC) + timedelta(seconds=after)
        else:
            try:
                moment = datetime.fromisoformat(value).astimezone(UTC)
            except (ValueError, OverflowError):
                self.fail(f"{value!r} is no time as 2030-01-01T06:00:00Z, 2030-01-01 or 2h", param, ctx)
        if moment < datetime.now(UTC):
            self.fail(f"{value} is past", param, ctx)
        return rest_time(moment)


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


def moment(text: str) -> str:
    """A moment that somebody typed, as the REST API reads it: `2026-11-28`, `2026-11-28T10:30`. Without a zone it is local time.

    Raises ValueError.
    """
    return rest_time(datetime.fromisoformat(text).astimezone(UTC))


def rest_time(moment: datetime) -> str:
    """A time in UTC as the REST API has it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"
