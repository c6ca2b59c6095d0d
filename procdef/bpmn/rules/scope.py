"""What the rules know of a process while they walk through it: scopes within scopes, and what is attached to each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from procdef.bpmn.reading.node import Node
from procdef.bpmn.rules.abort import AbortError

MULTI_INSTANCE_BODY = "multiInstanceBody"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow that leads on from an activity."""

    id: str | None
    has_condition: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    """An event that a scope waits for; `name` is the message's or the signal's, or the text of the condition."""

    kind: str
    name: str | None
    is_start: bool = False


@dataclass(frozen=True, slots=True)
class EscalationHandler:
    """What catches escalations in a scope: an event subprocess, or else a boundary event; without a code it catches all."""

    code: str | None
    is_subprocess: bool


class Scope:
    """A process, or an activity within one.

    `type` is the element's name, or what the engine calls the activity once its event definition is known. `behavior` is what the
    engine would run for it, None if it could not find out. A scope `is_level` if sequence flows stay within it.
    """

    def __init__(self, node: Node, ident: str | None, kind: str, parent: Scope | None = None) -> None:
        self.node, self.id, self.type, self.parent = node, ident, kind, parent
        self.index: dict[str, Scope] = parent.index if parent is not None else {}
        self.is_level = parent is None
        self.behavior: str | None = None
        self.event_scope: Scope | None = None
        self.triggered_by_event = self.is_async_after = self.is_for_compensation = False
        self.children: list[Scope] = []
        self.flows: list[Flow] = []
        self.flow_ids: set[str | None] = set()
        self.lanes: set[str | None] = set()
        self.unnamed_jobs: set[str] = set()
        self.subscriptions: set[Subscription] = set()
        self.awaited_kinds: set[str] = set()
        self.escalations: list[EscalationHandler] = []
        self.escalation_kinds: set[EscalationHandler] = set()
        self.compensated_by: Scope | None = None
        self.boundary_events: Counter[str] = Counter()
        self.awaited: dict[str | None, Callable[[], None]] = {}

    @property
    def shown_id(self) -> str | None:
        """The id that messages tell: a process has none yet when its file is read."""
        return self.id if self.parent is not None else None

    @property
    def process(self) -> Scope:
        """The process that all is in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def body(self) -> Scope | None:
        """The scope that repeats this activity, if it is a multi-instance one."""
        return self.parent if self.parent is not None and self.parent.type == MULTI_INSTANCE_BODY else None

    def create(self, node: Node, ident: str | None, kind: str) -> Scope:
        """A new activity directly in this scope.

        Raises AbortError for an id that the process has already.
        """
        activity = Scope(node, ident, kind, self)
        if ident is not None:
            if ident in self.index:
                raise AbortError(f"duplicate activity id '{ident}'")
            self.awaited.pop(ident, None)
            self.index[ident] = activity
        self.children.append(activity)
        return activity

    def find(self, ident: str | None) -> Scope | None:
        """The activity with this id anywhere below the scope."""
        found = self.index.get(ident) if ident is not None else None
        ancestor = found.parent if found is not None else None
        while ancestor is not None and ancestor is not self:
            ancestor = ancestor.parent
        return found if ancestor is self else None

    def find_at_level(self, ident: str | None) -> Scope | None:
        """The activity with this id that is in the scope itself, not in a subprocess of it."""
        found = self.find(ident)
        return found if found is not None and found.level is self else None

    @property
    def level(self) -> Scope | None:
        """The process or subprocess that the activity is in."""
        scope = self.parent
        while scope is not None and not scope.is_level:
            scope = scope.parent
        return scope
