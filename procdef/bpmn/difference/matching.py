"""Which element of one file is which of the other.

The rules, in this order:

1. **Same id.** Elements with the same id are the same, whatever else has changed, even the type. But a process is always a process, and
   a flow always a flow.
2. **No id.** A flow without id is the one that connects the same elements; of several, first those with equal facts, then the others in
   document order. Any other element without id is the one of the same type and name in the same parent.
3. **Alike.** An element whose id is not in the other file was renamed if everything else is equal: type, name, parent, facts, and what it
   refers to, all seen through the pairs. It must be the only such element on both sides: of the whole file, or of those that are connected
   to one pair by the same fact. One without name must also keep an element that refers to it, if both have any: otherwise two end
   events at different ends of a process would be the same.
4. **Content.** A parent whose id is not in the other file, for example a process, is the one of the same type that has more than half of
   its content, if that is more than half of the other's content too.

A pair may decide others, so the rules 2 to 4 are repeated until they find nothing, but not more than a fixed number of times. They accept
a link to an element that has no pair yet; therefore they are checked when all pairs are known, and a pair that does not fulfil them is
taken back. All rules treat both sides alike, so the pairs are the same the other way round. Each looks up elements that are equal, so
the time grows with the number of elements and links, not with its square.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from procdef.bpmn.difference.checking import is_most, take_back
from procdef.bpmn.difference.pairs import LEFT, RIGHT, Pair, Pairs, Rule
from procdef.bpmn.difference.sides import Side, Target, has_no_id
from procdef.bpmn.facts.element_types import COLLABORATIONS, CONNECTIONS, PROCESSES

ROUNDS = 8
MAX_TARGETS = 50
"""How many elements an element may refer to that is compared again for each of them; one that refers to more is compared once a round."""
FAMILIES = {tag: family[0] for family in (PROCESSES, COLLABORATIONS, CONNECTIONS) for tag in family}
"""What an element stays when its type changes. All types that are not here can change into each other."""
Groups = Mapping[Hashable, list[int]]
"""Elements of one side by what they have in common."""


def match(left: Side, right: Side) -> Pairs:
    """The pairs of two files."""
    pairs = Pairs(left, right)
    pairs.add(_in_order(_ids(left), _ids(right)), Rule.SAME_ID)
    for _ in range(ROUNDS):
        if not (pairs.singles(LEFT) and pairs.singles(RIGHT) and _round(pairs)):
            break
    take_back(pairs)
    return pairs


def _round(pairs: Pairs) -> bool:
    """Apply the rules 2 to 4 once. Returns whether they found a pair."""
    before = len(pairs.rules)
    pairs.add(_in_order(*_both(pairs, _equal_without_id)), Rule.NO_ID)
    pairs.add(_in_order(*_both(pairs, _position)), Rule.NO_ID)
    pairs.add(_alone(*_both(pairs, Pairs.likeness)), Rule.ALIKE)
    newest = list(pairs.rules)
    while newest:
        newest = pairs.add(_connected(pairs, newest), Rule.ALIKE)
    pairs.add(_by_content(pairs), Rule.CONTENT)
    return len(pairs.rules) > before


def _grouped(numbers: Iterable[tuple[Hashable | None, int]]) -> Groups:
    """The elements by a key; those whose key is None are left out."""
    groups: dict[Hashable, list[int]] = {}
    for key, number in numbers:
        if key is not None:
            groups.setdefault(key, []).append(number)
    return groups


def _both(pairs: Pairs, key: Callable[[Pairs, int, int], Hashable | None]) -> list[Groups]:
    """The elements without a pair by a key, for both sides."""
    return [_grouped((key(pairs, side, number), number) for number in pairs.singles(side)) for side in (LEFT, RIGHT)]


def _in_order(left: Groups, right: Groups) -> Iterator[Pair]:
    """The first of each group with the first of the same group, and so on."""
    for key, numbers in left.items():
        yield from zip(numbers, right.get(key, ()), strict=False)


def _alone(left: Groups, right: Groups) -> Iterator[Pair]:
    """Elements that are alone in their groups."""
    return ((numbers[0], right[key][0]) for key, numbers in left.items() if len(numbers) == 1 == len(right.get(key, ())))


def _ids(side: Side) -> Groups:
    """The elements that have an id, by it. A file that has an id twice is not valid, but can be compared."""
    elements = ((number, element) for number, element in enumerate(side.elements) if not has_no_id(element))
    return _grouped(((element.id, FAMILIES.get(element.type)), number) for number, element in elements)


def _position(pairs: Pairs, side: int, number: int) -> Hashable | None:
    return pairs.position(side, number) if has_no_id(pairs.sides[side].elements[number]) else None


def _equal_without_id(pairs: Pairs, side: int, number: int) -> Hashable | None:
    position = _position(pairs, side, number)
    return None if position is None else (position, pairs.likeness(side, number))


def _connected(pairs: Pairs, newest: Iterable[Pair]) -> Iterator[Pair]:
    """Elements that are alike and connected to one of these pairs by the same fact, if each is so with one other only."""
    found = {candidate for pair in newest for candidate in _alone(*(_neighbours(pairs, side, pair[side]) for side in (LEFT, RIGHT)))}
    lefts, rights = (Counter(pair[side] for pair in found) for side in (LEFT, RIGHT))
    return (pair for pair in found if lefts[pair[LEFT]] == 1 == rights[pair[RIGHT]])


def _neighbours(pairs: Pairs, side: int, number: int) -> Groups:
    """The elements without a pair that are connected to an element, by the link and by what they are like."""
    refs = pairs.sides[side].refs
    others = ((link, other) for link, other in pairs.sides[side].links[number] if not pairs.is_paired(side, other))
    return _grouped(((link, pairs.likeness(side, other)), other) for link, other in others if _has_few(refs[other]))


def _has_few(refs: Mapping[str, Sequence[Target]]) -> bool:
    return sum(map(len, refs.values())) <= MAX_TARGETS


def _by_content(pairs: Pairs) -> Iterator[Pair]:
    """Parents without a pair that have most of their content in common."""
    left, right = pairs.sides
    for number in pairs.singles(LEFT):
        partners = (pairs.other[LEFT].get(one) for one in left.contents[number])
        parents = Counter(right.parents[one] for one in partners if one is not None)
        for other, common in parents.most_common(1):
            if other is not None and not pairs.is_paired(RIGHT, other) and is_most(pairs, (number, other), common):
                yield number, other
