"""Times as people read them: how long ago something was."""

from __future__ import annotations

from datetime import UTC, datetime

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


def moment(text: str) -> str:
    """A moment that somebody typed, as the REST API reads it: `2026-11-28`, `2026-11-28T10:30`. Without a zone it is local time.

    Raises ValueError.
    """
    then = datetime.fromisoformat(text).astimezone(UTC)
    return f"{then:%Y-%m-%dT%H:%M:%S}.{then.microsecond // 1000:03}+0000"
