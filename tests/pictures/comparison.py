"""Compares what bpmn-js draws of a plane with a picture of procdef; both have been measured in the browser by `measure.js`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import dist
from typing import Any, NamedTuple

NEAR = 2.0
"""How many pixels apart a place is the same place."""
LABEL_NEAR = 15.0
"""The same for a label whose place is in the file: for its middle, or for that of its upper side, as its lines may end elsewhere."""
INSIDE = 3.0
"""How far a symbol may reach out of its shape: half of a thick line."""
Measured = Mapping[str, Any]
Point = Sequence[float]


class Findings(NamedTuple):
    """How many elements have been compared, how many of them are right, and what is wrong."""

    elements: int
    right: int
    wrong: tuple[str, ...]


def compared(expected: Mapping[str, Measured], picture: Measured, *, moved: bool = False) -> Findings:
    """The elements of a plane as bpmn-js draws them, by id, and a measured picture of the same plane.

    `moved` says that bpmn-js may have drawn everything elsewhere, by the same distance.
    """
    found: Mapping[str, Measured] = picture["elements"]
    if moved:
        expected = _shifted(expected, found)
    problems = {id_: tuple(_element(one, found.get(id_))) for id_, one in expected.items()}
    wrong = [f"{id_} ({expected[id_]['type']}): {problem}" for id_, several in problems.items() for problem in several]
    wrong += [f"{id_}: bpmn-js does not draw it" for id_ in sorted(found.keys() - expected.keys())]
    return Findings(len(expected), sum(not several for several in problems.values()), (*wrong, *outside(picture)))


def _shifted(expected: Mapping[str, Measured], found: Mapping[str, Measured]) -> Mapping[str, Measured]:
    """The elements moved by the same distance, so that the first shape is at the same place."""
    pairs = ((one["shape"], found[id_]["shape"]) for id_, one in expected.items() if "shape" in one and "shape" in found.get(id_, {}))
    at, ours = next(pairs, ((0, 0), (0, 0)))
    x, y = ours[0] - at[0], ours[1] - at[1]
    return {id_: {name: _moved(name, value, x, y) for name, value in one.items()} for id_, one in expected.items()}


def _moved(name: str, value: Any, x: float, y: float) -> Any:
    if name == "points":
        return [(point[0] + x, point[1] + y) for point in value]
    return (value[0] + x, value[1] + y, *value[2:]) if name in ("shape", "labelAt") else value


def outside(picture: Measured) -> Iterator[str]:
    """The texts of a picture that are not wholly in its view."""
    for text in picture["texts"]:
        if text["text"].strip() and _reach(picture["view"], text["at"]) > 0.5:
            yield f"the text {text['text']!r} at {_box(text['at'])} is outside of the view {_box(picture['view'])}"


def _element(expected: Measured, found: Measured | None) -> Iterator[str]:
    if found is None:
        yield "missing"
        return
    yield from _label(expected, found)
    if "points" in expected:
        yield from _connection(expected["points"], found)
    elif "shape" not in found:
        yield "no shape"
    else:
        yield from _shape(expected, found)


def _shape(expected: Measured, found: Measured) -> Iterator[str]:
    at, ours = expected["shape"], found["shape"]
    # Of an annotation only the left side is drawn.
    compared = (0, 1, 3) if expected["type"] == "TextAnnotation" else (0, 1, 2, 3)
    if max(abs(at[number] - ours[number]) for number in compared) > NEAR:
        yield f"at {_box(ours)}, in bpmn-js at {_box(at)}"
    out = max((_reach(at, part) for part in found["parts"]), default=0)
    if out > INSIDE:
        yield f"a part of its symbol reaches {out:.1f} out of it"


def _connection(waypoints: Sequence[Point], found: Measured) -> Iterator[str]:
    """The line with what is at its ends must pass each waypoint, and the line must stay on the way between them."""
    line = found.get("points", [])
    if len(line) < 2:
        yield "no line"
        return
    missed = [point for point in waypoints if to_line(point, line) > NEAR and not _is_at_an_end(point, found["parts"][1:])]
    if missed:
        yield f"does not pass {', '.join(map(_point, missed))}"
    astray = max(line, key=lambda point: to_line(point, waypoints))
    if to_line(astray, waypoints) > NEAR:
        yield f"passes {_point(astray)}, which is {to_line(astray, waypoints):.1f} from the line of bpmn-js"


def _is_at_an_end(point: Point, ends: Sequence[Sequence[float]]) -> bool:
    """Whether an arrow, a ring or another sign reaches a point where the line does not."""
    return any(_reach(end, (*point, 0, 0)) <= NEAR for end in ends)


def _label(expected: Measured, found: Measured) -> Iterator[str]:
    text, ours = (re.sub(r"\s", "", one["label"]) for one in (expected, found))
    if text != ours and not _is_short_for(ours, text):
        yield f"its label is {found['label']!r}, in bpmn-js {expected['label']!r}"
    elif text and text == ours and expected["placed"]:
        apart = _labels_apart(expected["labelAt"], found["labelAt"])
        if apart > LABEL_NEAR:
            places = f"{_box(found['labelAt'])}, in bpmn-js at {_box(expected['labelAt'])}"
            yield f"its label {expected['label']!r} is at {places}: {apart:.0f} apart"


def _labels_apart(one: Sequence[float], other: Sequence[float]) -> float:
    return min(
        dist((one[0] + one[2] / 2, one[1] + part * one[3]), (other[0] + other[2] / 2, other[1] + part * other[3])) for part in (0, 0.5)
    )


def _is_short_for(short: str, text: str) -> bool:
    return len(short) > 3 and short.endswith("…") and text.startswith(short[:-1])


def to_line(point: Point, line: Sequence[Point]) -> float:
    """How far a point is from a line through several points."""
    return min(_to_piece(point, a, b) for a, b in pairwise(line))


def _to_piece(point: Point, a: Point, b: Point) -> float:
    length = dist(a, b) ** 2
    along = ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / length if length else 0
    share = min(max(along, 0), 1)
    return dist(point, (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))


def _reach(outer: Sequence[float], inner: Sequence[float]) -> float:
    """How far a box reaches out of another; below zero if it does not."""
    sides = (outer[0] - inner[0], outer[1] - inner[1])
    return max(*sides, inner[0] + inner[2] - outer[0] - outer[2], inner[1] + inner[3] - outer[1] - outer[3])


def _box(box: Sequence[float]) -> str:
    return "{:.1f},{:.1f} {:.1f}x{:.1f}".format(*box)


def _point(point: Point) -> str:
    return "{:.1f},{:.1f}".format(*point)
