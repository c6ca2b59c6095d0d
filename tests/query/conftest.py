"""The tests' own tables: one database a module, and no database where only the text of the SQL is tested."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import DATABASES, make_database
from tests.query.things import Things, made


@pytest.fixture(scope="module", params=DATABASES)
def things(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Things]:
    """The tables in a database; each test fills them again."""
    with made(make_database(request, tmp_path_factory.mktemp("things"), "procdef_things")) as tables:
        yield tables


@pytest.fixture
def sqlite(tmp_path: Path) -> Things:
    """The statements for SQLite, which are not run."""
    return Things(f"sqlite:///{tmp_path}/not-made.db")


@pytest.fixture
def postgres() -> Things:
    """The statements for PostgreSQL, which are not run: no server is at that address."""
    return Things("postgresql://nobody@127.0.0.1:1/none")
