"""Which element is which: the rules on elements made by hand, and that they take no long time."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.bpmn.difference.matching import match
from procdef.bpmn.difference.pairs import LEFT, RIGHT
from procdef.bpmn.difference.sides import Side
from procdef.bpmn.facts.elements import Element

FLOW = "sequenceFlow"


def element(id: str, type: str = "task", name: str | None = None, parent: str | None = "p", **facts: str) -> Element:  # noqa: A002
    refs = {"sourceRef", "targetRef", "attachedToRef", "default", "lane", "processRef"} & set(facts)
    return Element(id, type, name, parent, facts, frozenset(refs))


def process(id: str = "p", name: str | None = None, **facts: str) -> Element:  # noqa: A002
    return element(id, "process", name, None, **facts)


def flow(source: str, target: str, id: str | None = None, parent: str = "p", **facts: str) -> Element:  # noqa: A002
    return element(id or f"{source} > {target}", FLOW, None, parent, sourceRef=source, targetRef=target, **facts)


def chain(letter: str, length: int, *, has_ids: bool = True, names: bool = True, parent: str = "p") -> list[Element]:
    """Tasks that flows connect one after the other, all ids with this letter."""
    tasks = [element(f"{letter}{number}", name=f"Task {number}" if names else None, parent=parent) for number in range(length)]
    flows = [
        flow(f"{letter}{number}", f"{letter}{number + 1}", f"{letter}f{number}" if has_ids else None, parent)
        for number in range(length - 1)
    ]
    return [*tasks, *flows]


def found(left: Sequence[Element], right: Sequence[Element]) -> set[tuple[str, str]]:
    """The pairs by id; they are the same the other way round."""
    pairs, back = match(Side(left), Side(right)), match(Side(right), Side(left))
    assert {(one, other) for other, one in back.rules} == set(pairs.rules)
    return {(left[pair[LEFT]].id, right[pair[RIGHT]].id) for pair in pairs.rules}


CASES: dict[str, tuple[list[Element], list[Element], set[tuple[str, str]]]] = {
    "same id, all else other": (
        [element("a", "task", "A", topic="x")],
        [element("a", "userTask", "B", "q", form="y")],
        {("a", "a")},
    ),
    "renamed": ([element("a", name="A"), element("c")], [element("b", name="A"), element("c")], {("a", "b"), ("c", "c")}),
    "another id and another name": ([element("a", name="A")], [element("b", name="B")], set()),
    "another id and another fact": ([element("a", name="A", topic="x")], [element("b", name="A", topic="y")], set()),
    "another id and another parent": (
        [process(), element("s", "subProcess"), element("a", name="A")],
        [process(), element("s", "subProcess"), element("b", name="A", parent="s")],
        {("p", "p"), ("s", "s")},
    ),
    "two are alike on one side": ([element("a", name="A"), element("b", name="A")], [element("c", name="A")], set()),
    "two are alike, their flows decide": (
        [element("s"), element("e"), element("a"), element("b"), flow("s", "a", "f"), flow("b", "e", "g")],
        [element("s"), element("e"), element("c"), element("d"), flow("s", "d", "f"), flow("c", "e", "g")],
        {("s", "s"), ("e", "e"), ("f", "f"), ("g", "g"), ("a", "d"), ("b", "c")},
    ),
    "flows that do not agree decide nothing": (
        [element("s"), element("e"), element("a"), flow("s", "a", "f"), flow("a", "e", "g")],
        [element("s"), element("e"), element("c"), element("d"), flow("s", "d", "f"), flow("c", "e", "g")],
        {("s", "s"), ("e", "e"), ("f", "f"), ("g", "g")},
    ),
    "a removed and an added one without name are not the same": (
        [element("s"), element("t"), element("a", "endEvent"), flow("s", "a", "f")],
        [element("s"), element("t"), element("b", "endEvent"), flow("t", "b", "g")],
        {("s", "s"), ("t", "t")},
    ),
    "one without name and its flow are renamed together": (
        [element("s"), element("a", "endEvent"), flow("s", "a", "f")],
        [element("s"), element("b", "endEvent"), flow("s", "b", "g")],
        {("s", "s"), ("a", "b"), ("f", "g")},
    ),
    "a flow gets an id": (
        [element("a"), element("b"), flow("a", "b")],
        [element("a"), element("b"), flow("a", "b", "f")],
        {("a", "a"), ("b", "b"), ("a > b", "f")},
    ),
    "a flow without id follows its renamed end": (
        [element("a", name="A"), element("b"), flow("a", "b", condition="x")],
        [element("c", name="A"), element("b"), flow("c", "b", condition="y")],
        {("a", "c"), ("b", "b"), ("a > b", "c > b")},
    ),
    "of two flows without id, the equal ones first": (
        [element("a"), element("b"), flow("a", "b", condition="x"), flow("a", "b", "a > b #2", condition="y")],
        [element("a"), element("b"), flow("a", "b", condition="y"), flow("a", "b", "a > b #2", condition="z")],
        {("a", "a"), ("b", "b"), ("a > b", "a > b #2"), ("a > b #2", "a > b")},
    ),
    "a gateway and its default flow": (
        [element("s"), element("a", "gateway", default="f"), element("e"), flow("s", "a", "i"), flow("a", "e", "f")],
        [element("s"), element("b", "gateway", default="g"), element("e"), flow("s", "b", "i"), flow("b", "e", "g")],
        {("s", "s"), ("e", "e"), ("i", "i"), ("a", "b"), ("f", "g")},
    ),
    "another process id, other facts": (
        [process("p", "P", tag="1"), *chain("a", 3)],
        [process("q", "Q", tag="2"), *chain("a", 3, parent="q")],
        {("p", "q")} | {(one.id, one.id) for one in chain("a", 3)},
    ),
    "another process id, flows without id": (
        [process("p", "P"), *chain("a", 3, has_ids=False)],
        [process("q", "Q"), *chain("a", 3, has_ids=False, parent="q")],
        {("p", "q")} | {(one.id, one.id) for one in chain("a", 3, has_ids=False)},
    ),
    "all ids differ, even that of the process": (
        [process("p", "P"), *chain("a", 3)],
        [process("q", "Q"), *chain("b", 3, parent="q")],
        {("p", "q")} | {(one.id, other.id) for one, other in zip(chain("a", 3), chain("b", 3), strict=True)},
    ),
    "two processes with equal content and other ids": (
        [process("p", "P"), process("q", "Q"), element("a", name="A"), element("b", name="A", parent="q")],
        [process("r", "Q"), process("s", "P"), element("c", name="A", parent="r"), element("d", name="A", parent="s")],
        {("p", "s"), ("q", "r"), ("a", "d"), ("b", "c")},
    ),
    "alike, but in processes that have nothing else in common": (
        [process("p", "P"), element("a", name="A"), element("b", name="B"), element("c", name="C")],
        [process("q", "Q"), element("d", name="A", parent="q"), element("e", name="E", parent="q"), element("f", name="F", parent="q")],
        set(),
    ),
    "a process whose smaller part moved on": (
        [process("p"), element("a"), element("b"), element("c")],
        [process("q"), element("a", parent="q"), element("b", parent="q"), process("r", "R"), element("c", parent="r")],
        {("p", "q"), ("a", "a"), ("b", "b"), ("c", "c")},
    ),
    "a process that was cut in half": (
        [process("p"), element("a"), element("b")],
        [process("q", "Q"), element("a", parent="q"), process("r", "R"), element("b", parent="r")],
        {("a", "a"), ("b", "b")},
    ),
    "a renamed lane": (
        [element("l", "lane", "Sales"), element("a", lane="l"), element("m", "lane", "Back office")],
        [element("n", "lane", "Sales"), element("a", lane="n"), element("m", "lane", "Back office")],
        {("l", "n"), ("a", "a"), ("m", "m")},
    ),
    "an id that is there twice": (
        [element("a", name="A"), element("a", name="B")],
        [element("a", name="A"), element("a", name="B"), element("a", name="C")],
        {("a", "a")},
    ),
    "a fact that refers to nothing": (
        [element("e", "boundaryEvent", "E", attachedToRef="gone")],
        [element("f", "boundaryEvent", "E", attachedToRef="gone")],
        {("e", "f")},
    ),
    "elements without id and without flow": (
        [process("process of x"), element("task in p", name="A", parent="process of x")],
        [process("process of y"), element("task in q", name="A", parent="process of y")],
        {("process of x", "process of y"), ("task in p", "task in q")},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_pairs_are(name: str) -> None:
    left, right, expected = CASES[name]
    assert found(left, right) == expected


@given(st.lists(st.sampled_from([*chain("a", 3), *chain("b", 3, names=False), flow("a0", "b0"), process()]), unique_by=lambda one: one.id))
def test_a_file_in_another_order_has_the_same_elements(elements: list[Element]) -> None:
    assert found(elements, elements[::-1]) == {(one.id, one.id) for one in elements}


SIZE = 5_000


def crossing(letter: str, parent: str) -> list[Element]:
    """Tasks in a sub-process that differs with the letter, each with a flow from `x` (or `y` with the letter `b`)."""
    source, scope = ("x", "s") if letter == "a" else ("y", "t")
    inner = [element(f"{letter}{number}", name=f"Task {number}", parent=scope) for number in range(SIZE)]
    flows = [flow(source, f"{letter}{number}", f"{letter}f{number}") for number in range(SIZE)]
    others = [element(f"{letter}o{number}", parent=scope, name=letter) for number in range(SIZE + 1)]
    return [element(scope, "subProcess", letter, parent), *inner, *others, *flows]


def listed(letter: str) -> str:
    """The ids of as many lanes."""
    return ", ".join(f"{letter}{number}" for number in range(SIZE))


LARGE = {
    "the same file": ([process(), *chain("a", SIZE)], [process(), *chain("a", SIZE)], 2 * SIZE),
    "no id agrees": ([process("p", "P"), *chain("a", SIZE)], [process("q", "Q"), *chain("b", SIZE, parent="q")], 2 * SIZE),
    "no id agrees, flows have none": (
        [process(), *chain("a", SIZE, has_ids=False)],
        [process(), *chain("b", SIZE, has_ids=False)],
        2 * SIZE,
    ),
    "no id agrees, one name": (
        [process(), *chain("a", SIZE, names=False), element("x", name="X"), flow("x", "a0", "i")],
        [process(), *chain("b", SIZE, names=False), element("y", name="X"), flow("y", "b0", "j")],
        2 * SIZE + 2,
    ),
    "no id agrees, no name": ([process(), *chain("a", SIZE, names=False)], [process(), *chain("b", SIZE, names=False)], 1),
    "one element with all flows": (
        [process(), *(one for number in range(SIZE) for one in (element(f"a{number}"), flow("x", f"a{number}"))), element("x", name="X")],
        [process(), *(one for number in range(SIZE) for one in (element(f"b{number}"), flow("y", f"b{number}"))), element("y", name="X")],
        2,
    ),
    "gateways with default flows in a row": (
        [process(), *(one for n in range(SIZE) for one in (element(f"a{n}", default=f"f{n}"), flow(f"a{n}", f"a{n + 1}", f"f{n}")))],
        [process(), *(one for n in range(SIZE) for one in (element(f"b{n}", default=f"g{n}"), flow(f"b{n}", f"b{n + 1}", f"g{n}")))],
        1,
    ),
    "most is taken back, next to one element": (
        [process("p", "P"), element("x"), *crossing("a", "p")],
        [process("p", "P"), element("y"), *crossing("b", "p")],
        1,
    ),
    "lanes that all name one element": (
        [process(), *(element(f"a{n}", "lane") for n in range(SIZE)), element("x", lane=listed("a"))],
        [process(), *(element(f"b{n}", "lane") for n in range(SIZE)), element("x", lane=listed("b"))],
        2,
    ),
    "lanes that all name two elements with other ids": (
        [process(), *(element(f"a{n}", "lane") for n in range(SIZE)), element("x", lane=listed("a")), element("y", lane=listed("a"))],
        [process(), *(element(f"a{n}", "lane") for n in range(SIZE)), element("v", lane=listed("a")), element("w", lane=listed("a"))],
        SIZE + 1,
    ),
    "one id": ([element("a") for _ in range(SIZE)], [element("a") for _ in range(SIZE)], SIZE),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_files_take_no_long_time(name: str) -> None:
    left, right, expected = LARGE[name]
    begin = time.process_time()
    pairs = match(Side(left), Side(right))
    assert time.process_time() - begin < 20
    assert len(pairs.rules) == expected
