"""Deleting old events, and the operations of users that are as old. Only the oldest are deleted, and never the newest event of all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from procdef.store.clock import moment, stamp
from procdef.store.models import Event, Operation
from procdef.store.store import Store

PORTION = 1000
"""The rows that one write deletes at most, so that others wait only for a moment."""


def delete_old(store: Store) -> int:
    """Delete a portion of what is older than PROCDEF_EVENTS_KEPT says; how many rows. Without old rows nothing is written.

    Raises Unavailable.
    """
    if not (days := store.settings.events_kept):
        return 0
    limit = stamp(moment() - timedelta(days=days))
    events, operations = _old_events(store, limit), _old_operations(store, limit)
    if not events and not operations:
        return 0
    with store.write() as database:
        if events:
            Event.delete().where(Event.number <= events[-1]).execute(database)
        Operation.delete().where(Operation.id.in_(operations)).execute(database)
    return len(events) + len(operations)


def _old_events(store: Store, limit: str) -> Sequence[int]:
    """The numbers of the oldest events up to the first that is kept. There is always a newer one than these."""
    rows = store.read(Event.select(Event.number, Event.time).order_by(Event.number).limit(PORTION + 1))
    kept = next((index for index, row in enumerate(rows) if _text(row[1]) >= limit), len(rows))
    return [row[0] for row in rows[: min(kept, len(rows) - 1)]] if rows else []


def _old_operations(store: Store, limit: str) -> Sequence[str]:
    query = Operation.select(Operation.id).where(Operation.timestamp < limit).order_by(Operation.timestamp).limit(PORTION)
    return [row[0] for row in store.read(query)]


def _text(time: Any) -> str:
    return time.isoformat(sep=" ", timespec="milliseconds") if isinstance(time, datetime) else str(time)
