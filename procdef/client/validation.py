"""What procdef says of a deployment before it is made: the answer of `/deployment/validate`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from procdef.bpmn.difference.comparing import Change, Difference
from procdef.bpmn.facts.elements import Element, elements
from procdef.bpmn.reading.reader import read
from procdef.client.deployments import REFUSED, Mistake, Outcome, Version, mistake_of
from procdef.client.local_files import MAX_ELEMENTS, LocalFile, keys_of

Json = Mapping[str, Any]


def outcomes(answer: Json, files: Sequence[LocalFile]) -> list[Outcome]:
    """What would become of each file."""
    return [_outcome(row, file) for row, file in zip(answer["resources"], files, strict=False)]


def _outcome(row: Json, file: LocalFile) -> Outcome:
    versions = [Version(one["key"], one["version"]) for one in row["definitions"]] or [Version(key) for key in keys_of(file)]
    mistakes = list(_mistakes(row)) if row["outcome"] == REFUSED else ()
    changes = None if row["changes"] is None else difference_of(row["changes"], file)
    return Outcome(row["name"], row["outcome"], versions, row["reason"], changes, mistakes)


def _mistakes(row: Json) -> Iterator[Mistake]:
    """Those of the list of the error; without one, the sentence of the error with the place that the answer gives."""
    error = row["error"]
    listed = [mistake_of(one) for found in (error.get("details") or {}).values() for one in found["errors"]]
    yield from listed or [Mistake(error["message"], row["line"] or 0, row["column"] or 0)]


def difference_of(changes: Json, file: LocalFile) -> Difference:
    """The difference that JSON tells. Of elements that only moved it tells the ids; what they are is in the file."""
    named = {one.id: one for one in elements(read(file.name, file.data, MAX_ELEMENTS))} if changes["moved"] else {}
    return Difference(
        tuple(_element(one, one["facts"]) for one in changes["added"]),
        tuple(_element(one, one["facts"]) for one in changes["removed"]),
        tuple(
            Change(_element(one, {}), {fact: (left, right) for fact, (left, right) in one["facts"].items()}) for one in changes["changed"]
        ),
        tuple(named[ident] for ident in changes["moved"] if ident in named),
    )


def _element(one: Json, facts: Mapping[str, str]) -> Element:
    return Element(one["id"], one["type"], one["name"], None, facts, frozenset())
