"""The spool: the processes of one import on disk. Each is written when the file is read, and read again when it is stored.

There are two passes, because every error of a file is found before anything is stored, and the versions of one process are stored in their
order, which may not be that of the file. One process is in memory at a time, however large the file is.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

from procdef.bpmn import model
from procdef.bpmn.reading.encoding import bytes_of
from procdef.errors import ProcdefError
from procdef.settings import Settings
from procdef.store.models import Definition
from procdef.store.registry.deployments import parse_file
from procdef.store.texts import check_text


@dataclass(frozen=True, slots=True)
class Imported:
    """One process of a file, checked and converted: all values that are stored of it.

    If `modified`, `major_version` or `minor_version` is None, the store makes it. `members` and `file` are JSON text as in `Process`; the
    markers of `file` have the names of fields of `Process`. `secrets` are the values of the secret variables by name; None keeps the value
    that is stored already. `resource_name` is the name of an uploaded BPMN file. `tenant_id` is None if the file names no tenant.
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
    secrets: Mapping[str, Any] | None = None
    resource_name: str | None = None
    tenant_id: str | None = None


@dataclass(slots=True)
class SpooledRecord:
    """A process in the spool: its offset there, and the values that decide what happens to it.

    `file` is its parsed BPMN, if a definition can be made from it. `user` is the id of the user who imports it, None if it is not known.
    `envelope_id` is set when the whole file has been read.
    """

    offset: int
    guid: str
    version: int | None
    tenant_id: str | None
    file: model.File | None
    user: str | None = None
    envelope_id: str | None = None


class Spool:
    """The processes of one import, in a file that no other process can open. `envelopes` has their envelopes as JSON text, by id.

    `user` is the id of the user who imports them, None if it is not known.
    """

    def __init__(self, settings: Settings, file: IO[bytes], user: str | None = None) -> None:
        self.records: list[SpooledRecord] = []
        self.envelopes: dict[str, str] = {}
        self._settings, self._file, self._user = settings, file, user

    def add(self, process: Imported) -> SpooledRecord:
        """Write a process at the end."""
        file = _executable(self._settings, process)
        record = SpooledRecord(self._file.tell(), process.guid, process.version, process.tenant_id, file, self._user)
        pickle.dump(process, self._file)
        self.records.append(record)
        return record

    def add_envelope(self, content: str) -> str:
        """Add an envelope, a JSON object. Returns its id, a hash of its text."""
        ident = sha256(content.encode()).hexdigest()
        self.envelopes[ident] = content
        return ident

    def read(self, record: SpooledRecord) -> Imported:
        """The process of a record."""
        self._file.seek(record.offset)
        process: Imported = pickle.load(self._file)  # noqa: S301  # only `add` writes into the file
        return process


def _executable(settings: Settings, process: Imported) -> model.File | None:
    """The parsed BPMN of a process; None if it is not executable or an engine would refuse it."""
    try:
        file = None if process.bpmn is None else parse_file(settings, process.resource_name or process.name, bytes_of(process.bpmn))
        check_text("process name", process.name, Definition.name)
    except ProcdefError:
        return None
    return file if file is not None and file.processes else None
