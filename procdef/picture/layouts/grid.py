"""The cell of each element of a scope, from the package bpmn-io: the only module that imports it.

The package is young. So it gets a file that is made here, of nothing but nodes with made-up ids and the flows between them, at which it has
little to go wrong. Nothing of its answer is used but the cells. It cannot lay out some graphs, since it puts two elements into a cell; then
it gets fewer flows, so that no element has two of them coming in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from procdef.bpmn.reading.node import BPMN, Node
from procdef.bpmn.reading.reader import read
from procdef.errors import NoPicture, NoPictureHere

logger = logging.getLogger(__name__)
MISSING = "The file has no diagram interchange, and the package that lays it out is not installed: install procdef[layout]."
FAILED = "The file has no diagram interchange, and cannot be laid out."
MAX_ELEMENTS = 20_000
"""XML elements of the package's answer."""
NODE, GATEWAY = "intermediateThrowEvent", "exclusiveGateway"
"""The types that the package gets: it moves tasks away from what follows them, and treats the flows of a gateway apart."""
Flow = tuple[str, str]
Cell = tuple[int, int]
"""Row and column, from 0 on."""


def cells(nodes: Mapping[str, bool], flows: Sequence[Flow]) -> dict[str, Cell]:
    """The cell of each node; no two have the same. `nodes` says of each whether it is a gateway; `flows` connect them.

    Raises NoPicture if the package fails, NoPictureHere if it is not installed.
    """
    flows = list(dict.fromkeys(flow for flow in flows if flow[0] != flow[1]))
    found = _tried(nodes, flows) or _tried(nodes, _first_in(flows))
    if found is None:
        raise NoPicture(FAILED)
    return _without_gaps(found)


def _tried(nodes: Mapping[str, bool], flows: Sequence[Flow]) -> dict[str, tuple[float, float]] | None:
    """Where the package puts the middle of each node; None if it fails."""
    names = {name: f"n{number}" for number, name in enumerate(nodes)}
    try:
        root = read("layout", _layout_process()(_file(names, nodes, flows)).encode(), MAX_ELEMENTS)
        middles = dict(_middle(shape) for shape in root.descendants() if shape.tag == "BPMNShape")
        found = {name: middles[made_up] for name, made_up in names.items()}
    except NoPicture:
        raise
    except Exception as error:  # noqa: BLE001  whatever a young package raises
        logger.info("bpmn-io cannot lay out a scope of %d nodes and %d flows: %r", len(nodes), len(flows), error)
        return None
    return found if len(set(found.values())) == len(found) else None


def _layout_process() -> Callable[[str], str]:
    try:
        from bpmn_io import layout_process  # not at the top: the extra may be missing
    except ImportError as error:
        raise NoPictureHere(MISSING) from error
    return layout_process


def _file(names: Mapping[str, str], nodes: Mapping[str, bool], flows: Sequence[Flow]) -> str:
    """The file for the package: its ids are made up, so none of a client's text is in it."""
    lines = [f'<definitions xmlns="{BPMN}" id="d" targetNamespace="d"><process id="p">']
    for name, is_gateway in nodes.items():
        tag = GATEWAY if is_gateway else NODE
        ends = [("incoming" if flow[1] == name else "outgoing", number) for number, flow in enumerate(flows) if name in flow]
        lines.append(f'<{tag} id="{names[name]}">{"".join(f"<{end}>f{number}</{end}>" for end, number in sorted(ends))}</{tag}>')
    lines += [f'<sequenceFlow id="f{i}" sourceRef="{names[a]}" targetRef="{names[b]}"/>' for i, (a, b) in enumerate(flows)]
    return "".join([*lines, "</process></definitions>"])


def _middle(shape: Node) -> tuple[str, tuple[float, float]]:
    (bounds,) = shape.all("Bounds")
    x, y, width, height = (float(bounds.attributes[name]) for name in ("x", "y", "width", "height"))
    return shape.attributes["bpmnElement"], (y + height / 2, x + width / 2)


def _first_in(flows: Sequence[Flow]) -> list[Flow]:
    """For each target the first of its flows."""
    return list({flow[1]: flow for flow in reversed(flows)}.values())[::-1]


def _without_gaps(middles: Mapping[str, tuple[float, float]]) -> dict[str, Cell]:
    """Rows and columns numbered from 0 on, without empty ones."""
    rows = {y: number for number, y in enumerate(sorted({y for y, _ in middles.values()}))}
    columns = {x: number for number, x in enumerate(sorted({x for _, x in middles.values()}))}
    return {name: (rows[y], columns[x]) for name, (y, x) in middles.items()}
