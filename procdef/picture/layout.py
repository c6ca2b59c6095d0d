"""Laying out a file that has no diagram interchange: the same file, with diagram interchange.

The row and column of each element come from the package bpmn-io (see `layouts.grid`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from procdef.bpmn.reading.node import Node
from procdef.bpmn.reading.reader import read
from procdef.errors import NoPicture
from procdef.picture.layouts.file import Diagram, write
from procdef.picture.layouts.names import Names, names_of
from procdef.picture.layouts.pools import empty_pool, laid_out_pools, laid_out_process, process_of
from procdef.picture.layouts.shapes import ARTIFACTS, FLOW_NODES

MAX_FLOW_NODES, MAX_FLOWS, MAX_OTHERS = 300, 1500, 1000
"""The most flow nodes of a file that is laid out, the most sequence flows, and the most of everything else together."""
MAX_ELEMENTS = 100_000
"""The most XML elements of a file."""
TOO_MANY = "The file has no diagram interchange, and has {} {}: at most {} are laid out."
NOTHING = "The file has no process to lay out."
LIMITS = (
    ("flow nodes", MAX_FLOW_NODES, frozenset(FLOW_NODES)),
    ("sequence flows", MAX_FLOWS, frozenset({"sequenceFlow"})),
    (
        "artifacts, lanes and pools",
        MAX_OTHERS,
        frozenset({*ARTIFACTS, "lane", "participant", "association", "messageFlow", "dataInputAssociation", "dataOutputAssociation"}),
    ),
)
"""What is counted before a file is laid out: its word, the most there may be, and the types."""


def laid_out(data: bytes, key: str | None = None) -> bytes:
    """A file with the same elements and with diagram interchange, which begins with the diagram that has the process `key`.

    A collaboration is one diagram, and so is every process that is in no pool. Sub-processes are expanded.
    Raises NoPicture with the reason, UnreadableBpmn and TooLarge as `read` does.
    """
    root = read("", data, MAX_ELEMENTS)
    _check_size(root)
    names = names_of(root)
    processes = {names[node.order]: node for node in root.all("process")}
    if not processes:
        raise NoPicture(NOTHING)
    return _written(root, names, processes, key)


def _check_size(root: Node) -> None:
    counts = Counter(node.tag for node in root.descendants())
    for word, most, tags in LIMITS:
        if (count := sum(counts[tag] for tag in tags)) > most:
            raise NoPicture(TOO_MANY.format(count, word, most))


def _written(root: Node, names: Names, processes: Mapping[str, Node], key: str | None) -> bytes:
    collaboration = next((node for node in root.all("collaboration") if node.all("participant")), None)
    in_pools = {process_of(node) for node in collaboration.all("participant")} if collaboration is not None else set()
    diagrams = [(name, laid_out_process(node, names)) for name, node in processes.items() if name not in in_pools]
    if collaboration is not None:
        pools = names[collaboration.order], laid_out_pools(collaboration, processes, names)
        diagrams.insert(len(diagrams) if in_pools.isdisjoint(processes) else 0, pools)
    return _with_key_first(root, names, processes, diagrams, key if key not in in_pools else None)


def _with_key_first(root: Node, names: Names, processes: Mapping[str, Node], diagrams: Sequence[Diagram], key: str | None) -> bytes:
    """The file with the diagram of the key first. If there is nothing on the first one, it shows a pool with the process's name."""
    (shows, layout), *more = sorted(diagrams, key=lambda diagram: (diagram[0] != key, not diagram[1].boxes))
    others = [diagram for diagram in more if diagram[1].boxes]
    if layout.boxes:
        return write(root, names, [(shows, layout), *others])
    pool = f"{shows} pool"
    return write(root, names, [(f"{pool} collaboration", empty_pool(pool)), *others], (pool, processes[shows]))
