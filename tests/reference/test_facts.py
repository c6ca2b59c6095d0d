"""The reference page of facts: it has each row, and the names that facts really have."""

from __future__ import annotations

import re

from procdef.bpmn.facts.fact_reader import Found, facts_of
from procdef.bpmn.facts.fact_table import FACTS, UNKNOWN
from procdef.bpmn.facts.scope import scope_of
from procdef.bpmn.reading.reader import read
from procdef.reference.facts import pages, patterns
from tests.bpmn.facts.fact_samples import SAMPLES, WHOLE

FILES = [*(sample.data for sample in SAMPLES.values()), WHOLE]


def found_in(data: bytes) -> list[Found]:
    scope = scope_of(read("a.bpmn", data, max_elements=10_000))
    return [found for node in scope.nodes for found in facts_of(node, scope)]


def is_like(name: str, pattern: str) -> bool:
    """Whether a fact may have this name: a part within another has the names of both."""
    escaped = re.escape(pattern)
    expression = re.sub(r"\\\[\w+\\\]", r"(\\[[^\\]]*\\])?", re.sub(r"\bN\b", r"\\d+", escaped))
    return re.fullmatch(rf"(.+\.|.+(?=\[))?{expression}( #\d+)?", name) is not None


def test_each_row_is_on_the_page() -> None:
    page = pages()["facts.md"]
    missing = [row for row in FACTS if row.help not in page or not all(f"`{name}`" in page for name in patterns(row))]
    assert missing == []
    assert page.count("\n| `") == len(FACTS)


def test_facts_have_the_names_of_the_page() -> None:
    every = [found for data in FILES for found in found_in(data) if found.row is not UNKNOWN]
    assert len(every) > len(FACTS)
    wrong = {found.name: patterns(found.row) for found in every if not any(is_like(found.name, name) for name in patterns(found.row))}
    assert wrong == {}
