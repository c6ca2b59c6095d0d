"""Timestamps and ids of the store: strings in UTC to the millisecond, and time-based UUIDs."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

MULTICAST = 1 << 40
"""The bit that marks a random node in a UUID (RFC 9562, 6.10)."""


def stamp(moment: datetime) -> str:
    """A moment with a time zone in the store's form of timestamps: `yyyy-MM-dd HH:mm:ss.SSS` in UTC, truncated to the millisecond."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def moment() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def now() -> str:
    """The present moment in the store's form of timestamps."""
    return stamp(moment())


def new_token() -> str:
    """A string that no other call returns: 96 random bits."""
    return secrets.token_urlsafe(12)


def new_id() -> str:
    """A new id, of the same form as an engine's: a time-based UUID (version 1) with a random node, unique across processes and hosts."""
    return str(uuid.uuid1(node=secrets.randbits(48) | MULTICAST, clock_seq=secrets.randbits(14)))
