"""A mirror that is killed: it leaves a consistent store, and the next run continues."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from procdef.attach.mirror import Mirror
from procdef.attach.source import Source
from procdef.settings import Settings
from procdef.store.models import Definition, Deployment
from procdef.store.store import Store
from tests.attach.engine import DEFINITIONS, KEYS, VERSIONS, Engine
from tests.attach.test_mirror import check_marks, done, mirror, texts

KILLED = """
import os, signal, sys
from procdef.attach import mirror
from procdef.attach.mirrored import MirroredTable
from procdef.settings import load
from procdef.store.store import Store
from procdef.attach.source import Source

add, left = MirroredTable.add, int(sys.argv[2])

def add_or_die(*arguments):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return add(*arguments)

mirror.BYTES_PER_WRITE = 5_000
MirroredTable.add = add_or_die
with Source(sys.argv[1], "UTC") as source:
    for _ in mirror.Mirror(source, Store(load())).run():
        pass
"""


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A store of this test's own."""
    made = Store(settings)
    made.migrate()
    yield made
    made.close()


@pytest.mark.parametrize("writes", [2, 30, 49])
def test_a_killed_mirror_leaves_only_what_is_whole(filled: Engine, store: Store, settings: Settings, writes: int) -> None:
    environment = os.environ | {"PROCDEF_DATABASE_URL": settings.database_url}
    killed = subprocess.run([sys.executable, "-c", KILLED, filled.url, str(writes)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    check_marks(store)
    kept = len(texts(store, Deployment, Deployment.id))
    assert (kept == 0) == (writes == 2)
    assert kept < KEYS * VERSIONS
    summary = mirror(filled, store)
    assert summary.added["deployments"] == KEYS * VERSIONS + 1 - kept
    check_marks(store)
    assert len(texts(store, Definition, Definition.id)) == DEFINITIONS
    assert done(mirror(filled, store)) == (0, 0, 0)


def test_two_at_once_do_no_harm(filled: Engine, store: Store) -> None:
    with Source(filled.url, "UTC") as one, Source(filled.url, "UTC") as other:
        first, second = Mirror(one, store), Mirror(other, store)
        for _ in zip(first.run(), second.run(), strict=False):
            pass
    assert done(mirror(filled, store))[1:] == (0, 0)
    check_marks(store)
    assert len(texts(store, Definition, Definition.id)) == DEFINITIONS
