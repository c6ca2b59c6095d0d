"""Data and text annotations: each is in a row of artifacts above the element that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from procdef.bpmn.reading.node import Node
from procdef.picture.layouts.grid import Cell
from procdef.picture.layouts.names import Names, ends
from procdef.picture.layouts.shapes import ARTIFACTS, Item

Ties = dict[str, tuple[str, str]]
"""Associations, also those of data, by id: what each connects."""
Bands = Mapping[str, tuple[int, int]]
"""The rows of each lane: the first, and the one after the last."""


def ties_of(node: Node, names: Names) -> Ties:
    """The associations of a scope, and those of data that its elements have."""
    ties = {names[child.order]: _both(*ends(child)) for child in node.all("association")}
    for child in node.children:
        owner = names[child.order]
        ties |= {names[tie.order]: _both(ends(tie)[0], owner) for tie in child.all("dataInputAssociation")}
        ties |= {names[tie.order]: _both(owner, ends(tie)[1]) for tie in child.all("dataOutputAssociation")}
    return ties


def _both(one: str | None, other: str | None) -> tuple[str, str]:
    return one or "", other or ""


def place_artifacts(
    items: Mapping[str, Item],
    ties: Ties,
    flows: Mapping[str, tuple[str, str]],
    hosts: Mapping[str, str],
    placed: Mapping[str, Cell],
    bands: Bands,
) -> tuple[dict[str, Cell], Bands]:
    """The cells with those of the artifacts that belong to an element with a cell, and the rows of the lanes."""
    anchors = dict(_anchors(items, ties, flows, hosts, placed))
    rows = sorted({placed[anchor][0] for anchor in anchors.values()})
    shift = {row: row + sum(other <= row for other in rows) for row in range(1 + max((row for row, _ in placed.values()), default=0))}
    found = {name: (shift[row], column) for name, (row, column) in placed.items()}
    taken = set(found.values())
    for name, anchor in anchors.items():
        row, column = found[anchor]
        while (row - 1, column) in taken:
            column += 1
        found[name] = row - 1, column
        taken.add(found[name])
    return found, {lane: (_first(first, rows), _first(end, rows)) for lane, (first, end) in bands.items()}


def _first(row: int, rows: list[int]) -> int:
    """The row in which the elements of a row are now, below its artifacts."""
    return row + sum(other < row for other in rows)


def _anchors(
    items: Mapping[str, Item], ties: Ties, flows: Mapping[str, tuple[str, str]], hosts: Mapping[str, str], placed: Mapping[str, Cell]
) -> Iterator[tuple[str, str]]:
    """Each artifact with the element above which it is placed: the first that it is associated with."""
    for source, target in [*ties.values()][::-1]:
        for name, other in ((source, target), (target, source)):
            anchor = flows[other][0] if other in flows else other
            anchor = hosts.get(anchor, anchor)
            if name in items and items[name].tag in ARTIFACTS and anchor in placed:
                yield name, anchor
