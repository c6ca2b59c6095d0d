"""What definitions use: procdef has an index of it; for an engine it is read from the files of the latest definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from procdef.bpmn.facts.stored_facts import uses_in
from procdef.bpmn.model import Use
from procdef.client.engine import DEFINITIONS, PAGE, Engine, Row
from procdef.client.latest import latest
from procdef.client.parallel import in_parallel

USES, VALUES = f"{DEFINITIONS}/usage", f"{DEFINITIONS}/usage/values"
INDEX, INCOMPLETE = "X-Usage-Index", "incomplete"
"""The header with which procdef says that its index does not have all definitions yet."""
OF_DEFINITION = {"Id": "id", "Key": "key", "Version": "version"}
MEMBERS = (
    *("kind", "value", "dynamic", "activityId", "activityType", "activityName"),
    *(f"processDefinition{name}" for name in OF_DEFINITION),
    *("versionTag", "tenantId"),
)
"""The members of a use, as procdef answers them."""
VALUE_MEMBERS = ("kind", "value", "dynamic", "definitions", "activities")
"""The members of a used value."""


class Wanted(NamedTuple):
    """What is asked for: a kind and a value, None for each; only latest definitions; and filters of definitions that an engine has, too."""

    kind: str | None
    value: str | None
    latest: bool
    filters: Mapping[str, Any]

    def params(self) -> dict[str, Any]:
        """The parameters for procdef."""
        named = {"kind": self.kind, "value": self.value, "latestVersion": "true" if self.latest else None}
        return {**{name: value for name, value in named.items() if value is not None}, **self.filters}

    def has(self, use: Use) -> bool:
        """Whether a use is asked for."""
        return self.kind in (None, use.kind) and self.value in (None, use.value)


class Found(NamedTuple):
    """The rows; whether they are read from the files of an engine, of the latest definitions only; and whether all are there."""

    rows: Iterable[Row]
    is_read: bool
    is_complete: bool


def uses(engine: Engine, wanted: Wanted) -> Found:
    """Each place where something is used, sorted by key."""
    if engine.is_procdef():
        return _of_procdef(engine, USES, {**wanted.params(), "sortBy": "processDefinitionKey", "sortOrder": "asc"})
    return Found(_read(engine, wanted), is_read=True, is_complete=True)


def values(engine: Engine, wanted: Wanted) -> Found:
    """Each value that is used, with the number of definitions and activities that use it, sorted by kind and value."""
    if engine.is_procdef():
        found = _of_procdef(engine, VALUES, wanted.params())
    else:
        found = Found(_counted(_read(engine, wanted)), is_read=True, is_complete=True)
    return found._replace(rows=sorted(found.rows, key=lambda row: (row["kind"], row["value"])))


def _of_procdef(engine: Engine, path: str, params: Mapping[str, Any]) -> Found:
    """All rows. The header of the first page tells whether they are complete."""
    first = engine.connection.get(path, {**params, "maxResults": PAGE})
    rows = engine.connection.parsed(first)
    return Found(_and_more(engine, path, params, rows), is_read=False, is_complete=first.headers.get(INDEX) != INCOMPLETE)


def _and_more(engine: Engine, path: str, params: Mapping[str, Any], rows: list[Row]) -> Iterator[Row]:
    yield from rows
    if len(rows) == PAGE:
        yield from engine.rows(path, params, first=PAGE)


def _read(engine: Engine, wanted: Wanted) -> Iterator[Row]:
    def of_definition(definition: Row) -> list[Row]:
        found = uses_in(engine.xml(str(definition["id"])), [str(definition["key"])])[str(definition["key"])]
        return [_as_row(definition, use) for use in found if wanted.has(use)]

    definitions = sorted(latest(engine, wanted.filters), key=lambda row: (row["key"], row["tenantId"] or ""))
    for rows in in_parallel(of_definition, definitions):
        yield from rows


def _as_row(definition: Row, use: Use) -> Row:
    used = (use.kind, use.value, use.dynamic, use.activity_id, use.activity_type, use.activity_name)
    of_definition = (definition[name] for name in (*OF_DEFINITION.values(), "versionTag", "tenantId"))
    return dict(zip(MEMBERS, (*used, *of_definition), strict=True))


def _counted(rows: Iterable[Row]) -> Iterator[Row]:
    activities: Counter[tuple[Any, ...]] = Counter()
    definitions: dict[tuple[Any, ...], set[Any]] = {}
    for row in rows:
        value = row["kind"], row["value"], row["dynamic"]
        activities[value] += 1
        definitions.setdefault(value, set()).add(row["processDefinitionId"])
    for value, number in activities.items():
        yield dict(zip(VALUE_MEMBERS, (*value, len(definitions[value]), number), strict=True))
