"""Reads that do not answer in JSON: a definition's id, and the bytes of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from peewee import JOIN, SQL, Expression, Field, ModelSelect

from procdef.bpmn.reading.node import OPERATON
from procdef.query.dialects import Dialect
from procdef.query.statement import placeholder
from procdef.store.models import IS_LATEST, Definition, Resource
from procdef.store.reader import REVISION
from procdef.store.store import Store


def _slot(column: Field, name: str) -> Expression:
    return Expression(column, "=", placeholder(name))


WAYS: Mapping[str, Expression] = {
    "id": _slot(Definition.id, "id"),
    "key": IS_LATEST & _slot(Definition.key, "key") & Definition.tenant_id.is_null(),
    "tenant": IS_LATEST & _slot(Definition.key, "key") & _slot(Definition.tenant_id, "tenant"),
}
"""The conditions of the three ways to name a definition, with places for the values."""


@dataclass(frozen=True, slots=True)
class DefinitionRef:
    """How a definition is named: by its id, or by the key and tenant (None: of no tenant) of a latest version."""

    id: str | None = None
    key: str | None = None
    tenant: str | None = None

    @property
    def way(self) -> str:
        """The row of WAYS that is meant."""
        return "id" if self.id is not None else "key" if self.tenant is None else "tenant"

    @property
    def values(self) -> dict[str, str | None]:
        """The values for the places of its condition."""
        return {"id": self.id, "key": self.key, "tenant": self.tenant}


@dataclass(frozen=True, slots=True)
class Source:
    """A definition with the bytes of its BPMN file, and the engine as which they are to be read."""

    definition_id: str
    key: str
    tenant_id: str | None
    deployment_id: str
    data: bytes
    engine: str


def id_of(store: Store, locator: DefinitionRef) -> str | None:
    """The id of a definition; None where there is none."""
    found = store.read_planned(_id_query, locator.way, values=locator.values)
    return str(found[0][0]) if found else None


def xml_of(store: Store, locator: DefinitionRef) -> tuple[str, bytes, str] | None:
    """The id of a definition, the bytes of its BPMN file and the revision that they are of; None where there is no such definition."""
    found = store.read_planned(_file_query, locator.way, Definition.resource_name, values=locator.values)
    return (found[0][0], bytes(found[0][2] or b""), found[0][3]) if found else None


def diagram_of(store: Store, locator: DefinitionRef) -> tuple[str | None, bytes | None] | None:
    """The name and bytes of a definition's diagram, None and None where it has none; None where there is no such definition."""
    found = store.read_planned(_file_query, locator.way, Definition.diagram_name, values=locator.values)
    if not found:
        return None
    _definition_id, name, data, _revision = found[0]
    return name, None if data is None else bytes(data)


def source_of(store: Store, locator: DefinitionRef) -> Source | None:
    """A definition with its BPMN file; None where there is none."""
    found = store.read_planned(_source_query, locator.way, values=locator.values)
    if not found:
        return None
    definition_id, key, tenant_id, deployment_id, data, mirrored = found[0]
    return Source(definition_id, key, tenant_id, deployment_id, bytes(data), OPERATON if mirrored else store.settings.engine)


def resource_of(store: Store, deployment_id: str, name: str) -> bytes | None:
    """The bytes of a deployment's resource; None where there is none of this name."""
    found = store.read(Resource.select(Resource.bytes).where((Resource.deployment_id == deployment_id) & (Resource.name == name)))
    return bytes(found[0][0]) if found else None


def _id_query(_dialect: Dialect, way: str) -> ModelSelect[Definition]:
    return Definition.select(Definition.id).where(WAYS[way])


def _file_query(_dialect: Dialect, way: str, name: Field) -> ModelSelect[Definition]:
    query = Definition.select(Definition.id, Resource.name, Resource.bytes, SQL(REVISION))
    return query.join(Resource, JOIN.LEFT_OUTER, on=_named(name)).where(WAYS[way])


def _source_query(_dialect: Dialect, way: str) -> ModelSelect[Definition]:
    columns = (Definition.id, Definition.key, Definition.tenant_id, Definition.deployment_id, Resource.bytes, Definition.mirrored)
    return Definition.select(*columns).join(Resource, on=_named(Definition.resource_name)).where(WAYS[way])


def _named(name: Field) -> Expression:
    return (Resource.deployment_id == Definition.deployment_id) & (Resource.name == name)
