"""Random valid BPMN files for Hypothesis, and random edits of them, each with what exactly it changes.

A file has processes with nested sub-processes, gateways with a default flow, boundary events, flows with and without id, lanes and
diagram interchange. Between two elements there is at most one flow, so that a flow without id has one name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

URIS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
ACTIVITIES = ("userTask", "serviceTask", "scriptTask", "callActivity", "subProcess")
NODES = (*ACTIVITIES, "startEvent", "endEvent", "intermediateCatchEvent", "exclusiveGateway", "parallelGateway", "boundaryEvent")
MIDDLE = (*ACTIVITIES, "exclusiveGateway", "parallelGateway", "intermediateCatchEvent")
SCOPES = ("process", "subProcess")
FLOW = "sequenceFlow"
REFERENCES = ("sourceRef", "targetRef", "attachedToRef", "default", "bpmnElement")
NAMES = (None, "Check", "Check", "Ship the goods", "Prüfen & senden", "a | b <c>", "")
TOPICS, TIMERS = ("shipping", "billing", "mail"), ("PT1S", "PT15M", "P2D")


@dataclass
class Xml:
    """An XML element. Tags and attributes have the prefixes of `URIS`; those of BPMN itself have none."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Xml] = field(default_factory=list)
    text: str = ""

    @property
    def id(self) -> str:
        return self.attributes["id"]

    @property
    def made_up_id(self) -> str:
        """The id, or what procdef calls a flow without id."""
        return self.attributes.get("id") or f"{self.attributes['sourceRef']} > {self.attributes['targetRef']}"

    def all(self, *tags: str) -> list[Xml]:
        """The elements with these tags in this one and below, in document order."""
        found = [self] if self.tag in tags else []
        return found + [one for child in self.children for one in child.all(*tags)]

    def parent_of(self, one: Xml) -> Xml:
        return next(found for found in self.every() if any(child is one for child in found.children))

    def every(self) -> Iterator[Xml]:
        yield self
        for child in self.children:
            yield from child.every()


@dataclass(frozen=True)
class Spelling:
    """How a tree is written down: the prefix of each namespace, and whether with line breaks."""

    prefixes: Mapping[str, str] = field(default_factory=lambda: {prefix: "" if prefix == "bpmn" else prefix for prefix in URIS})
    indented: bool = False


@dataclass
class Expected:
    """What the difference must be: the ids of added, removed and moved elements, and the facts of the changed ones."""

    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    changed: dict[str, dict[str, tuple[str | None, str | None]]] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Edit:
    """A file, the same file after an edit, and what differs."""

    name: str
    left: bytes
    right: bytes
    expected: Expected


def written(root: Xml, spelling: Spelling | None = None) -> bytes:
    """The file of a tree."""
    spelling = spelling or Spelling()
    declared = {(f"xmlns:{prefix}" if prefix else "xmlns"): URIS[one] for one, prefix in spelling.prefixes.items()}
    return "".join(_lines(root, spelling, 0, declared)).encode()


def _lines(one: Xml, spelling: Spelling, depth: int, more: Mapping[str, str]) -> Iterator[str]:
    tag, end = _spelt(one.tag, spelling, "bpmn"), "\n" if spelling.indented else ""
    indent = "\t" * depth if spelling.indented else ""
    values = {_spelt(name, spelling, None): _value(name, value, spelling) for name, value in one.attributes.items()} | dict(more)
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in values.items())
    yield f"{indent}<{tag}{attributes}>{escape(one.text)}{end if one.children else ''}"
    for child in one.children:
        yield from _lines(child, spelling, depth + 1, {})
    yield f"{indent if one.children else ''}</{tag}>{end}"


def _spelt(name: str, spelling: Spelling, default: str | None) -> str:
    prefix, colon, local = name.rpartition(":")
    known = prefix if colon else default
    spelt = "" if known is None else spelling.prefixes[known]
    return f"{spelt}:{local}" if spelt else local


