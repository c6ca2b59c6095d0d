"""The difference of random files: exactly the edit, and its mirror image the other way round."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procdef.bpmn.difference import Difference, difference
from tests.bpmn.files import file
from tests.bpmn.random_files import EDITS, FILES, Expected, edits, several_edits


def found(result: Difference) -> Expected:
    """A difference in the form in which edits have it."""
    return Expected(
        {element.id for element in result.added},
        {element.id for element in result.removed},
        {change.element.id: dict(change.facts) for change in result.changed},
        {element.id for element in result.moved},
    )


Changed = list[tuple[tuple[str | None, str | None], dict[str, tuple[str | None, str | None]]]]


def changes(result: Difference) -> Changed:
    """What was changed, with the ids in both files; they are made up, and may differ, for an element without id."""
    found: Changed = []
    for change in result.changed:
        name = "none" if " " in change.element.id and "id" not in change.facts else change.element.id
        found.append((change.facts.get("id", (name, name)), dict(sorted(change.facts.items()))))
    return sorted(found, key=str)


def mirrored(found: Changed) -> Changed:
    return sorted(((ids[::-1], {fact: values[::-1] for fact, values in facts.items()}) for ids, facts in found), key=str)


def assert_mirror(left: bytes, right: bytes) -> None:
    there, back = difference(left, right), difference(right, left)
    assert [one.id for one in there.added] == [one.id for one in back.removed]
    assert [one.id for one in there.removed] == [one.id for one in back.added]
    assert len(there.moved) == len(back.moved)
    assert changes(there) == mirrored(changes(back))


@pytest.mark.parametrize("name", EDITS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_the_difference_is_the_edit(name: str, data: st.DataObject) -> None:
    edit = data.draw(edits(name))
    result = difference(edit.left, edit.right)
    assert found(result) == edit.expected
    assert result.equal is not bool(edit.expected.added or edit.expected.removed or edit.expected.changed)
    assert_mirror(edit.left, edit.right)


@settings(max_examples=30, deadline=None)
@given(FILES, FILES)
def test_the_difference_of_two_files_has_a_mirror_image(left: bytes, right: bytes) -> None:
    assert_mirror(left, right)


@settings(max_examples=30, deadline=None)
@given(several_edits())
def test_several_edits_have_a_mirror_image(files: tuple[bytes, bytes]) -> None:
    assert_mirror(*files)


@settings(max_examples=30, deadline=None)
@given(FILES)
def test_a_file_is_equal_to_itself(data: bytes) -> None:
    assert difference(data, data) == Difference()


def test_an_element_with_a_very_long_id_is_renamed_and_moved_as_any_other() -> None:
    def named(ident: str, x: int = 1) -> bytes:
        shape = f'<bpmndi:BPMNShape bpmnElement="{ident}"><dc:Bounds x="{x}" y="1" width="2" height="2"/></bpmndi:BPMNShape>'
        plane = f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">{shape}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        return file(f'<task id="{ident}" name="A"/>', after=plane)

    long, longer = "n" * 300, "n" * 301
    (change,) = difference(named(long), named(longer)).changed
    assert list(change.facts) == ["id"]
    assert len(difference(named(long), named(long, 5)).moved) == 1


def large(letter: str, length: int) -> bytes:
    """A file of so many tasks in a row and as many flows, with diagram interchange; all ids have this letter."""
    tasks = "".join(
        f'<serviceTask id="{letter}{number}" name="Task {number}" camunda:type="external" camunda:topic="t{number % 7}"/>'
        f'<sequenceFlow id="{letter}f{number}" sourceRef="{letter}{number}" targetRef="{letter}{(number + 1) % length}"/>'
        for number in range(length)
    )
    shapes = "".join(
        f'<bpmndi:BPMNShape bpmnElement="{letter}{number}"><dc:Bounds x="{number}" y="1" width="2" height="2"/></bpmndi:BPMNShape>'
        for number in range(length)
    )
    plane = f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    return file(tasks, after=plane)


@pytest.mark.parametrize(("other", "changed"), [("a", 0), ("b", 10_000)])
def test_two_files_of_ten_thousand_elements_take_no_quadratic_time(other: str, changed: int) -> None:
    left, right = large("a", 5_000), large(other, 5_000)
    begin = time.process_time()
    result = difference(left, right)
    assert time.process_time() - begin < 20
    assert (len(result.added), len(result.removed), len(result.changed), len(result.moved)) == (0, 0, changed, 0)


@pytest.mark.parametrize(("left", "right", "moved"), [("0", "9", 1), ("0", None, 0), (None, "0", 0), ("0", "0", 0)])
def test_only_what_is_drawn_in_both_files_has_moved(left: str | None, right: str | None, moved: int) -> None:
    drawn = (
        '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p"><bpmndi:BPMNShape bpmnElement="a">'
        '<dc:Bounds x="{}" y="1" width="2" height="2"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    )
    result = difference(*(file('<task id="a"/>', after="" if x is None else drawn.format(x)) for x in (left, right)))
    assert (result.equal, len(result.moved)) == (True, moved)
