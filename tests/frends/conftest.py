"""The Processes surface over an empty store, and a second application to move processes to."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from procdef.settings import load
from tests.conftest import running_app
from tests.frends.files import Processes


@pytest.fixture
def processes(app: Flask) -> Processes:
    """The surface of the application."""
    return Processes(app)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Processes]:
    """The surface of another application over an empty store."""
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/elsewhere.db"})) as app:
        yield Processes(app)


@pytest.fixture
def peak() -> Iterator[Callable[[], int]]:
    """A function that returns the highest number of bytes that Python has allocated since its last call."""
    tracemalloc.start()

    def asked() -> int:
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        return highest

    yield asked
    tracemalloc.stop()
