"""A due job is done at its time, once, by any worker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from procdef.store.jobs.scheduled_jobs import (
    IN_TENANT,
    OF_KEY,
    ONE,
    SUSPENSION,
    SUSPENSION_IN_TENANT,
    Planned,
    failed,
    planned,
    run_due,
    run_or_schedule,
    suspension_in_tenant,
)
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
    before = api.store.everything.revision()
    assert (run_due(api.store), api.store.everything.revision()) == (0, before)


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


def test_what_is_planned_for_a_definition_is_told(api: Api) -> None:
    first, key = deploy(api, 2), {"processDefinitionKey": "order"}
    suspend(api, f"{first}/", "2031-01-01T00:00:00.000Z")
    suspend(api, "key/order/", "2031-01-02T00:00:00.000Z")
    suspend(api, "", "2030-01-01T00:00:00.000Z", **key)
    suspend(api, "", moment(-1), processDefinitionKey="other")
    expected = [Planned("2030-01-01T00:00:00.000+0000", suspended=True, of=OF_KEY)]
    expected += [Planned("2031-01-01T00:00:00.000+0000", suspended=True, of=ONE)]
    assert planned(api.store.everything, first, "order", None) == expected
    assert planned(api.store.everything, "x", "y", None) == []


@pytest.mark.parametrize("tenant", [None, "", "t"])
def test_all_versions_in_a_tenant_are_suspended_and_only_those(api: Api, tenant: str | None) -> None:
    for one in (None, "", "t"):
        deploy(api, 2, **({} if one is None else {"tenant_id": one}))
    payload = suspension_in_tenant(suspended=True, key="order", tenant=tenant)
    run_or_schedule(api.store, SUSPENSION_IN_TENANT, "2026-01-01 00:00:00.000", payload)
    reader = api.store.everything
    assert planned(reader, "x", "order", tenant) == [Planned("2026-01-01T00:00:00.000+0000", suspended=True, of=IN_TENANT)]
    assert planned(reader, "x", "order", "other") == []
    assert run_due(api.store) == 1
    rows = api.get("/process-definition")
    assert [row["suspended"] for row in rows] == [row["tenantId"] == tenant for row in rows]
