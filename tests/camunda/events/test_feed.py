"""The list of events: its page, what it waits for, and what it says of events that are gone."""

from __future__ import annotations

import threading
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest

from procdef.camunda.events.feed import LOST, NEWEST
from procdef.http import waiting
from procdef.http.waiting import WAITERS, Waiters
from procdef.settings import load
from procdef.store.events import log
from procdef.store.events.log import NewEvent
from procdef.store.identity import authorizations, users
from procdef.store.models import Event
from procdef.store.registry.deployments import Upload, deploy
from tests.api import Api, error_of
from tests.conftest import ON_SQLITE, running_app
from tests.samples import bpmn, form
from tests.servers.procdef import process


def fill(api: Api, number: int) -> None:
    with api.store.write() as database:
        log.write(database, [NewEvent("user.created", object_id=str(each)) for each in range(number)])


def numbers(rows: list[Any]) -> list[int]:
    return [row["number"] for row in rows]


def test_the_oldest_come_first_and_a_reader_goes_on_after_the_last(api: Api) -> None:
    fill(api, 250)
    assert numbers(api.get("/event")) == list(range(1, 101))
    assert numbers(api.get("/event", {"after": 100, "maxResults": 1000})) == list(range(101, 251))
    assert api.get("/event", {"after": 250}) == []
    assert api.get("/event/count", {"after": 200}) == {"count": 50}
    assert numbers(api.get("/event", {"sortBy": "number", "sortOrder": "desc", "maxResults": 2})) == [250, 249]


def test_a_deployment_in_full(api: Api) -> None:
    done = api.deploy(("a.bpmn", bpmn("a", versionTag="1.0")), deployment_name="n", tenant_id="t")
    (ident,) = done["deployedProcessDefinitions"]
    first, second = api.get("/event")
    absent = ("userId", "tokenId", "processDefinitionId", "processDefinitionKey", "version", "versionTag", "objectId", "before")
    made_by = {"number": 1, "type": "deployment.created", "source": "rest", "address": "127.0.0.1"}
    of = {"tenantId": "t", "deploymentId": done["id"], "after": {"name": "n", "source": None}}
    here = {"timestamp": first["timestamp"], "requestId": first["requestId"]}
    assert first == {**made_by, **of, **here, **dict.fromkeys(absent)}
    assert [second[name] for name in ("processDefinitionId", "processDefinitionKey", "version", "versionTag")] == [ident, "a", 1, "1.0"]
    assert (second["before"], second["after"], second["deploymentId"]) == (None, None, done["id"])


@ON_SQLITE
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"maxResults": "1001"}, "Cannot set query parameter 'maxResults' to value '1001': at most 1000 events are possible"),
        ({"wait": "31"}, "Cannot set query parameter 'wait' to value '31': Must be a number of seconds from 0 to 30."),
        ({"wait": "-1"}, "Cannot set query parameter 'wait' to value '-1': Must be a number of seconds from 0 to 30."),
        ({"wait": "x"}, "Cannot set query parameter 'wait' to value 'x': Cannot convert value x to java type java.lang.Integer"),
        ({"after": "x"}, "Cannot set query parameter 'after' to value 'x': Cannot convert value x to java type java.lang.Integer"),
        ({"since": "x"}, "Cannot set query parameter 'since' to value 'x': Cannot convert value \"x\" to java type java.util.Date"),
    ],
)
def test_what_cannot_be_asked_for(api: Api, query: dict[str, str], message: str) -> None:
    assert error_of(api.ask("/event", query)) == (400, "InvalidRequestException", message, None)


def test_a_reader_learns_that_events_are_gone(api: Api) -> None:
    assert api.ask("/event", {"after": 0}).headers[NEWEST] == "0"
    fill(api, 10)
    api.store.run("DELETE FROM procdef_event WHERE number_ <= 4 RETURNING number_", ())
    heads = [api.ask("/event", {"after": after}).headers for after in (0, 3, 4, 10)]
    assert [(head[NEWEST], head.get(LOST)) for head in heads] == [("10", "4"), ("10", "1"), ("10", None), ("10", None)]
    assert LOST not in api.ask("/event").headers


