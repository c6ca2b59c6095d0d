"""Reading BPMN files that are imported as they are, and zips of them: each becomes a process as an upload would make it."""

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
from procdef.store.processes.import_rows import Imported

SUFFIXES = (".bpmn20.xml", ".bpmn", ".xml")
NAME_LENGTH = 255


def record_of_bpmn(name: str, data: bytes, settings: Settings, user: str | None, guid_of_key: Callable[[str], str]) -> Imported:
    """The process of a BPMN file that a user sends, under the GUID of its key.

    Raises BadFile where the file is not XML, TooLarge beyond the limits.
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


def members_of(file: IO[bytes], settings: Settings) -> Iterator[tuple[str, bytes]]:
    """The files in a zip by the last part of their names, which is never a path here.

    Raises BadFile where the zip cannot be read, TooLarge beyond the limits on the number of files and on their bytes together.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > settings.max_parts:
                raise TooLarge(f"The zip has more than {settings.max_parts} files (PROCDEF_MAX_PARTS).")
            left = settings.max_import
            for member in members:
                with archive.open(member) as opened:
                    data = whole(opened, min(left, settings.max_body))
                left -= len(data)
                yield last_part(member.filename), data
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        # zipfile raises NotImplementedError for a compression that it does not know, RuntimeError for a file under a password
        raise BadFile(f"The zip cannot be read: {error}.") from error


def whole(file: IO[bytes], most: int) -> bytes:
    """The bytes of a BPMN file from where it stands. Raises TooLarge where there are more than so many."""
    data = file.read(most + 1)
    if len(data) > most:
        raise TooLarge(f"A BPMN file has more than the {most} bytes that are left of PROCDEF_MAX_BODY or PROCDEF_MAX_IMPORT.")
    return data


def last_part(name: str) -> str:
    """What of a file's name names its resource."""
    return (PurePosixPath(name.replace("\\", "/")).name or "file")[-NAME_LENGTH:]


def _process(root: Node) -> Node | None:
    """The first executable process of a file, or else the first."""
    processes = root.all("process")
    return next(filter(is_executable, processes), processes[0] if processes else None)
