"""What is due is done at its time, once, by whichever worker looks."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from time import monotonic, sleep

import pytest

from procdef.errors import Unavailable
from procdef.store.jobs.due import failed, run_due
from procdef.store.jobs.runner import Runner
from procdef.store.jobs.schedule import SUSPENSION
from procdef.store.models import Job
from procdef.store.store import Store
from tests.api import Api
from tests.samples import bpmn


def moment(seconds: float) -> str:
    """A moment so many seconds from now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def suspend(api: Api, path: str, when: str, **body: object) -> None:
    answer = api.put(f"/process-definition/{path}suspended", {"suspended": True, "executionDate": when, **body})
    assert answer.status_code == 204, answer.text


def states(api: Api) -> list[bool]:
    return api.keys({"sortBy": "version", "sortOrder": "asc"}, member="suspended")


def deploy(api: Api, versions: int = 1, **fields: str) -> str:
    found = [api.deploy(("order.bpmn", bpmn("order")), **fields) for _ in range(versions)]
    return str(next(iter(found[0]["deployedProcessDefinitions"])))


def test_nothing_is_done_before_its_time(api: Api) -> None:
    suspend(api, f"{deploy(api)}/", moment(60))
    assert (run_due(api.store), states(api)) == (0, [False])


def test_looking_for_nothing_writes_nothing(api: Api) -> None:
    before = api.store.revision()
    assert (run_due(api.store), api.store.revision()) == (0, before)


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("{id}/", {}, [True, False]),
        ("key/order/", {}, [False, True]),
        ("", {"processDefinitionKey": "order"}, [True, True]),
        ("", {"processDefinitionKey": "other"}, [False, False]),
        ("no-such:1:x/", {}, [False, False]),
    ],
)
def test_what_is_due_is_done_once(api: Api, path: str, body: dict[str, object], expected: list[bool]) -> None:
    first = deploy(api, 2)
    suspend(api, path.format(id=first), moment(-1), **body)
    assert states(api) == [False, False]
    assert run_due(api.store) == 1
    assert (states(api), run_due(api.store)) == (expected, 0)


def test_jobs_are_done_in_the_order_of_their_times(api: Api) -> None:
    definition = deploy(api)
    api.put(f"/process-definition/{definition}/suspended", {"suspended": False, "executionDate": moment(-1)})
    suspend(api, f"{definition}/", moment(-2))
    assert (run_due(api.store), states(api)) == (2, [False])


def test_what_is_gone_by_then_is_no_error(api: Api) -> None:
    definition = deploy(api)
    suspend(api, f"{definition}/", moment(-1))
    api.send("DELETE", f"/process-definition/{definition}")
    assert (run_due(api.store), states(api)) == (1, [])


def test_an_activation_time_suspends_until_then(api: Api) -> None:
    deployed = api.deploy(("order.bpmn", bpmn("order")), deployment_activation_time=moment(-1))
    assert [row["suspended"] for row in deployed["deployedProcessDefinitions"].values()] == [False]
    assert states(api) == [True]
    assert (run_due(api.store), states(api)) == (1, [False])


def test_several_workers_do_a_job_once(api: Api) -> None:
    for _ in range(20):
        suspend(api, "no-such:1:x/", moment(-1))
    stores, gate, done = [Store(api.store.settings) for _ in range(4)], Barrier(4), []

    def work(store: Store) -> None:
        gate.wait()
        done.append(run_due(store))
        store.close()

    threads = [Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 20
    assert api.store.read(Job.select()) == []


def add_job(api: Api, ident: str, kind: str, payload: str) -> None:
    with api.store.write() as database:
        Job.insert(id=ident, kind=kind, due="2026-01-01 00:00:00.000", payload=payload).execute(database)


def test_a_job_that_fails_waits_with_its_error_and_stops_no_other(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    add_job(api, "a", SUSPENSION, "{}")
    add_job(api, "b", SUSPENSION, "no JSON")
    suspend(api, f"{deploy(api)}/", moment(-1))
    assert (run_due(api.store), states(api), run_due(api.store)) == (3, [True], 0)
    assert [(row[0], row[4].partition(":")[0]) for row in failed(api.store)] == [("a", "KeyError"), ("b", "JSONDecodeError")]
    assert "the job a (suspension) failed" in caplog.text


def test_a_kind_that_is_not_known_is_left_alone(api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("procdef.store.jobs.runner.INTERVAL", 0.01)
    monkeypatch.setattr("procdef.store.jobs.runner.SURVEY", 1)
    add_job(api, "a", "reminder", "{}")
    add_job(api, "b", SUSPENSION, "{}")
    run_due(api.store)
    runner = Runner(api.store)
    with caplog.at_level(logging.WARNING):
        runner.start()
        sleep(0.3)
        runner.stop()
    assert caplog.text.count("jobs of the kind 'reminder' are due") == 1
    assert caplog.text.count("1 jobs failed") == 1
    assert api.store.read(Job.select(Job.id, Job.failed).where(Job.id == "a")) == [("a", None)]


def test_the_runner_outlives_every_error(api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    looks = []

    def fail(store: Store) -> int:
        looks.append(store)
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("procdef.store.jobs.runner.INTERVAL", 0.01)
    monkeypatch.setattr("procdef.store.jobs.runner.run_due", fail)
    runner = Runner(api.store)
    runner.start()
    end = monotonic() + 10
    while len(looks) < 3 and monotonic() < end:
        sleep(0.01)
    runner.stop()
    assert len(looks) >= 3
    assert caplog.text.count("due jobs wait: RuntimeError") == 1


def test_the_runner_does_what_is_due_without_being_asked(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procdef.store.jobs.runner.INTERVAL", 0.02)
    suspend(api, f"{deploy(api)}/", moment(0.1))
    runner = Runner(api.store)
    runner.start()
    end = monotonic() + 10
    while states(api) == [False] and monotonic() < end:
        sleep(0.02)
    runner.stop()
    assert states(api) == [True]


def test_the_runner_goes_on_when_the_store_is_away(api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    looks = []

    def away(store: Store) -> int:
        looks.append(store)
        if len(looks) == 1:
            raise Unavailable("away")
        return 0

    monkeypatch.setattr("procdef.store.jobs.runner.INTERVAL", 0.01)
    monkeypatch.setattr("procdef.store.jobs.runner.run_due", away)
    runner = Runner(api.store)
    with caplog.at_level(logging.WARNING):
        runner.start()
        end = monotonic() + 10
        while len(looks) < 3 and monotonic() < end:
            sleep(0.01)
        runner.stop()
    assert len(looks) >= 3
    assert "due jobs wait: away" in caplog.text