def test_it_waits_for_an_event(api: Api) -> None:
    fill(api, 1)
    writer = threading.Timer(0.6, users.create_user, (api.store, {"id": "mary"}, None))
    other = threading.Timer(0.2, users.create_group, (api.store, {"id": "sales"}))
    for timer in (writer, other):
        timer.start()
    begun = time.monotonic()
    found = api.get("/event", {"after": 1, "wait": 20, "type": "user.created"})
    assert (numbers(found), time.monotonic() - begun < 10) == ([3], True)
    begun = time.monotonic()
    answer = api.ask("/event", {"after": 3, "wait": 1})
    assert (answer.get_json(), answer.headers[NEWEST], 0.9 < time.monotonic() - begun < 5) == ([], "3", True)
    writer.join()


@ON_SQLITE
def test_it_does_not_wait_where_others_wait_or_the_process_ends(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.monotonic()
    monkeypatch.setitem(api.app.extensions, WAITERS, Waiters(0))
    assert api.get("/event", {"wait": 20}) == []
    ended = threading.Event()
    ended.set()
    monkeypatch.setattr(waiting, "stopping", ended)
    monkeypatch.setitem(api.app.extensions, WAITERS, Waiters(1))
    assert api.get("/event", {"wait": 20}) == []
    assert time.monotonic() - begun < 5


def test_only_so_many_wait_at_once() -> None:
    waiters, begun, end = Waiters(2), threading.Barrier(3), threading.Event()
    found: list[str | None] = []

    def wait() -> None:
        begun.wait()
        found.append(waiters.wait(10, lambda: "there" if end.is_set() else None))

    threads = [threading.Thread(target=wait) for _ in range(2)]
    for thread in threads:
        thread.start()
    begun.wait()
    time.sleep(0.1)
    assert waiters.wait(10, lambda: "there") is None
    end.set()
    for thread in threads:
        thread.join()
    assert found == ["there", "there"]
    assert waiters.wait(10, lambda: "there") == "there"


def until_two_are_busy(server: str) -> None:
    """Wait until a thread has a request beside the one that answers this."""
    end = time.monotonic() + 30
    while 'procdef_threads{state="busy"} 2' not in httpx.get(f"{server}/metrics").text:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_server_waits_across_its_workers_and_stops_at_once(tmp_path: Path) -> None:
    with process(tmp_path, PROCDEF_WORKERS="2", PROCDEF_THREADS="8") as (base, server):
        body, kind = form([("a.bpmn", bpmn("a"))])
        sent = {"content": body, "headers": {"Content-Type": kind}, "timeout": 30}
        writer = threading.Timer(0.5, httpx.post, (f"{base}/deployment/create",), sent)
        writer.start()
        assert len(httpx.get(f"{base}/event?wait=20", timeout=30).json()) == 2
        writer.join()
        answers: list[httpx.Response] = []
        asking = threading.Thread(target=lambda: answers.append(httpx.get(f"{base}/event?after=2&wait=30", timeout=40)))
        asking.start()
        until_two_are_busy(base.removesuffix("/engine-rest"))
        begun = time.monotonic()
        server.terminate()
        assert server.wait(15) == 0
        asking.join()
        assert ([answer.json() for answer in answers], time.monotonic() - begun < 8) == ([[]], True)


def test_with_authorization_only_events_of_keys_are_seen_whose_history_one_may_read(database_url: str) -> None:
    settings = {"PROCDEF_DATABASE_URL": database_url, "PROCDEF_AUTH": "basic", "PROCDEF_AUTHORIZATION": "on"}
    with running_app(load(settings)) as app:
        api = Api(app)
        users.create_user(api.store, {"id": "mary"}, "a long password")
        for key in ("order", "invoice"):
            deploy(api.store, Upload("n", None, None, [(f"{key}.bpmn", bpmn(key))]))
        of = {"user_id": "mary", "group_id": None, "resource_type": 6, "resource_id": "order"}
        authorizations.create(api.store, 1, ["READ_HISTORY"], of)
        headers = {"Authorization": "Basic " + b64encode(b"mary:a long password").decode()}
        answer = api.send("GET", "/event", headers=headers)
        assert [row["processDefinitionKey"] for row in answer.get_json()] == ["order"]
        assert answer.headers[NEWEST] == "6"
        assert api.send("GET", "/event/count", headers=headers).get_json() == {"count": 1}
        assert api.send("GET", "/event?type=user.created", headers=headers).get_json() == []


def test_the_database_has_no_event_of_a_read(api: Api) -> None:
    api.get("/event")
    assert api.store.read(Event.select(Event.number)) == []
