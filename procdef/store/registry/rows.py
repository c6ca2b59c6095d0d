"""The rows of deployments and definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from procdef.bpmn import model
from procdef.store.bulk import Row
from procdef.store.clock import new_id
from procdef.store.models import Definition, IdentityLink, Resource

ACTIVE, SUSPENDED = 1, 2  # SUSPENSION_STATE_
ID_LENGTH = 64
REPOSITORY = 1  # ACT_GE_BYTEARRAY.TYPE_ of a deployment's resource
VALUES_PER_STATEMENT = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NewDefinition:
    """A definition that is inserted, and what is inserted with it.

    `row` is its row by field. `links` are the rows of its candidate starters, `start_messages` the names of its start messages. `calls` and
    `uses` are those of its process. `data` are the bytes of its BPMN file. `user` is the id of the user who deployed it, None if that is
    not known.
    """

    row: Row
    links: Sequence[Row] = ()
    start_messages: Sequence[str] = ()
    calls: Sequence[model.Call] = ()
    data: bytes = b""
    deployment_name: str | None = None
    user: str | None = None
    uses: Sequence[model.Use] = ()


def resource_row(deployment_id: str, tenant_id: str | None, time: str, name: str, data: bytes) -> dict[Any, Any]:
    """The row of a file of a deployment."""
    row = {Resource.id: new_id(), Resource.rev: 1, Resource.name: name, Resource.deployment_id: deployment_id, Resource.bytes: data}
    return {**row, Resource.generated: False, Resource.tenant_id: tenant_id, Resource.type: REPOSITORY, Resource.create_time: time}


def definition_row(process: model.Process, version: int) -> dict[Any, Any]:
    """The row of an active definition with a new id, as the latest version. The caller adds the columns of the deployment."""
    return {
        Definition.id: _definition_id(process.key, version),
        Definition.rev: 1,
        Definition.key: process.key,
        Definition.name: process.name,
        Definition.name_upper: None if process.name is None else process.name.upper(),
        Definition.version: version,
        Definition.has_start_form_key: process.has_start_form_key,
        Definition.suspension_state: ACTIVE,
        Definition.version_tag: process.version_tag,
        Definition.history_ttl: process.history_ttl,
        Definition.startable: process.startable_in_tasklist,
        Definition.description: process.description,
        Definition.latest: True,
    }


def link_rows(process: model.Process, definition_id: str, tenant_id: str | None) -> list[dict[Any, Any]]:
    """The rows of the candidate starters of a definition."""
    common = {
        IdentityLink.rev: 1,
        IdentityLink.type: "candidate",
        IdentityLink.definition_id: definition_id,
        IdentityLink.tenant_id: tenant_id,
    }
    users = [{IdentityLink.user_id: user, IdentityLink.group_id: None} for user in process.candidate_users]
    groups = [{IdentityLink.user_id: None, IdentityLink.group_id: group} for group in process.candidate_groups]
    return [{IdentityLink.id: new_id(), **common, **link} for link in users + groups]


def _definition_id(key: str, version: int) -> str:
    unique = new_id()
    readable = f"{key}:{version}:{unique}"
    return readable if len(readable) <= ID_LENGTH else unique
