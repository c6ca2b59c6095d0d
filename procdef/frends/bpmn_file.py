"""Reading imported BPMN files, and zips of them: each becomes the process that its deployment would make."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO

from procdef.bpmn.facts.extract import description, is_executable
from procdef.bpmn.reading.encoding import text_of
from procdef.bpmn.reading.node import Node
from procdef.bpmn.reading.reader import read
from procdef.errors import TooLarge, UnreadableBpmn
from procdef.frends.records import BadFile
from procdef.settings import Settings
from procdef.store.processes.spool import Imported

SUFFIXES = (".bpmn20.xml", ".bpmn", ".xml")
NAME_LENGTH = 255
"""The most characters of a resource's name."""


def imported_bpmn(name: str, data: bytes, settings: Settings, user: str | None, guid_of_key: Callable[[str], str]) -> Imported:
    """The process of a BPMN file that a user sends, with the GUID of its key.

    Raises BadFile if the file is not XML, and TooLarge beyond the limits.
    """
    try:
        root = read(name, data, settings.max_elements, settings.engine)
    except UnreadableBpmn as error:
        raise BadFile(f"The file {name!r} is not XML that can be read: {error}", name) from error
    process = _process(root)
    stem = next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name) or name
    key = stem if process is None else process.id or stem
    title = None if process is None else process.get("name")
    about = None if process is None else description(process)
    tag = None if process is None else process.camunda("versionTag")
    text = text_of(data).replace("\0", "")
    return Imported(guid_of_key(key), None, title or key, text, None, user, about, version_tag=tag, resource_name=name)


def files_of(file: IO[bytes], settings: Settings) -> Iterator[tuple[str, bytes]]:
    """The files in a zip, each with the last part of its name. No path of a zip is ever opened.

    Raises BadFile if the zip cannot be read, and TooLarge beyond the limits on the number of files and on the sum of their bytes.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            files = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(files) > settings.max_parts:
                raise TooLarge(f"The zip has more than {settings.max_parts} files (PROCDEF_MAX_PARTS).")
            remaining = settings.max_import
            for entry in files:
                with archive.open(entry) as opened:
                    data = read_limited(opened, min(remaining, settings.max_body))
                remaining -= len(data)
                yield last_part(entry.filename), data
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        # zipfile raises NotImplementedError for an unknown compression, and RuntimeError for a file with a password
        raise BadFile(f"The zip cannot be read: {error}.") from error


def read_limited(file: IO[bytes], limit: int) -> bytes:
    """The bytes of a BPMN file from its present offset. Raises TooLarge if there are more than the limit."""
    data = file.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(f"A BPMN file has more than the {limit} bytes that are left of PROCDEF_MAX_BODY or PROCDEF_MAX_IMPORT.")
    return data


def last_part(name: str) -> str:
    """The last part of a file's name, which becomes the name of its resource."""
    return (PurePosixPath(name.replace("\\", "/")).name or "file")[-NAME_LENGTH:]


def _process(root: Node) -> Node | None:
    """The first executable process of a file; the first process if none is executable."""
    processes = root.all("process")
    return next(filter(is_executable, processes), processes[0] if processes else None)
