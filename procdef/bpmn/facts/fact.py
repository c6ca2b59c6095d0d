"""What one row of the table of facts says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from procdef.bpmn.facts.part_table import ANYWHERE
from procdef.bpmn.facts.scope import Scope
from procdef.bpmn.reading.node import Node

TEXT = "text()"
"""Where a fact stands that is the text of a part."""
ANY = (ANYWHERE,)
"""Every element and every part."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row.

    `name` is the fact's own name, empty where it is that of its part. `at` is where it stands: an attribute, a child that only refers to
    something, or the text. `within` has the elements and parts that have it. `kind` is the kind of usage, if it is one. A value equal to
    the `default` is as good as none. The value of a fact that `refers` is the id of another element. One that `is_set` is a
    comma-separated list whose order has no meaning. `read` reads a fact that takes more than one attribute or text.
    """

    name: str
    at: str
    within: tuple[str, ...]
    help: str
    kind: str | None = None
    default: str | None = None
    refers: bool = False
    is_set: bool = False
    read: Callable[[Node, Scope], str | None] | None = None
