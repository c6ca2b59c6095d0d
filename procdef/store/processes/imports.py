"""Importing processes: a file is imported whole or not at all.

What happens to each process is decided here, before anything is stored. `import_rows` stores it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from peewee import Database

from procdef.common.iteration import batches
from procdef.errors import Conflict, InvalidInput
from procdef.store.events import log, types
from procdef.store.events.log import NewEvent
from procdef.store.models import Envelope, Process
from procdef.store.processes.import_rows import Pending, Writer, candidate_keys
from procdef.store.processes.spool import Spool, SpooledRecord
from procdef.store.processes.versions import IS_LATEST_PROCESS, delete_unused_envelopes, guids_of
from procdef.store.registry.rows import VALUES_PER_STATEMENT
from procdef.store.store import Store

ERROR, USE_EXISTING, NEW_VERSION = "Error", "UseExisting", "NewVersion"
NEW_ACTIVE, NEW_INACTIVE = "NewActiveElement", "NewInactiveElement"
CONFLICTS = {
    ERROR: "nothing is imported.",
    USE_EXISTING: "it stays as it is.",
    NEW_VERSION: "it gets one more version.",
    NEW_ACTIVE: "the import becomes a process with a GUID of its own, active.",
    NEW_INACTIVE: "the import becomes a process with a GUID of its own, suspended; so does a process that is not there yet.",
}
"""What happens to a process whose GUID exists already."""
CREATED, VERSION_ADDED, EXISTING = "created", "newVersion", "existing"
OUTCOMES = {
    CREATED: "It is a new process.",
    VERSION_ADDED: "It is a new version of a process that was there.",
    EXISTING: "The process was there and stays as it is.",
}
"""The outcomes of a process of a file."""
LAST = 2**31
"""A number above every version: a process without version is sorted after those of its GUID that have one."""


@dataclass(frozen=True, slots=True)
class Importer:
    """Who imports: whether a process is there for them, by its key, or its GUID if it has no key, and its tenant.

    `check` raises an error if they may not deploy definitions of a tenant with some keys.
    """

    sees: Callable[[str, str | None], bool] = lambda _object_id, _tenant_id: True
    check: Callable[[str | None, Sequence[str]], None] = lambda _tenant_id, _keys: None


ANYBODY = Importer()
"""Authorization is off."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a process of a file: the version that it is now, and an outcome of OUTCOMES."""

    name: str
    guid: str
    id: int
    version: int
    outcome: str


@dataclass(frozen=True, slots=True)
class _Existing:
    """The latest version of a process in the store. The key is None if the process never had a definition."""

    guid: str
    tenant_id: str | None
    key: str | None
    version: int
    id: int
    name: str
    secrets: Mapping[str, Any]


@dataclass
class _Decisions:
    """The decisions on the processes of a file, in the order of the results: each is a pending version, or the existing one.

    `existing` has the processes in the store, by GUID. `renamed` has the new GUIDs of processes that do not keep theirs.
    """

    existing: Mapping[str, _Existing]
    conflict: str
    importer: Importer
    made: list[Pending | _Existing] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    tenants: dict[str, str | None] = field(default_factory=dict)

    @property
    def pending(self) -> list[Pending]:
        """The pending versions."""
        return [decision for decision in self.made if isinstance(decision, Pending)]

    def add(self, record: SpooledRecord) -> None:
        """Decide on one process.

        Raises Conflict if its GUID exists and must not, or belongs to another tenant; InvalidInput for a version that is in the file twice,
        and for a GUID with two tenants.
        """
        if self.tenants.setdefault(record.guid, record.tenant_id) != record.tenant_id:
            raise InvalidInput(f"The process with the GUID {record.guid} is in the file with two tenants.")
        existing = self.existing.get(record.guid)
        if existing is not None and self.conflict in (ERROR, USE_EXISTING, NEW_VERSION):
            self._on_existing(record, existing)
        else:
            guid = record.guid if existing is None else self.renamed.setdefault(record.guid, str(uuid4()))
            self._append(record, guid, record.version or self.versions.get(guid, 0) + 1, None)

    def _on_existing(self, record: SpooledRecord, existing: _Existing) -> None:
        if not self.importer.sees(existing.key or existing.guid, existing.tenant_id):
            raise Conflict(f"The GUID {existing.guid} belongs to a process that you may not see.")
        if self.conflict == ERROR:
            raise Conflict(f"There is a process with the GUID {existing.guid} already, {existing.name!r}.")
        if record.tenant_id is not None and existing.tenant_id != record.tenant_id:
            here = "no tenant" if existing.tenant_id is None else f"the tenant {existing.tenant_id!r}"
            raise Conflict(f"The process with the GUID {existing.guid} belongs to {here} here, and to {record.tenant_id!r} in the file.")
        if self.conflict == USE_EXISTING:
            self.made.append(existing)
        else:
            self._append(record, existing.guid, max(self.versions.get(existing.guid, 0), existing.version) + 1, existing)

    def _append(self, record: SpooledRecord, guid: str, version: int, existing: _Existing | None) -> None:
        if self.versions.get(guid) == version:
            raise InvalidInput(f"The process with the GUID {record.guid} is in the file twice with the version {version}.")
        self.versions[guid] = version
        tenant_id, key = (record.tenant_id, None) if existing is None else (existing.tenant_id, existing.key)
        outcome = CREATED if existing is None else VERSION_ADDED
        secrets = {} if existing is None else existing.secrets
        suspended, keeps_key = self.conflict == NEW_INACTIVE, record.tenant_id is not None and guid == record.guid
        self.made.append(Pending(record, guid, version, tenant_id, key, outcome, secrets, suspended=suspended, keeps_key=keeps_key))


