"""Which processes the call activities of a process call, as far as this is known without running it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from procdef.bpmn.model import Call
from procdef.bpmn.reading.node import OPERATON, Node
from procdef.bpmn.reading.reader import read

CALL_ACTIVITY = "callActivity"
INNER_SCOPES = ("subProcess", "transaction")
EXPRESSION_STARTS = ("${", "#{")
BINDINGS = ("latest", "deployment", "version", "versionTag")


def calls_of(process: Node) -> tuple[Call, ...]:
    """The calls of a process, outer scopes before inner ones; a call with an expression is left out."""
    return tuple(call for node in _call_activities(process) if (call := _call(node)) is not None)


def calls_in(data: bytes, key: str, engine: str = OPERATON) -> tuple[Call, ...]:
    """The calls of the process `key` of a stored file; none without such a process. Raises UnreadableBpmn and TooLarge as `read` does."""
    root = read(key, data, max_elements=len(data), engine=engine)
    process = next((node for node in root.all("process") if node.id == key), None)
    return () if process is None else calls_of(process)


def call_of(process: Node, node: Node) -> Call | None:
    """The call of a call activity of a process; None if `calls_of` leaves it out."""
    around = node.parent
    while around is not None and around is not process and around.tag in INNER_SCOPES:
        around = around.parent
    return _call(node) if around is process else None


def _call_activities(process: Node) -> Iterator[Node]:
    pending = deque([process])
    while pending:
        scope = pending.popleft()
        yield from scope.all(CALL_ACTIVITY)
        pending.extend(child for child in scope.children if child.tag in INNER_SCOPES)


def _call(node: Node) -> Call | None:
    values = [node.get("calledElement"), *(node.camunda(f"calledElement{part}") for part in ("Version", "VersionTag", "TenantId"))]
    called, version, version_tag, tenant_id = values
    if not called or any(start in value for value in values if value for start in EXPRESSION_STARTS):
        return None
    binding = node.camunda("calledElementBinding")
    return Call(node.id or "", called, binding if binding in BINDINGS and binding else "latest", version, version_tag, tenant_id or None)
