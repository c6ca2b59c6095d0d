"""Old events are deleted in small portions, the oldest first, and the newest event stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from procdef.store.clock import now
from procdef.store.events import log, retention
from procdef.store.events.log import NewEvent
from procdef.store.jobs.runner import Runner
from procdef.store.models import Event, Operation
from procdef.store.store import Store

OLD = "2020-01-01 00:00:00.000"


def fill(store: Store, times: Sequence[str]) -> None:
    with store.write() as database:
        log.write(database, [NewEvent("user.created")] * len(times))
        for number, time in enumerate(times, 1):
            Event.update(time=time).where(Event.number == number).execute(database)


def numbers(store: Store) -> list[int]:
    return [row[0] for row in store.read(Event.select(Event.number).order_by(Event.number))]


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        ([], []),
        ([OLD], [1]),
        ([OLD, OLD, OLD], [3]),
        ([OLD, OLD, "now", "now"], [3, 4]),
        (["now", OLD, OLD], [1, 2, 3]),
        ([OLD, "now", OLD, OLD], [2, 3, 4]),
    ],
)
def test_the_oldest_go_and_the_newest_stays(store: Store, times: list[str], kept: list[int]) -> None:
    fill(store, [now() if time == "now" else time for time in times])
    while retention.delete_old(store):
        pass
    assert numbers(store) == kept
    with store.write() as database:
        log.write(database, [NewEvent("user.deleted")])
    assert numbers(store) == [*kept, len(times) + 1]


def test_one_write_deletes_a_portion(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PORTION", 3)
    fill(store, [OLD] * 8)
    assert [retention.delete_old(store) for _ in range(4)] == [3, 3, 1, 0]
    assert numbers(store) == [8]


def test_operations_of_users_go_too(store: Store) -> None:
    row = dict.fromkeys(("operation_id", "user_id", "operation_type", "entity_type", "property", "category"), "x")
    with store.write() as database:
        Operation.insert({**row, "id": "old", "timestamp": OLD}).execute(database)
        Operation.insert({**row, "id": "new", "timestamp": now()}).execute(database)
    Runner(store).run_once()
    assert store.read(Operation.select(Operation.id)) == [("new",)]


def test_nothing_goes_without_a_limit_and_nothing_is_written_without_old_ones(store: Store) -> None:
    fill(store, [OLD] * 3)
    kept, store.settings = store.settings, replace(store.settings, events_kept=0)
    before = store.everything.revision()
    assert retention.delete_old(store) == 0
    store.settings = kept
    assert store.everything.revision() == before
    assert retention.delete_old(store) == 2
    after = store.everything.revision()
    assert retention.delete_old(store) == 0
    assert store.everything.revision() == after
