"""The rules that a file is held to, as data, and the collecting of what a file breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from procdef.bpmn.reading.node import Node
from procdef.bpmn.reading.positions import Positions
from procdef.bpmn.reading.schema import Fault
from procdef.bpmn.rules.abort import AbortError
from procdef.errors import Problem

MAX_FINDINGS = 1000


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the engine's parser.

    `elements` are the elements that can break it, `message` is the engine's text with the parts that vary in braces. What breaks a
    rule with `warns` is only told beside errors.
    """

    id: str
    elements: tuple[str, ...]
    message: str
    warns: bool = False


Check = Callable[..., object]
F = TypeVar("F", bound=Callable[..., object])
_checks: dict[str, tuple[Rule, Check]] = {}


def checks(*rules: Rule) -> Callable[[F], F]:
    """Say which rules the decorated function looks after, for the table of all rules."""

    def register(function: F) -> F:
        _checks.update({rule.id: (rule, function) for rule in rules})
        return function

    return register


def registered() -> dict[str, tuple[Rule, Check]]:
    """The rules of all modules that were imported, by id, each with the function that looks after it."""
    return dict(_checks)


@dataclass(slots=True)
class Finding:
    """A broken rule in a file: what its text tells, the element whose place is told, and the ids that are named."""

    rule: Rule
    node: Node | None
    ids: tuple[str | None, ...]
    values: dict[str, object]

    def problem(self, positions: Positions) -> Problem:
        """The finding with its place looked up and its text finished; a value that is None shows as `null`."""
        line, column = positions.start(self.node.order) if self.node is not None else (0, 0)
        own = self.node.id if self.node is not None else None
        named = tuple(name for name in (own, *self.ids) if name)
        main = self.ids[0] if self.ids else own or None
        shown = {name: "null" if value is None else value for name, value in self.values.items()}
        return Problem(self.rule.message.format_map({"line": line, **shown}), line, column, main, named)


@dataclass(slots=True)
class Report:
    """What was found in a file so far."""

    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def add(self, rule: Rule, node: Node | None, *ids: str | None, **values: object) -> None:
        """Note that `node` breaks a rule.

        Raises AbortError when MAX_FINDINGS are noted: nobody reads on, and some rules compare every element with every other.
        """
        if len(self.errors) + len(self.warnings) >= MAX_FINDINGS:
            raise AbortError(f"There are more than {MAX_FINDINGS} errors")
        (self.warnings if rule.warns else self.errors).append(Finding(rule, node, ids, values))


def schema_problem(fault: Fault, positions: Positions) -> Problem:
    """A fault against the XML schema with its place looked up; it names no elements."""
    place = positions.end if fault.order is None or fault.at_end else positions.start
    return Problem(fault.message, *place(fault.order or 0))
