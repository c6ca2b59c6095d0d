"""What the forms of a difference have in common: the counts, and what is shown of each element that differs. And the form in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from procdef.bpmn.difference.comparing import Difference, Values
from procdef.bpmn.difference.lines import KEPT, Edit, edits, hunks, signs
from procdef.bpmn.facts.elements import Element
from procdef.common.visible import visible

COUNTS = ("added", "removed", "changed", "moved")
ADDED, REMOVED, CHANGED = "+", "-", "~"
WORDS = {ADDED: "added", REMOVED: "removed", CHANGED: "changed"}
ARROW = "→"
NONE, EMPTY, CUT = "(none)", '""', "…"
ENDS = ("sourceRef", "targetRef")
LONGEST_NAME = 100
"""The number of characters that are shown of an id or a name; a value that differs is always shown as a whole."""
LONGEST_LINE = 100
"""The number of characters up to which both values of a fact are shown on one line."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of an element that differs: its sign, type, id and label, and its facts as a left and a right value."""

    sign: str
    type: str
    id: str
    label: str
    facts: Mapping[str, Values]


def summary(difference: Difference) -> Mapping[str, int]:
    """How many elements were added, removed and changed, and how many only moved on the diagram."""
    return {name: len(getattr(difference, name)) for name in COUNTS}


def as_json(difference: Difference) -> dict[str, Any]:
    """A difference as JSON. A fact of a changed element is an array of the left and the right value; one of these may be null."""
    return {
        "added": [_json(element, element.facts) for element in difference.added],
        "removed": [_json(element, element.facts) for element in difference.removed],
        "changed": [_json(change.element, {fact: [*values] for fact, values in change.facts.items()}) for change in difference.changed],
        "moved": [element.id for element in difference.moved],
        "equal": difference.equal,
    }


def _json(element: Element, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": element.id, "type": element.type, "name": element.name, "facts": dict(facts)}


def shown(difference: Difference) -> Iterator[Shown]:
    """What is shown of each element that differs: the added ones, the removed ones, the changed ones."""
    for element in difference.added:
        yield _shown(ADDED, element, _label(element), {fact: (None, value) for fact, value in _beside_label(element)})
    for element in difference.removed:
        yield _shown(REMOVED, element, _label(element), {fact: (value, None) for fact, value in _beside_label(element)})
    for change in difference.changed:
        yield _shown(CHANGED, change.element, change.element.name or "", change.facts)


def moved(difference: Difference) -> Iterator[Shown]:
    """What is shown of each element that only moved."""
    return (_shown(KEPT, element, _label(element), {}) for element in difference.moved)


def _shown(sign: str, element: Element, label: str, facts: Mapping[str, Values]) -> Shown:
    return Shown(sign, short(element.type), short(element.id), short(label), facts)


def _label(element: Element) -> str:
    """The name of an element; of a flow also what it connects, if that is not its id."""
    ends = f" {ARROW} ".join(element.facts[fact] for fact in ENDS if fact in element.facts and " " not in element.id)
    return "  ".join(filter(None, [ends, element.name]))


def _beside_label(element: Element) -> Iterator[tuple[str, str]]:
    return ((fact, value) for fact, value in element.facts.items() if fact not in ENDS)


def short(text: str) -> str:
    """A text on one line, cut where it is too long for one."""
    cut = text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}{CUT}"
    return visible(cut)


def is_long(values: Values) -> bool:
    """Whether a fact is shown line by line."""
    texts = [text for text in values if text is not None]
    return sum(map(len, texts)) > LONGEST_LINE or any("\n" in text for text in texts)


def one_line(values: Values) -> tuple[str, str]:
    """The left and the right value of a fact that is shown on one line."""
    left, right = (NONE if text is None else visible(text) or EMPTY for text in values)
    return left, right


def only_value(values: Values) -> str:
    """The value of a fact of an element that was added or removed."""
    return visible("".join(text or "" for text in values)) or EMPTY


def line_by_line(values: Values) -> list[Edit]:
    """The lines of a long fact that differ, with one line around them that does not. A line of dots is between distant ones."""
    left, right = (() if text is None else text.split("\n") for text in values)
    found = edits(left, right)
    lines: list[Edit] = []
    for part in hunks(signs(found), 1):
        lines += [(KEPT, CUT)] if lines else []
        lines += [(sign, visible(line)) for sign, line in found[part]]
    return lines
