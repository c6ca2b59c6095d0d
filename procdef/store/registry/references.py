"""Finding the BPMN file of a definition by a key and, if it is not the latest version, a version or a version tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, Expression, ModelSelect

from procdef.query.dialects import Dialect
from procdef.store.models import IS_LATEST, Definition, Process, Resource
from procdef.store.reader import Reader
from procdef.store.registry.lookups import equals

LATEST, VERSION, TAG = "latest", "version", "tag"
CONDITIONS: Mapping[str, Expression] = {
    LATEST: IS_LATEST,
    VERSION: equals(Definition.version, VERSION),
    TAG: equals(Definition.version_tag, TAG),
}
"""The ways in which a reference selects one of the versions of a key. Several versions may have one tag: the highest of them counts."""


@dataclass(frozen=True, slots=True)
class VersionRef:
    """A reference to a version of a key in a tenant (None: without tenant): by its number, by its version tag, or else the latest."""

    key: str
    tenant: str | None = None
    version: int | None = None
    tag: str | None = None

    @property
    def kind(self) -> str:
        """The key of its condition in CONDITIONS."""
        return VERSION if self.version is not None else LATEST if self.tag is None else TAG

    @property
    def values(self) -> dict[str, Any]:
        """The values of the placeholders of its condition."""
        return {"key": self.key, "tenant": self.tenant, VERSION: self.version, TAG: self.tag}


@dataclass(frozen=True, slots=True)
class DeployedFile:
    """The BPMN file of a definition, and what tells people which version it is.

    `deployed` is a timestamp in the store's form. `user` is the id of the user who deployed the definition; None if that is not known.
    """

    definition_id: str
    key: str
    name: str | None
    version: int
    deployed: str
    user: str | None
    data: bytes


def file_of(reader: Reader, reference: VersionRef) -> DeployedFile | None:
    """The file of the definition that is meant; None without such a definition."""
    found = reader.read(_query, reference.kind, reference.tenant is None, values=reference.values)
    if not found:
        return None
    definition_id, key, name, version, deployed, user, data = found[0]
    return DeployedFile(definition_id, key, name, version, str(deployed), user, bytes(data))


def _query(_dialect: Dialect, kind: str, without_tenant: bool) -> ModelSelect[Definition]:
    of_tenant = Definition.tenant_id.is_null() if without_tenant else equals(Definition.tenant_id, "tenant")
    columns = (Definition.id, Definition.key, Definition.name, Definition.version, Definition.deploy_time, Process.modifier, Resource.bytes)
    of_definition = (Resource.deployment_id == Definition.deployment_id) & (Resource.name == Definition.resource_name)
    query = Definition.select(*columns).join(Resource, on=of_definition)
    query = query.join(Process, JOIN.LEFT_OUTER, on=Process.definition_id == Definition.id, src=Definition)
    query = query.where(CONDITIONS[kind] & equals(Definition.key, "key") & of_tenant)
    return query.order_by(Definition.version.desc()).limit(1)
