"""The paths that files get in an exported folder: names that every file system can have, each used once."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from pathlib import PurePosixPath

UNSAFE = re.compile(r"[^\w. @+()-]|^[.\s-]|[.\s]$")
"""What becomes an underscore: what a file system or a shell may refuse or read otherwise."""
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names of devices in Windows, also with a suffix."""
LONGEST = 180
"""Bytes of a name at most; file systems allow 255, and a suffix is added."""
BPMN = ".bpmn"
"""The suffix of each definition's file. No other file of an exported folder has it without a mark, see `companion`."""


def safe(name: str) -> str:
    """One part of a path for a name: the same name, if it is safe."""
    text = UNSAFE.sub("_", unicodedata.normalize("NFC", name)) or "_"
    text = f"_{text}" if RESERVED.fullmatch(text) else text
    return text if len(text.encode()) <= LONGEST else f"{text.encode()[:LONGEST].decode(errors='ignore')}{_mark(name)}"


def folder(tenant: str | None) -> PurePosixPath:
    """The folder of a tenant; files without a tenant are at the top."""
    return PurePosixPath(safe(tenant)) if tenant else PurePosixPath()


def companion(tenant: str | None, resource: str) -> PurePosixPath:
    """The path of a resource that is no definition's file, as a form. The folders in its name stay folders."""
    parts = [part for part in resource.split("/") if part not in ("", ".", "..")] or ["_"]
    path = folder(tenant).joinpath(*map(safe, parts))
    is_same = parts == [safe(part) for part in parts]
    return path if is_same and path.suffix != BPMN else path.with_name(f"{path.stem}{_mark(resource)}{path.suffix}")


class Paths:
    """Gives each thing a path of its own, and always the same one: the path that it would like, or that with a number.

    Paths that differ only in case are the same path, because they are in some file systems.
    """

    def __init__(self) -> None:
        self._given: dict[object, PurePosixPath] = {}
        self._used: set[str] = set()
        self._folders: set[str] = set()

    def of(self, thing: object, wanted: PurePosixPath) -> PurePosixPath:
        """The path of a thing. `wanted` counts at the first time only."""
        if thing not in self._given:
            path, number = wanted, 1
            while not self._is_free(path):
                number += 1
                path = wanted.with_name(f"{wanted.stem}~{number}{wanted.suffix}")
            self._given[thing] = path
            self._used.add(_folded(path))
            self._folders.update(map(_folded, path.parents))
        return self._given[thing]

    def _is_free(self, path: PurePosixPath) -> bool:
        name = _folded(path)
        return name not in self._used and name not in self._folders and self._used.isdisjoint(map(_folded, path.parents))


def _folded(path: PurePosixPath) -> str:
    return str(path).casefold()


def _mark(name: str) -> str:
    return f"~{sha256(name.encode()).hexdigest()[:8]}"
