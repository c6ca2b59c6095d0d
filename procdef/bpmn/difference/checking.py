"""Whether pairs fulfil their rules when all pairs are known. One that does not is taken back, which may break others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from procdef.bpmn.difference.pairs import LEFT, RIGHT, Pair, Pairs, Rule


def take_back(pairs: Pairs) -> None:
    """Remove the pairs that do not fulfil their rules. Each is checked once, and again when one next to it is removed."""
    check = _Check(pairs)
    pending = list(pairs.rules)
    while pending:
        pair = pending.pop()
        if pair in pairs.rules and not check.is_fulfilled(pair):
            pending += check.remove(pair)


def is_most(pairs: Pairs, pair: Pair, common: int) -> bool:
    """Whether so many elements are more than half of the content of both elements of a pair, and these are of one type."""
    left, right = pairs.sides
    length = max(len(left.contents[pair[LEFT]]), len(right.contents[pair[RIGHT]]))
    return 2 * common > length and left.elements[pair[LEFT]].type == right.elements[pair[RIGHT]].type


class _Check:
    """The pairs with two numbers for each, by its left element: the pairs that refer to it, and the pairs in it.

    Both are counted once and kept up to date, because one element may be next to all others.
    """

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self.referrers: Counter[int] = Counter()
        self.contents: Counter[int] = Counter()
        for pair in pairs.rules:
            self._count(pair, 1)

    def _count(self, pair: Pair, step: int) -> None:
        left, right = self.pairs.sides
        others = right.refs[pair[RIGHT]]
        for fact, targets in left.refs[pair[LEFT]].items():
            same = set(others.get(fact, ()))
            for target in targets:
                if isinstance(target, int) and self.pairs.other[LEFT].get(target) in same:
                    self.referrers[target] += step
        parent, other = left.parents[pair[LEFT]], right.parents[pair[RIGHT]]
        if parent is not None and other is not None and self.pairs.other[LEFT].get(parent) == other:
            self.contents[parent] += step

    def remove(self, pair: Pair) -> Iterator[Pair]:
        """Remove a pair. Returns the pairs next to it."""
        self._count(pair, -1)
        self.pairs.remove(pair)
        side, number = self.pairs.sides[LEFT], pair[LEFT]
        parent = side.parents[number]
        around = [*(other for _, other in side.links[number]), *side.contents[number], *([] if parent is None else [parent])]
        return ((one, self.pairs.other[LEFT][one]) for one in around if self.pairs.is_paired(LEFT, one))

    def is_fulfilled(self, pair: Pair) -> bool:
        """Whether a pair fulfils its rule."""
        rule = self.pairs.rules[pair]
        if rule is Rule.ALIKE:
            return self._is_alike(pair)
        if rule is Rule.CONTENT:
            return is_most(self.pairs, pair, self.contents[pair[LEFT]])
        return rule is Rule.SAME_ID or self._is_in_position(pair)

    def _is_in_position(self, pair: Pair) -> bool:
        position = self.pairs.position(LEFT, pair[LEFT])
        return position is not None and position == self.pairs.position(RIGHT, pair[RIGHT])

    def _is_alike(self, pair: Pair) -> bool:
        is_equal = self.pairs.likeness(LEFT, pair[LEFT]) == self.pairs.likeness(RIGHT, pair[RIGHT])
        return is_equal and self.pairs.is_settled(LEFT, pair[LEFT]) and self._is_recognised(pair)

    def _is_recognised(self, pair: Pair) -> bool:
        """Whether both elements have a name, or something refers to both, or nothing refers to one of them."""
        left, right = self.pairs.sides
        has_name = bool(left.elements[pair[LEFT]].name)
        return has_name or bool(self.referrers[pair[LEFT]]) or not (left.is_referred[pair[LEFT]] and right.is_referred[pair[RIGHT]])
