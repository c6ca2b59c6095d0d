"""The table of facts: every attribute, text and extension of a file that changes what happens, one row each.

Whoever reads facts finds their names, kinds and defaults here: the outline, the difference, the index of usages and the reference page.
A fact's full name is the labels of the parts around it (`part_table`) and its own name, with dots between them.
"""

from __future__ import annotations

from collections.abc import Sequence

from procdef.bpmn.facts.element_facts import ELEMENT_FACTS
from procdef.bpmn.facts.fact import ANY, TEXT, Fact
from procdef.bpmn.facts.part_facts import PART_FACTS
from procdef.bpmn.facts.part_table import ANYWHERE

UNKNOWN = Fact("{namespace}name", "*", ANY, "Anything that no other row has, by its namespace and name.")
FACTS: tuple[Fact, ...] = (*ELEMENT_FACTS, *PART_FACTS, UNKNOWN)

_ROWS = {(around, row.at): (number, row) for number, row in enumerate(FACTS) for around in row.within}
_DERIVED: dict[str, list[tuple[int, Fact]]] = {}
for _number, _row in enumerate(FACTS):
    for _around in _row.within if _row.read is not None else ():
        _DERIVED.setdefault(_around, []).append((_number, _row))

__all__ = ["FACTS", "TEXT", "UNKNOWN", "Fact", "derived_rows", "row_of"]


def row_of(tag: str, at: str) -> tuple[int, Fact]:
    """The number and the row of what is in an element or part; those of `UNKNOWN` where no other row has it."""
    return _ROWS.get((tag, at)) or _ROWS.get((ANYWHERE, at)) or (len(FACTS), UNKNOWN)


def derived_rows(tag: str) -> Sequence[tuple[int, Fact]]:
    """The numbers and rows of the facts of an element or part that take more than one attribute or text."""
    return _DERIVED.get(tag, ())
