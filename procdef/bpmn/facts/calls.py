"""What the call activities of a process refer to, as far as that is known without running it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from procdef.bpmn.reading.node import OPERATON, Node
from procdef.bpmn.reading.reader import read

ACTIVITIES_WITHIN = ("subProcess", "transaction")
DYNAMIC = ("${", "#{")
BINDINGS = ("latest", "deployment", "version", "versionTag")


@dataclass(frozen=True, slots=True)
class Call:
    """A call activity that refers to a process by constants.

    `version` is text as it is written: a version that is no number is an error only when it is looked up. `tenant_id` is None for
    the tenant of the caller.
    """

    activity_id: str
    called_element: str
    binding: str
    version: str | None
    version_tag: str | None
    tenant_id: str | None


def calls(data: bytes, key: str, engine: str = OPERATON) -> list[Call]:
    """The calls of the process `key` of an accepted file, outer levels before inner ones; those with an expression are left out."""
    root = read(key, data, max_elements=len(data), engine=engine)
    process = next((node for node in root.all("process") if node.id == key), None)
    found = [_call(node) for node in _call_activities(process)] if process is not None else []
    return [call for call in found if call is not None]


def _call_activities(process: Node) -> Iterator[Node]:
    pending = deque([process])
    while pending:
        scope = pending.popleft()
        yield from scope.all("callActivity")
        pending.extend(child for child in scope.children if child.tag in ACTIVITIES_WITHIN)


def _call(node: Node) -> Call | None:
    texts = [node.get("calledElement"), *(node.camunda(f"calledElement{part}") for part in ("Version", "VersionTag", "TenantId"))]
    if not texts[0] or any(opening in text for text in texts if text for opening in DYNAMIC):
        return None
    binding = node.camunda("calledElementBinding")
    return Call(node.id or "", texts[0], binding if binding in BINDINGS and binding else "latest", texts[1], texts[2], texts[3] or None)
