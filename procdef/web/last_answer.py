"""When this process has last made a page from the store, for the page that says that the store cannot be reached."""

from __future__ import annotations

from datetime import UTC, datetime

_moments: list[str] = []
"""The moment, or nothing."""


def note(status: int) -> None:
    """Note that a page with this status is made now."""
    if status == 200:
        _moments[:] = [f"{datetime.now(UTC):%-d %b %Y, %H:%M:%S} UTC"]


def moment() -> str:
    """The moment, as people read it; empty if there was none."""
    return _moments[0] if _moments else ""
