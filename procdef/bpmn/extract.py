"""What the registry keeps of a process: read from its element once the file is known to be acceptable."""

from __future__ import annotations

from collections.abc import Mapping

from procdef.bpmn.model import Options, Process
from procdef.bpmn.node import Node
from procdef.bpmn.starters import candidate_groups, candidate_users
from procdef.bpmn.text import trim
from procdef.bpmn.ttl import history_ttl


def is_executable(process: Node) -> bool:
    """Whether a process is deployed: `isExecutable` must be the word true, its absence and `1` count as false."""
    return (process.get("isExecutable") or "").lower() == "true"


def extract(process: Node, messages: Mapping[str, str | None], options: Options) -> Process:
    """The values of a valid process; `messages` are the names of the file's messages by id.

    Raises ValueError for a history time to live that cannot be read.
    """
    initial = initial_start_event(process)
    return Process(
        key=process.id or "",
        name=process.get("name"),
        description=description(process),
        version_tag=process.camunda("versionTag"),
        history_ttl=history_ttl(process.camunda("historyTimeToLive"), options),
        startable_in_tasklist=_is_startable(process.camunda("isStartableInTasklist")),
        candidate_users=candidate_users(process),
        candidate_groups=candidate_groups(process),
        has_start_form_key=initial is not None and initial.camunda("formKey") is not None,
        start_messages=_start_messages(process, messages),
    )


def _is_startable(attribute: str | None) -> bool:
    return attribute is None or attribute.lower() == "true"


def description(process: Node) -> str | None:
    """The texts of the `documentation` elements, trimmed, with a blank line between; None without such an element."""
    elements = process.all("documentation")
    if not elements:
        return None
    text = ""
    for element in elements:
        text += ("\n\n" if text else "") + trim(element.text)
    return text


def initial_start_event(process: Node) -> Node | None:
    """The start event that a start by key uses: the only one without definition, or else the only one of all."""
    events = process.all("startEvent")
    plain = [event for event in events if not any(child.tag.endswith("EventDefinition") for child in event.children)]
    if len(plain) == 1:
        return plain[0]
    return events[0] if len(events) == 1 else None


def _start_messages(process: Node, messages: Mapping[str, str | None]) -> tuple[str, ...]:
    references = (definition.get("messageRef") for event in process.all("startEvent") for definition in event.all("messageEventDefinition"))
    return tuple(name for reference in references if reference and (name := messages.get(reference)))
