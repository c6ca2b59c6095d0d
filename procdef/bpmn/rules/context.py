"""A file under review: its root, what its definitions declare, and the report that the rules add to."""

from __future__ import annotations

from dataclasses import dataclass

from procdef.bpmn.grammar import expression
from procdef.bpmn.model import Options
from procdef.bpmn.reading.node import BPMN, XSI, Node
from procdef.bpmn.rules.abort import AbortError
from procdef.bpmn.rules.report import Report, Rule
from procdef.bpmn.rules.scope import Flow, Scope

ON = frozenset({"true", "enabled", "on", "active", "yes"})
OFF = frozenset({"false", "disabled", "off", "inactive", "no"})


@dataclass(frozen=True, slots=True)
class Outline:
    """The children of an element by id, and the targets of its sequence flows by source."""

    children: dict[str | None, Node]
    targets: dict[str | None, list[str | None]]


class Review:
    """The state of judging one file."""

    def __init__(self, root: Node, options: Options) -> None:
        self.root, self.options, self.report = root, options, Report()
        self.element_ids = {node.id for node in root.descendants()}
        self.messages: dict[str, str | None] = {}
        self.signals: dict[str, str] = {}
        self.error_codes: dict[str | None, str | None] = {}
        self.escalation_codes: dict[str, str | None] = {}
        self.link_sources: dict[str | None, str | None] = {}
        self.link_targets: dict[str | None, str | None] = {}
        self.participants: dict[str | None, str] = {}
        self.processes: list[Scope] = []
        # those of the process that was read last: only they can be drawn
        self.flows: dict[str | None, Flow] = {}
        self.start_timers: list[Node] = []
        self._outlines: dict[int, Outline] = {}

    def outline(self, parent: Node) -> Outline:
        """The children of an element and where its sequence flows lead, looked up once for all gateways in it."""
        if parent.order not in self._outlines:
            targets: dict[str | None, list[str | None]] = {}
            for flow in parent.all("sequenceFlow"):
                targets.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
            self._outlines[parent.order] = Outline({child.id: child for child in parent.children}, targets)
        return self._outlines[parent.order]

    def error(self, rule: Rule, node: Node | None, *ids: str | None, **values: object) -> None:
        """Note that a rule is broken at `node`; `ids` are further elements, of which the first is the main one."""
        self.report.add(rule, node, *ids, **values)

    def expression(self, text: str | None) -> None:
        """Parse a text that may be an expression; raises ExpressionError, None is no text."""
        if text is not None:
            expression.check(text)

    def required_expression(self, text: str | None) -> None:
        """As `expression`, where the engine cannot do without a text."""
        if text is None:
            raise AbortError("An expression is missing")
        expression.check(text)

    def boolean(self, node: Node, attribute: str) -> bool:
        """Whether a switch is on; one that is not there is off.

        Raises AbortError for what the engine takes for neither, such as the `1` that the schema allows.
        """
        value = node.get(attribute)
        if value is None or value in OFF:
            return False
        if value not in ON:
            raise AbortError(f"The attribute '{attribute}' is neither on nor off")
        return True

    def resolve(self, name: str) -> str:
        """The full name that a qualified name stands for; only prefixes of the root element count."""
        return self.root.resolve(name)

    def is_formal_expression(self, node: Node) -> bool:
        """Whether an element's `xsi:type`, if it has one, is BPMN's formal expression."""
        kind = node.get(f"{{{XSI}}}type")
        name = kind if kind is None or ":" not in kind else self.resolve(kind)
        return name in (None, "tFormalExpression", f"{BPMN}:tFormalExpression")
