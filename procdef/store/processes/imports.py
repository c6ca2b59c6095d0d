"""Importing processes: what a file brings is kept whole or not at all.

What is to become of each process is decided here, before anything is written; `import_rows` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from peewee import Database

from procdef import bpmn
from procdef.bpmn.reading.encoding import bytes_of
from procdef.errors import Conflict, InvalidInput, ProcdefError
from procdef.store.models import Definition, Envelope, Process
from procdef.store.processes.import_rows import Imported, Planned, Writer, candidate_keys
from procdef.store.processes.versions import IS_LATEST_PROCESS, drop_envelopes, guids_of
from procdef.store.registry.deployments import parse_file
from procdef.store.registry.rows import batches
from procdef.store.store import Store
from procdef.store.texts import check_text

ERROR, USE_EXISTING, NEW_VERSION = "Error", "UseExisting", "NewVersion"
NEW_ACTIVE, NEW_INACTIVE = "NewActiveElement", "NewInactiveElement"
CONFLICTS = {
    ERROR: "nothing is imported.",
    USE_EXISTING: "it stays as it is.",
    NEW_VERSION: "it gets one more version.",
    NEW_ACTIVE: "the import becomes a process with a GUID of its own, active.",
    NEW_INACTIVE: "the import becomes a process with a GUID of its own, suspended; so does a process that is not there yet.",
}
"""What becomes of a process whose GUID is there already."""
CREATED, VERSION_ADDED, EXISTING = "created", "newVersion", "existing"
OUTCOMES = {
    CREATED: "It is a new process.",
    VERSION_ADDED: "It is a new version of a process that was there.",
    EXISTING: "The process was there and stays as it is.",
}
"""What can become of a process of a file."""
LAST = 2**31


@dataclass(frozen=True, slots=True)
class Entry:
    """A process of a file, as far as it has to be known beforehand: `load` gives the whole; `file` is its BPMN where that is accepted.

    `tenant_id` is the tenant that the file says it belongs to, None where it says nothing.
    """

    guid: str
    version: int | None
    tenant_id: str | None
    load: Callable[[], Imported]
    file: bpmn.File | None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a process of a file: the version that it is now, and an outcome of OUTCOMES."""

    name: str
    guid: str
    id: int
    version: int
    outcome: str


@dataclass(frozen=True, slots=True)
class _Known:
    """The latest version of a process that is there; the key is None where it never had a definition."""

    guid: str
    tenant_id: str | None
    key: str | None
    version: int
    id: int
    name: str
    secrets: Mapping[str, Any]