def run(store: Store, spool: Spool, conflict: str, importer: Importer = ANYBODY) -> list[Result]:
    """Import the processes of a file. In the results, the versions of one process follow each other.

    If the file names a tenant for a process, the process keeps the tenant and the key of its BPMN. Raises Conflict if importConflict is
    Error and a GUID exists already, or is that of a process that the importer may not see, and if a process cannot keep its tenant or key;
    InvalidInput if a version is in the file twice, or a GUID has two tenants; and what the importer's `check` raises.
    """
    records = _in_order(spool.records)
    with store.write() as database:
        decisions = _Decisions(_existing(database, [record.guid for record in records]), conflict, importer)
        for record in records:
            decisions.add(record)
        pending = decisions.pending
        for item in pending:
            importer.check(item.tenant_id, [item.key or next(iter(candidate_keys(item)), item.guid)])
        _insert_envelopes(database, spool.envelopes)
        ids = Writer(database, spool, _owners(database, pending)).write(pending)
        delete_unused_envelopes(database)
        log.write(database, _events(pending, ids))
    return [_result(decision, ids) for decision in decisions.made]


def _in_order(records: Sequence[SpooledRecord]) -> list[SpooledRecord]:
    first: dict[str, int] = {}
    for number, record in enumerate(records):
        first.setdefault(record.guid, number)
    return sorted(records, key=lambda record: (first[record.guid], record.version or LAST))


def _existing(database: Database, guids: Sequence[str]) -> dict[str, _Existing]:
    columns = (Process.guid, Process.tenant_id, Process.key, Process.version, Process.id, Process.name, Process.secrets)
    found: dict[str, _Existing] = {}
    for some in batches(list(dict.fromkeys(guids)), VALUES_PER_STATEMENT):
        rows = Process.select(*columns).where(IS_LATEST_PROCESS & Process.guid.in_(some)).tuples().execute(database)
        for guid, tenant_id, key, version, ident, name, secrets in rows:
            found[guid] = _Existing(guid, tenant_id, key, version, ident, name, json.loads(secrets or "{}"))
    return found


def _owners(database: Database, pending: Sequence[Pending]) -> dict[tuple[str | None, str], str]:
    """The GUIDs of the keys that the versions may get, by tenant and key."""
    wanted: dict[str | None, set[str]] = {}
    for item in pending:
        wanted.setdefault(item.tenant_id, set()).update(candidate_keys(item))
    return {
        (tenant_id, key): guid for tenant_id, keys in wanted.items() for key, guid in guids_of(database, tenant_id, sorted(keys)).items()
    }


def _insert_envelopes(database: Database, envelopes: Mapping[str, str]) -> None:
    for ident, content in envelopes.items():
        Envelope.insert(id=ident, content=content).on_conflict_ignore().execute(database)


def _events(pending: Sequence[Pending], ids: Mapping[tuple[str, int], tuple[int, str]]) -> list[NewEvent]:
    """An event of the file, and one of each version that it made."""
    made = [NewEvent(types.PROCESS_IMPORTED, after={"versions": len(pending)})] if pending else []
    return made + [_event(item, ids[item.guid, item.version][1]) for item in pending]


def _event(item: Pending, name: str) -> NewEvent:
    what = types.PROCESS_CREATED if item.outcome == CREATED else types.PROCESS_CHANGED
    return NewEvent(what, item.tenant_id, key=item.key, version=item.version, object_id=item.guid, after={"name": name})


def _result(decision: Pending | _Existing, ids: Mapping[tuple[str, int], tuple[int, str]]) -> Result:
    if isinstance(decision, _Existing):
        return Result(decision.name, decision.guid, decision.id, decision.version, EXISTING)
    ident, name = ids[decision.guid, decision.version]
    return Result(name, decision.guid, ident, decision.version, decision.outcome)
