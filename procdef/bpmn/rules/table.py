"""All rules of the engine's own that files are held to, for whoever wants to read or print them."""

from __future__ import annotations

from dataclasses import dataclass

import procdef.bpmn.parse  # noqa: F401 - it brings all rules in
from procdef.bpmn.rules.report import registered

SOURCE = "seen at a running engine, version 7.24"


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: its name, the elements that can break it, the function that looks after it, what is then told, and how it is known.

    A rule that `warns` refuses no file: what breaks it is told beside errors only.
    """

    id: str
    elements: tuple[str, ...]
    check: str
    message: str
    warns: bool
    source: str = SOURCE


def table() -> tuple[Row, ...]:
    """The rules by theme, which is the module of the check, and name."""
    rows = [
        Row(rule.id, rule.elements, f"{check.__module__.rpartition('.')[2]}.{check.__qualname__}", rule.message, rule.warns)
        for rule, check in registered().values()
    ]
    return tuple(sorted(rows, key=lambda row: (row.check.partition(".")[0], row.id)))
