"""Counting incidents by definition, by activity and by type."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from peewee import Expression, fn

from procdef.store.models import Incident
from procdef.store.store import Store

Counts = dict[str, dict[str, int]]
"""Numbers of incidents by id, and then by incident type."""


def incidents_by_definition(store: Store, *conditions: Expression) -> Counts:
    """The number of incidents of each type by definition id."""
    return _by(store, Incident.definition_id, conditions)


def incidents_by_activity(store: Store, definition_id: str, *conditions: Expression) -> Counts:
    """The number of incidents of each type by activity id, for one definition."""
    return _by(
        store, Incident.activity_id, (Incident.definition_id == definition_id, Incident.activity_id.is_null(is_null=False), *conditions)
    )


def _by(store: Store, column: Any, conditions: tuple[Any, ...]) -> Counts:
    query = Incident.select(column, Incident.type, fn.count(Incident.id))
    query = query.where(*conditions) if conditions else query
    found: Counts = defaultdict(dict)
    for group, kind, count in store.read(query.group_by(column, Incident.type).order_by(column, Incident.type)):
        found[group][kind] = count
    return found
