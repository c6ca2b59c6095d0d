"""What is drawn. What is expected was recorded from a running engine."""

from __future__ import annotations

import pytest

from tests.bpmn.files import DECLARED, START, Told, errors, file

CASES: dict[str, tuple[bytes, list[Told] | str]] = {
    "plane of nothing": (
        file(
            START,
            declared=DECLARED,
            after='<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" ></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>',
        ),
        [("'bpmnElement' attribute is required on BPMNPlane ", "pl", ("pl",))],
    ),
    "plane of what is not there": (
        file(
            START,
            declared=DECLARED,
            after='<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="nope"></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>',
        ),
        [],
    ),
    "no plane": (
        file(START, declared=DECLARED, after='<bpmndi:BPMNDiagram id="dg"></bpmndi:BPMNDiagram>'),
        [],
    ),
    "shape of nothing": (
        file(
            START,
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNShape id="sh">'
                '<dc:Bounds x="1" y="1" width="1" height="1"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
            ),
        ),
        [("'bpmnElement' attribute is required on BPMNShape", "sh", ("sh",))],
    ),
    "shape of what is not there": (
        file(
            START,
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNShape id="sh" bpmnElement="nope">'
                '<dc:Bounds x="1" y="1" width="1" height="1"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
            ),
        ),
        [("Invalid reference in 'bpmnElement' attribute, activity nope not found", "sh", ("sh",))],
    ),
    "shape": (
        file(
            START,
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNShape id="sh" bpmnElement="s">'
                '<dc:Bounds x="1" y="1" width="1" height="1"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
            ),
        ),
        [],
    ),
    "shape without bounds": (
        file(
            START,
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNShape id="sh" bpmnElement="s">'
                "</bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
            ),
        ),
        [("'Bounds' element is required", "sh", ("sh",))],
    ),
    "shape with bounds that are none": (
        file(
            START,
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNShape id="sh" bpmnElement="s">'
                '<dc:Bounds x="" y="q" width="1"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
            ),
        ),
        [("x is required", "sh", ("sh",)), ('Cannot parse y: For input string: "q"', "sh", ("sh",)), ("height is required", "sh", ("sh",))],
    ),
    "shape of data": (
        file(
            START + '<dataObject id="d"/>',
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNShape id="sh" bpmnElement="d">'
                "</bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
            ),
        ),
        [],
    ),
    "shape of a lane": (
        file(
            '<laneSet id="ls"><lane id="ln"/></laneSet><startEvent id="s"/>',
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNShape id="sh" bpmnElement="ln">'
                "</bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
            ),
        ),
        [("'Bounds' element is required", "sh", ("sh",))],
    ),
    "shape of a participant": (
        file(
            START,
            declared='<collaboration id="c"><participant id="pa" processRef="p"/></collaboration>',
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNShape id="sh" bpmnElement="pa">'
                "</bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
            ),
        ),
        [("'Bounds' element is required", "sh", ("sh",))],
    ),
    "edge of nothing": (
        file(
            START,
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNEdge id="ed">'
                '<di:waypoint x="1" y="2"/><di:waypoint x="1" y="2"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
            ),
        ),
        [("'bpmnElement' attribute is required on BPMNEdge", "ed", ("ed",))],
    ),
    "edge of what is not there": (
        file(
            START,
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNEdge id="ed" bpmnElement="nope">'
                '<di:waypoint x="1" y="2"/><di:waypoint x="1" y="2"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
            ),
        ),
        [("Invalid reference in 'bpmnElement' attribute, sequenceFlow nopenot found", "ed", ("ed",))],
    ),
    "edge with one point": (
        file(
            START + '<sequenceFlow id="f" sourceRef="s" targetRef="s"/>',
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNEdge id="ed" bpmnElement="f">'
                '<di:waypoint x="1" y="2"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
            ),
        ),
        [("Minimum 2 waypoint elements must be definted for a 'BPMNEdge'", "ed", ("ed",))],
    ),
    "edge": (
        file(
            START + '<sequenceFlow id="f" sourceRef="s" targetRef="s"/>',
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNEdge id="ed" bpmnElement="f">'
                '<di:waypoint x="1" y="2"/><di:waypoint x="1" y="2"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
            ),
        ),
        [],
    ),
    "edge with points that are none": (
        file(
            START + '<sequenceFlow id="f" sourceRef="s" targetRef="s"/>',
            declared=DECLARED,
            after=(
                '<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNEdge id="ed" bpmnElement="f">'
                '<di:waypoint x="1" y="2"/><di:waypoint id="w" x="" y="q"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
            ),
        ),
        [("x is required", "w", ("w",)), ('Cannot parse y: For input string: "q"', "w", ("w",))],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_errors(name: str) -> None:
    data, expected = CASES[name]
    found = errors(data)
    assert found == expected or (isinstance(found, str) and isinstance(expected, str) and found.startswith(expected))
