"""What facts of one element need to know of the whole file: the elements with their ids, the lanes, and what is declared at the root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from procdef.bpmn.facts.element_types import CONNECTIONS, ELEMENT_TYPES
from procdef.bpmn.facts.names import BLANKS, resolved, shortened
from procdef.bpmn.reading.node import BPMN, Node

LANE_SETS = ("laneSet", "childLaneSet")


@dataclass(frozen=True, slots=True)
class Scope:
    """One file. `ids` has the id of each element by its node's `order`; `lanes` the lanes of a flow node, by its id."""

    root: Node
    nodes: Sequence[Node]
    ids: Mapping[int, str]
    declared: Mapping[tuple[str, str], Node]
    lanes: Mapping[str, str]


def scope_of(root: Node) -> Scope:
    """The scope of a file by its root element."""
    nodes = list(_element_nodes(root))
    ids = _ids(root, nodes)
    return Scope(root, nodes, ids, dict(_declared(root)), _lanes(root, nodes, ids))


def is_element(node: Node) -> bool:
    """Whether a node is an element with facts of its own."""
    return node.tag in ELEMENT_TYPES and node.uri == BPMN


def parent_of(node: Node) -> Node | None:
    """The element that a node is in; None at the top."""
    around = node.parent
    while around is not None and not is_element(around):
        around = around.parent
    return around


def _element_nodes(root: Node) -> Iterator[Node]:
    pending = list(reversed(root.children))
    while pending:
        node = pending.pop()
        if is_element(node):
            yield node
        elif node.tag not in LANE_SETS:
            continue
        pending.extend(reversed(node.children))


def _declared(root: Node) -> Iterator[tuple[tuple[str, str], Node]]:
    """The declarations by tag and id: what is next to the processes, and in a category or an interface."""
    for node in root.children:
        if not is_element(node):
            for found in (node, *node.children):
                yield (found.tag, found.id or ""), found


# -------------------------------------------------------------------------------------------------------- ids


def _ids(root: Node, nodes: Sequence[Node]) -> dict[int, str]:
    given: dict[int, str] = {}
    groups: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        around = parent_of(node)
        given[node.order] = _id(root, node, given[around.order] if around is not None else None)
        groups[given[node.order]].append(node)
    for name, same in groups.items():
        for number, node in enumerate(sorted(same, key=_content)[1:] if len(same) > 1 else (), start=2):
            given[node.order] = f"{name} #{number}"
    return given


def _id(root: Node, node: Node, around: str | None) -> str:
    """The id of an element; for one without, a name made of what it connects or of what it is in."""
    if node.id:
        return node.id
    if node.tag in CONNECTIONS:
        ends = (resolved(node, root, node.get(end) or "") for end in ("sourceRef", "targetRef"))
        return shortened(" > ".join(ends))
    return node.tag if around is None else shortened(f"{node.tag} in {around}")


def _content(node: Node) -> list[tuple[str, list[tuple[str, str]], str]]:
    """Everything in a node, which distinguishes elements with the same made-up id wherever they are in the file."""
    return [(inner.tag, sorted(inner.attributes.items()), inner.text.strip(BLANKS)) for inner in node.descendants()]


# ------------------------------------------------------------------------------------------------------ lanes


def _lanes(root: Node, nodes: Sequence[Node], ids: Mapping[int, str]) -> dict[str, str]:
    """The innermost lanes of each flow node: a file may name a node in a lane and in the lanes around it."""
    named: dict[str, list[Node]] = defaultdict(list)
    for lane in nodes:
        for child in lane.all("flowNodeRef") if lane.tag == "lane" else ():
            named[resolved(child, root, child.text)].append(lane)
    return {flow_node: ", ".join(sorted(ids[lane.order] for lane in _innermost(lanes))) for flow_node, lanes in named.items()}


def _innermost(lanes: Sequence[Node]) -> list[Node]:
    around = {outer.order for lane in lanes for outer in _outer(lane)}
    return [lane for lane in {lane.order: lane for lane in lanes}.values() if lane.order not in around]


def _outer(lane: Node) -> Iterator[Node]:
    around = parent_of(lane)
    while around is not None:
        yield around
        around = parent_of(around)
