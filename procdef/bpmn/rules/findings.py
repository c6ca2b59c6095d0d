"""The rules that a file breaks, collected while it is checked, and turned into the problems of a response."""

from __future__ import annotations

from dataclasses import dataclass, field

from procdef.bpmn.reading.node import Node
from procdef.bpmn.reading.positions import Positions
from procdef.bpmn.reading.schema import Fault
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.parse_rule import ParseRule
from procdef.errors import Problem

MAX_FINDINGS = 1000


@dataclass(slots=True)
class Finding:
    """A broken rule.

    `node` is the element whose position the problem gives, None for no position. `ids` are the ids of further elements: the first of
    them is the problem's main element. `values` fill the rule's message.
    """

    rule: ParseRule
    node: Node | None
    ids: tuple[str | None, ...]
    values: dict[str, object]

    def problem(self, positions: Positions) -> Problem:
        """The problem for a response: with line, column and complete message, in which None is written as `null`."""
        line, column = positions.start(self.node.order) if self.node is not None else (0, 0)
        own = self.node.id if self.node is not None else None
        named = tuple(name for name in (own, *self.ids) if name)
        main = self.ids[0] if self.ids else own or None
        values = {name: "null" if value is None else value for name, value in self.values.items()}
        return Problem(self.rule.message.format_map({"line": line, **values}), line, column, main, named)


@dataclass(slots=True)
class Findings:
    """The findings in a file so far."""

    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Add a finding.

        Raises AbortError for the one after MAX_FINDINGS: some rules compare every element with every other, so that a large file could
        have millions of findings.
        """
        if len(self.errors) + len(self.warnings) >= MAX_FINDINGS:
            raise AbortError(f"There are more than {MAX_FINDINGS} errors")
        (self.warnings if finding.rule.is_warning else self.errors).append(finding)


def schema_problem(fault: Fault, positions: Positions) -> Problem:
    """The problem of a fault against the XML schema; it names no elements."""
    position_of = positions.end if fault.order is None or fault.at_end else positions.start
    return Problem(fault.message, *position_of(fault.order or 0))