@dataclass
class _Plan:
    """What is to be done with the entries of a file: rows to write, and the processes that stay as they are, each at its place."""

    known: Mapping[str, _Known]
    conflict: str
    steps: list[Planned | _Known] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    tenants: dict[str, str | None] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Decide on one entry.

        Raises Conflict where its GUID is there and must not be, or is another tenant's; InvalidInput for a version that comes twice,
        and for a GUID with two tenants.
        """
        if self.tenants.setdefault(entry.guid, entry.tenant_id) != entry.tenant_id:
            raise InvalidInput(f"The process with the GUID {entry.guid} is in the file with two tenants.")
        known = self.known.get(entry.guid)
        if known is not None and self.conflict in (ERROR, USE_EXISTING, NEW_VERSION):
            self._meet(entry, known)
        else:
            guid = entry.guid if known is None else self.renamed.setdefault(entry.guid, str(uuid4()))
            self._append(entry, guid, entry.version or self.versions.get(guid, 0) + 1, None)

    def _meet(self, entry: Entry, known: _Known) -> None:
        if self.conflict == ERROR:
            raise Conflict(f"There is a process with the GUID {known.guid} already, {known.name!r}.")
        if entry.tenant_id is not None and known.tenant_id != entry.tenant_id:
            here = "no tenant" if known.tenant_id is None else f"the tenant {known.tenant_id!r}"
            raise Conflict(f"The process with the GUID {known.guid} belongs to {here} here, and to {entry.tenant_id!r} in the file.")
        if self.conflict == USE_EXISTING:
            self.steps.append(known)
        else:
            self._append(entry, known.guid, max(self.versions.get(known.guid, 0), known.version) + 1, known)

    def _append(self, entry: Entry, guid: str, version: int, known: _Known | None) -> None:
        if self.versions.get(guid) == version:
            raise InvalidInput(f"The process with the GUID {entry.guid} is in the file twice with the version {version}.")
        self.versions[guid] = version
        tenant_id, key = (entry.tenant_id, None) if known is None else (known.tenant_id, known.key)
        outcome = CREATED if known is None else VERSION_ADDED
        secrets = {} if known is None else known.secrets
        suspended, keeps_key = self.conflict == NEW_INACTIVE, entry.tenant_id is not None and guid == entry.guid
        planned = Planned(entry.load, entry.file, guid, version, tenant_id, key, outcome, secrets, suspended=suspended, keeps_key=keeps_key)
        self.steps.append(planned)


def accepted(store: Store, record: Imported) -> bpmn.File | None:
    """The BPMN of a process that is imported, parsed; None where it is not executable or an engine would refuse it."""
    try:
        file = None if record.bpmn is None else parse_file(store.settings, record.resource_name or record.name, bytes_of(record.bpmn))
        check_text("process name", record.name, Definition.name)
    except ProcdefError:
        return None
    return file if file is not None and file.processes else None


def run(store: Store, entries: Iterable[Entry], envelopes: Mapping[str, str], conflict: str) -> list[Result]:
    """Import the processes of a file, with what stood around them by id; the versions of one process one after the other.

    A process for which the file names a tenant keeps this tenant and the key of its BPMN. Raises Conflict where importConflict is Error and
    a GUID is there already, and where tenant or key cannot be kept; InvalidInput where a version comes twice, or a GUID has two tenants.
    """
    ordered = _in_order(list(entries))
    with store.write() as database:
        plan = _Plan(_known(database, [entry.guid for entry in ordered]), conflict)
        for entry in ordered:
            plan.add(entry)
        planned = [step for step in plan.steps if isinstance(step, Planned)]
        _insert_envelopes(database, envelopes)
        ids = Writer(database, _owners(database, planned)).write(planned)
        drop_envelopes(database)
    return [_result(step, ids) for step in plan.steps]


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        first.setdefault(entry.guid, number)
    return sorted(entries, key=lambda entry: (first[entry.guid], entry.version or LAST))


def _known(database: Database, guids: Sequence[str]) -> dict[str, _Known]:
    columns = (Process.guid, Process.tenant_id, Process.key, Process.version, Process.id, Process.name, Process.secrets)
    found: dict[str, _Known] = {}
    for some in batches(list(dict.fromkeys(guids))):
        rows = Process.select(*columns).where(IS_LATEST_PROCESS & Process.guid.in_(some)).tuples().execute(database)
        for guid, tenant_id, key, version, ident, name, secrets in rows:
            found[guid] = _Known(guid, tenant_id, key, version, ident, name, json.loads(secrets or "{}"))
    return found


def _owners(database: Database, planned: Sequence[Planned]) -> dict[tuple[str | None, str], str]:
    """The GUIDs of the keys that the processes may want, by tenant and key."""
    wanted: dict[str | None, set[str]] = {}
    for item in planned:
        wanted.setdefault(item.tenant_id, set()).update(candidate_keys(item))
    return {
        (tenant_id, key): guid for tenant_id, keys in wanted.items() for key, guid in guids_of(database, tenant_id, sorted(keys)).items()
    }


def _insert_envelopes(database: Database, envelopes: Mapping[str, str]) -> None:
    for ident, content in envelopes.items():
        Envelope.insert(id=ident, content=content).on_conflict_ignore().execute(database)


def _result(step: Planned | _Known, ids: Mapping[tuple[str, int], tuple[int, str]]) -> Result:
    if isinstance(step, _Known):
        return Result(step.name, step.guid, step.id, step.version, EXISTING)
    ident, name = ids[step.guid, step.version]
    return Result(name, step.guid, ident, step.version, step.outcome)
