"""The difference of two files: what was added, removed and changed, and what only moved on the diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from procdef.bpmn.difference.matching import match
from procdef.bpmn.difference.pairs import LEFT, RIGHT, Pair, Pairs
from procdef.bpmn.difference.sides import Side, has_no_id
from procdef.bpmn.facts.diagram import positions
from procdef.bpmn.facts.elements import Element, elements
from procdef.bpmn.reading.node import Node
from procdef.bpmn.reading.reader import read

Values = tuple[str | None, str | None]
"""A fact in the left file and in the right one; None where the element does not have it."""
Layout = Mapping[str, tuple[float | str | bool, ...]]
"""All that the diagram interchange says of an element, by its id."""


@dataclass(frozen=True, slots=True)
class Change:
    """An element that has other facts than before. `element` is that of the right file.

    `id`, `type`, `name` and `parent` are facts here too.
    """

    element: Element
    facts: Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in the right file from the left one. `moved` has those elements of the right file that only the layout has changed.

    Each member is in the document order of the file that its elements are from.
    """

    added: tuple[Element, ...] = ()
    removed: tuple[Element, ...] = ()
    changed: tuple[Change, ...] = ()
    moved: tuple[Element, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing but the layout differs."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Content:
    """What is compared of a file."""

    elements: Sequence[Element]
    layout: Layout


def difference(left: bytes, right: bytes) -> Difference:
    """The difference of two BPMN files. Raises UnreadableBpmn and TooLarge as `read` does."""
    roots = [read(name, data, max_elements=len(data)) for name, data in (("the left file", left), ("the right file", right))]
    return compared(*map(content_of, roots))


def content_of(root: Node) -> Content:
    """What is compared of a file, by its root element."""
    return Content(elements(root), positions(root))


def compared(left: Content, right: Content) -> Difference:
    """The difference of two files that were read."""
    pairs = match(Side(left.elements), Side(right.elements))
    changes = {pair: _changes(pairs, pair) for pair in sorted(pairs.rules, key=lambda pair: pair[RIGHT])}
    moved = (pair[RIGHT] for pair, facts in changes.items() if not facts and _has_moved(pair, left, right))
    return Difference(
        added=tuple(right.elements[number] for number in pairs.singles(RIGHT)),
        removed=tuple(left.elements[number] for number in pairs.singles(LEFT)),
        changed=tuple(Change(right.elements[pair[RIGHT]], facts) for pair, facts in changes.items() if facts),
        moved=tuple(right.elements[number] for number in moved),
    )


def _has_moved(pair: Pair, left: Content, right: Content) -> bool:
    """Whether an element is drawn in both files, in another way. In a file without diagram interchange nothing is drawn."""
    before, after = left.layout.get(left.elements[pair[LEFT]].id), right.layout.get(right.elements[pair[RIGHT]].id)
    return before is not None and after is not None and before != after


def _changes(pairs: Pairs, pair: Pair) -> Mapping[str, Values]:
    """The facts of a pair that differ, the left value and the right one. A reference differs if it is to an element of another pair."""
    before, after = (pairs.sides[side].elements[pair[side]] for side in (LEFT, RIGHT))
    if before == after:
        return {}
    own = {
        "id": None if has_no_id(before) and has_no_id(after) else (before.id, after.id),
        "type": (before.type, after.type),
        "name": (before.name, after.name),
        "parent": None if _is_in_same_parent(pairs, pair) else (before.parent, after.parent),
    }
    facts = {
        fact: None if _refers_to_same(pairs, pair, fact) else (before.facts.get(fact), after.facts.get(fact))
        for fact in {**before.facts, **after.facts}
    }
    return _differing(own) | _differing(facts)


def _differing(facts: Mapping[str, Values | None]) -> dict[str, Values]:
    return {fact: values for fact, values in facts.items() if values is not None and values[0] != values[1]}


def _is_in_same_parent(pairs: Pairs, pair: Pair) -> bool:
    """Whether the parents are a pair."""
    before, after = (pairs.sides[side].parents[pair[side]] for side in (LEFT, RIGHT))
    return before is not None and after is not None and pairs.other[LEFT].get(before) == after


def _refers_to_same(pairs: Pairs, pair: Pair, fact: str) -> bool:
    """Whether a fact refers to the same elements in both files; not if it does not refer."""
    left, right = (pairs.seen(side, fact, pair[side]) for side in (LEFT, RIGHT))
    return bool(left) and left == right
