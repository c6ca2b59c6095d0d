"""The random files and edits are valid, so that what is tested with them is what users have."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bpmn.files import refusal
from tests.bpmn.random_files import EDITS, FILES, edits


@settings(max_examples=30, deadline=None)
@given(FILES)
def test_a_random_file_is_accepted(data: bytes) -> None:
    assert refusal(data) is None


@pytest.mark.parametrize("name", EDITS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_an_edited_file_is_accepted(name: str, data: st.DataObject) -> None:
    assert refusal(data.draw(edits(name)).right) is None
