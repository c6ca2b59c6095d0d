"""Files for a deployment: which of a folder belong to it, what they are called there, and which keys they have."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from procdef.bpmn.names import BPMN_SUFFIXES, DIAGRAM_SUFFIXES, FORM_SUFFIX, is_bpmn
from procdef.errors import REFUSED, USAGE, ProcdefError, TooLarge, UnreadableBpmn

DEPLOYABLE = (*BPMN_SUFFIXES, FORM_SUFFIX, *DIAGRAM_SUFFIXES)
"""Suffixes of the files that are taken from a folder. A file that is named itself may have any."""
UNSENDABLE = re.compile(r'["\\\x00-\x1f\x7f]')
"""Characters that a name in an upload form cannot have: servers read them in different ways."""
MAX_ELEMENTS = 1_000_000
LARGEST = 256 * 1024 * 1024
"""Bytes of a file that are read at most."""


class LocalFile(NamedTuple):
    """A file for a deployment: its name there, and its bytes."""

    name: str
    data: bytes


class WrongFiles(ProcdefError):
    """These files cannot be one deployment: there are none, or a name cannot be used."""

    exit_status = USAGE


class UnreadableFolder(ProcdefError):
    """A folder cannot be read as a whole."""

    exit_status = REFUSED


def chosen(paths: Sequence[Path], *, below: bool) -> Mapping[str, Path]:
    """The files by their names in the deployment: those that are named, and those of the folders; with `below` also of folders in them.

    A file of a folder has its path from there as its name. Raises WrongFiles and UnreadableFolder.
    """
    files: dict[str, Path] = {}
    for name, path in (found for given in paths for found in _files_of(given, below)):
        if files.setdefault(name, path) != path:
            raise WrongFiles(f"Two files would have the name {name!r}: {files[name]} and {path}.")
        _check(name, path)
    if not files:
        raise WrongFiles(
            f"There are no BPMN files, forms and diagrams in {', '.join(map(str, paths))}{'' if below else '; -R looks below'}."
        )
    return files


def _files_of(path: Path, below: bool) -> Iterator[tuple[str, Path]]:
    if not path.is_dir():
        yield path.name, path
        return
    for parent, folders, names in os.walk(path, onerror=_stop):
        folders[:] = sorted(folders) if below else []
        for name in sorted(names):
            if name.endswith(DEPLOYABLE):
                yield Path(parent, name).relative_to(path).as_posix(), Path(parent, name)


def _stop(error: OSError) -> None:
    raise UnreadableFolder(f"{error.filename}: {error.strerror}.") from error


def _check(name: str, path: Path) -> None:
    if UNSENDABLE.search(name):
        raise WrongFiles(f"{path}: the name of a file must not have double quotes, backslashes and control characters.")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise WrongFiles(f"{str(path)!a}: the name of the file is not UTF-8.") from None


def read(files: Mapping[str, Path], seen: Callable[[], None] = lambda: None) -> Iterator[LocalFile]:
    """The files with their bytes. `seen` is called after each. Raises OSError and WrongFiles."""
    for name, path in files.items():
        yield LocalFile(name, _bytes(path))
        seen()


def _bytes(path: Path) -> bytes:
    """The bytes of a file. A device as `/dev/zero` has no end, so there is a limit."""
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise WrongFiles(f"{path} has more than {LARGEST} bytes, which no server takes.")
    return data


def keys_of(file: LocalFile) -> Sequence[str]:
    """The ids of the executable processes of a file; none if it is no BPMN file that can be read."""
    from procdef.bpmn.facts.extract import is_executable
    from procdef.bpmn.reading import reader

    if not is_bpmn(file.name):
        return ()
    try:
        root = reader.read(file.name, file.data, MAX_ELEMENTS)
    except (UnreadableBpmn, TooLarge):
        return ()
    return [process.id for process in root.all("process") if process.id and is_executable(process)]


def repeated(keys: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    """What is wrong with the files that have a key of a file before them. `keys` are the keys of each file by its name."""
    first: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, key in ((name, key) for name, of_file in keys.items() for key in of_file):
        if (other := first.setdefault(key, name)) != name:
            wrong[name] = f"The key {key!r} is in {other!r} too. One deployment can have it once."
    return wrong
