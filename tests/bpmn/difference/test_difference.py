"""The difference of random files: exactly the edit, and its mirror image the other way round."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procdef.bpmn.difference import Difference, difference
from tests.bpmn.random_files import EDITS, FILES, Expected, edits


def found(result: Difference) -> Expected:
    """A difference in the form in which edits have it."""
    return Expected(
        {element.id for element in result.added},
        {element.id for element in result.removed},
        {change.element.id: dict(change.facts) for change in result.changed},
        {element.id for element in result.moved},
    )


def changes(result: Difference) -> dict[tuple[str, str], dict[str, tuple[str | None, str | None]]]:
    """What was changed, by the ids in both files."""
    return {(change.facts.get("id", (change.element.id,))[0] or "", change.element.id): dict(change.facts) for change in result.changed}


def mirrored(result: Difference) -> dict[tuple[str, str], dict[str, tuple[str | None, str | None]]]:
    return {ids[::-1]: {fact: values[::-1] for fact, values in facts.items()} for ids, facts in changes(result).items()}


def assert_mirror(left: bytes, right: bytes) -> None:
    there, back = difference(left, right), difference(right, left)
    assert [one.id for one in there.added] == [one.id for one in back.removed]
    assert [one.id for one in there.removed] == [one.id for one in back.added]
    assert len(there.moved) == len(back.moved)
    assert changes(there) == mirrored(back)


@pytest.mark.parametrize("name", EDITS)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_the_difference_is_the_edit(name: str, data: st.DataObject) -> None:
    edit = data.draw(edits(name))
    result = difference(edit.left, edit.right)
    assert found(result) == edit.expected
    assert result.equal is not bool(edit.expected.added or edit.expected.removed or edit.expected.changed)
    assert_mirror(edit.left, edit.right)


@settings(max_examples=50, deadline=None)
@given(FILES, FILES)
def test_the_difference_of_two_files_has_a_mirror_image(left: bytes, right: bytes) -> None:
    assert_mirror(left, right)


@settings(max_examples=50, deadline=None)
@given(FILES)
def test_a_file_is_equal_to_itself(data: bytes) -> None:
    assert difference(data, data) == Difference()
