"""Each case gives exactly what it lists, with old and new values, and its mirror image the other way round."""

from __future__ import annotations

import pytest

from procdef.bpmn.difference import Difference, difference
from tests.bpmn.difference.cases import CASES, Case


def found(result: Difference, case: Case) -> Case:
    return Case(
        case.left,
        case.right,
        frozenset(element.id for element in result.added),
        frozenset(element.id for element in result.removed),
        {change.element.id: dict(change.facts) for change in result.changed},
        frozenset(element.id for element in result.moved),
    )


@pytest.mark.parametrize("name", CASES)
def test_the_difference_is_what_the_case_lists(name: str) -> None:
    case = CASES[name]
    assert found(difference(case.left, case.right), case) == case


@pytest.mark.parametrize("name", CASES)
def test_the_other_way_round_it_is_the_mirror_image(name: str) -> None:
    case = CASES[name]
    result = difference(case.right, case.left)
    assert frozenset(element.id for element in result.added) == case.removed
    assert frozenset(element.id for element in result.removed) == case.added
    assert frozenset(element.id for element in result.moved) == case.moved
    changed = {frozenset((fact, values[::-1]) for fact, values in change.facts.items()) for change in result.changed}
    assert changed == {frozenset(facts.items()) for facts in case.changed.values()}


@pytest.mark.parametrize("name", CASES)
def test_a_difference_is_equal_only_without_changes(name: str) -> None:
    case = CASES[name]
    assert difference(case.left, case.right).equal is not bool(case.added or case.removed or case.changed)
    assert difference(case.left, case.left) == Difference()
