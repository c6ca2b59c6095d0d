"""The version of the drawing: it tells a kept picture from one that this procdef would draw."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

PACKAGES = ("procdef.picture", "procdef.bpmn.facts", "procdef.bpmn.reading")
"""The packages that decide what a picture looks like."""


@cache
def drawing_version() -> str:
    """A checksum of the modules that draw. So it changes with each of them, and nobody has to remember to raise a number."""
    parts = [part for package in PACKAGES for part in _modules(files(package))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def _modules(folder: Traversable) -> list[bytes]:
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    here = [entry.read_bytes() for entry in entries if entry.name.endswith(".py")]
    return [*here, *(part for entry in entries if entry.is_dir() and entry.name != "__pycache__" for part in _modules(entry))]
