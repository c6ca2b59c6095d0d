"""Reading single values instead of lists in JSON: the id of a definition, the bytes of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, SQL, Expression, Field, ModelSelect

from procdef.bpmn.reading.node import OPERATON
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store.models import IS_LATEST, Definition, Deployment, Resource
from procdef.store.reader import REVISION, Reader


def equals(column: Field, name: str) -> Expression:
    """The condition that a column has the value of a placeholder."""
    return Expression(column, "=", placeholder(name))


CONDITIONS: Mapping[str, Expression] = {
    "id": equals(Definition.id, "id"),
    "key": IS_LATEST & equals(Definition.key, "key") & Definition.tenant_id.is_null(),
    "tenant": IS_LATEST & equals(Definition.key, "key") & equals(Definition.tenant_id, "tenant"),
}
"""The conditions of the three kinds of definition references, with placeholders for the values."""


@dataclass(frozen=True, slots=True)
class DefinitionRef:
    """A reference to a definition: by its id, or to the latest version of a key in a tenant (None: without tenant)."""

    id: str | None = None
    key: str | None = None
    tenant: str | None = None

    @property
    def kind(self) -> str:
        """The key of its condition in CONDITIONS."""
        return "id" if self.id is not None else "key" if self.tenant is None else "tenant"

    @property
    def values(self) -> dict[str, str | None]:
        """The values of the placeholders of its condition."""
        return {"id": self.id, "key": self.key, "tenant": self.tenant}


@dataclass(frozen=True, slots=True)
class Source:
    """A definition with the bytes of its BPMN file, and the name of the engine whose namespaces the file uses."""

    definition_id: str
    key: str
    tenant_id: str | None
    deployment_id: str
    data: bytes
    engine: str


def id_of(reader: Reader, reference: DefinitionRef) -> str | None:
    """The id of a definition; None if there is none."""
    found = reader.read(_id_query, reference.kind, values=reference.values)
    return str(found[0][0]) if found else None


def definition_of(reader: Reader, reference: DefinitionRef) -> tuple[str, str, str | None] | None:
    """The id, key and tenant of a definition; None if there is none. It is for checking rights, so nothing is hidden."""
    found = reader.read(_definition_query, reference.kind, values=reference.values)
    return (found[0][0], found[0][1], found[0][2]) if found else None


def versions_of(reader: Reader, key: str, tenant: str | None = None) -> list[tuple[str, str | None]]:
    """The ids and tenants of the definitions of a key, of every tenant or of one, by id. It is for checking rights: nothing is hidden."""
    return [(row[0], row[1]) for row in reader.read(_versions_query, tenant is not None, values={"key": key, "tenant": tenant})]


def tenant_of_deployment(reader: Reader, deployment_id: str) -> tuple[str | None] | None:
    """The tenant of a deployment, in a tuple; None if there is no such deployment. Nothing is hidden."""
    found = reader.read(_tenant_query, values={"id": deployment_id})
    return (found[0][0],) if found else None


def xml_of(reader: Reader, reference: DefinitionRef) -> tuple[str, bytes, str] | None:
    """The id of a definition, the bytes of its BPMN file, and the store's revision at that time; None without such a definition."""
    found = reader.read(_file_query, reference.kind, Definition.resource_name, values=reference.values)
    return (found[0][0], bytes(found[0][2] or b""), found[0][3]) if found else None


def diagram_of(reader: Reader, reference: DefinitionRef) -> tuple[str | None, bytes | None] | None:
    """The name and bytes of a definition's diagram, both None without a diagram; None without such a definition."""
    found = reader.read(_file_query, reference.kind, Definition.diagram_name, values=reference.values)
    if not found:
        return None
    _definition_id, name, data, _revision = found[0]
    return name, None if data is None else bytes(data)


def source_of(reader: Reader, reference: DefinitionRef, own_engine: str) -> Source | None:
    """A definition with its BPMN file; None without such a definition. `own_engine` is the engine of a file that was not mirrored.

    A mirrored definition whose file the engine does not have has an empty one.
    """
    found = reader.read(_source_query, reference.kind, values=reference.values)
    if not found:
        return None
    definition_id, key, tenant_id, deployment_id, data, mirrored = found[0]
    return Source(definition_id, key, tenant_id, deployment_id, bytes(data or b""), OPERATON if mirrored else own_engine)


