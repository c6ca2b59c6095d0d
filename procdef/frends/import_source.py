"""An import file of any kind: it is read once, checked, and spooled to disk process by process.

So every error of a file is found before anything is stored, and the processes can be read again in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

from procdef.frends.bpmn_file import files_of, imported_bpmn, last_part, read_limited
from procdef.frends.json_file import ExportFile, Readable, Recoded
from procdef.frends.records import BadFile, imported
from procdef.http.auth import current_user
from procdef.http.json_text import written
from procdef.http.uploads import UploadedPart, temporary_file
from procdef.settings import Settings
from procdef.store.processes.spool import Spool
from procdef.store.processes.versions import guid_of_key
from procdef.store.reader import Reader

BYTE_ORDER_MARK, UTF_16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
ZIP = b"PK\x03\x04"
HEAD = 1024
"""The bytes at the beginning of a file that show its kind."""


class ImportSource:
    """An uploaded file and, after `read`, its processes in the `spool`. The stack closes the files on disk."""

    def __init__(self, settings: Settings, reader: Reader, part: UploadedPart, stack: ExitStack) -> None:
        self.spool = Spool(settings, temporary_file(stack), current_user())
        self._settings, self._reader, self._part = settings, reader, part

    def read(self) -> None:
        """Read the whole file. Raises BadFile if it is wrong, and TooLarge beyond the limits."""
        file = self._part.file
        head = file.read(HEAD)
        file.seek(len(BYTE_ORDER_MARK) if head.startswith(BYTE_ORDER_MARK) else 0)
        if head.startswith(UTF_16) and head.decode("utf-16", "ignore").lstrip().startswith("{"):
            file.seek(0)
            self._read_export(Recoded(file))
        elif head.startswith(ZIP):
            self._read_bpmn(files_of(file, self._settings))
        elif self._is_bpmn(head):
            file.seek(0)
            self._read_bpmn(iter([(last_part(self._part.filename or ""), read_limited(file, self._settings.max_body))]))
        else:
            self._read_export(file)
        if not self.spool.records:
            raise BadFile("There is no process in the file.")

    def _is_bpmn(self, head: bytes) -> bool:
        text = head.removeprefix(BYTE_ORDER_MARK).lstrip(b" \t\r\n")
        is_named_bpmn = (self._part.filename or "").lower().endswith((".bpmn", ".bpmn20.xml"))
        return text.startswith(b"<") or head.startswith(UTF_16) or is_named_bpmn

    def _read_bpmn(self, files: Iterator[tuple[str, bytes]]) -> None:
        for name, data in files:
            self.spool.add(imported_bpmn(name, data, self._settings, current_user(), partial(guid_of_key, self._reader)))

    def _read_export(self, data: Readable) -> None:
        file = ExportFile(data)
        spooled = [(self.spool.add(imported(process, location, current_user())), around) for location, process, around in file.processes()]
        common = self._envelope(file.rest)
        for record, around in spooled:
            record.envelope_id = self._envelope({**file.rest, **around}) if around else common

    def _envelope(self, members: Mapping[str, Any]) -> str | None:
        return self.spool.add_envelope(written(members)) if members else None
