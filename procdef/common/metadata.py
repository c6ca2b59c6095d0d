"""What the metadata of the installed package say."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """The version of procdef."""
    return metadata.version("procdef")
