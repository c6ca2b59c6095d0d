"""The rows of imported processes: versions of processes and, if their BPMN is accepted, deployments and definitions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import Database

from procdef.bpmn import model
from procdef.bpmn.reading.encoding import bytes_of
from procdef.common.iteration import batches
from procdef.errors import Conflict
from procdef.store import bulk
from procdef.store.bulk import Row
from procdef.store.clock import new_id, now
from procdef.store.events import log
from procdef.store.models import Definition, Deployment, Process, Resource
from procdef.store.processes import versions
from procdef.store.processes.json_template import fill
from procdef.store.processes.spool import Imported, Spool, SpooledRecord
from procdef.store.registry import definitions, events
from procdef.store.registry.rows import ACTIVE, SUSPENDED, VALUES_PER_STATEMENT, NewDefinition, definition_row, link_rows, resource_row
from procdef.store.registry.uniqueness import is_taken

SOURCE = "import"
"""The source of the deployments that an import makes."""
NAME_LENGTH, KEY_LENGTH = 255, 255
CHARACTERS_PER_BATCH, CHARACTERS_PER_ROW = 4_000_000, 4_000
"""The characters that are collected before they are written, and those that a version counts in addition to its BPMN and its JSON."""
LATE_MARKERS = ("bpmn", "is_subprocess")
"""The fields of `Process` whose markers stay in a stored template. Each export fills them: other rows have their values or change them."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A pending version: a process of the file, and what was decided about it.

    `key` and `secrets` are those of its earlier versions in the store. A version that `keeps_key` gets the key of its BPMN and no other.
    """

    record: SpooledRecord
    guid: str
    version: int
    tenant_id: str | None
    key: str | None
    outcome: str
    secrets: Mapping[str, Any]
    suspended: bool
    keeps_key: bool


@dataclass(frozen=True, slots=True)
class _Origin:
    """The ids and the file of a version's definition; all None if it has none."""

    definition_id: str | None = None
    deployment_id: str | None = None
    resource_name: str | None = None


