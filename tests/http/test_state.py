"""The state of a request: one for each environment, and the revision that its reads agree on."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from procdef.http.state import RequestState, state, state_of


def test_an_environment_has_one_state() -> None:
    environ: dict[str, Any] = {}
    state_of(environ).user = "mary"
    assert state_of(environ).user == "mary"
    assert state_of({}).user is None


def test_the_state_of_the_present_request() -> None:
    with Flask("test").test_request_context("/") as context:
        assert state() is state_of(context.request.environ)


@pytest.mark.parametrize(
    ("revisions", "expected"), [([], None), (["a"], "a"), (["a", "a"], "a"), (["a", "b"], None), (["a", None], None), ([None], None)]
)
def test_reads_have_a_revision_where_they_agree(revisions: list[str | None], expected: str | None) -> None:
    present = RequestState()
    present.read_revisions.update(revisions)
    assert present.read_revision == expected
