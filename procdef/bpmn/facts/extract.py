"""What the registry stores of a process, read from its element when the file has no errors."""

from __future__ import annotations

from collections.abc import Mapping

from procdef.bpmn.facts.calls import calls_of
from procdef.bpmn.facts.starters import candidate_groups, candidate_users
from procdef.bpmn.facts.uses import Declared, uses_of
from procdef.bpmn.grammar.java_text import hash_ordered, trim
from procdef.bpmn.grammar.ttl import history_ttl
from procdef.bpmn.model import Process
from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.context import RuleContext


def is_executable(process: Node) -> bool:
    """Whether a process is deployed: `isExecutable` must be true in any case; a missing attribute and `1` are false."""
    return (process.get("isExecutable") or "").lower() == "true"


def extract(process: Node, context: RuleContext, declared: Declared) -> Process:
    """The values of a process of a file that has been checked against every rule, and of what is declared next to it."""
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
        start_messages=start_messages(process, context.root, context.messages),
        calls=calls_of(process),
        uses=uses_of(process, context.root, declared),
    )


def _is_startable(attribute: str | None) -> bool:
    return attribute is None or attribute.lower() == "true"


def description(process: Node) -> str | None:
    """The content of the `documentation` elements, trimmed, with an empty line between two of them; None without such an element."""
    elements = process.all("documentation")
    if not elements:
        return None
    text = ""
    for element in elements:
        text += ("\n\n" if text else "") + trim(element.text)
    return text


def initial_start_event(process: Node) -> Node | None:
    """The start event of a start by key: the first that is neither a message, signal nor conditional one, else the only start event."""
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


def message_names(root: Node) -> dict[str, str | None]:
    """The names of the messages that a file declares, by the full name of their id; None for a message without name."""
    return {root.resolve(node.id or "null"): node.get("name") for node in root.all("message")}


def start_messages(process: Node, root: Node, messages: Mapping[str, str | None]) -> tuple[str, ...]:
    """The names of the `messages` that start a process, in the engine's order.

    A start event with a timer and a message is a timer for the engine. Raises MultipleElementsError for an event with two messages.
    """
    events = [event for event in process.all("startEvent") if event.one("timerEventDefinition") is None]
    found = {event.id: event.one("messageEventDefinition") for event in events}
    if not any(found.values()):  # most processes have no such event
        return ()
    definitions = [definition for definition in hash_ordered(found) if definition is not None]
    names = (messages.get(root.resolve(definition.get("messageRef") or "")) for definition in definitions)
    return tuple(name for name in names if name)
