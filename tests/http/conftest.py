"""The layer of HTTP on an application."""

from __future__ import annotations

import pytest

from tests.conftest import BOTH


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database: users, tokens and sessions are read by functions of the store, which are tested on every kind."""
    return str(request.param)