def _value(name: str, value: str, spelling: Spelling) -> str:
    return _spelt(value, spelling, "bpmn") if name == "xsi:type" else value


# ---------------------------------------------------------------------------------------------------------------- files


@st.composite
def trees(draw: st.DrawFn) -> Xml:
    """The tree of a random valid file, always with diagram interchange."""
    ids = iter(f"id{number}" for number in range(10_000))
    root = Xml("definitions", {"id": next(ids), "targetNamespace": "tests"})
    for _ in range(draw(st.integers(1, 2))):
        process = Xml("process", {"id": next(ids), "isExecutable": "true"} | _name(draw))
        root.children.append(process)
        _fill(draw, process, ids, 0)
        # tasks without flows, that an edit can move or remove
        process.children += [Xml("userTask", {"id": next(ids)} | _name(draw)) for _ in range(2)]
        if draw(st.booleans()):
            process.children.insert(0, _lanes(draw, process, ids))
    root.children.append(_diagram(draw, root))
    return root


FILES = trees().map(written)
"""Random valid files."""


def _name(draw: st.DrawFn) -> dict[str, str]:
    name = draw(st.sampled_from(NAMES))
    return {} if name is None else {"name": name}


def _fill(draw: st.DrawFn, scope: Xml, ids: Iterator[str], depth: int) -> None:
    """Add a chain of elements from a start to an end, gateways with further flows, and boundary events."""
    tags = [tag for tag in MIDDLE if tag != "subProcess" or depth < 2]
    middle = [_node(draw, draw(st.sampled_from(tags)), ids) for _ in range(draw(st.integers(1, 4)))]
    if depth == 0:
        middle.append(_node(draw, "subProcess", ids))
    for node in middle:
        if node.tag == "subProcess":
            _fill(draw, node, ids, depth + 1)
    chain = [_node(draw, "startEvent", ids), *middle, _node(draw, "endEvent", ids)]
    flows = [_flow(draw, source, target, ids) for source, target in pairwise(chain)]
    boundary = [_boundary(draw, host, ids) for host in middle if host.tag in ACTIVITIES and draw(st.integers(0, 3)) == 0]
    for gateway, flow, target in zip(chain, flows, [None, None, *chain], strict=False):
        if gateway.tag == "exclusiveGateway" and target is not None and target.tag != "startEvent" and draw(st.booleans()):
            flows.append(_branch(draw, gateway, flow, target, ids))
    scope.children += draw(st.permutations([*chain, *boundary, *flows]))


def _node(draw: st.DrawFn, tag: str, ids: Iterator[str]) -> Xml:
    node = Xml(tag, {"id": next(ids)} | _name(draw))
    if tag == "serviceTask":
        node.attributes |= {"camunda:type": "external", "camunda:topic": draw(st.sampled_from(TOPICS))}
    elif tag == "userTask":
        node.attributes |= {"camunda:candidateGroups": draw(st.sampled_from(["sales", "sales,backoffice"]))}
    elif tag == "callActivity":
        node.attributes |= {"calledElement": draw(st.sampled_from(["billing", "${process}"]))}
    elif tag == "scriptTask":
        node.attributes |= {"scriptFormat": "javascript"}
        node.children = [Xml("script", text=draw(st.sampled_from(["1", "if (a < b) {\n  c();\n}"])))]
    elif tag == "intermediateCatchEvent":
        node.children = [_timer(draw)]
    return node


def _timer(draw: st.DrawFn) -> Xml:
    duration = Xml("timeDuration", {"xsi:type": "tFormalExpression"}, text=draw(st.sampled_from(TIMERS)))
    return Xml("timerEventDefinition", children=[duration])


def _flow(draw: st.DrawFn, source: Xml, target: Xml, ids: Iterator[str]) -> Xml:
    own = {"id": next(ids)} if draw(st.booleans()) else {}
    return Xml(FLOW, own | _name(draw) | {"sourceRef": source.id, "targetRef": target.id})


