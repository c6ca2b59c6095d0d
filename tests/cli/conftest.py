"""The commands on a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from tests.cli.recorded import Engines, engines

Procdef = Callable[..., Result]


@pytest.fixture
def procdef(database_url: str) -> Procdef:
    """Runs a command on an empty database of each kind; `input` is what it reads."""

    def run(*words: str, input: str | bytes = "") -> Result:  # noqa: A002
        return CliRunner().invoke(main, words, input=input, env={"PROCDEF_DATABASE_URL": database_url})

    return run


@pytest.fixture
def recorded(request: pytest.FixtureRequest) -> Iterator[Engines]:
    """Begins an engine that gives recorded answers, with deployments; see `tests.cli.recorded`."""
    with engines(request.module.__name__.rpartition(".")[2], request.node.name) as begin:
        yield begin


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that ask a recorded engine."""
    for item in items:
        if "recorded" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.recorded)
