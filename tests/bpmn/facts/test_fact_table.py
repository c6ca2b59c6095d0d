"""The table of facts: each row is found in a file."""

from __future__ import annotations

import pytest

from procdef.bpmn.facts.elements import elements_of
from procdef.bpmn.facts.fact_reader import facts_of
from procdef.bpmn.facts.fact_table import FACTS, Fact
from procdef.bpmn.facts.scope import scope_of
from procdef.bpmn.reading.reader import read
from tests.bpmn.facts.fact_samples import SAMPLES, WHOLE, WHOLE_FACTS, element

FILES = [*(sample.data for sample in SAMPLES.values()), WHOLE]


@pytest.mark.parametrize("name", SAMPLES)
def test_an_element_has_the_facts_of_its_file(name: str) -> None:
    sample = SAMPLES[name]
    found = element(sample.data)
    assert list(found.facts.items()) == list(sample.facts.items())
    assert found.refs == frozenset(sample.refs)


def test_a_whole_file() -> None:
    found = {one.id: one for one in elements_of(WHOLE)}
    assert {name: dict(found[name].facts) for name in WHOLE_FACTS} == WHOLE_FACTS
    assert found["t"].refs == {"lane"}


def rows_found(data: bytes) -> set[Fact]:
    scope = scope_of(read("a.bpmn", data, max_elements=10_000))
    return {found.row for node in scope.nodes for found in facts_of(node, scope)}


def test_each_row_is_found_in_a_file() -> None:
    found = set().union(*map(rows_found, FILES))
    assert [row for row in FACTS if row not in found] == []


def test_each_row_says_what_it_means() -> None:
    assert [row for row in FACTS if not row.help.endswith(".")] == []
