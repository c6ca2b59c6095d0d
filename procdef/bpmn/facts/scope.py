"""What facts of one element need to know of the whole file: the elements with their ids, the lanes, and what is declared at the root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from procdef.bpmn.facts.element_types import CONNECTIONS, ELEMENT_TYPES
from procdef.bpmn.facts.names import BLANKS, resolved, shortened
from procdef.bpmn.reading.node import BPMN, Node

MAX_CONTENT = 50
"""How many XML elements in another are read where one is compared with many, or where many refer to one."""
FILE_DEFAULTS = {
    "targetNamespace": None,
    "expressionLanguage": "http://www.w3.org/1999/XPath",
    "typeLanguage": "http://www.w3.org/2001/XMLSchema",
}
"""The attributes of a file that are facts of each of its processes, with BPMN's own defaults."""
LANE_SETS = ("laneSet", "childLaneSet")


@dataclass(frozen=True, slots=True)
class Scope:
    """One file. `file_facts` has what its root says, by the attribute; `ids` the id of each element, by its node's `order`; `lanes` the
    lanes of a flow node, by its id.
    """

    root: Node
    nodes: Sequence[Node]
    ids: Mapping[int, str]
    declared: Mapping[tuple[str, str], Node]
    file_facts: Mapping[str, str]
    lanes: Mapping[str, str]


def scope_of(root: Node) -> Scope:
    """The scope of a file by its root element."""
    nodes = list(_element_nodes(root))
    ids = _ids(root, nodes)
    return Scope(root, nodes, ids, dict(_declared(root)), dict(_file_facts(root)), _lanes(root, nodes, ids))


def is_element(node: Node) -> bool:
    """Whether a node is an element with facts of its own."""
    return node.tag in ELEMENT_TYPES and node.uri == BPMN


def parent_of(node: Node) -> Node | None:
    """The element that a node is in; None at the top. The root is the file, whatever it is called."""
    around = node.parent
    while around is not None and around.parent is not None and not is_element(around):
        around = around.parent
    return None if around is None or around.parent is None else around


def _element_nodes(root: Node) -> Iterator[Node]:
    pending = list(reversed(root.children))
    while pending:
        node = pending.pop()
        if is_element(node):
            yield node
        elif node.tag not in LANE_SETS:
            continue
        pending.extend(reversed(node.children))


def _file_facts(root: Node) -> Iterator[tuple[str, str]]:
    for name, default in FILE_DEFAULTS.items():
        value = root.get(name)
        if value and value != default:
            yield name, shortened(value)
    locations = sorted(node.get("location") or node.get("namespace") or "" for node in root.all("import"))
    if locations:
        yield "import", shortened(", ".join(locations))


def _declared(root: Node) -> Iterator[tuple[tuple[str, str], Node]]:
    """The declarations by tag and id: what is next to the processes, and in a category or an interface."""
    for node in root.children:
        if not is_element(node):
            for found in (node, *node.children):
                yield (found.tag, found.id or ""), _declaration(found)


def _declaration(node: Node) -> Node:
    """A copy of a declaration with short texts: many elements may refer to it. What is in a large one is left out."""
    is_small = len(list(islice(node.descendants(), MAX_CONTENT + 1))) <= MAX_CONTENT
    return _copied(node, None, node.children if is_small else ())


def _copied(node: Node, parent: Node | None, children: Sequence[Node]) -> Node:
    attributes = {name: shortened(value) for name, value in node.attributes.items()}
    copied = Node(f"{{{node.uri}}}{node.tag}", attributes, node.namespaces, parent, node.order)
    copied.text = shortened(node.text)
    for child in children:
        _copied(child, copied, child.children)
    return copied


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
        return shortened(node.id)
    if node.tag in CONNECTIONS:
        ends = (resolved(node, root, node.get(end) or "") for end in ("sourceRef", "targetRef"))
        return " > ".join(map(shortened, ends))
    return node.tag if around is None else f"{node.tag} in {shortened(around)}"


def _content(node: Node) -> list[tuple[str, list[tuple[str, str]], str]]:
    """What is in a node, which distinguishes elements with the same made-up id wherever they are in the file."""
    inside = islice(node.descendants(), MAX_CONTENT)
    return [(inner.tag, sorted(inner.attributes.items()), inner.text.strip(BLANKS)) for inner in inside]


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