def _branch(draw: st.DrawFn, gateway: Xml, flow: Xml, target: Xml, ids: Iterator[str]) -> Xml:
    """A second flow of a gateway, back to an element before it, with a condition; the first flow becomes the default one."""
    flow.attributes.setdefault("id", next(ids))
    gateway.attributes["default"] = flow.id
    branch = _flow(draw, gateway, target, ids)
    branch.children = [Xml("conditionExpression", {"xsi:type": "tFormalExpression"}, text=draw(st.sampled_from(["${a}", "${b < 1}"])))]
    return branch


def _boundary(draw: st.DrawFn, host: Xml, ids: Iterator[str]) -> Xml:
    return Xml("boundaryEvent", {"id": next(ids)} | _name(draw) | {"attachedToRef": host.id}, [_timer(draw)])


def _lanes(draw: st.DrawFn, process: Xml, ids: Iterator[str]) -> Xml:
    """Two lanes, with each connected element of the process in one of them; the last two elements stay out."""
    lanes = [Xml("lane", {"id": next(ids)} | _name(draw)) for _ in range(2)]
    for node in process.children[:-2]:
        if node.tag in NODES:
            draw(st.sampled_from(lanes)).children.append(Xml("flowNodeRef", text=node.id))
    return Xml("laneSet", {"id": next(ids)}, lanes)


def _diagram(draw: st.DrawFn, root: Xml) -> Xml:
    plane = Xml("bpmndi:BPMNPlane", {"bpmnElement": root.children[0].id})
    for one in root.every():
        if one.tag in (*NODES, "lane"):
            bounds = Xml("dc:Bounds", {"x": str(draw(st.integers(0, 900))), "y": "80", "width": "100", "height": "80"})
            plane.children.append(Xml("bpmndi:BPMNShape", {"bpmnElement": one.id}, [bounds]))
        elif one.tag == FLOW and "id" in one.attributes:
            points = [Xml("di:waypoint", {"x": str(draw(st.integers(0, 900))), "y": y}) for y in ("10", "20")]
            plane.children.append(Xml("bpmndi:BPMNEdge", {"bpmnElement": one.id}, points))
    return Xml("bpmndi:BPMNDiagram", children=[plane])


# ---------------------------------------------------------------------------------------------------------------- edits


def _rename_id(draw: st.DrawFn, root: Xml) -> Expected:
    """Another id, everywhere."""
    one = draw(st.sampled_from([one for one in root.every() if one.tag in (*NODES, FLOW, "lane", "process") and "id" in one.attributes]))
    old, new = one.id, "renamed"
    one.attributes["id"] = new
    for other in root.every():
        other.attributes |= {name: new for name in REFERENCES if other.attributes.get(name) == old}
        other.text = new if other.tag == "flowNodeRef" and other.text == old else other.text
    return Expected(changed={new: {"id": (old, new)}})


def _rename(draw: st.DrawFn, root: Xml) -> Expected:
    one = draw(st.sampled_from(root.all(*NODES, FLOW, "lane", "process")))
    old, one.attributes["name"] = one.attributes.get("name") or None, "Another name"
    return Expected(changed={one.made_up_id: {"name": (old, "Another name")}})


def _other_topic(draw: st.DrawFn, root: Xml) -> Expected | None:
    tasks = root.all("serviceTask")
    if not tasks:
        return None
    task = draw(st.sampled_from(tasks))
    old, task.attributes["camunda:topic"] = task.attributes["camunda:topic"], "other"
    return Expected(changed={task.id: {"topic": (old, "other")}})


def _other_timer(draw: st.DrawFn, root: Xml) -> Expected | None:
    events = root.all("boundaryEvent", "intermediateCatchEvent")
    if not events:
        return None
    event = draw(st.sampled_from(events))
    timer = event.all("timeDuration")[0]
    old, timer.text = timer.text, "PT99S"
    return Expected(changed={event.id: {"timer.duration": (old, "PT99S")}})


