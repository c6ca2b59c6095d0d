"""The commands on a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from tests.cli.contexts import Contexts, two_contexts

Procdef = Callable[..., Result]


@pytest.fixture
def procdef(database_url: str) -> Procdef:
    """Runs a command on an empty database of each kind; `input` is what it reads."""

    def run(*words: str, input: str | bytes = "") -> Result:  # noqa: A002
        return CliRunner().invoke(main, words, input=input, env={"PROCDEF_DATABASE_URL": database_url})

    return run


@pytest.fixture
def contexts(database_url: str, tmp_path: Path) -> Iterator[Contexts]:
    """Two servers with names; see `tests.cli.contexts`."""
    with two_contexts(tmp_path, database_url) as found:
        yield found
