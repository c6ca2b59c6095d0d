"""The manifest of an exported folder: where each file is from, in the order in which they were deployed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from procdef.client.errors import WrongConfiguration

MANIFEST = "procdef-export.json"
"""The name of the file, at the top of the folder."""
FORMAT = 1
Entry = Mapping[str, Any]


def read_manifest(target: Path) -> list[Entry] | None:
    """The entries of the manifest of an exported folder; None if there is none. Raises WrongConfiguration."""
    path = target / MANIFEST
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_bytes())
        entries: list[Entry] = content["files"]
        is_known = content["format"] == FORMAT and all(_is_inside(entry["path"]) for entry in entries)
    except (ValueError, TypeError, KeyError) as error:
        raise WrongConfiguration(f"{path} is no manifest of `procdef export`.") from error
    if not is_known:
        raise WrongConfiguration(f"{path} is of another version of procdef, or names a file outside of its folder.")
    return entries


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