def _loose(process: Xml) -> list[Xml]:
    """The tasks of a process that nothing refers to, except the diagram interchange."""
    attributes = {one.attributes.get(name) for one in process.every() for name in REFERENCES}
    texts = {one.text for one in process.all("flowNodeRef")}
    return [child for child in process.children if child.tag == "userTask" and child.id not in attributes | texts]


def _move_into_sub_process(draw: st.DrawFn, root: Xml) -> Expected | None:
    process = draw(st.sampled_from(root.all("process")))
    tasks, scopes = _loose(process), process.all("subProcess")
    if not tasks or not scopes:
        return None
    task, scope = draw(st.sampled_from(tasks)), draw(st.sampled_from(scopes))
    process.children.remove(task)
    scope.children.append(task)
    return Expected(changed={task.id: {"parent": (process.id, scope.id)}})


def _pairs(scope: Xml) -> set[tuple[str, str]]:
    return {(flow.attributes["sourceRef"], flow.attributes["targetRef"]) for flow in scope.children if flow.tag == FLOW}


def _targets(scope: Xml, source: str) -> list[str]:
    """The elements to which a new flow from an element can go."""
    nodes = [one for one in scope.children if one.tag in NODES and one.tag not in ("startEvent", "boundaryEvent")]
    return [node.id for node in nodes if (source, node.id) not in _pairs(scope)]


def _reconnect(draw: st.DrawFn, root: Xml) -> Expected | None:
    flow = draw(st.sampled_from(root.all(FLOW)))
    targets = _targets(root.parent_of(flow), flow.attributes["sourceRef"])
    if not targets:
        return None
    old_id, old = flow.made_up_id, flow.attributes["targetRef"]
    new = flow.attributes["targetRef"] = draw(st.sampled_from(targets))
    if "id" in flow.attributes:
        return Expected(changed={flow.id: {"targetRef": (old, new)}})
    return Expected(added={flow.made_up_id}, removed={old_id})


def _delete_flow(draw: st.DrawFn, root: Xml) -> Expected:
    flow = draw(st.sampled_from(root.all(FLOW)))
    return Expected(removed={flow.made_up_id}, changed=_without(root, flow))


def _delete_node(draw: st.DrawFn, root: Xml) -> Expected:
    """An element with all that is in it, its boundary events and its flows."""
    node = draw(st.sampled_from(root.all(*ACTIVITIES, "exclusiveGateway", "endEvent")))
    inside = {one.id for one in node.all(*NODES)}
    attached = [one for one in root.all("boundaryEvent") if one.attributes["attachedToRef"] in inside]
    gone = {one.id for one in attached} | inside
    flows = [flow for flow in root.all(FLOW) if gone & {flow.attributes["sourceRef"], flow.attributes["targetRef"]}]
    removed = gone | {flow.made_up_id for flow in flows}
    changed = [_without(root, one) for one in (*flows, *attached, node)]
    return Expected(removed=removed, changed={one: facts for found in changed for one, facts in found.items() if one not in gone})


def _without(root: Xml, one: Xml) -> dict[str, dict[str, tuple[str | None, str | None]]]:
    """Take an element out of a tree, with what refers to it; what this changes."""
    ids = {found.attributes["id"] for found in one.every() if "id" in found.attributes}
    if any(one is found for found in root.every()):
        scope = root.parent_of(one)
        scope.children = [child for child in scope.children if child is not one]
    changed: dict[str, dict[str, tuple[str | None, str | None]]] = {}
    for other in root.every():
        other.children = [child for child in other.children if child.attributes.get("bpmnElement") not in ids and child.text not in ids]
        if other.attributes.get("default") in ids:
            changed[other.id] = {"default": (other.attributes.pop("default"), None)}
    return changed


def _may_leave(root: Xml, gateway: Xml) -> bool:
    """Whether an engine accepts the flows of a gateway: there must be one, and a single one must have no condition."""
    flows = [flow for flow in root.all(FLOW) if flow.attributes["sourceRef"] == gateway.id]
    return len(flows) > 1 or (len(flows) == 1 and not flows[0].children)


