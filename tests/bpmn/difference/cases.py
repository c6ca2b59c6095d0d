"""Pairs of files and what differs between them: one row each, and each the other way round, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.bpmn.difference.fact_changes import DECLARED, FACTS, Facts, expression
from tests.bpmn.files import file


@dataclass(frozen=True)
class Case:
    """A left and a right file, the ids of what is added, removed and only moved, and the facts of what is changed by the right id."""

    left: bytes
    right: bytes
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: Mapping[str, Facts] = field(default_factory=dict)
    moved: frozenset[str] = frozenset()


def one_element(tag: str, before: str, content: str, after: str, other_content: str, facts: Facts) -> Case:
    """The case of one element in a process."""
    contents = ((before, content), (after, other_content))
    left, right = (file(f'<{tag} id="a" {attributes}>{text}</{tag}>', declared=DECLARED) for attributes, text in contents)
    return Case(left, right, changed={"a": facts})


A, B = '<task id="a"/>', '<task id="b"/>'


def flow(source: str, target: str, attributes: str = 'id="f"', inner: str = "") -> str:
    return f'<sequenceFlow {attributes} sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def condition(text: str) -> str:
    return expression("conditionExpression", text)


def case(left: str, right: str, *, added: str = "", removed: str = "", moved: str = "", **changed: Facts) -> Case:
    """The case of two contents of a process; the ids are comma-separated."""
    return case_of(file(left), file(right), added=added, removed=removed, moved=moved, **changed)


def case_of(left: bytes, right: bytes, *, added: str = "", removed: str = "", moved: str = "", **changed: Facts) -> Case:
    ids = (frozenset(filter(None, text.split(","))) for text in (added, removed, moved))
    new, old, only_moved = ids
    return Case(left, right, new, old, changed, only_moved)


def lanes(first: str, second: str, names: tuple[str, str] = ("l", "m")) -> str:
    texts = ("".join(f"<flowNodeRef>{one}</flowNodeRef>" for one in ids.split()) for ids in (first, second))
    found = (f'<lane id="{one}" name="{one}">{text}</lane>' for one, text in zip(names, texts, strict=True))
    return f"<laneSet>{''.join(found)}</laneSet>"


def drawn(x: int, y: int = 0, at: int = 5) -> str:
    """A diagram of the elements `a` and `f`."""
    return (
        '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p"><bpmndi:BPMNShape bpmnElement="a">'
        f'<dc:Bounds x="{x}" y="{y}" width="9" height="9"/></bpmndi:BPMNShape><bpmndi:BPMNEdge bpmnElement="f">'
        f'<di:waypoint x="{at}" y="0"/><di:waypoint x="9" y="9"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    )


def process(key: str, body: str) -> str:
    return f'<process id="{key}">{body}</process>'


def collaboration(inner: str, own: str = 'id="c"') -> str:
    return f"<collaboration {own}>{inner}</collaboration>"


POOLS = '<participant id="x" name="X" processRef="p"/><participant id="y" name="Y"/>'
BOUNDARY = '<boundaryEvent id="x" attachedToRef="{}"/>'
GATEWAY = '<exclusiveGateway id="g" {}/>'
BRANCHES = flow("g", "a", 'id="f"', condition("${x}")) + flow("g", "b", 'id="h"')
CASES: Mapping[str, Case] = {
    **{f"{name} is changed": one_element(*row) for name, row in FACTS.items()},
    # ---- flows
    "a condition": case(
        A + B + flow("a", "b", inner=condition("${x}")),
        A + B + flow("a", "b", inner=condition("${ x }")),
        f={"condition": ("${x}", "${ x }")},
    ),
    "an end of a flow": case(A + B + flow("a", "a"), A + B + flow("a", "b"), f={"targetRef": ("a", "b")}),
    "a flow turned round": case(A + B + flow("a", "b"), A + B + flow("b", "a"), f={"sourceRef": ("a", "b"), "targetRef": ("b", "a")}),
    "the name of a flow": case(A + B + flow("a", "b"), A + B + flow("a", "b", 'id="f" name="yes"'), f={"name": (None, "yes")}),
    "a flow without id is added": case(A + B, A + B + flow("a", "b", ""), added="a > b"),
    "a flow without id goes elsewhere": case(A + B + flow("a", "a", ""), A + B + flow("a", "b", ""), added="a > b", removed="a > a"),
    "a flow without id, a condition": Case(
        file(A + B + flow("a", "b", "")),
        file(A + B + flow("a", "b", "", condition("${x}"))),
        changed={"a > b": {"condition": (None, "${x}")}},
    ),
    "two flows without id between two elements": case(
        A + B + flow("a", "b", "", condition("${x}")) + flow("a", "b", "", condition("${y}")),
        A + B + flow("a", "b", "", condition("${y}")),
        removed="a > b",
    ),
    "a flow gets an id": case(A + B + flow("a", "b", ""), A + B + flow("a", "b"), f={"id": ("a > b", "f")}),
    "the default flow": case(
        A + B + GATEWAY.format('default="f"') + BRANCHES, A + B + GATEWAY.format('default="h"') + BRANCHES, g={"default": ("f", "h")}
    ),
    "no default flow any more": case(
        A + B + GATEWAY.format('default="h"') + BRANCHES, A + B + GATEWAY.format("") + BRANCHES, g={"default": ("h", None)}
    ),
    "a renamed default flow": case(
        A + B + GATEWAY.format('default="h"') + BRANCHES,
        A + B + GATEWAY.format('default="i"') + BRANCHES.replace('"h"', '"i"'),
        i={"id": ("h", "i")},
    ),
    "an association": case(
        A + '<textAnnotation id="t"/><association id="f" sourceRef="a" targetRef="t"/>',
        A + '<textAnnotation id="t"/><association id="f" sourceRef="a" targetRef="t" associationDirection="One"/>',
        f={"associationDirection": (None, "One")},
    ),
    # ---- elements
    "a type": case(A, '<userTask id="a"/>', a={"type": ("task", "userTask")}),
    "a type and a name": case(A, '<userTask id="a" name="A"/>', a={"type": ("task", "userTask"), "name": (None, "A")}),
    "an added element": case(A, A + '<serviceTask id="b" camunda:expression="${x}"/>', added="b"),
    "a removed data object": case(A + '<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/>', A, removed="d,r"),
    "another data object": case(
        '<dataObject id="d"/><dataObject id="e"/><dataObjectReference id="r" dataObjectRef="d"/>',
        '<dataObject id="d"/><dataObject id="e"/><dataObjectReference id="r" dataObjectRef="e"/>',
        r={"dataObjectRef": ("d", "e")},
    ),
    "a boundary event, another host": case(A + B + BOUNDARY.format("a"), A + B + BOUNDARY.format("b"), x={"attachedToRef": ("a", "b")}),
    "a boundary event that ends nothing": case(
        A + BOUNDARY.format("a"), A + BOUNDARY.format("a").replace("/>", ' cancelActivity="false"/>'), x={"cancelActivity": (None, "false")}
    ),
    "into a sub-process": case(A + '<subProcess id="s"/>', f'<subProcess id="s">{A}</subProcess>', a={"parent": ("p", "s")}),
    "out of a sub-process that is removed": case(f'<subProcess id="s">{A}</subProcess>', A, removed="s", a={"parent": ("s", "p")}),
    "a sub-process into another": case(
        f'<subProcess id="s">{A}</subProcess><subProcess id="t"/>',
        f'<subProcess id="t"><subProcess id="s">{A}</subProcess></subProcess>',
        s={"parent": ("p", "t")},
    ),
    "compensation of another activity": case(
        A + B + '<endEvent id="e"><compensateEventDefinition activityRef="a"/></endEvent>',
        A + B + '<endEvent id="e"><compensateEventDefinition activityRef="b"/></endEvent>',
        e={"activityRef": ("a", "b")},
    ),
    # ---- renamed ids
    "a renamed task": case(
        A + '<task id="b" name="B"/>' + flow("a", "b") + BOUNDARY.format("b"),
        A + '<task id="c" name="B"/>' + flow("a", "c") + BOUNDARY.format("c"),
        c={"id": ("b", "c")},
    ),
    "a renamed task, flows without id": case(
        A + '<task id="b" name="B"/>' + flow("a", "b", ""), A + '<task id="c" name="B"/>' + flow("a", "c", ""), c={"id": ("b", "c")}
    ),
    "a renamed task and a changed flow": case(
        A + '<task id="b" name="B"/>' + flow("a", "b"),
        A + '<task id="c" name="B"/>' + flow("a", "c", inner=condition("${x}")),
        c={"id": ("b", "c")},
        f={"condition": (None, "${x}")},
    ),
    "another id and another name": case('<task id="a" name="A"/>', '<task id="b" name="B"/>', added="b", removed="a"),
    "two tasks that nothing tells apart": case('<task id="a"/><task id="b"/>', '<task id="c"/><task id="d"/>', added="c,d", removed="a,b"),
    "a renamed sub-process": case(
        f'<subProcess id="s">{A}{B}{flow("a", "b", "")}</subProcess>',
        f'<subProcess id="t">{A}{B}{flow("a", "b", "")}</subProcess>',
        t={"id": ("s", "t")},
    ),
    "an id is taken over": case(
        '<task id="a" name="A"/>', '<task id="b" name="A"/><task id="a" name="New"/>', added="b", a={"name": ("A", "New")}
    ),
    # ---- lanes
    "another lane": case(lanes("a", "") + A, lanes("", "a") + A, a={"lane": ("l", "m")}),
    "into a lane": case(lanes("", "") + A, lanes("a", "") + A, a={"lane": (None, "l")}),
    "a renamed lane": case(
        lanes("a", "b") + A + B, lanes("a", "b", ("l", "n")).replace('name="n"', 'name="m"') + A + B, n={"id": ("m", "n")}
    ),
    "the name of a lane": case(lanes("a", "") + A, lanes("a", "").replace('name="m"', 'name="M"') + A, m={"name": ("m", "M")}),
    "an added lane": case(A, lanes("", "a") + A, added="l,m", a={"lane": (None, "m")}),
    # ---- processes
    "another process id": case_of(file(A + B), file(A + B).replace(b'id="p"', b'id="q"'), q={"id": ("p", "q")}),
    "another process id and version tag": case_of(
        file(A + B, attributes='camunda:versionTag="1.0"'),
        file(A + B, attributes='camunda:versionTag="1.1"').replace(b'id="p"', b'id="q"'),
        q={"id": ("p", "q"), "versionTag": ("1.0", "1.1")},
    ),
    "not executable": case_of(file(A), file(A).replace(b'"true"', b'"false"'), p={"isExecutable": ("true", None)}),
    "the facts of a process": case_of(
        file(A, attributes='name="P" camunda:historyTimeToLive="P1D" camunda:candidateStarterGroups="a,b"'),
        file(
            A,
            attributes='name="Q" camunda:historyTimeToLive="5" camunda:candidateStarterGroups="b,a" camunda:isStartableInTasklist="false"',
        ),
        p={"name": ("P", "Q"), "historyTimeToLive": ("P1D", "5"), "isStartableInTasklist": (None, "false")},
    ),
    "a second process": case_of(file(A), file(A, after=process("q", B)), added="q,b"),
    "a task of the second process": case_of(
        file(A, after=process("q", B)), file(A, after=process("q", '<task id="b" name="B"/>')), b={"name": (None, "B")}
    ),
    "from one process to the other": case_of(file(A, after=process("q", B)), file("", after=process("q", A + B)), a={"parent": ("p", "q")}),
    "two processes change places": case_of(file(A, after=process("q", B)), file(A, declared=process("q", B))),
    "files that have nothing in common": case_of(
        file(A + B + flow("a", "b"), attributes='name="P"'),
        file('<userTask id="c"/><endEvent id="e"/>' + flow("c", "e", 'id="g"')).replace(b'id="p"', b'id="q"'),
        added="q,c,e,g",
        removed="p,a,b,f",
    ),
    "the category": case_of(file(A), file(A).replace(b'"Examples"', b'"Others"'), p={"category": ("Examples", "Others")}),
    # ---- collaborations
    "a participant": case_of(
        file(A, after=collaboration(POOLS)), file(A, after=collaboration(POOLS.replace('"Y"', '"Z"'))), y={"name": ("Y", "Z")}
    ),
    "a participant is added": case_of(
        file(A, after=collaboration(POOLS)), file(A, after=collaboration(POOLS + '<participant id="z"/>')), added="z"
    ),
    "a participant gets a process": case_of(
        file(A, after=collaboration(POOLS)),
        file(A, after=collaboration(POOLS.replace('name="Y"', 'name="Y" processRef="p"'))),
        y={"processRef": (None, "p")},
    ),
    "another process id below a participant": case_of(
        file(A, after=collaboration(POOLS)),
        file(A, after=collaboration(POOLS.replace('"p"', '"q"'))).replace(b'process id="p"', b'process id="q"'),
        q={"id": ("p", "q")},
    ),
    "a message flow": case_of(
        file(A + B, after=collaboration(POOLS + '<messageFlow id="f" sourceRef="a" targetRef="y"/>')),
        file(A + B, after=collaboration(POOLS + '<messageFlow id="f" sourceRef="b" targetRef="y"/>')),
        f={"sourceRef": ("a", "b")},
    ),
    "the id of a collaboration": case_of(
        file(A, after=collaboration(POOLS)), file(A, after=collaboration(POOLS, 'id="d"')), d={"id": ("c", "d")}
    ),
    # ---- nothing
    "the order of elements": case(A + B + flow("a", "b"), flow("a", "b") + B + A),
    "the order of a gateway's flows": case(
        A + B + GATEWAY.format('default="h"') + flow("g", "a") + flow("g", "b", 'id="h"'),
        A + B + GATEWAY.format('default="h"') + flow("g", "b", 'id="h"') + flow("g", "a"),
    ),
    "the order of lanes and of what is in them": case(lanes("a b", "") + A + B, lanes("", "b a", ("m", "l")) + A + B),
    "the incoming and outgoing flows": case(
        A + B + flow("a", "b"), '<task id="a"><outgoing>f</outgoing></task><task id="b"><incoming>f</incoming></task>' + flow("a", "b")
    ),
    "a default that is spelt out": case('<startEvent id="a"/>', '<startEvent id="a" isInterrupting="true" camunda:asyncBefore="false"/>'),
    "blanks around an expression": case(
        A + B + flow("a", "b", inner=condition("${x}")), A + B + flow("a", "b", inner=condition("\n  ${x}\n"))
    ),
    "a comment": case(A, f"<!-- why -->{A}"),
    "another namespace of the engine": case_of(
        file('<userTask id="a" camunda:assignee="x"/>'),
        file('<userTask id="a" camunda:assignee="x"/>').replace(
            b"http://camunda.org/schema/1.0/bpmn", b"http://operaton.org/schema/1.0/bpmn"
        ),
    ),
    "the id of a message": case_of(
        file('<startEvent id="a"><messageEventDefinition messageRef="m"/></startEvent>', declared='<message id="m" name="M"/>'),
        file('<startEvent id="a"><messageEventDefinition messageRef="n"/></startEvent>', declared='<message id="n" name="M"/>'),
    ),
    # ---- the diagram
    "a shape": case_of(file(A + B + flow("a", "b"), after=drawn(1)), file(A + B + flow("a", "b"), after=drawn(2)), moved="a"),
    "an edge": case_of(file(A + B + flow("a", "b"), after=drawn(1)), file(A + B + flow("a", "b"), after=drawn(1, at=6)), moved="f"),
    "an edge whose flow goes elsewhere": case_of(
        file(A + B + flow("a", "b"), after=drawn(1)),
        file(A + B + flow("b", "b"), after=drawn(1, at=6)),
        f={"sourceRef": ("a", "b")},
    ),
    "a diagram is added": case_of(file(A + B + flow("a", "b")), file(A + B + flow("a", "b"), after=drawn(1))),
}
"""All cases by name."""
