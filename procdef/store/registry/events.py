"""The events of deployments and definitions, made from their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from peewee import Database, Expression

from procdef.store.bulk import Row
from procdef.store.events import types
from procdef.store.events.log import NewEvent
from procdef.store.models import Definition, Deployment

DEPLOYMENT = (Deployment.id, Deployment.tenant_id, Deployment.name, Deployment.source)
"""What an event has of a deployment."""
DEFINITION = (Definition.id, Definition.key, Definition.tenant_id, Definition.version, Definition.version_tag, Definition.deployment_id)
"""What an event has of a definition."""
TTL = "historyTimeToLive"


def created(deployments: Iterable[Row]) -> list[NewEvent]:
    """The events of new deployments, given by their rows, by field."""
    rows = _columns(deployments, DEPLOYMENT)
    return [NewEvent(types.DEPLOYMENT_CREATED, tenant_id, ident, after=_described(*more)) for ident, tenant_id, *more in rows]


def deleted(deployments: Iterable[Sequence[Any]]) -> list[NewEvent]:
    """The events of deployments that are deleted, given by the columns of DEPLOYMENT."""
    return [NewEvent(types.DEPLOYMENT_DELETED, tenant_id, ident, before=_described(*more)) for ident, tenant_id, *more in deployments]


def deployed(definitions: Iterable[Row]) -> list[NewEvent]:
    """The events of new definitions, given by their rows, by field."""
    return of_definitions(types.DEFINITION_DEPLOYED, _columns(definitions, DEFINITION))


def of_definitions(type_: str, rows: Iterable[Sequence[Any]]) -> list[NewEvent]:
    """An event of each definition, given by the columns of DEFINITION."""
    return [of_definition(type_, row) for row in rows]


def of_definition(type_: str, row: Sequence[Any], **values: Any) -> NewEvent:
    """An event of a definition, given by the columns of DEFINITION. `values` are further ones of the event."""
    ident, key, tenant_id, version, tag, deployment_id = row
    return NewEvent(type_, tenant_id, deployment_id, ident, key, version, tag, **values)


def with_ttl(row: Sequence[Any], before: int | None, after: int | None) -> NewEvent:
    """The event of a history time to live that is changed, in days."""
    return of_definition(types.DEFINITION_CHANGED, row, before={TTL: before}, after={TTL: after})


def subject(row: Sequence[Any]) -> dict[str, Any]:
    """A definition as the subject of an operation, given by the columns of DEFINITION."""
    ident, key, tenant_id, _, _, deployment_id = row
    return {"deployment_id": deployment_id, "definition_id": ident, "key": key, "tenant_id": tenant_id}


def rows_of(database: Database, condition: Expression, *more: Any) -> list[tuple[Any, ...]]:
    """The columns of DEFINITION, and these, of the definitions that meet a condition, by key and version."""
    query = Definition.select(*DEFINITION, *more).where(condition).order_by(Definition.key, Definition.version, Definition.id)
    return list(query.tuples().execute(database))


def deployments_of(database: Database, condition: Expression) -> list[tuple[Any, ...]]:
    """The columns of DEPLOYMENT of the deployments that meet a condition."""
    return list(Deployment.select(*DEPLOYMENT).where(condition).tuples().execute(database))


def _columns(rows: Iterable[Row], columns: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return ([row[column] for column in columns] for row in rows)


def _described(name: str | None, source: str | None) -> dict[str, str | None]:
    return {"name": name, "source": source}
