"""Files with the quirks of the diagram interchange that tools write, written by hand: a name and the file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.pictures.sheet import NAMESPACES


def _file(semantic: str, *planes: tuple[str, str]) -> bytes:
    drawn = "".join(
        f'<bpmndi:BPMNDiagram id="d{number}"><bpmndi:BPMNPlane id="p{number}" bpmnElement="{element}">{shapes}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        for number, (element, shapes) in enumerate(planes)
    )
    return f'<definitions {NAMESPACES} targetNamespace="https://example.org/quirks">{semantic}{drawn}</definitions>'.encode()


def _shape(element: str, bounds: str, attributes: str = "", label: str = "") -> str:
    x, y, width, height = bounds.split()
    inside = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>{label}'
    return f'<bpmndi:BPMNShape bpmnElement="{element}" {attributes}>{inside}</bpmndi:BPMNShape>'


def _edge(element: str, points: str, label: str = "") -> str:
    waypoints = "".join('<di:waypoint x="{}" y="{}"/>'.format(*point.split(",")) for point in points.split())
    return f'<bpmndi:BPMNEdge bpmnElement="{element}">{waypoints}{label}</bpmndi:BPMNEdge>'


def _label(bounds: str) -> str:
    x, y, width, height = bounds.split()
    return f'<bpmndi:BPMNLabel><dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNLabel>'


def _process(inside: str, id_: str = "p") -> str:
    start = "" if "<startEvent" in re.sub("<subProcess.*</subProcess>", "", inside) else '<startEvent id="notDrawn"/>'
    return f'<process id="{id_}" isExecutable="true">{inside}{start}</process>'


THREE = (
    '<startEvent id="s" name="Start"/><sequenceFlow id="f" sourceRef="s" targetRef="t" name="go on"/>'
    '<userTask id="t" name="Check"/><sequenceFlow id="g" sourceRef="t" targetRef="e"/><endEvent id="e" name="End"/>'
)
DRAWN = (
    _shape("s", "100 100 36 36"),
    _edge("f", "136,118 200,118"),
    _shape("t", "200 78 100 80"),
    _edge("g", "300,118 360,118"),
    _shape("e", "360 100 36 36"),
)
INNER = '<subProcess id="u" name="Within"><startEvent id="i" name="Inner"/></subProcess>'
QUIRKS: Mapping[str, bytes] = {
    "edges-first": _file(_process(THREE), ("p", "".join(reversed(DRAWN)))),
    "children-first": _file(_process(INNER), ("p", _shape("i", "240 140 36 36") + _shape("u", "200 80 200 150", 'isExpanded="true"'))),
    "far-away": _file(
        _process(THREE),
        (
            "p",
            _shape("s", "-90000 -70000 36 36") + _shape("t", "-89900.5 -70020.25 100 80") + _edge("f", "-89964,-69982 -89900.5,-69980"),
        ),
    ),
    "no-names": _file(_process(re.sub(' name="[^"]*"', "", THREE)), ("p", "".join(DRAWN))),
    "nothing-on-the-plane": _file(_process(THREE), ("p", "")),
    "only-some-are-drawn": _file(_process(THREE), ("p", DRAWN[2] + DRAWN[4])),
    "odd-sizes": _file(_process(THREE), ("p", _shape("s", "100 100 60 30") + _shape("t", "200 78 20 12") + _shape("e", "360 100 8 8"))),
    "no-size": _file(_process(THREE), ("p", _shape("s", "100 100 0 0") + _shape("t", "200 78 0 0") + _edge("f", "100,100 200,78"))),
    "one-place-for-all-waypoints": _file(
        _process(THREE), ("p", DRAWN[0] + DRAWN[2] + _edge("f", "136,118 136,118 136,118 200,118 200,118"))
    ),
    "a-loop": _file(
        _process('<userTask id="t"/><sequenceFlow id="f" sourceRef="t" targetRef="t" name="again"/>'),
        ("p", _shape("t", "200 78 100 80") + _edge("f", "300,118 340,118 340,40 250,40 250,78")),
    ),
    "labels-everywhere": _file(
        _process(THREE),
        (
            "p",
            _shape("s", "100 100 36 36", label=_label("90 60 20 14"))
            + _edge("f", "136,118 200,118", _label("150 90 40 14"))
            + _shape("t", "200 78 100 80", label=_label("10 10 30 14"))
            + _shape("e", "360 100 36 36", label="<bpmndi:BPMNLabel/>"),
        ),
    ),
    "collapsed-with-its-content-on-the-same-plane": _file(
        _process(INNER), ("p", _shape("u", "200 80 100 80", 'isExpanded="false"') + _shape("i", "230 110 36 36"))
    ),
    "not-said-whether-expanded": _file(_process(INNER), ("p", _shape("u", "200 80 300 200") + _shape("i", "240 140 36 36"))),
    "two-diagrams": _file(
        _process(THREE) + _process('<startEvent id="o" name="Other"/>', "other"),
        ("p", "".join(DRAWN)),
        ("other", _shape("o", "50 50 36 36")),
    ),
    "two-planes-of-a-process": _file(_process(THREE), ("p", "".join(DRAWN)), ("p", DRAWN[0])),
    "pools-that-do-not-say-how-they-lie": _file(
        '<collaboration id="c"><participant id="a" name="Across" processRef="p"/><participant id="b" name="Down"/></collaboration>'
        + _process(f'<laneSet><lane id="l" name="A lane"><flowNodeRef>s</flowNodeRef></lane></laneSet>{THREE}'),
        ("c", _shape("a", "60 40 500 160") + _shape("l", "90 40 470 160") + "".join(DRAWN) + _shape("b", "600 40 90 300")),
    ),
    "text-as-cdata": _file(
        _process(THREE + "<textAnnotation id='n'><text><![CDATA[a <b> & \n c]]></text></textAnnotation>"),
        ("p", "".join(DRAWN) + _shape("n", "200 200 120 50")),
    ),
    "a-flow-without-its-ends": _file(_process(THREE), ("p", DRAWN[0] + DRAWN[1] + DRAWN[3])),
    "a-call-and-its-loop": _file(
        _process('<callActivity id="k" name="Call" calledElement="x"><standardLoopCharacteristics/></callActivity>'),
        ("p", _shape("k", "10 10 100 80", 'isExpanded="true"')),
    ),
}
ON_PURPOSE: Mapping[tuple[str, str], str] = {
    ("not-said-whether-expanded", "i"): "bpmn-js takes a sub-process for collapsed, although something is drawn within it",
    ("no-size", "t"): "bpmn-js writes the name over what is too small for it",
    ("odd-sizes", "t"): "bpmn-js writes the name over what is too small for it",
    ("odd-sizes", "s"): "bpmn-js draws an event whose bounds are no square beyond them",
}
"""What procdef draws otherwise than bpmn-js: the file, the element, and why."""
