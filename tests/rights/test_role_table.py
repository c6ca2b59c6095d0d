"""The table of who may do what is true, and has a row for every request."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import BOTH, make_database
from tests.rights.role_table import measured, routes

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"


@pytest.mark.parametrize("kind", BOTH)
def test_the_page_says_what_each_role_may_do(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    """`make reference` writes it again."""
    assert measured(make_database(request, tmp_path, "procdef_roles", kind)) == PAGE.read_text(encoding="utf-8")


def test_every_route_has_a_row() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [route.path for _, route in routes() if f"`{route.method} {route.path}`" not in page] == []
