"""Moments and ids of the store: UTC to the millisecond as text, and time-based UUIDs."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

MULTICAST = 1 << 40


def stamp(moment: datetime) -> str:
    """A moment as the store keeps it: `yyyy-MM-dd HH:mm:ss.SSS`, in UTC, what is below a millisecond cut off."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def moment() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def now() -> str:
    """The present moment as the store keeps it."""
    return stamp(moment())


def new_token() -> str:
    """A text that no other call gives: 96 random bits."""
    return secrets.token_urlsafe(12)


def new_id() -> str:
    """A new id in the form of the engine's: a time-based UUID (version 1) with a random node, unique across processes and hosts."""
    return str(uuid.uuid1(node=secrets.randbits(48) | MULTICAST, clock_seq=secrets.randbits(14)))
