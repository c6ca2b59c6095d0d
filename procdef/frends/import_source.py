"""A file that is to be imported, whatever its kind: read once, checked, and laid down on the disk one record a line.

So every error of a file is found before the store is written to, and records can be taken up again in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from procdef import bpmn
from procdef.frends.bpmn_file import last_part, members_of, record_of_bpmn, whole
from procdef.frends.json_file import Bytes, ExportFile, Recoded
from procdef.frends.records import BadFile, record_of
from procdef.http.auth import current_user
from procdef.http.json_text import parsed, written
from procdef.http.uploads import UploadedPart, temporary_file
from procdef.store.processes.import_rows import Imported
from procdef.store.processes.imports import Entry, accepted
from procdef.store.processes.versions import guid_for
from procdef.store.store import Store

BYTE_ORDER_MARK, UTF_16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
ZIP = b"PK\x03\x04"
HEAD = 1024


@dataclass(frozen=True, slots=True)
class _Laid:
    """A record on the disk: where it is, what of it has to be at hand, and what a template has around it."""

    start: int
    length: int
    guid: str
    version: int | None
    tenant_id: str | None
    file: bpmn.File | None
    around: Mapping[str, Any]


class Incoming:
    """The processes of a file as entries of an import, and what stands around them by its id; the stack closes what is on the disk."""

    def __init__(self, store: Store, part: UploadedPart, stack: ExitStack) -> None:
        self.entries: list[Entry] = []
        self.envelopes: dict[str, str] = {}
        self._store, self._part = store, part
        self._spool = temporary_file(stack)
        self._laid: list[_Laid] = []

    def read(self) -> None:
        """Read the file to its end. Raises BadFile for what is wrong in it, TooLarge beyond the limits."""
        head = self._part.file.read(HEAD)
        self._part.file.seek(len(BYTE_ORDER_MARK) if head.startswith(BYTE_ORDER_MARK) else 0)
        text = head.removeprefix(BYTE_ORDER_MARK).lstrip(b" \t\r\n")
        if head.startswith(UTF_16) and head.decode("utf-16", "ignore").lstrip().startswith("{"):
            self._part.file.seek(0)
            self._read_export(Recoded(self._part.file))
        elif head.startswith(ZIP):
            self._read_bpmn(members_of(self._part.file, self._store.settings))
        elif text.startswith(b"<") or head.startswith(UTF_16) or self._is_named_bpmn():
            self._part.file.seek(0)
            data = whole(self._part.file, self._store.settings.max_body)
            self._read_bpmn(iter([(last_part(self._part.filename or ""), data)]))
        else:
            self._read_export(self._part.file)
        if not self.entries:
            raise BadFile("There is no process in the file.")

    def _is_named_bpmn(self) -> bool:
        return (self._part.filename or "").lower().endswith((".bpmn", ".bpmn20.xml"))

    def _read_bpmn(self, files: Iterator[tuple[str, bytes]]) -> None:
        for name, data in files:
            self._add(record_of_bpmn(name, data, self._store.settings, current_user(), self._guid_of_key), {})
        for laid in self._laid:
            self._enter(laid, None)

    def _guid_of_key(self, key: str) -> str:
        with self._store.connected():
            return guid_for(self._store.database, None, key)

    def _read_export(self, data: Bytes) -> None:
        file = ExportFile(data)
        for place, process, around in file.processes():
            self._add(record_of(process, place, current_user()), around)
        common = self._envelope(file.rest)
        for laid in self._laid:
            self._enter(laid, self._envelope({**file.rest, **laid.around}) if laid.around else common)

    def _envelope(self, members: Mapping[str, Any]) -> str | None:
        if not members:
            return None
        text = written(members)
        ident = sha256(text.encode()).hexdigest()
        self.envelopes[ident] = text
        return ident

    def _add(self, record: Imported, around: Mapping[str, Any]) -> None:
        line = written(asdict(record)).encode()
        file = accepted(self._store, record)
        self._laid.append(_Laid(self._spool.tell(), len(line), record.guid, record.version, record.tenant_id, file, around))
        self._spool.write(line)

    def _enter(self, laid: _Laid, envelope_id: str | None) -> None:
        self.entries.append(Entry(laid.guid, laid.version, laid.tenant_id, partial(self._load, laid, envelope_id), laid.file))

    def _load(self, laid: _Laid, envelope_id: str | None) -> Imported:
        self._spool.seek(laid.start)
        return Imported(**{**parsed(self._spool.read(laid.length).decode()), "envelope_id": envelope_id})
