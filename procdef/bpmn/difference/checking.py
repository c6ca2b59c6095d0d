"""Whether a pair fulfils its rule when all pairs are known. One that does not is taken back, which may break others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from procdef.bpmn.difference.pairs import LEFT, RIGHT, Pair, Pairs, Rule


def take_back(pairs: Pairs) -> None:
    """Remove the pairs that do not fulfil their rules. Each pair is checked once, and again after one that it depends on is removed."""
    pending = list(pairs.rules)
    while pending:
        pair = pending.pop()
        rule = pairs.rules.get(pair)
        if rule is not None and not CHECKS[rule](pairs, pair):
            pairs.remove(pair)
            pending.extend(_dependent(pairs, pair[LEFT]))


def shares_content(pairs: Pairs, pair: Pair) -> bool:
    """Whether two elements of one type have more than half of the content of each in common."""
    left, right = pairs.sides
    contents, others = left.contents[pair[LEFT]], right.contents[pair[RIGHT]]
    partners = (pairs.other[LEFT].get(number) for number in contents)
    common = sum(partner is not None and right.parents[partner] == pair[RIGHT] for partner in partners)
    is_one_type = left.elements[pair[LEFT]].type == right.elements[pair[RIGHT]].type
    return is_one_type and 2 * common > max(len(contents), len(others))


def _is_in_position(pairs: Pairs, pair: Pair) -> bool:
    position = pairs.position(LEFT, pair[LEFT])
    return position is not None and position == pairs.position(RIGHT, pair[RIGHT])


def _is_alike(pairs: Pairs, pair: Pair) -> bool:
    is_equal = pairs.likeness(LEFT, pair[LEFT]) == pairs.likeness(RIGHT, pair[RIGHT])
    return is_equal and pairs.is_settled(LEFT, pair[LEFT]) and (_has_name(pairs, pair) or _keeps_a_referrer(pairs, pair))


def _has_name(pairs: Pairs, pair: Pair) -> bool:
    return bool(pairs.sides[LEFT].elements[pair[LEFT]].name)


def _keeps_a_referrer(pairs: Pairs, pair: Pair) -> bool:
    """Whether something refers to both elements, or nothing to one of them."""
    referrers, others = (pairs.sides[side].referrers(pair[side]) for side in (LEFT, RIGHT))
    kept = {(fact, pairs.other[LEFT].get(number)) for fact, number in referrers}
    return not referrers or not others or any(other in kept for other in others)


def _dependent(pairs: Pairs, number: int) -> Iterator[Pair]:
    """The pairs to check again when the one of this element of the left side is removed."""
    side = pairs.sides[LEFT]
    parent = side.parents[number]
    around = [*(other for _, other in side.links[number]), *side.contents[number], *([] if parent is None else [parent])]
    return ((one, pairs.other[LEFT][one]) for one in around if pairs.is_paired(LEFT, one))


CHECKS: Mapping[Rule, Callable[[Pairs, Pair], bool]] = {
    Rule.SAME_ID: lambda _pairs, _pair: True,
    Rule.NO_ID: _is_in_position,
    Rule.ALIKE: _is_alike,
    Rule.CONTENT: shares_content,
}