def version_before(reader: Reader, definition_id: str) -> str | None:
    """The id of the highest version below that of a definition, of the same key and tenant; None without one."""
    found = reader.read(_before_query, values={"id": definition_id})
    return str(found[0][0]) if found else None


def version_after(reader: Reader, definition_id: str) -> str | None:
    """The id of the lowest version above that of a definition, of the same key and tenant; None without one."""
    found = reader.read(_after_query, values={"id": definition_id})
    return str(found[0][0]) if found else None


def resource_of(reader: Reader, deployment_id: str, name: str) -> bytes | None:
    """The bytes of a deployment's resource; None without one of this name."""
    found = reader.read(_resource_query, Resource.name, values={"deployment": deployment_id, "value": name})
    return bytes(found[0][0]) if found else None


def resource_by_id(reader: Reader, deployment_id: str, resource_id: str) -> tuple[bytes, str] | None:
    """The bytes and the name of a deployment's resource; None without one of this id."""
    found = reader.read(_resource_query, Resource.id, values={"deployment": deployment_id, "value": resource_id})
    return (bytes(found[0][0]), found[0][1]) if found else None


def _definition_query(_dialect: Dialect, kind: str) -> ModelSelect[Definition]:
    return Definition.select(Definition.id, Definition.key, Definition.tenant_id).where(CONDITIONS[kind])


def _versions_query(_dialect: Dialect, of_tenant: bool) -> ModelSelect[Definition]:
    query = Definition.select(Definition.id, Definition.tenant_id).where(equals(Definition.key, "key"))
    return (query.where(equals(Definition.tenant_id, "tenant")) if of_tenant else query).order_by(Definition.id)


def _tenant_query(_dialect: Dialect) -> ModelSelect[Deployment]:
    return Deployment.select(Deployment.tenant_id).where(equals(Deployment.id, "id"))


def _id_query(_dialect: Dialect, kind: str) -> ModelSelect[Definition]:
    return Definition.select(Definition.id).where(CONDITIONS[kind])


def _file_query(_dialect: Dialect, kind: str, name: Field) -> ModelSelect[Definition]:
    query = Definition.select(Definition.id, Resource.name, Resource.bytes, SQL(REVISION))
    return query.join(Resource, JOIN.LEFT_OUTER, on=named(name)).where(CONDITIONS[kind])


def _source_query(_dialect: Dialect, kind: str) -> ModelSelect[Definition]:
    columns = (Definition.id, Definition.key, Definition.tenant_id, Definition.deployment_id, Resource.bytes, Definition.mirrored)
    query = Definition.select(*columns).join(Resource, JOIN.LEFT_OUTER, on=named(Definition.resource_name))
    return query.where(CONDITIONS[kind])


def _before_query(_dialect: Dialect) -> ModelSelect[Definition]:
    of = Definition.alias()
    return _near_query(of, Definition.version < of.version).order_by(Definition.version.desc(), Definition.id)


def _after_query(_dialect: Dialect) -> ModelSelect[Definition]:
    of = Definition.alias()
    return _near_query(of, Definition.version > of.version).order_by(Definition.version, Definition.id)


def _near_query(of: Any, version: Expression) -> ModelSelect[Definition]:
    tenant = (Definition.tenant_id == of.tenant_id) | (Definition.tenant_id.is_null() & of.tenant_id.is_null())
    query = Definition.select(Definition.id).join(of, on=(Definition.key == of.key) & version & tenant)
    return query.where(equals(of.id, "id")).limit(1)


def _resource_query(_dialect: Dialect, column: Field) -> ModelSelect[Resource]:
    of_deployment = equals(Resource.deployment_id, "deployment")
    return Resource.select(Resource.bytes, Resource.name).where(of_deployment & equals(column, "value"))


def named(name: Field) -> Expression:
    """The condition that a resource is the one of a definition's deployment that a column of the definition names."""
    return (Resource.deployment_id == Definition.deployment_id) & (Resource.name == name)
