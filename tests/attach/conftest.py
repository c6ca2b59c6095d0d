from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attach.engine import Engine
from tests.servers.postgres import PostgresServer


@pytest.fixture
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    """The database of an engine, without rows."""
    made = Engine(postgres_server.fresh_database("engine"))
    yield made
    made.close()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """The database of an engine with a few hundred rows."""
    engine.fill()
    return engine
