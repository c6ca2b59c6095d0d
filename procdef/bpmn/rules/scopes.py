"""The tree that the rules build of a process: the process, its activities and events, and what each of them waits for and catches.

The engine builds the same tree when it parses a file. Most rules about references ask it whether an id is known, and where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError

MULTI_INSTANCE_BODY = "multiInstanceBody"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow, as the activity that it leaves has it."""

    id: str | None
    has_condition: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    """An event that a scope waits for: its kind (`message`, `signal` or `conditional`), and the event's name or the condition."""

    kind: str
    name: str | None
    is_start: bool = False


@dataclass(frozen=True, slots=True)
class EscalationHandler:
    """An event that catches escalations for a scope: the start event of an event subprocess, or a boundary event.

    With `code` None it catches all of them.
    """

    code: str | None
    is_subprocess: bool


class Scope:
    """A process, or an activity or event in one; the engine has one base class for all of them, with this name.

    - `type` is the element's name, or the engine's more exact one when the event definition is known.
    - `behavior` names what the engine would run; None if it could not find out.
    - `is_flow_scope`: it is a process or subprocess, which sequence flows do not leave.
    - `event_scope` is the scope for which an event waits or catches, such as the activity of a boundary event.
    - `activities_by_id` are all activities of the process; every scope of it has the same dictionary.
    - `jobs_without_id` is filled for a process only: `before` and `after`, if an activity without id has such a job.
    - `unresolved` are the ids of activities to which an event refers and which are not read yet, each with the function that reports it.
    - `known_handlers` are `escalation_handlers` as a set, for a fast lookup.
    """

    def __init__(self, node: Node, element_id: str | None, kind: str, parent: Scope | None = None) -> None:
        self.node, self.id, self.type, self.parent = node, element_id, kind, parent
        self.activities_by_id: dict[str, Scope] = parent.activities_by_id if parent is not None else {}
        self.is_flow_scope = parent is None
        self.behavior: str | None = None
        self.event_scope: Scope | None = None
        self.triggered_by_event = self.is_async_after = self.is_for_compensation = False
        self.children: list[Scope] = []
        self.flows: list[Flow] = []
        self.flow_ids: set[str | None] = set()
        self.lanes: set[str | None] = set()
        self.jobs_without_id: set[str] = set()
        self.subscriptions: set[Subscription] = set()
        self.subscription_kinds: set[str] = set()
        self.escalation_handlers: list[EscalationHandler] = []
        self.known_handlers: set[EscalationHandler] = set()
        self.compensated_by: Scope | None = None
        self.boundary_event_counts: Counter[str] = Counter()
        self.unresolved: dict[str | None, Callable[[], None]] = {}

    @property
    def id_in_messages(self) -> str | None:
        """The id for messages: None for a process, because the engine gives it its id only after parsing."""
        return self.id if self.parent is not None else None

    @property
    def process(self) -> Scope:
        """The process of this scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def body(self) -> Scope | None:
        """The multi-instance body around this activity; None if it is not a multi-instance activity."""
        return self.parent if self.parent is not None and self.parent.type == MULTI_INSTANCE_BODY else None

    @property
    def flow_scope(self) -> Scope | None:
        """The process or subprocess that this activity is in."""
        scope = self.parent
        while scope is not None and not scope.is_flow_scope:
            scope = scope.parent
        return scope

    def create(self, node: Node, element_id: str | None, kind: str) -> Scope:
        """A new activity in this scope.

        Raises AbortError if the process has an activity with this id.
        """
        activity = Scope(node, element_id, kind, self)
        if element_id is not None:
            if element_id in self.activities_by_id:
                raise AbortError(f"duplicate activity id '{element_id}'")
            self.unresolved.pop(element_id, None)
            self.activities_by_id[element_id] = activity
        self.children.append(activity)
        return activity

    def find(self, element_id: str | None) -> Scope | None:
        """The activity with this id at any depth below this scope, or None."""
        found = self.activities_by_id.get(element_id) if element_id is not None else None
        ancestor = found.parent if found is not None else None
        while ancestor is not None and ancestor is not self:
            ancestor = ancestor.parent
        return found if ancestor is self else None

    def find_in_flow_scope(self, element_id: str | None) -> Scope | None:
        """The activity with this id directly in this process or subprocess, or None."""
        found = self.find(element_id)
        return found if found is not None and found.flow_scope is self else None
