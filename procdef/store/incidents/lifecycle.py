"""Open incidents and their history. Monitoring reports them: a registry runs no processes that could fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import JOIN, Database, Expression, ModelSelect

from procdef.errors import NotFound
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store import bulk
from procdef.store.clock import now
from procdef.store.events import log, types
from procdef.store.events.log import NewEvent
from procdef.store.models import Definition, HistoricIncident, Incident
from procdef.store.reader import Reader
from procdef.store.store import Store
from procdef.store.texts import check_text

OPEN, RESOLVED, DELETED = 0, 1, 2  # INCIDENT_STATE_
SHARED = {name for name in Incident._meta.fields if name in HistoricIncident._meta.fields}
"""The attributes that both an incident and its history have."""
OF_EVENT = ("id", "tenant_id", "definition_id", "type")
"""What an event has of an incident."""


def report(store: Store, incident_id: str, values: Mapping[str, Any]) -> bool:
    """Store an incident, or replace the one with this id. Returns whether it is new.

    `values` are by attribute of `Incident`. The tenant is that of the definition; the time defaults to now, cause and root cause to the
    incident itself. Raises NotFound for an unknown definition, InvalidInput and TooLong for a string that cannot be stored.
    """
    for name, value in {"id": incident_id, **values}.items():
        if isinstance(value, str) and hasattr(getattr(Incident, name), "max_length"):
            check_text(name.replace("_", " "), value, getattr(Incident, name))
    with store.write() as database:
        key, tenant_id = _key_and_tenant(database, values["definition_id"])
        row: dict[str, Any] = {"cause_incident_id": incident_id, "root_cause_incident_id": incident_id, "timestamp": now()}
        row |= {name: value for name, value in values.items() if value is not None}
        row |= {"id": incident_id, "rev": 1, "tenant_id": tenant_id}
        replaced = Incident.delete().where(Incident.id == incident_id).execute(database)
        Incident.insert(row).execute(database)
        _begin(database, row, key)
        log.write(database, [_event(types.INCIDENT_CHANGED if replaced else types.INCIDENT_OPENED, row, key)])
    return not replaced


def subject_of(reader: Reader, incident_id: str) -> tuple[str | None, str, str | None] | None:
    """The process instance of an open incident, and the key and tenant of its definition; None if there is no such incident.

    It is for checking rights, so nothing is hidden.
    """
    found = reader.read(_subject_query, values={"id": incident_id})
    return (found[0][0], found[0][1], found[0][2]) if found else None


def _subject_query(_dialect: Dialect) -> ModelSelect[Incident]:
    columns = (Incident.process_instance_id, Definition.key, Definition.tenant_id)
    query = Incident.select(*columns).join(Definition, on=Incident.definition_id == Definition.id)
    return query.where(Incident.id == placeholder("id"))


def resolve(store: Store, incident_id: str) -> None:
    """Delete an incident and all others with the same configuration, as an engine does; their history gets the state RESOLVED.

    Raises NotFound for an unknown incident.
    """
    with store.write() as database:
        found = list(Incident.select(Incident.configuration).where(Incident.id == incident_id).tuples().execute(database))
        if not found:
            raise NotFound("incident", incident_id)
        ((configuration,),) = found
        same = Incident.id == incident_id if configuration is None else Incident.configuration == configuration
        log.write(database, _events(database, types.INCIDENT_RESOLVED, same))
        _end(database, HistoricIncident.id.in_(Incident.select(Incident.id).where(same)), RESOLVED)
        Incident.delete().where(same).execute(database)


def annotate(store: Store, incident_id: str, annotation: str | None) -> None:
    """Set the annotation of an incident and its history; None removes it. Raises NotFound, InvalidInput and TooLong."""
    check_text("annotation", annotation, Incident.annotation)
    with store.write() as database:
        changed = Incident.update(annotation=annotation, rev=Incident.rev + 1).where(Incident.id == incident_id)
        if not changed.execute(database):
            raise NotFound("incident", incident_id)
        HistoricIncident.update(annotation=annotation).where(HistoricIncident.id == incident_id).execute(database)
        log.write(database, _events(database, types.INCIDENT_CHANGED, Incident.id == incident_id))


def begin_all(database: Database, incidents: Sequence[Mapping[str, Any]]) -> None:
    """Begin the history of incidents that were inserted, given by attribute of `Incident`, inside a write transaction."""
    ids = list({row["definition_id"] for row in incidents} - {None})
    keys = dict(Definition.select(Definition.id, Definition.key).where(Definition.id.in_(ids)).tuples().execute(database))
    HistoricIncident.delete().where(HistoricIncident.id.in_([row["id"] for row in incidents])).execute(database)
    bulk.insert(database, HistoricIncident, [_history(row, keys.get(row["definition_id"])) for row in incidents])
    log.write(database, [_event(types.INCIDENT_OPENED, row, keys.get(row["definition_id"])) for row in incidents])


def end_all(database: Database, ids: Sequence[str]) -> None:
    """Give the history of incidents the state RESOLVED, inside a write transaction."""
    log.write(database, _events(database, types.INCIDENT_RESOLVED, Incident.id.in_(ids)))
    _end(database, HistoricIncident.id.in_(ids), RESOLVED)


def delete_of(database: Database, definition_ids: Sequence[str], *, with_history: bool) -> None:
    """Delete the incidents of definitions, inside a write transaction. Their history is deleted too, or gets the state DELETED."""
    Incident.delete().where(Incident.definition_id.in_(definition_ids)).execute(database)
    theirs = HistoricIncident.definition_id.in_(definition_ids)
    if with_history:
        HistoricIncident.delete().where(theirs).execute(database)
    else:
        _end(database, theirs, DELETED)


def _key_and_tenant(database: Database, definition_id: str) -> tuple[str, str | None]:
    query = Definition.select(Definition.key, Definition.tenant_id).where(Definition.id == definition_id)
    if not (found := list(query.tuples().execute(database))):
        raise NotFound("definition", definition_id)
    key, tenant_id = found[0]
    return key, tenant_id


def _begin(database: Database, incident: Mapping[str, Any], key: str) -> None:
    """Begin the history of an incident. It replaces that of an earlier incident with the same id."""
    HistoricIncident.delete().where(HistoricIncident.id == incident["id"]).execute(database)
    HistoricIncident.insert(_history(incident, key)).execute(database)


def _history(incident: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    row = {name: value for name, value in incident.items() if name in SHARED}
    return row | {"create_time": incident["timestamp"], "definition_key": key, "state": OPEN}


def _events(database: Database, type_: str, condition: Expression) -> list[NewEvent]:
    """An event of each open incident that meets a condition."""
    query = Incident.select(*(getattr(Incident, name) for name in OF_EVENT), Definition.key).where(condition)
    query = query.join(Definition, JOIN.LEFT_OUTER, on=Definition.id == Incident.definition_id).order_by(Incident.id)
    rows = list(query.tuples().execute(database))
    return [_event(type_, dict(zip(OF_EVENT, row, strict=False)), row[-1]) for row in rows]


def _event(type_: str, row: Mapping[str, Any], key: str | None) -> NewEvent:
    after = {"type": row["type"]}
    return NewEvent(type_, row["tenant_id"], None, row["definition_id"], key, object_id=row["id"], after=after)


def _end(database: Database, condition: Expression, state: int) -> None:
    open_ones = condition & (HistoricIncident.state == OPEN)
    HistoricIncident.update(state=state, end_time=now()).where(open_ones).execute(database)
