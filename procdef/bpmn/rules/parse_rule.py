"""What a parse rule is, and the registry of all parse rules and of the functions that check them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class ParseRule:
    """A rule that the engine's parser applies to a BPMN file, beyond the XML schema.

    `elements` are the names of the elements that can break it. `summary` says in one sentence what the rule demands. `message` is the
    engine's text, a format string for the values that a finding gives. A file that breaks only rules with `is_warning` is accepted.
    """

    id: str
    elements: tuple[str, ...]
    summary: str
    message: str
    is_warning: bool = False


Check = Callable[..., object]
F = TypeVar("F", bound=Callable[..., object])
_checks: dict[str, tuple[ParseRule, Check]] = {}


def checks(*rules: ParseRule) -> Callable[[F], F]:
    """Register the decorated function as the one that checks these rules; a rule that two functions check counts for the last."""

    def register(function: F) -> F:
        _checks.update({rule.id: (rule, function) for rule in rules})
        return function

    return register


def registered() -> dict[str, tuple[ParseRule, Check]]:
    """The rules of all imported modules by id, each with the function that checks it."""
    return dict(_checks)
