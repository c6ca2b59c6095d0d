"""Counting incidents by definition, by activity and by type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from peewee import Field, ModelSelect, fn

from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store.models import Incident
from procdef.store.reader import Reader

Counts = dict[str, dict[str, int]]
"""Numbers of incidents by id, and then by incident type."""
DEFINITION, TYPE = "definition", "type"
"""The placeholders."""


def incidents_by_definition(reader: Reader, *, type: str | None = None, only_roots: bool = False) -> Counts:  # noqa: A002
    """The number of incidents of each type by definition id: of one type, of those that no other caused, or of all."""
    return _counts(reader.read(_by_definition, type is not None, only_roots, values={TYPE: type}))


def incidents_by_activity(reader: Reader, definition_id: str, *, type: str | None = None) -> Counts:  # noqa: A002
    """The number of incidents of each type by activity id, for one definition: of one type, or of all."""
    return _counts(reader.read(_by_activity, type is not None, values={DEFINITION: definition_id, TYPE: type}))


def _counts(rows: Iterable[tuple[str, str, int]]) -> Counts:
    found: Counts = defaultdict(dict)
    for group, kind, count in rows:
        found[group][kind] = count
    return found


def _by_definition(_dialect: Dialect, of_type: bool, only_roots: bool) -> ModelSelect[Incident]:
    query = _by(Incident.definition_id, of_type=of_type)
    return query.where(Incident.id == Incident.root_cause_incident_id) if only_roots else query


def _by_activity(_dialect: Dialect, of_type: bool) -> ModelSelect[Incident]:
    of_definition = Incident.definition_id == placeholder(DEFINITION)
    return _by(Incident.activity_id, of_type=of_type).where(of_definition & Incident.activity_id.is_null(is_null=False))


def _by(column: Field, *, of_type: bool) -> ModelSelect[Incident]:
    query = Incident.select(column, Incident.type, fn.count(Incident.id))
    query = query.where(Incident.type == placeholder(TYPE)) if of_type else query
    return query.group_by(column, Incident.type).order_by(column, Incident.type)
