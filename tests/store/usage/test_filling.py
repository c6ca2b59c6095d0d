"""Filling the usage index after an upgrade: in batches, by one process at a time, and whoever is killed meanwhile."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator

import pytest

from procdef.bpmn.facts.stored_facts import uses_in
from procdef.bpmn.model import Use as NewUse
from procdef.settings import Settings
from procdef.store.clock import moment, stamp
from procdef.store.models import Definition, Filling, Name, Resource, Usage, Use
from procdef.store.registry import definitions
from procdef.store.registry.deployments import Upload, deploy
from procdef.store.store import Store
from procdef.store.usage import filling
from procdef.store.usage.filling import LEASE, Filler, is_complete
from procdef.store.usage.index import NewUsage
from tests import samples
from tests.samples import bpmn
from tests.store.usage.checking import check_index, indexed

FILES = 25
NEVER = "1970-01-01 00:00:00.000"
KILLED = """
import os, signal, sys
from procdef.settings import load
from procdef.store.store import Store
from procdef.store.usage import filling, index

filling.DEFINITIONS_PER_BATCH, left, insert = 4, int(sys.argv[1]), index.insert

def insert_or_die(*arguments):
    global left
    left -= 1
    insert(*arguments)
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

index.insert = insert_or_die
filler = filling.Filler(Store(load()))
while filler.fill():
    pass
"""


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A store of this test's own, as the migration leaves it: it has definitions, and none is in the index."""
    made = Store(settings)
    made.migrate()
    for number in range(FILES):
        deploy(made, Upload("D", None, None, [("a.bpmn", bpmn(f"k{number % 7}", documentation=[f"No. {number}"]))]))
    forget(made)
    yield made
    made.close()


def forget(store: Store) -> None:
    """Empty the index, and begin to fill it."""
    with store.write() as database:
        for model in (Use, Usage, Name, Filling):
            model.delete().execute(database)
        Filling.insert(id=1, after="", holder="", until=NEVER).execute(database)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "DEFINITIONS_PER_BATCH", 4)


def fill(store: Store) -> int:
    """Fill to the end; the number of batches."""
    filler, batches = Filler(store), 1
    while filler.fill():
        batches += 1
    return batches


def free(store: Store) -> None:
    """Let the lease of a killed process end."""
    with store.write() as database:
        Filling.update(until=NEVER).execute(database)


def test_batch_by_batch_to_the_end(store: Store) -> None:
    assert not is_complete(store.everything)
    assert fill(store) == 8
    assert is_complete(store.everything)
    check_index(store)
    before = store.everything.revision()
    assert fill(store) == 1
    assert store.everything.revision() == before


def test_what_is_deployed_and_deleted_meanwhile(store: Store) -> None:
    filler = Filler(store)
    assert filler.fill()
    deploy(store, Upload("D", None, None, [("b.bpmn", bpmn("a0")), ("c.bpmn", bpmn("z0"))]))
    ids = sorted(row[0] for row in store.read(Definition.select(Definition.id)))
    for ident in (ids[1], ids[-3]):
        definitions.delete(store, ident)
    rest = [filler.fill() for _ in range(10)]
    assert (rest[0], rest[-1]) == (True, False)
    check_index(store)


def test_a_definition_that_is_deleted_while_its_file_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    new = filling._new

    def read_and_delete(store: Store, ids: list[str]) -> list[NewUsage]:
        found = new(store, ids)
        definitions.delete(store, ids[0])
        return found

    monkeypatch.setattr(filling, "_new", read_and_delete)
    fill(store)
    check_index(store)


def test_one_process_at_a_time(store: Store) -> None:
    one, other = Filler(store), Filler(store)
    assert [one.fill(), other.fill(), one.fill(), other.fill()] == [True, False, True, False]
    free(store)
    assert [other.fill(), one.fill()] == [True, False]
    assert len(indexed(store)) == 12


def test_two_that_begin_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    other, new = Filler(store), filling._new

    def overtaken(store: Store, ids: list[str]) -> list[NewUsage]:
        monkeypatch.setattr(filling, "_new", new)
        assert other.fill()
        return new(store, ids)

    monkeypatch.setattr(filling, "_new", overtaken)
    assert not Filler(store).fill()
    assert len(indexed(store)) == 4


def test_an_older_procdef_stored_something_meanwhile(store: Store) -> None:
    filler = Filler(store)
    assert filler.fill()
    with store.write() as database:
        ident = Usage.select(Usage.definition_id).order_by(Usage.definition_id).limit(1)
        Use.delete().where(Use.usage_id == Usage.select(Usage.id).where(Usage.definition_id == ident)).execute(database)
        Usage.delete().where(Usage.definition_id == ident).execute(database)
    while filler.fill():
        pass
    assert len(indexed(store)) == FILES
    assert is_complete(store.everything)


@pytest.mark.parametrize("data", [b"", b"<", None])
def test_a_file_that_cannot_be_read_uses_nothing(store: Store, data: bytes | None) -> None:
    with store.write() as database:
        Resource.update(bytes=data).execute(database)
    fill(store)
    assert [*indexed(store).values()] == [[]] * FILES


def definitions_of(keys: Collection[str]) -> bytes:
    processes = (f'<process id="{key}" isExecutable="true"><startEvent id="start-{key}"/></process>' for key in keys)
    return samples.definitions("".join(processes))


def test_a_file_with_many_processes_is_read_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [f"{letter}many" for letter in "abcdefgkmxyz"]
    deploy(store, Upload("D", None, None, [("m.bpmn", definitions_of(keys))]))
    forget(store)
    reads: list[int] = []

    def counted(data: bytes, keys: Collection[str]) -> dict[str, tuple[NewUse, ...]]:
        reads.append(len(keys))
        return uses_in(data, keys)

    monkeypatch.setattr(filling, "uses_in", counted)
    fill(store)
    assert sorted(reads) == [1] * FILES + [len(keys)]
    check_index(store)


def test_large_files_are_few_in_a_batch(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "BYTES_PER_BATCH", 10)
    assert fill(store) == FILES + 1
    check_index(store)


@pytest.mark.parametrize("batches", [1, 3, 6])
def test_a_killed_filling_goes_on(store: Store, settings: Settings, batches: int) -> None:
    environment = os.environ | {"PROCDEF_DATABASE_URL": settings.database_url}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(batches)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(indexed(store)) == 4 * (batches - 1)
    assert not is_complete(store.everything)
    if batches > 1:
        assert not Filler(store).fill()
    free(store)
    assert fill(store) == 8 - (batches - 1)
    check_index(store)


def test_the_lease_is_renewed(store: Store) -> None:
    Filler(store).fill()
    until = str(store.read(Filling.select(Filling.until))[0][0])
    assert until > stamp(moment() + LEASE / 2)


def test_no_error_ends_the_filling(store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    filler = Filler(store)
    with monkeypatch.context() as broken, caplog.at_level(logging.WARNING):
        broken.setattr(filling, "_page", lambda *_: 1 / 0)
        assert [filler.run_once() for _ in range(3)] == [False] * 3
    assert caplog.text.count("the filling of the usage index waits: ZeroDivisionError") == 1
    assert filler.run_once()
