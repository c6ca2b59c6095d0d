"""The names of resources: which are BPMN files, and which image is the diagram of a process."""

from __future__ import annotations

from collections.abc import Collection

BPMN_SUFFIXES = ("bpmn20.xml", "bpmn")
DIAGRAM_SUFFIXES = ("png", "jpg", "gif", "svg")


def is_bpmn(resource_name: str) -> bool:
    """Whether a resource is read as BPMN: it ends in one of the suffixes, case-sensitively and with or without a dot before it."""
    return resource_name.endswith(BPMN_SUFFIXES)


def diagram_name(resource: str, key: str, names: Collection[str]) -> str | None:
    """The diagram of the process `key` of the file `resource` among the `names` of a deployment's resources, or None.

    The suffixes are tried in the engine's order, and for each first the image of the process, then that of the file.
    """
    suffix = next((s for s in BPMN_SUFFIXES if resource.endswith(s)), "")
    base = resource.removesuffix(suffix)
    candidates = (name for s in DIAGRAM_SUFFIXES for name in (f"{base}{key}.{s}", f"{base}{s}"))
    return next((name for name in candidates if name in names), None)