class Writer:
    """Stores the processes of one import, inside its write transaction. `owners` has the GUIDs of keys, by tenant and key.

    Raises Conflict if a process has to keep its key, but another process of its tenant has the key.
    """

    def __init__(self, database: Database, spool: Spool, owners: Mapping[tuple[str | None, str], str]) -> None:
        self._database, self._spool, self._owners = database, spool, dict(owners)
        self._keys: dict[str, str] = {}
        self._secrets: dict[str, Mapping[str, Any]] = {}
        self._messages: dict[tuple[str | None, str], str] = {}
        self._rows: defaultdict[Any, list[Row]] = defaultdict(list)
        self._definitions: list[NewDefinition] = []
        self._size = 0
        self._time = now()

    def write(self, pending: Sequence[Pending]) -> dict[tuple[str, int], tuple[int, str]]:
        """Store all versions. Returns the number and the name of each, by GUID and version."""
        for item in pending:
            self._add(item)
            if self._size > CHARACTERS_PER_BATCH:
                self._flush()
        self._flush()
        self._mark_latest(pending)
        return self._ids(list({item.guid for item in pending}))

    def _flush(self) -> None:
        for table in (Deployment, Resource):
            bulk.insert(self._database, table, rows := self._rows.pop(table, []))
            log.write(self._database, events.created(rows) if table is Deployment else ())
        definitions.insert(self._database, self._definitions, processes=self._rows.pop(Process, []))
        self._definitions = []
        self._size = 0

    def _add(self, item: Pending) -> None:
        process, file = self._spool.read(item.record), item.record.file
        self._size += sum(len(text or "") for text in (process.bpmn, process.members, process.file)) + CHARACTERS_PER_ROW
        key = self._keys.get(item.guid) or item.key
        if file is not None:
            key = key or self._free_key(item)
        if key is not None:
            self._keys[item.guid] = key
        origin = _Origin()
        if file is not None and key is not None and self._reserve_messages(item, file.processes[0], key):
            origin = self._define(item, process, file, key)
        self._rows[Process].append(self._process(item, process, key, origin))

    def _free_key(self, item: Pending) -> str | None:
        for key in candidate_keys(item):
            if (owner := self._owners.setdefault((item.tenant_id, key), item.guid)) == item.guid:
                return key
            if item.keeps_key:
                raise Conflict(f"The key {key!r} of the tenant {item.tenant_id!r} belongs to the process {owner}, not to {item.guid}.")
        return None

    def _reserve_messages(self, item: Pending, process: model.Process, key: str) -> bool:
        """Reserve the start messages of a process. Returns false if another process has one of them."""
        for message in process.start_messages:
            owner = self._messages.get((item.tenant_id, message), key)
            if owner != key or is_taken(self._database, item.tenant_id, message, key):
                return False
        self._messages |= {(item.tenant_id, message): key for message in process.start_messages}
        return True

    def _define(self, item: Pending, process: Imported, file: model.File, key: str) -> _Origin:
        parsed, data = file.processes[0], bytes_of(process.bpmn or "")
        origin = _Origin(None, new_id(), process.resource_name or f"{parsed.key[: NAME_LENGTH - len('.bpmn')]}.bpmn")
        row = definition_row(replace(parsed, key=key, name=process.name), item.version)
        row |= {Definition.category: file.category, Definition.resource_name: origin.resource_name}
        row |= {Definition.deployment_id: origin.deployment_id, Definition.diagram_name: None, Definition.tenant_id: item.tenant_id}
        row |= {Definition.deploy_time: self._time, Definition.latest: False}
        row |= {Definition.suspension_state: SUSPENDED if item.suspended else ACTIVE}
        origin = replace(origin, definition_id=row[Definition.id])
        self._deploy(item, process, origin, data)
        links = link_rows(parsed, row[Definition.id], item.tenant_id)
        self._definitions.append(NewDefinition(row, links, parsed.start_messages, parsed.calls, uses=parsed.uses))
        return origin

    def _deploy(self, item: Pending, process: Imported, origin: _Origin, data: bytes) -> None:
        row = {Deployment.id: origin.deployment_id, Deployment.name: _deployment_name(process), Deployment.source: SOURCE}
        row |= {Deployment.tenant_id: item.tenant_id, Deployment.deployed_by: item.record.user}
        self._rows[Deployment].append({**row, Deployment.deploy_time: self._time})
        resource = resource_row(str(origin.deployment_id), item.tenant_id, self._time, str(origin.resource_name), data)
        self._rows[Resource].append(resource)

    def _process(self, item: Pending, process: Imported, key: str | None, origin: _Origin) -> Row:
        major, minor = versions.numbers_of(process.version_tag, item.version)
        is_deployed = process.change_description is None and origin.deployment_id is not None
        row = {
            Process.guid: item.guid,
            Process.version: item.version,
            Process.latest: False,
            Process.tenant_id: item.tenant_id,
            Process.key: key,
            Process.definition_id: origin.definition_id,
            Process.deployment_id: origin.deployment_id,
            Process.resource_name: origin.resource_name,
            Process.name: process.name,
            Process.name_upper: process.name.upper(),
            Process.modified: process.modified or versions.iso_8601(self._time),
            Process.modifier: process.modifier,
            Process.description: process.description,
            Process.change_description: _deployment_name(process) if is_deployed else process.change_description,
            Process.major_version: major if process.major_version is None else process.major_version,
            Process.minor_version: minor if process.minor_version is None else process.minor_version,
            Process.is_subprocess: process.is_subprocess,
            Process.envelope_id: item.record.envelope_id,
            Process.secrets: self._merged_secrets(item, process),
            Process.bpmn: _own_bpmn(process, origin),
            Process.members: process.members,
        }
        return {**row, Process.file: None if process.file is None else _filled(process.file, process.bpmn, row)}

    def _merged_secrets(self, item: Pending, process: Imported) -> str | None:
        before = self._secrets.get(item.guid, item.secrets)
        secrets = {name: before.get(name) if value is None else value for name, value in (process.secrets or {}).items()}
        self._secrets[item.guid] = secrets
        return json.dumps(secrets) if secrets else None

    def _mark_latest(self, pending: Sequence[Pending]) -> None:
        versions.mark_latest(self._database, list({item.guid for item in pending}))
        keys = defaultdict(list)
        for item in pending:
            if item.guid in self._keys:
                keys[item.tenant_id].append(self._keys[item.guid])
        for tenant_id, some in keys.items():
            definitions.unmark_latest(self._database, tenant_id, some)
            definitions.mark_latest(self._database, tenant_id, some)

    def _ids(self, guids: Sequence[str]) -> dict[tuple[str, int], tuple[int, str]]:
        columns = (Process.guid, Process.version, Process.id, Process.name)
        found: dict[tuple[str, int], tuple[int, str]] = {}
        for some in batches(guids, VALUES_PER_STATEMENT):
            rows = Process.select(*columns).where(Process.guid.in_(some)).tuples().execute(self._database)
            found |= {(guid, version): (ident, name) for guid, version, ident, name in rows}
        return found


def candidate_keys(item: Pending) -> list[str]:
    """The keys that a version may get, the best first: that of its BPMN, or that with its GUID if another process has the first."""
    if item.record.file is None or item.key is not None:
        return []
    key = item.record.file.processes[0].key
    if item.keeps_key:
        return [key]
    return [found for found in (key, f"{key}_{item.guid[:8]}", f"{key}_{item.guid}") if len(found) <= KEY_LENGTH]


def _deployment_name(process: Imported) -> str:
    return (process.change_description or process.name)[:NAME_LENGTH]


def _own_bpmn(process: Imported, origin: _Origin) -> str | None:
    """The BPMN that the version itself stores; None if a resource has it as UTF-8."""
    if process.bpmn is None or (origin.definition_id is not None and bytes_of(process.bpmn) == process.bpmn.encode()):
        return None
    return process.bpmn


def _filled(template: str, bpmn: str | None, row: Row) -> str:
    """The template of a version with the values that are known and will not change."""
    values = {field.name: value for field, value in row.items() if field.name not in LATE_MARKERS}
    return fill(template, values if bpmn is not None else {**values, Process.bpmn.name: None})
