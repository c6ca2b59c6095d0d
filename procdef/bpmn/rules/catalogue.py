"""The list of all parse rules, from which their reference page is made."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import getdoc, getmodule

import procdef.bpmn.parse  # noqa: F401 - it imports every module with rules
from procdef.bpmn.rules.parse_rule import Check, ParseRule, registered


@dataclass(frozen=True, slots=True)
class Theme:
    """The rules of a module, by id; `title` is the module's name in words, `summary` the first line of its docstring."""

    title: str
    summary: str
    rules: tuple[ParseRule, ...]


def themes() -> tuple[Theme, ...]:
    """All rules by theme; the themes are in alphabetical order."""
    rules: dict[str, list[ParseRule]] = {}
    summaries: dict[str, str] = {}
    for rule, check in registered().values():
        title = _title(check)
        rules.setdefault(title, []).append(rule)
        summaries[title] = (getdoc(getmodule(check)) or "").splitlines()[0]
    return tuple(Theme(title, summaries[title], tuple(sorted(rules[title], key=lambda rule: rule.id))) for title in sorted(rules))


def _title(check: Check) -> str:
    return check.__module__.rpartition(".")[2].replace("_", " ").capitalize()
