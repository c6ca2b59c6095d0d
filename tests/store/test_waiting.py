"""How long a change waits for another's, made by another process."""

from __future__ import annotations

import time

import pytest

from procdef.errors import Unavailable
from procdef.settings import load
from procdef.store.store import Store


def test_a_write_gives_up_when_another_process_keeps_the_lock(database_url: str) -> None:
    settings = load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_POOL_TIMEOUT": "1"})
    one, other = Store(settings), Store(settings)
    one.migrate()
    with one.write():
        start = time.monotonic()
        with pytest.raises(Unavailable), other.write():
            pass
        assert 0.5 < time.monotonic() - start < 10
    with other.write():
        pass
    one.close()
    other.close()
