"""The pairs of elements that are the same in both files, and what an element is like when it is seen through them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import Enum
from functools import cached_property

from procdef.bpmn.difference.sides import Side, Target
from procdef.bpmn.facts.elements import Element

LEFT, RIGHT = 0, 1
Pair = tuple[int, int]
"""The number of an element of the left file, and that of the same element in the right one."""
Seen = tuple[int, Target]
"""What an element refers to, in a form that is equal for elements of both sides if they refer to the same."""
PAIRED, SINGLE, TEXT = 0, 1, 2


class Rule(Enum):
    """The rule by which two elements are a pair. `matching` states them."""

    SAME_ID = 1
    NO_ID = 2
    ALIKE = 3
    CONTENT = 4


class Pairs:
    """The pairs found so far, each with its rule. An element is in one pair at most."""

    def __init__(self, left: Side, right: Side) -> None:
        self.sides = (left, right)
        self.rules: dict[Pair, Rule] = {}
        self.other: tuple[dict[int, int], dict[int, int]] = ({}, {})

    @cached_property
    def looks(self) -> list[list[int]]:
        """A number for what each element is by itself, by side. It is the same number for equal elements."""
        looks: dict[Hashable, int] = {}
        return [[looks.setdefault(_look(element), len(looks)) for element in side.elements] for side in self.sides]

    def add(self, pairs: Iterable[Pair], rule: Rule) -> list[Pair]:
        """Add those of these pairs whose elements have none yet. Returns them."""
        added = []
        for left, right in pairs:
            if left not in self.other[LEFT] and right not in self.other[RIGHT]:
                self.other[LEFT][left], self.other[RIGHT][right] = right, left
                self.rules[left, right] = rule
                added.append((left, right))
        return added

    def remove(self, pair: Pair) -> None:
        """Take a pair back."""
        del self.rules[pair], self.other[LEFT][pair[LEFT]], self.other[RIGHT][pair[RIGHT]]

    def is_paired(self, side: int, number: int) -> bool:
        """Whether an element has a pair."""
        return number in self.other[side]

    def singles(self, side: int) -> list[int]:
        """The elements of a side that have no pair, in document order."""
        return [number for number in range(len(self.sides[side].elements)) if number not in self.other[side]]

    def seen(self, side: int, fact: str, number: int) -> tuple[Seen, ...]:
        """What a fact of an element refers to. The order of several targets does not count."""
        found = [self._seen(side, target) for target in self.sides[side].refs[number].get(fact, ())]
        return tuple(sorted(found, key=str) if len(found) > 1 else found)

    def _seen(self, side: int, target: Target) -> Seen:
        if isinstance(target, str):
            return TEXT, target
        if target in self.other[side]:
            return PAIRED, target if side == LEFT else self.other[RIGHT][target]
        return SINGLE, self.looks[side][target]

    def place(self, side: int, number: int) -> Seen | None:
        """The parent of an element. Parents of one type are equal as long as they have no pair."""
        parent = self.sides[side].parents[number]
        if parent is None or parent in self.other[side]:
            return None if parent is None else self._seen(side, parent)
        return SINGLE, self.sides[side].elements[parent].type

    def likeness(self, side: int, number: int) -> Hashable:
        """All of an element except its id: its type, name, facts, parent and what it refers to."""
        refs = tuple((fact, self.seen(side, fact, number)) for fact in self.sides[side].refs[number])
        return self.looks[side][number], self.place(side, number), refs

    def position(self, side: int, number: int) -> Hashable | None:
        """What stands for the id of an element without id: what it connects, or its name and its parent. None if that is not paired yet."""
        element = self.sides[side].elements[number]
        ends = tuple(self.seen(side, fact, number) for fact in ("sourceRef", "targetRef"))
        if all(ends):
            return None if any(kind == SINGLE for end in ends for kind, _ in end) else (element.type, ends)
        place = self.place(side, number)
        return None if place and place[0] == SINGLE else (element.type, element.name, place)

    def is_settled(self, side: int, number: int) -> bool:
        """Whether the parent of an element and all that it refers to have pairs."""
        refs, parent = self.sides[side].refs[number], self.sides[side].parents[number]
        targets = (target for targets in refs.values() for target in targets if isinstance(target, int))
        return all(target in self.other[side] for target in targets) and (parent is None or parent in self.other[side])


def _look(element: Element) -> Hashable:
    """What an element is by itself: without its id, its parent and what it refers to."""
    facts = frozenset((fact, value) for fact, value in element.facts.items() if fact not in element.refs)
    return element.type, element.name, facts
