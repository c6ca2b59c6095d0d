"""Deploying and undeploying: a deployment is written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from procdef import bpmn
from procdef.errors import Conflict, InvalidInput, NotFound
from procdef.store import definitions
from procdef.store.clock import new_id, now
from procdef.store.models import Definition, Deployment, IdentityLink, Resource
from procdef.store.store import Store

ID_LENGTH = 64
REPOSITORY = 1  # ACT_GE_BYTEARRAY.TYPE_ of a deployment's resource
ROWS_AT_ONCE = 500


class TooLong(InvalidInput):
    """A text is longer than its column; the message names the column's meaning and its limit."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What is to be deployed: name, source and tenant as given (None and "" are different), and the files by resource name."""

    name: str | None
    source: str | None
    tenant_id: str | None
    resources: Sequence[tuple[str, bytes]]


def deploy(store: Store, upload: Upload) -> str:
    """Parse and store an upload as a new deployment with the next version of every executable process in it; the deployment's id.

    Raises UnreadableBpmn, InvalidBpmn and TooLarge as `bpmn.parse` does, Conflict where two files bring the same key, and InvalidInput
    for a text that the store cannot keep.
    """
    files = parse(store, upload)
    _check_texts(upload, files)
    deployment_id, time = new_id(), now()
    resources = [_resource(deployment_id, upload, time, name, data) for name, data in upload.resources]
    with store.write() as database:
        row = {Deployment.id: deployment_id, Deployment.name: upload.name, Deployment.source: upload.source}
        Deployment.insert({**row, Deployment.tenant_id: upload.tenant_id, Deployment.deploy_time: time}).execute(database)
        _insert(database, Resource, resources)
        _define(database, upload, deployment_id, time, files)
    return deployment_id


def parse(store: Store, upload: Upload) -> list[bpmn.File]:
    """The BPMN files of an upload, parsed and validated, in the order of the upload; raises as `deploy` does."""
    settings = store.settings
    options = bpmn.Options(settings.history_time_to_live or None, settings.enforce_history_time_to_live, settings.max_elements)
    files = [bpmn.parse(name, data, options) for name, data in upload.resources if bpmn.is_bpmn(name)]
    seen: set[str] = set()
    for process in (process for file in files for process in file.processes):
        if process.key in seen:
            raise Conflict(f"The deployment contains definitions with the same key '{process.key}' (id attribute), this is not allowed")
        seen.add(process.key)
    return files


def undeploy(store: Store, deployment_id: str) -> None:
    """Delete a deployment with its definitions, their incidents and its resources. Raises NotFound where there is none."""
    with store.write() as database:
        if not Deployment.select().where(Deployment.id == deployment_id).exists(database):
            raise NotFound("deployment", deployment_id)
        definitions.delete_where(database, Definition.deployment_id == deployment_id)
        Resource.delete().where(Resource.deployment_id == deployment_id).execute(database)
        Deployment.delete().where(Deployment.id == deployment_id).execute(database)


def _resource(deployment_id: str, upload: Upload, time: str, name: str, data: bytes) -> dict[Any, Any]:
    row = {Resource.id: new_id(), Resource.rev: 1, Resource.name: name, Resource.deployment_id: deployment_id, Resource.bytes: data}
    return {**row, Resource.generated: False, Resource.tenant_id: upload.tenant_id, Resource.type: REPOSITORY, Resource.create_time: time}


def _define(database: Database, upload: Upload, deployment_id: str, time: str, files: Iterable[bpmn.File]) -> None:
    parsed = [(file, process) for file in files for process in file.processes]
    versions = definitions.highest_versions(database, upload.tenant_id, [process.key for _, process in parsed])
    names = {name for name, _ in upload.resources}
    rows, links = [], []
    for file, process in parsed:
        version = versions.get(process.key, 0) + 1
        row = _definition(process, version)
        row |= {Definition.category: file.category, Definition.resource_name: file.resource, Definition.deployment_id: deployment_id}
        row |= {
            Definition.diagram_name: bpmn.diagram_name(file.resource, process.key, names),
            Definition.tenant_id: upload.tenant_id,
            Definition.deploy_time: time,
        }
        rows.append(row)
        links += _links(process, row[Definition.id], upload.tenant_id)
    definitions.no_longer_latest(database, upload.tenant_id, [process.key for _, process in parsed])
    _insert(database, Definition, rows)
    _insert(database, IdentityLink, links)


def _definition(process: bpmn.Process, version: int) -> dict[Any, Any]:
    return {
        Definition.id: _definition_id(process.key, version),
        Definition.rev: 1,
        Definition.key: process.key,
        Definition.name: process.name,
        Definition.name_upper: None if process.name is None else process.name.upper(),
        Definition.version: version,
        Definition.has_start_form_key: process.has_start_form_key,
        Definition.suspension_state: definitions.ACTIVE,
        Definition.version_tag: process.version_tag,
        Definition.history_ttl: process.history_ttl,
        Definition.startable: process.startable_in_tasklist,
        Definition.description: process.description,
        Definition.latest: True,
    }


def _definition_id(key: str, version: int) -> str:
    unique = new_id()
    readable = f"{key}:{version}:{unique}"
    return readable if len(readable) <= ID_LENGTH else unique


def _links(process: bpmn.Process, definition_id: str, tenant_id: str | None) -> list[dict[Any, Any]]:
    common = {
        IdentityLink.rev: 1,
        IdentityLink.type: "candidate",
        IdentityLink.definition_id: definition_id,
        IdentityLink.tenant_id: tenant_id,
    }
    users = [{IdentityLink.user_id: user, IdentityLink.group_id: None} for user in process.candidate_users]
    groups = [{IdentityLink.user_id: None, IdentityLink.group_id: group} for group in process.candidate_groups]
    return [{IdentityLink.id: new_id(), **common, **link} for link in users + groups]


def _insert(database: Database, model: Any, rows: Sequence[dict[Any, Any]]) -> None:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        model.insert_many(rows[start : start + ROWS_AT_ONCE]).execute(database)


def _check_texts(upload: Upload, files: Iterable[bpmn.File]) -> None:
    texts = [("deployment name", upload.name, Deployment.name), ("deployment source", upload.source, Deployment.source)]
    texts += [("tenant id", upload.tenant_id, Deployment.tenant_id)]
    texts += [("resource name", name, Resource.name) for name, _ in upload.resources]
    for file in files:
        texts.append(("target namespace", file.category, Definition.category))
        for process in file.processes:
            texts += [("process id", process.key, Definition.key), ("process name", process.name, Definition.name)]
            texts += [("version tag", process.version_tag, Definition.version_tag)]
            texts += [("candidate starter", text, IdentityLink.user_id) for text in process.candidate_users + process.candidate_groups]
    for meaning, text, column in texts:
        check_text(meaning, text, column)


def check_text(meaning: str, text: str | None, column: Any) -> None:
    """Raises TooLong where a text is longer than its column, InvalidInput where it has a NUL, which PostgreSQL cannot keep."""
    if text is None:
        return
    if len(text) > column.max_length:
        raise TooLong(f"The {meaning} has {len(text)} characters; at most {column.max_length} are possible.")
    if "\0" in text:
        raise InvalidInput(f"The {meaning} has a NUL character.")
