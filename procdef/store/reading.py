"""Reads that do not answer in JSON: the bytes of files."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import JOIN, Expression, Field

from procdef.store.models import Definition, Resource
from procdef.store.store import Store


@dataclass(frozen=True, slots=True)
class Source:
    """A definition with the bytes of its BPMN file."""

    definition_id: str
    key: str
    tenant_id: str | None
    deployment_id: str
    data: bytes


def file_of(store: Store, condition: Expression, name: Field) -> tuple[str, str | None, bytes | None] | None:
    """The id of the definition that meets a condition, and of the file whose name stands in the column `name`, its name and bytes.

    None where there is no such definition; None as name and bytes where it has no such file.
    """
    query = (
        Definition.select(Definition.id, Resource.name, Resource.bytes).join(Resource, JOIN.LEFT_OUTER, on=_named(name)).where(condition)
    )
    found = store.read(query)
    if not found:
        return None
    definition_id, file_name, data = found[0]
    return definition_id, file_name, None if data is None else bytes(data)


def source_of(store: Store, condition: Expression) -> Source | None:
    """The definition that meets a condition, with its BPMN file; None where there is none."""
    columns = (Definition.id, Definition.key, Definition.tenant_id, Definition.deployment_id, Resource.bytes)
    found = store.read(Definition.select(*columns).join(Resource, on=_named(Definition.resource_name)).where(condition))
    if not found:
        return None
    definition_id, key, tenant_id, deployment_id, data = found[0]
    return Source(definition_id, key, tenant_id, deployment_id, bytes(data))


def resource_of(store: Store, deployment_id: str, name: str) -> bytes | None:
    """The bytes of a deployment's resource; None where there is none of this name."""
    found = store.read(Resource.select(Resource.bytes).where((Resource.deployment_id == deployment_id) & (Resource.name == name)))
    return bytes(found[0][0]) if found else None


def _named(name: Field) -> Expression:
    return (Resource.deployment_id == Definition.deployment_id) & (Resource.name == name)
