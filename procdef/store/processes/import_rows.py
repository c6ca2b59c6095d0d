"""The rows that imported processes become: versions of processes and, where their BPMN is accepted, deployments and definitions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import Database

from procdef import bpmn
from procdef.bpmn.reading.encoding import bytes_of
from procdef.errors import Conflict
from procdef.store import bulk
from procdef.store.bulk import Row
from procdef.store.clock import new_id, now
from procdef.store.models import Call, Definition, Deployment, IdentityLink, Process, Resource, StartMessage
from procdef.store.processes import versions
from procdef.store.processes.json_template import filled
from procdef.store.registry import definitions
from procdef.store.registry.rows import ACTIVE, SUSPENDED, batches, definition_row, link_rows, message_rows, resource_row
from procdef.store.registry.uniqueness import is_taken

SOURCE = "import"
"""The source of the deployments that an import makes."""
NAME_LENGTH, KEY_LENGTH = 255, 255
AT_ONCE, ROW = 4_000_000, 4_000
"""Characters that are gathered before they are written, and those that a process counts for beside its texts."""
ASKED = ("bpmn", "is_subprocess")
"""The fields of `Process` whose values have places in the file, to be filled at each export: they are kept elsewhere, or change."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One process of a file, ready to be kept.

    None as moment of change, major or minor version: it is made up. `members` and `file` are kept as texts (see `Process`), `file` with
    places for what the store has itself, by the names of its fields. `secrets` are the values of the secret variables by name, None for the
    value that is kept already. `resource_name` is that of an uploaded BPMN file.
    """

    guid: str
    version: int | None
    name: str
    bpmn: str | None
    modified: str | None = None
    modifier: str | None = None
    description: str | None = None
    change_description: str | None = None
    version_tag: str | None = None
    major_version: int | None = None
    minor_version: int | None = None
    is_subprocess: bool | None = None
    members: str | None = None
    file: str | None = None
    envelope_id: str | None = None
    secrets: Mapping[str, Any] | None = None
    resource_name: str | None = None
    tenant_id: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A process of a file for which it is decided what it becomes.

    `key` is that of its earlier versions, `secrets` their secrets. One that `keeps_key` gets the key of its BPMN and no other.
    """

    load: Callable[[], Imported]
    file: bpmn.File | None
    guid: str
    version: int
    tenant_id: str | None
    key: str | None
    outcome: str
    secrets: Mapping[str, Any]
    suspended: bool
    keeps_key: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the definition of an imported process is: None where it has none."""

    definition_id: str | None = None
    deployment_id: str | None = None
    resource_name: str | None = None


class Writer:
    """Writes the processes of one import, inside its write transaction; `owners` are the GUIDs of keys by tenant and key.

    Raises Conflict where a process has to keep its key, and another one of its tenant has this key.
    """

    def __init__(self, database: Database, owners: Mapping[tuple[str | None, str], str]) -> None:
        self._database, self._owners = database, dict(owners)
        self._keys: dict[str, str] = {}
        self._secrets: dict[str, Mapping[str, Any]] = {}
        self._messages: dict[tuple[str | None, str], str] = {}
        self._rows: defaultdict[Any, list[Row]] = defaultdict(list)
        self._size = 0
        self._time = now()

    def write(self, planned: Sequence[Planned]) -> dict[tuple[str, int], tuple[int, str]]:
        """Write them all; the number and the name of each by GUID and version."""
        for item in planned:
            self._add(item)
            if self._size > AT_ONCE:
                self._flush()
        self._flush()
        self._mark_latest(planned)
        return self._ids(list({item.guid for item in planned}))

    def _flush(self) -> None:
        for model in (Deployment, Resource, Definition, IdentityLink, StartMessage, Call, Process):
            bulk.insert(self._database, model, self._rows.pop(model, []))
        self._size = 0

    def _add(self, item: Planned) -> None:
        record = item.load()
        self._size += sum(len(text or "") for text in (record.bpmn, record.members, record.file)) + ROW
        key = self._keys.get(item.guid) or item.key
        file = item.file
        if file is not None:
            key = key or self._free_key(item)
        if key is not None:
            self._keys[item.guid] = key
        place = _Place()
        if file is not None and key is not None and self._claim(item, file.processes[0], key):
            place = self._define(item, record, file, key)
        self._rows[Process].append(self._process(item, record, key, place))

    def _free_key(self, item: Planned) -> str | None:
        for key in candidate_keys(item):
            if (owner := self._owners.setdefault((item.tenant_id, key), item.guid)) == item.guid:
                return key
            if item.keeps_key:
                raise Conflict(f"The key {key!r} of the tenant {item.tenant_id!r} belongs to the process {owner}, not to {item.guid}.")
        return None

    def _claim(self, item: Planned, process: bpmn.Process, key: str) -> bool:
        """Take the start messages of a process; whether none is that of another process."""
        for message in process.start_messages:
            owner = self._messages.get((item.tenant_id, message), key)
            if owner != key or is_taken(self._database, item.tenant_id, message, key):
                return False
        self._messages |= {(item.tenant_id, message): key for message in process.start_messages}
        return True

    def _define(self, item: Planned, record: Imported, file: bpmn.File, key: str) -> _Place:
        process, data, deployment_id = file.processes[0], bytes_of(record.bpmn or ""), new_id()
        name = record.resource_name or f"{process.key[: NAME_LENGTH - len('.bpmn')]}.bpmn"
        row = definition_row(replace(process, key=key, name=record.name), item.version)
        row |= {Definition.category: file.category, Definition.resource_name: name, Definition.deployment_id: deployment_id}
        row |= {Definition.diagram_name: None, Definition.tenant_id: item.tenant_id, Definition.deploy_time: self._time}
        row |= {Definition.latest: False, Definition.suspension_state: SUSPENDED if item.suspended else ACTIVE}
        definition_id = row[Definition.id]
        self._rows[Deployment].append(self._deployment(item, record, deployment_id))
        self._rows[Resource].append(resource_row(deployment_id, item.tenant_id, self._time, name, data))
        self._rows[Definition].append(row)
        self._rows[IdentityLink] += link_rows(process, definition_id, item.tenant_id)
        self._rows[StartMessage] += message_rows(process, definition_id)
        self._rows[Call] += versions.call_rows(definition_id, process.calls)
        return _Place(definition_id, deployment_id, name)

    def _deployment(self, item: Planned, record: Imported, deployment_id: str) -> Row:
        row = {Deployment.id: deployment_id, Deployment.name: _deployment_name(record), Deployment.source: SOURCE}
        return {**row, Deployment.tenant_id: item.tenant_id, Deployment.deploy_time: self._time}

    def _process(self, item: Planned, record: Imported, key: str | None, place: _Place) -> Row:
        major, minor = versions.numbers_of(record.version_tag, item.version)
        change = _deployment_name(record) if record.change_description is None and place.deployment_id else record.change_description
        row = {
            Process.guid: item.guid,
            Process.version: item.version,
            Process.latest: False,
            Process.tenant_id: item.tenant_id,
            Process.key: key,
            Process.definition_id: place.definition_id,
            Process.deployment_id: place.deployment_id,
            Process.resource_name: place.resource_name,
            Process.name: record.name,
            Process.name_upper: record.name.upper(),
            Process.modified: record.modified or versions.shown(self._time),
            Process.modifier: record.modifier,
            Process.description: record.description,
            Process.change_description: change,
            Process.major_version: major if record.major_version is None else record.major_version,
            Process.minor_version: minor if record.minor_version is None else record.minor_version,
            Process.is_subprocess: record.is_subprocess,
            Process.envelope_id: record.envelope_id,
            Process.secrets: self._merged(item, record),
            Process.bpmn: _kept_text(record, place),
            Process.members: record.members,
        }
        known = {field.name: value for field, value in row.items() if field.name not in ASKED}
        if record.bpmn is None:
            known[Process.bpmn.name] = None
        return {**row, Process.file: None if record.file is None else filled(record.file, known)}

    def _merged(self, item: Planned, record: Imported) -> str | None:
        before = self._secrets.get(item.guid, item.secrets)
        secrets = {name: before.get(name) if value is None else value for name, value in (record.secrets or {}).items()}
        self._secrets[item.guid] = secrets
        return json.dumps(secrets) if secrets else None

    def _mark_latest(self, planned: Sequence[Planned]) -> None:
        versions.mark_latest(self._database, list({item.guid for item in planned}))
        keys = defaultdict(list)
        for item in planned:
            if item.guid in self._keys:
                keys[item.tenant_id].append(self._keys[item.guid])
        for tenant_id, some in keys.items():
            definitions.no_longer_latest(self._database, tenant_id, some)
            definitions.mark_latest(self._database, tenant_id, some)

    def _ids(self, guids: Sequence[str]) -> dict[tuple[str, int], tuple[int, str]]:
        columns = (Process.guid, Process.version, Process.id, Process.name)
        found: dict[tuple[str, int], tuple[int, str]] = {}
        for some in batches(guids):
            rows = Process.select(*columns).where(Process.guid.in_(some)).tuples().execute(self._database)
            found |= {(guid, version): (ident, name) for guid, version, ident, name in rows}
        return found


def candidate_keys(item: Planned) -> list[str]:
    """The keys that a process may get, the best first: that of its BPMN, or that with its GUID where another process has it."""
    if item.file is None or item.key is not None:
        return []
    key = item.file.processes[0].key
    if item.keeps_key:
        return [key]
    return [found for found in (key, f"{key}_{item.guid[:8]}", f"{key}_{item.guid}") if len(found) <= KEY_LENGTH]


def _deployment_name(record: Imported) -> str:
    return (record.change_description or record.name)[:NAME_LENGTH]


def _kept_text(record: Imported, place: _Place) -> str | None:
    """The text of the BPMN, where no resource has it as UTF-8."""
    if record.bpmn is None or (place.definition_id is not None and bytes_of(record.bpmn) == record.bpmn.encode()):
        return None
    return record.bpmn
