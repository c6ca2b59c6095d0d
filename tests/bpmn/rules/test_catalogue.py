"""The list of all parse rules, as the reference page has it."""

from __future__ import annotations

import re

from procdef.bpmn.rules.catalogue import Theme, themes
from procdef.bpmn.rules.parse_rule import ParseRule


def every_rule() -> list[ParseRule]:
    return [rule for theme in themes() for rule in theme.rules]


def test_it_has_every_rule_once() -> None:
    ids = [rule.id for rule in every_rule()]
    assert len(set(ids)) == len(ids) == 142


def test_every_rule_has_what_a_reader_needs() -> None:
    for rule in every_rule():
        assert rule.elements
        assert rule.message
        assert re.fullmatch(r"[A-Z`][^\n]{10,}\.", rule.summary), rule.id


def test_themes_are_named_after_their_modules() -> None:
    found = themes()
    assert [theme.title for theme in found] == sorted(theme.title for theme in found)
    assert all(re.fullmatch(r"[A-Z][^\n]+\.", theme.summary) for theme in found)
    conditions = next(theme for theme in found if theme.title == "Conditions")
    assert conditions == Theme("Conditions", "Conditions of sequence flows and conditional events.", conditions.rules)
    assert [rule.id for rule in conditions.rules] == ["condition-script", "condition-type"]
