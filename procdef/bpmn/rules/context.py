"""The state of checking one file: its root element, what its definitions declare, and the findings so far."""

from __future__ import annotations

from dataclasses import dataclass

from procdef.bpmn.grammar import expression
from procdef.bpmn.model import Options
from procdef.bpmn.reading.node import BPMN, XSI, Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.findings import Finding, Findings
from procdef.bpmn.rules.parse_rule import ParseRule
from procdef.bpmn.rules.scopes import Flow, Scope

ON = frozenset({"true", "enabled", "on", "active", "yes"})
OFF = frozenset({"false", "disabled", "off", "inactive", "no"})


@dataclass(frozen=True, slots=True)
class FlowIndex:
    """The children of an element by id, and the targets of its sequence flows by source."""

    children: dict[str | None, Node]
    targets: dict[str | None, list[str | None]]


class RuleContext:
    """What the rules share while one file is checked.

    The dictionaries hold what the file declares, as far as it has been read. `messages` and `signals` are names by the full name of the
    id, see `Node.resolve`; `error_codes` and `escalation_codes` are by id; `link_sources` are the link names of throwing events by the
    event's id, `link_targets` the ids of catching events by link name; `participants` are process ids by the participant's id.
    `start_timers` are the elements with the times of the timers that start a process.
    """

    def __init__(self, root: Node, options: Options) -> None:
        self.root, self.options, self.findings = root, options, Findings()
        self.element_ids = {node.id for node in root.descendants()}
        self.messages: dict[str, str | None] = {}
        self.signals: dict[str, str] = {}
        self.error_codes: dict[str | None, str | None] = {}
        self.escalation_codes: dict[str, str | None] = {}
        self.link_sources: dict[str | None, str | None] = {}
        self.link_targets: dict[str | None, str | None] = {}
        self.participants: dict[str | None, str] = {}
        self.processes: list[Scope] = []
        # only the flows of the last process: for the engine, an edge of the diagram can show no others
        self.flows: dict[str | None, Flow] = {}
        self.start_timers: list[Node] = []
        self._flow_indexes: dict[int, FlowIndex] = {}

    def flow_index(self, parent: Node) -> FlowIndex:
        """The index of an element, built once for all gateways in it."""
        if parent.order not in self._flow_indexes:
            targets: dict[str | None, list[str | None]] = {}
            for flow in parent.all("sequenceFlow"):
                targets.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
            self._flow_indexes[parent.order] = FlowIndex({child.id: child for child in parent.children}, targets)
        return self._flow_indexes[parent.order]

    def report(self, rule: ParseRule, node: Node | None, *ids: str | None, **values: object) -> None:
        """Report that `node` breaks a rule; for `ids` and `values` see `Finding`.

        Raises AbortError if there are too many findings.
        """
        self.findings.add(Finding(rule, node, ids, values))

    def expression(self, text: str | None) -> None:
        """Check the syntax of a string that may have expressions; None passes.

        Raises ExpressionError for a wrong expression.
        """
        if text is not None:
            expression.check(text)

    def required_expression(self, text: str | None) -> None:
        """The same, but raises AbortError for None: the engine has no check for it and fails."""
        if text is None:
            raise AbortError("An expression is missing")
        expression.check(text)

    def boolean(self, node: Node, attribute: str) -> bool:
        """The boolean value of an attribute; a missing attribute is False.

        Raises AbortError for a value that the engine does not know, such as the `1` that the XML schema allows.
        """
        value = node.get(attribute)
        if value is None or value in OFF:
            return False
        if value not in ON:
            raise AbortError(f"The attribute '{attribute}' is neither on nor off")
        return True

    def is_formal_expression(self, node: Node) -> bool:
        """Whether an element has no `xsi:type`, or that of BPMN's formal expression."""
        kind = node.get(f"{{{XSI}}}type")
        name = kind if kind is None or ":" not in kind else self.root.resolve(kind)
        return name in (None, "tFormalExpression", f"{BPMN}:tFormalExpression")
