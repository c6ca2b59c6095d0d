"""Incidents: reported from outside, since a registry runs nothing that could fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procdef.errors import NotFound
from procdef.store.clock import now
from procdef.store.models import Definition, Incident
from procdef.store.store import Store
from procdef.store.texts import check_text


def report(store: Store, incident_id: str, values: Mapping[str, Any]) -> bool:
    """Keep an incident under an id, in place of one that is there already; whether it is new.

    `values` are by attribute of `Incident`; the tenant is the definition's, the time defaults to now, the cause and the root cause to the
    incident itself. Raises NotFound for an unknown definition, InvalidInput and TooLong for a text that cannot be kept.
    """
    for name, value in {"id": incident_id, **values}.items():
        if isinstance(value, str) and hasattr(getattr(Incident, name), "max_length"):
            check_text(name.replace("_", " "), value, getattr(Incident, name))
    with store.write() as database:
        tenant = Definition.select(Definition.tenant_id).where(Definition.id == values["definition_id"]).tuples().execute(database)
        if not (found := list(tenant)):
            raise NotFound("definition", values["definition_id"])
        row = {"cause_incident_id": incident_id, "root_cause_incident_id": incident_id, "timestamp": now()}
        row |= {name: value for name, value in values.items() if value is not None} | {
            "id": incident_id,
            "rev": 1,
            "tenant_id": found[0][0],
        }
        replaced = Incident.delete().where(Incident.id == incident_id).execute(database)
        Incident.insert(row).execute(database)
    return not replaced


def resolve(store: Store, incident_id: str) -> None:
    """Delete an incident. Raises NotFound where there is none."""
    with store.write() as database:
        if not Incident.delete().where(Incident.id == incident_id).execute(database):
            raise NotFound("incident", incident_id)
