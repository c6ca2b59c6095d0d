"""The two sides of a difference that people look at: definitions, or a file from a disk as the right one. And what is shown of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import orjson

from procdef.bpmn.difference import Difference
from procdef.bpmn.difference.comparing import Values
from procdef.bpmn.difference.forms import is_long, line_by_line, shown
from procdef.bpmn.difference.limit import check_size
from procdef.bpmn.difference.lines import Edit
from procdef.bpmn.difference.remembered import difference
from procdef.bpmn.facts.element_types import PROCESSES
from procdef.bpmn.facts.elements import Element, elements_of
from procdef.camunda.registry.definition_routes import Address
from procdef.camunda.tables.details import DETAILED_DEFINITIONS
from procdef.errors import NoPicture, NotFound, TooLarge, UnreadableBpmn
from procdef.http.responses import reader
from procdef.picture import picture
from procdef.query.cache import ListQuery
from procdef.web.drawn import Diagram, Drawn, diagrams, drawn

Row = Mapping[str, Any]
SIGNS = {"+": "added", "-": "removed", "~": "changed"}
"""The words for the signs of a difference."""
MOST_FACTS, MOST_LINES, LONGEST_LINE = 200, 200, 5000
"""The facts of an element, the lines of a fact, and the characters of a line that a page shows."""
NEAR = 50
"""How many versions somebody can choose from."""


@dataclass(frozen=True)
class Stored:
    """A side that is a definition."""

    row: Row

    @cached_property
    def data(self) -> bytes:
        """The bytes of its file. Raises NotFound if the definition was deleted meanwhile."""
        return Address(id=self.row["id"]).source().data

    def drawn(self, plane: str | None = None) -> Drawn:
        """The picture of a diagram of it, or why there is none."""
        return drawn(self.row["id"], plane)


@dataclass(frozen=True)
class Uploaded:
    """A side that is a file from a disk, which is not stored. `key` is that of the other side."""

    name: str
    data: bytes
    key: str
    row: Row | None = None

    def drawn(self, plane: str | None = None) -> Drawn:
        """The picture of the process with the key, or of the first one, or why there is none."""
        keys = {element.id for element in elements_of(self.data) if element.type in PROCESSES}
        try:
            return Drawn(picture(self.data, self.key if self.key in keys else None, plane))
        except (NoPicture, UnreadableBpmn, TooLarge) as error:
            return Drawn(None, str(error))


Side = Stored | Uploaded


def stored(definition_id: str) -> Stored:
    """The side of a definition. Raises NotFound."""
    row = reader().one(DETAILED_DEFINITIONS, {"processDefinitionId": definition_id})
    if row is None:
        raise NotFound("definition", definition_id)
    return Stored(orjson.loads(row))


def compared(left: Side, right: Side) -> tuple[Difference | None, str]:
    """What differs, or why the files are not compared."""
    try:
        for side in (left, right):
            check_size(side.data)
        return difference(left.data, right.data), ""
    except (UnreadableBpmn, TooLarge) as error:
        return None, next(filter(None, map(_problem, (left, right))), str(error))


def _problem(side: Side) -> str:
    name = side.name if isinstance(side, Uploaded) else f"Version {side.row['version']}"
    try:
        check_size(side.data)
        elements_of(side.data)
    except (UnreadableBpmn, TooLarge) as error:
        return f"{name} cannot be compared: {error}"
    return ""


class Fact(NamedTuple):
    """A fact of an element that differs: its name, its values, and for long ones their first lines. `left_out` counts the others."""

    name: str
    values: Values
    lines: list[Edit]
    left_out: int = 0

    @property
    def length(self) -> int:
        """The characters that are shown of it, about."""
        texts = [text for _, text in self.lines] if self.lines else self.values
        return len(self.name) + sum(len(text or "") for text in texts)


class Line(NamedTuple):
    """An element that differs, as the table shows it. `id` is the whole id, `label` the name, for a flow with what it connects."""

    word: str
    type: str
    id: str
    label: str
    facts: list[Fact]

    @property
    def length(self) -> int:
        """The characters of its row, about."""
        return len(self.id) + len(self.label) + sum(fact.length for fact in self.facts)


def lines(found: Difference) -> Iterator[Line]:
    """The elements that differ: the added ones, the removed ones, the changed ones."""
    for element, row in zip(_elements(found), shown(found), strict=True):
        yield Line(SIGNS[row.sign], row.type, element.id, row.label, _facts(row.facts))


def _elements(found: Difference) -> Iterator[Element]:
    yield from (*found.added, *found.removed, *(change.element for change in found.changed))


def _facts(found: Mapping[str, Values]) -> list[Fact]:
    return [_fact(name, values) for name, values in islice(found.items(), MOST_FACTS)]


def _fact(name: str, values: Values) -> Fact:
    lines = line_by_line(values) if is_long(values) else []
    return Fact(name, values, [(sign, text[:LONGEST_LINE]) for sign, text in lines[:MOST_LINES]], max(len(lines) - MOST_LINES, 0))


def diagrams_of(left: Side, right: Side) -> list[Diagram]:
    """The diagrams of both files, if one has several."""
    return [*{one.id: one for side in (left, right) for one in diagrams(side.data)}.values()]


def newest(row: Row) -> list[Row]:
    """The newest versions of a definition's key in its tenant, and the definition, for somebody to choose from."""
    tenant = {"withoutTenantId": True} if row["tenantId"] is None else {"tenantIdIn": [row["tenantId"]]}
    query = ListQuery({"key": row["key"], **tenant}, "version", descending=True, limit=NEAR)
    rows = orjson.loads(reader().rows(DETAILED_DEFINITIONS, query).text)
    return rows if any(one["id"] == row["id"] for one in rows) else [*rows, row]