def _add_task(draw: st.DrawFn, root: Xml) -> Expected:
    scope = draw(st.sampled_from(root.all(*SCOPES)))
    scope.children.append(Xml(draw(st.sampled_from(["userTask", "manualTask"])), {"id": "new"} | _name(draw)))
    return Expected(added={"new"})


def _add_flow(draw: st.DrawFn, root: Xml) -> Expected | None:
    scope = draw(st.sampled_from(root.all(*SCOPES)))
    source = draw(st.sampled_from([one for one in scope.children if one.tag in (*ACTIVITIES, "startEvent")]))
    targets = _targets(scope, source.id)
    if not targets:
        return None
    own = {"id": "newFlow"} if draw(st.booleans()) else {}
    flow = Xml(FLOW, own | {"sourceRef": source.id, "targetRef": draw(st.sampled_from(targets))})
    scope.children.append(flow)
    return Expected(added={flow.made_up_id})


def _reorder(draw: st.DrawFn, root: Xml) -> Expected:
    """The elements of each process and sub-process, the lanes, the attributes and the processes in another order."""
    for scope in root.all(*SCOPES, "laneSet"):
        lanes = [child for child in scope.children if child.tag == "laneSet"]
        others = [child for child in scope.children if child.tag != "laneSet"]
        scope.children = lanes + draw(st.permutations(others))
    for one in root.every():
        one.attributes = dict(reversed(one.attributes.items()))
    root.children = [*root.children[:-1][::-1], root.children[-1]]
    return Expected()


def _move_shapes(draw: st.DrawFn, root: Xml) -> Expected:
    drawn = draw(st.lists(st.sampled_from(root.all("bpmndi:BPMNShape", "bpmndi:BPMNEdge")), min_size=1, unique_by=id))
    for one in drawn:
        point = one.children[0].attributes
        point["x"] = str(int(point["x"]) + draw(st.integers(1, 50)))
    return Expected(moved={one.attributes["bpmnElement"] for one in drawn})


def _nothing(draw: st.DrawFn, root: Xml) -> Expected:
    return Expected()


PREFIXED = {"bpmn": "b", "bpmndi": "x", "dc": "y", "di": "z", "camunda": "c", "xsi": "i"}
EDITS: Mapping[str, tuple[Callable[[st.DrawFn, Xml], Expected | None], Spelling]] = {
    "rename id": (_rename_id, Spelling()),
    "rename": (_rename, Spelling()),
    "other topic": (_other_topic, Spelling()),
    "other timer": (_other_timer, Spelling()),
    "move into a sub-process": (_move_into_sub_process, Spelling()),
    "reconnect a flow": (_reconnect, Spelling()),
    "delete a flow": (_delete_flow, Spelling()),
    "delete an element": (_delete_node, Spelling()),
    "add a task": (_add_task, Spelling()),
    "add a flow": (_add_flow, Spelling()),
    "reorder": (_reorder, Spelling()),
    "reformat": (_nothing, Spelling(indented=True)),
    "other prefixes": (_nothing, Spelling(PREFIXED)),
    "move shapes": (_move_shapes, Spelling()),
}
"""The edits, each with how the edited file is written."""


@st.composite
def edits(draw: st.DrawFn, name: str) -> Edit:
    """A random file, and the same after the edit of this name; where the edit is not possible, the file itself."""
    root = draw(trees())
    edit, spelling = EDITS[name]
    edited = deepcopy(root)
    expected = edit(draw, edited)
    if expected is None or not all(_may_leave(edited, gateway) for gateway in edited.all("exclusiveGateway")):
        expected, edited = Expected(), root
    return Edit(name, written(root), written(edited, spelling), expected)


@st.composite
def several_edits(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A random file, and the same after some edits."""
    root = draw(trees())
    edited = deepcopy(root)
    for name in draw(st.lists(st.sampled_from(list(EDITS)), min_size=2, max_size=4, unique=True)):
        EDITS[name][0](draw, edited)
    return written(root), written(edited)
