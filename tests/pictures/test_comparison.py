from __future__ import annotations

from typing import Any

import pytest

from tests.pictures.comparison import compared

Measured = dict[str, Any]
TASK: Measured = {"type": "Task", "label": "Check it", "labelAt": [20, 30, 60, 28], "placed": True, "shape": [0, 0, 100, 80]}
NOTE: Measured = {"type": "TextAnnotation", "label": "", "shape": [0, 0, 100, 30]}
FLOW: Measured = {"type": "SequenceFlow", "label": "", "points": [[100, 40], [150, 40], [150, 90]]}
LINE: list[list[float]] = [[100, 40], [146, 40], [148.6, 41.4], [150, 44], [150, 90]]


def ours(**more: Any) -> Measured:
    return {"label": "Check it", "labelAt": [22, 31, 56, 28], "shape": [0.5, 0, 100, 80], "parts": [[0, 0, 100, 80]]} | more


def line(*points: list[float]) -> Measured:
    return {"label": "", "parts": [], "points": [*points]}


@pytest.mark.parametrize(
    ("expected", "found", "problem"),
    [
        (TASK, ours(), ""),
        (TASK, ours(label="Check\n it"), ""),
        (TASK, None, "missing"),
        (TASK, ours(shape=[0, 0, 97, 80]), "at 0.0,0.0 97.0x80.0, in bpmn-js at 0.0,0.0 100.0x80.0"),
        (TASK, ours(parts=[[0, 0, 100, 80], [95, 70, 10, 10]]), "a part of its symbol reaches 5.0 out of it"),
        (TASK, ours(label="Check"), "its label is 'Check', in bpmn-js 'Check it'"),
        (TASK, ours(label="Ch…"), "its label is 'Ch…', in bpmn-js 'Check it'"),
        (TASK | {"label": "Check the order"}, ours(label="Check the…"), ""),
        (
            TASK,
            ours(labelAt=[20, 80, 60, 28]),
            "its label 'Check it' is at 20.0,80.0 60.0x28.0, in bpmn-js at 20.0,30.0 60.0x28.0: 50 apart",
        ),
        (TASK, {"label": "Check it", "labelAt": [20, 30, 60, 28]}, "no shape"),
        (TASK | {"label": "", "labelAt": None}, ours(), "its label is 'Check it', in bpmn-js ''"),
        (NOTE, ours(label="", shape=[0, 0, 10, 30], parts=[]), ""),
        (NOTE, ours(label="", shape=[0, 0, 10, 20], parts=[]), "at 0.0,0.0 10.0x20.0, in bpmn-js at 0.0,0.0 100.0x30.0"),
        (FLOW, line(*LINE), ""),
        (FLOW, line(), "no line"),
        (FLOW, line(*LINE[:-1], [150, 80]), "does not pass 150.0,90.0"),
        (FLOW, line(*LINE[:-1], [150, 80]) | {"parts": [[], [146, 81, 8, 9]]}, ""),
        (FLOW, line(LINE[0], LINE[-1]), "does not pass 150.0,40.0"),
        (FLOW, line(*LINE[:2], [150, 30], *LINE[2:]), "passes 150.0,30.0, which is 10.0 from the line of bpmn-js"),
    ],
)
def test_an_element_is_compared(expected: Measured, found: Measured | None, problem: str) -> None:
    elements = {} if found is None else {"a": found}
    right, wrong = compared({"a": expected}, {"elements": elements, "texts": [], "view": [0, 0, 9, 9]})[1:]
    assert "; ".join(one.removeprefix(f"a ({expected['type']}): ") for one in wrong) == problem
    assert right == (not problem)


def test_an_element_that_bpmn_js_does_not_draw_is_found() -> None:
    assert compared({}, {"elements": {"a": ours()}, "texts": [], "view": []}) == (0, 0, ("a: bpmn-js does not draw it",))


def test_a_text_outside_of_the_view_is_found() -> None:
    texts = [{"text": "in", "at": [0, 0, 10.4, 5]}, {"text": "out", "at": [-1, 0, 5, 5]}, {"text": " ", "at": [-9, 0, 5, 5]}]
    wrong = compared({}, {"elements": {}, "texts": texts, "view": [0, 0, 10, 10]}).wrong
    assert wrong == ("the text 'out' at -1.0,0.0 5.0x5.0 is outside of the view 0.0,0.0 10.0x10.0",)


def test_a_plane_may_be_elsewhere() -> None:
    expected = {"a": TASK | {"shape": [180, 160, 100, 80], "labelAt": [200, 190, 60, 28]}, "f": FLOW | {"points": [[280, 200], [330, 200]]}}
    picture = {"elements": {"a": ours(), "f": line([100.5, 40], [150.5, 40])}, "texts": [], "view": []}
    assert compared(expected, picture, moved=True) == (2, 2, ())
    assert compared(expected, picture).right == 0
