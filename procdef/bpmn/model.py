"""What a BPMN file is turned into: plain immutable values, and the options that the turning depends on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from procdef.bpmn.reading.node import OPERATON


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is judged.

    `history_ttl` stands in for a process without `camunda:historyTimeToLive` (same grammar as the attribute, or None);
    with `enforce_history_ttl` a process must end up with one. A file of more than `max_elements` XML elements is too large.
    `engine` names the engine whose namespaces are read (see `node.NAMESPACES`). A timer that starts a process must not be over at
    `moment`; None: whenever it is.
    """

    history_ttl: str | None = "P180D"
    enforce_history_ttl: bool = True
    max_elements: int = 100_000
    engine: str = OPERATON
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process of a file.

    The candidates are the items of the lists as they are written: trimmed, with inner empty items and duplicates kept, expressions
    as text. `start_messages` are the message names that a new version of the process subscribes to.
    """

    key: str
    name: str | None
    description: str | None
    version_tag: str | None
    history_ttl: int | None
    startable_in_tasklist: bool
    candidate_users: tuple[str, ...]
    candidate_groups: tuple[str, ...]
    has_start_form_key: bool
    start_messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A BPMN file that was accepted; `processes` are its executable ones in document order."""

    resource: str
    category: str | None
    processes: tuple[Process, ...]
