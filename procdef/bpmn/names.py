"""Resource names: which resources are BPMN files or forms, and which image is the diagram of a process."""

from __future__ import annotations

from collections.abc import Collection

BPMN_SUFFIXES = ("bpmn20.xml", "bpmn")
DIAGRAM_SUFFIXES = ("png", "jpg", "gif", "svg")
FORM_SUFFIX = "form"


def is_bpmn(resource_name: str) -> bool:
    """Whether a resource is read as BPMN: its name ends with one of the suffixes, case-sensitive, with or without a dot before it."""
    return resource_name.endswith(BPMN_SUFFIXES)


def diagram_name(resource: str, key: str, names: Collection[str]) -> str | None:
    """The resource name of the diagram of the process `key` in the file `resource`, one of a deployment's resource `names`, or None.

    The suffixes are tried in the engine's order; for each, the image of the process comes before that of the file.
    """
    suffix = next((s for s in BPMN_SUFFIXES if resource.endswith(s)), "")
    base = resource.removesuffix(suffix)
    candidates = (name for s in DIAGRAM_SUFFIXES for name in (f"{base}{key}.{s}", f"{base}{s}"))
    return next((name for name in candidates if name in names), None)
