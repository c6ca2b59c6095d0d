"""What the registry keeps of a process: read from its element once the file is known to be acceptable."""

from __future__ import annotations

from procdef.bpmn.facts.starters import candidate_groups, candidate_users
from procdef.bpmn.grammar.java_text import hash_ordered, trim
from procdef.bpmn.grammar.ttl import history_ttl
from procdef.bpmn.model import Process
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.context import RuleContext


def is_executable(process: Node) -> bool:
    """Whether a process is deployed: `isExecutable` must be the word true, its absence and `1` count as false."""
    return (process.get("isExecutable") or "").lower() == "true"


def extract(process: Node, context: RuleContext) -> Process:
    """The values of a process of a file that broke no rule."""
    initial = initial_start_event(process)
    return Process(
        key=process.id or "",
        name=process.get("name"),
        description=description(process),
        version_tag=process.camunda("versionTag"),
        history_ttl=history_ttl(process.camunda("historyTimeToLive"), context.options),
        startable_in_tasklist=_is_startable(process.camunda("isStartableInTasklist")),
        candidate_users=candidate_users(process),
        candidate_groups=candidate_groups(process),
        has_start_form_key=initial is not None and initial.camunda("formKey") is not None,
        start_messages=_start_messages(process, context),
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
    """The start event that a start by key uses: the one that waits for nothing from outside, or else the only one of all."""
    events = process.all("startEvent")
    plain = [event for event in events if _is_plain(event)]
    if plain:
        return plain[0]
    return events[0] if len(events) == 1 else None


def _is_plain(event: Node) -> bool:
    tags = {child.tag for child in event.children}
    return "timerEventDefinition" in tags or not tags & {
        "messageEventDefinition",
        "signalEventDefinition",
        "conditionalEventDefinition",
    }


def _start_messages(process: Node, context: RuleContext) -> tuple[str, ...]:
    """What starts the process from outside, in the engine's order: an event with a timer and a message is a timer to it."""
    events = [event for event in process.all("startEvent") if event.one("timerEventDefinition") is None]
    found = {event.id: event.one("messageEventDefinition") for event in events}
    definitions = [definition for definition in hash_ordered(found) if definition is not None]
    names = (context.messages[context.resolve(definition.get("messageRef") or "")] for definition in definitions)
    return tuple(name for name in names if name)
