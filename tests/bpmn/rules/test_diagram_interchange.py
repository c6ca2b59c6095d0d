"""Shapes, edges and their coordinates. The expected errors were recorded from a running engine."""

from __future__ import annotations

from tests.bpmn.files import DECLARED, START, Cases, errors_test, file, started


def diagram(content: str) -> str:
    """A diagram of the process with these shapes and edges."""
    return f'<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="p">{content}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'


CASES: Cases = {
    "plane of nothing": (
        started("", after='<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" ></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'),
        [("'bpmnElement' attribute is required on BPMNPlane ", "pl", ("pl",))],
    ),
    "plane of an unknown element": (
        started(
            "", after='<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="nope"></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        ),
        [],
    ),
    "no plane": (
        started("", after='<bpmndi:BPMNDiagram id="dg"></bpmndi:BPMNDiagram>'),
        [],
    ),
    "shape of nothing": (
        started(
            "",
            after=diagram('<bpmndi:BPMNShape id="sh"><dc:Bounds x="1" y="1" width="1" height="1"/></bpmndi:BPMNShape>'),
        ),
        [("'bpmnElement' attribute is required on BPMNShape", "sh", ("sh",))],
    ),
    "shape of an unknown element": (
        started(
            "",
            after=diagram('<bpmndi:BPMNShape id="sh" bpmnElement="nope"><dc:Bounds x="1" y="1" width="1" height="1"/></bpmndi:BPMNShape>'),
        ),
        [("Invalid reference in 'bpmnElement' attribute, activity nope not found", "sh", ("sh",))],
    ),
    "shape": (
        started(
            "",
            after=diagram('<bpmndi:BPMNShape id="sh" bpmnElement="s"><dc:Bounds x="1" y="1" width="1" height="1"/></bpmndi:BPMNShape>'),
        ),
        [],
    ),
    "shape without bounds": (
        started(
            "",
            after=diagram('<bpmndi:BPMNShape id="sh" bpmnElement="s"></bpmndi:BPMNShape>'),
        ),
        [("'Bounds' element is required", "sh", ("sh",))],
    ),
    "shape with wrong bounds": (
        started(
            "",
            after=diagram('<bpmndi:BPMNShape id="sh" bpmnElement="s"><dc:Bounds x="" y="q" width="1"/></bpmndi:BPMNShape>'),
        ),
        [("x is required", "sh", ("sh",)), ('Cannot parse y: For input string: "q"', "sh", ("sh",)), ("height is required", "sh", ("sh",))],
    ),
    "shape of data": (
        started(
            '<dataObject id="d"/>',
            after=diagram('<bpmndi:BPMNShape id="sh" bpmnElement="d"></bpmndi:BPMNShape>'),
        ),
        [],
    ),
    "shape of a lane": (
        file(
            '<laneSet id="ls"><lane id="ln"/></laneSet><startEvent id="s"/>',
            declared=DECLARED,
            after=diagram('<bpmndi:BPMNShape id="sh" bpmnElement="ln"></bpmndi:BPMNShape>'),
        ),
        [("'Bounds' element is required", "sh", ("sh",))],
    ),
    "shape of a participant": (
        file(
            START,
            declared='<collaboration id="c"><participant id="pa" processRef="p"/></collaboration>',
            after=diagram('<bpmndi:BPMNShape id="sh" bpmnElement="pa"></bpmndi:BPMNShape>'),
        ),
        [("'Bounds' element is required", "sh", ("sh",))],
    ),
    "edge of nothing": (
        started(
            "",
            after=diagram('<bpmndi:BPMNEdge id="ed"><di:waypoint x="1" y="2"/><di:waypoint x="1" y="2"/></bpmndi:BPMNEdge>'),
        ),
        [("'bpmnElement' attribute is required on BPMNEdge", "ed", ("ed",))],
    ),
    "edge of an unknown element": (
        started(
            "",
            after=diagram(
                '<bpmndi:BPMNEdge id="ed" bpmnElement="nope"><di:waypoint x="1" y="2"/><di:waypoint x="1" y="2"/></bpmndi:BPMNEdge>'
            ),
        ),
        [("Invalid reference in 'bpmnElement' attribute, sequenceFlow nopenot found", "ed", ("ed",))],
    ),
    "edge with one point": (
        started(
            '<sequenceFlow id="f" sourceRef="s" targetRef="s"/>',
            after=diagram('<bpmndi:BPMNEdge id="ed" bpmnElement="f"><di:waypoint x="1" y="2"/></bpmndi:BPMNEdge>'),
        ),
        [("Minimum 2 waypoint elements must be definted for a 'BPMNEdge'", "ed", ("ed",))],
    ),
    "edge": (
        started(
            '<sequenceFlow id="f" sourceRef="s" targetRef="s"/>',
            after=diagram(
                '<bpmndi:BPMNEdge id="ed" bpmnElement="f"><di:waypoint x="1" y="2"/><di:waypoint x="1" y="2"/></bpmndi:BPMNEdge>'
            ),
        ),
        [],
    ),
    "edge with wrong points": (
        started(
            '<sequenceFlow id="f" sourceRef="s" targetRef="s"/>',
            after=diagram(
                '<bpmndi:BPMNEdge id="ed" bpmnElement="f"><di:waypoint x="1" y="2"/><di:waypoint id="w" x="" y="q"/></bpmndi:BPMNEdge>'
            ),
        ),
        [("x is required", "w", ("w",)), ('Cannot parse y: For input string: "q"', "w", ("w",))],
    ),
}

test_errors = errors_test(CASES)
