"""Answers kept in memory: they are those that would be made, as long as nothing changes, and not a moment longer."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from procdef.http import response_cache
from procdef.settings import load
from procdef.store.clock import stamp
from procdef.store.identity import tokens, users
from tests.api import BASE, Api
from tests.conftest import DATABASES, make_database, running_app
from tests.counting import executed
from tests.samples import bpmn

LIST = f"{BASE}/process-definition"
PROCESSES = "/api/v1/processes"
ORIGIN = "https://apps.example.org"
REVISION = ['SELECT (SELECT "token_" FROM "procdef_revision" WHERE "id" = 1)']
Server = Callable[..., Api]


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    """Makes servers over one database, as the worker processes and hosts are that share it."""
    with ExitStack() as stack:
        yield lambda **more: Api(stack.enter_context(running_app(load({"PROCDEF_DATABASE_URL": database_url, **more}))))


def said(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """All of an answer but its id; without compression, which writes the second into its bytes."""
    content = gzip.decompress(answer.data) if answer.content_encoding == "gzip" else answer.data
    return answer.status, sorted(item for item in answer.headers.items() if item[0] != "X-Request-Id"), content


def ask(api: Api, path: str, headers: Mapping[str, str] | None = None) -> tuple[TestResponse, list[str]]:
    """An answer, and the statements that it took."""
    with executed(api.store) as run:
        answer = api.client.get(path, headers=headers)
    return answer, run


def paths_of(api: Api) -> list[str]:
    """One path of every kind of read whose answer depends on nothing but the store."""
    one = api.get("/process-definition")[0]
    deployment, ident = one["deploymentId"], one["id"]
    [resource] = api.get(f"/deployment/{deployment}/resources")
    [process] = api.client.get(f"{PROCESSES}?PageSize=1").json["data"]  # type: ignore[index]
    return [
        LIST,
        f"{LIST}?keyLike=p%25&sortBy=version&sortOrder=desc&maxResults=2",
        f"{LIST}?key=nothing",
        f"{LIST}/count?latestVersion=true",
        f"{LIST}/statistics",
        f"{LIST}/{ident}",
        f"{LIST}/key/p1",
        *(f"{LIST}/{ident}/{name}" for name in ("xml", "startForm", "form-variables", "statistics")),
        f"{LIST}/{ident}/static-called-process-definitions",
        f"{LIST}/{ident}/diagram",
        f"{BASE}/deployment",
        f"{BASE}/deployment/count",
        f"{BASE}/deployment/registered",
        f"{BASE}/deployment/{deployment}",
        f"{BASE}/deployment/{deployment}/resources",
        f"{BASE}/deployment/{deployment}/resources/{resource['id']}",
        f"{BASE}/deployment/{deployment}/resources/{resource['id']}/data",
        f"{BASE}/incident",
        f"{BASE}/incident/i",
        f"{BASE}/user/mary/profile",
        f"{BASE}/group/g",
        f"{BASE}/identity/groups?userId=mary",
        f"{PROCESSES}?PageSize=1",
        f"{PROCESSES}/{process['id']}",
        f"{PROCESSES}/{process['id']}/export",
        f"{PROCESSES}/batch-export?ids={process['id']}",
    ]


def fill(api: Api) -> Api:
    for number in range(8):
        api.deploy((f"p{number}.bpmn", bpmn(f"p{number}", name="Größe 🚲")))
    users.create_user(api.store, {"id": "mary"}, None)
    api.send("POST", "/group/create", json={"id": "g", "name": "G", "type": "T"})
    api.put("/group/g/members/mary", None)
    ident = api.get("/process-definition/key/p1")["id"]
    assert api.put("/incident/i", {"processDefinitionId": ident, "incidentType": "failedJob"}).status_code < 300
    return api


ASKED: list[dict[str, str]] = [
    {},
    {"Accept": "application/hal+json, application/json; charset=utf-8"},
    {"Accept-Encoding": "gzip"},
    {"Accept-Encoding": "br;q=0, gzip"},
    {"Origin": ORIGIN},
    {"Origin": "https://elsewhere.example.org"},
    {"Authorization": "Basic bm9ib2R5"},
]


@pytest.mark.parametrize("headers", ASKED, ids=str)
def test_what_is_kept_is_what_would_be_made(server: Server, headers: dict[str, str]) -> None:
    api = fill(server(PROCDEF_CORS_ORIGINS=ORIGIN))
    other = server(PROCDEF_CORS_ORIGINS=ORIGIN, PROCDEF_CACHE_SIZE="0")
    for path in paths_of(api):
        first, _ = ask(api, path, headers)
        again, run = ask(api, path, headers)
        assert (path, run) == (path, REVISION)
        assert said(again) == said(first) == said(other.client.get(path, headers=headers)), path
        assert first.status_code == (204 if path.endswith("diagram") else 200)


def test_a_client_that_has_the_answer_is_told_so_again(server: Server) -> None:
    api, other = fill(server()), server(PROCDEF_CACHE_SIZE="0")
    for path in paths_of(api):
        headers = {"If-None-Match": api.client.get(path).headers["ETag"], "Accept-Encoding": "gzip"}
        answers = [api.client.get(path, headers=headers), api.client.get(path, headers=headers), other.client.get(path, headers=headers)]
        assert {answer.status_code for answer in answers} == {304}
        assert said(answers[0]) == said(answers[1]) == said(answers[2])


def test_whatever_a_request_says_is_told_apart(server: Server) -> None:
    api = fill(server(PROCDEF_CORS_ORIGINS=ORIGIN))
    answers = [said(api.client.get(LIST, headers=headers)) for headers in ASKED for _ in range(2)]
    assert answers[::2] == answers[1::2]
    assert len({str(answer) for answer in answers}) == len(ASKED) - 3  # three are answered as the first
    assert api.client.get(f"{LIST}%00key=p1").status_code == api.client.get(f"{LIST}%3Fkey=p1").status_code == 404


CHANGES: list[Callable[[Api], Any]] = [
    lambda api: api.deploy(("p1.bpmn", bpmn("p1", name="New"))),
    lambda api: api.send("DELETE", f"/process-definition/{api.get('/process-definition/key/p1')['id']}"),
    lambda api: api.send("DELETE", f"/deployment/{api.get('/process-definition/key/p1')['deploymentId']}", query_string="cascade=true"),
    lambda api: api.put("/process-definition/key/p1/suspended", {"suspended": True}),
    lambda api: api.put("/process-definition/key/p1/history-time-to-live", {"historyTimeToLive": 3}),
    lambda api: api.client.delete(f"{PROCESSES}/{api.client.get(PROCESSES).json['data'][1]['uniqueIdentifier']}"),  # type: ignore[index]
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_change_is_seen_at_once_by_every_server(server: Server, number: int) -> None:
    one, other = fill(server()), server()
    before = [api.client.get(LIST).data for api in (one, other) for _ in range(2)]
    CHANGES[number](one)
    after = [api.client.get(LIST).data for api in (other, one) for _ in range(2)]
    assert (len({*before}), len({*after}), {*before} & {*after}) == (1, 1, set())


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", f"{BASE}/version", {}),
        ("GET", f"{LIST}/none", {}),
        ("GET", f"{LIST}?maxResults=x", {}),
        ("HEAD", LIST, {}),
        ("POST", LIST, {"json": {}}),
        ("GET", LIST, {"data": b"{}"}),
    ],
)
def test_what_is_not_kept(server: Server, method: str, path: str, more: dict[str, Any]) -> None:
    api = fill(server())
    first = api.client.open(path, method=method, **more)
    with executed(api.store) as run:
        again = api.client.open(path, method=method, **more)
    assert REVISION[0] not in run
    assert said(again) == said(first)


def ask_all(api: Api, paths: Sequence[str]) -> list[bool]:
    """Ask for all of these, one after another; whether each was kept."""
    return [ask(api, path)[1] == REVISION for path in paths]


PAGES = [f"{LIST}?number={number}" for number in range(1200)]
"""Each is the same list, of which some 200 have room in a MiB."""


def test_there_is_an_end_to_the_space(server: Server) -> None:
    api = fill(server(PROCDEF_CACHE_SIZE="1"))
    assert ask_all(api, PAGES[:600]) == [False] * 600
    found = ask_all(api, PAGES[:600])
    assert 100 < sum(found) < 400
    assert found == sorted(found, reverse=True)  # those that came first found room


def test_what_is_asked_again_puts_out_what_is_not(server: Server) -> None:
    api = fill(server(PROCDEF_CACHE_SIZE="1"))
    for page in PAGES[:600], PAGES[600:700], PAGES[600:700]:
        ask_all(api, page)
    assert ask_all(api, PAGES[600:700]) == [True] * 100
    assert ask_all(api, PAGES[:50]) == [False] * 50


def test_what_is_asked_once_puts_out_nothing(server: Server) -> None:
    api = fill(server(PROCDEF_CACHE_SIZE="1"))
    ask_all(api, PAGES[:50])
    ask_all(api, PAGES[100:])
    assert ask_all(api, PAGES[:50]) == [True] * 50
    api.deploy(("p1.bpmn", bpmn("p1")))
    assert ask_all(api, PAGES[:50]) == [False] * 50
    assert ask_all(api, PAGES[:50]) == [True] * 50


def test_those_who_ask_for_more_in_turn_than_there_is_room_for_put_out_nothing(server: Server) -> None:
    api = fill(server(PROCDEF_CACHE_SIZE="1"))
    ask_all(api, PAGES[:50])
    for _ in range(2):
        ask_all(api, PAGES[50:])
    assert ask_all(api, PAGES[:50]) == [True] * 50


@given(size=st.integers(9, 60), asked=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), max_size=60))
def test_lately_is_once_to_twice_the_space(size: int, asked: list[tuple[int, int]]) -> None:
    lately, sizes, new = response_cache.GhostList(size), dict(asked), list[int]()
    for number, _ in asked:
        at = max((place for place, known in enumerate(new) if known == number), default=None)
        since = 0 if at is None else sum(sizes[other] for other in new[at:])
        was = lately.was(bytes([number]), sizes[number])
        if at is None or since > 2 * size:
            assert not was
        elif since + 9 <= size:
            assert was
        if not was:
            new.append(number)


def test_one_answer_does_not_take_all_the_space(server: Server) -> None:
    api = server(PROCDEF_CACHE_SIZE="1")
    api.deploy(("large.bpmn", bpmn("large", documentation=["x" * 200_000])))
    assert [ask(api, f"{LIST}/key/large/xml")[1] == REVISION for _ in range(2)] == [False, False]


def test_a_store_that_fails_is_the_applications_matter(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    api = fill(server())
    api.client.get(LIST)

    def fail(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(api.store.database, "execute_sql", fail)
    answer = api.client.get(LIST)
    assert (answer.status_code, answer.content_type, b"secret" in answer.data) == (500, "application/json", False)


PASSWORD, NEW = "correct horse", "battery staple"


@pytest.fixture
def guarded(server: Server) -> Api:
    """A server with authentication, on which mary has a password."""
    api = fill(server())
    users.set_password(api.store, "mary", PASSWORD)
    return server(PROCDEF_AUTH="basic,token")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def basic(password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'mary:{password}'.encode()).decode()}"}


def statuses(api: Api, *headers: dict[str, str]) -> list[int]:
    return [api.client.get(LIST, headers=each).status_code for each in headers for _ in range(2)]


def test_what_is_kept_for_one_who_asks_is_nobody_elses(guarded: Api) -> None:
    token = tokens.create_token(guarded.store, "mary")
    known = [bearer(token), {"Authorization": token}, basic(PASSWORD)]
    assert statuses(guarded, *known) == [200] * 6
    assert statuses(guarded, {}, basic("wrong"), bearer(token[:-1]), bearer("x")) == [401] * 8
    assert [ask(guarded, LIST, headers)[1] for headers in known] == [REVISION] * 3


def test_who_is_known_no_more_is_refused_at_once(guarded: Api) -> None:
    token = tokens.create_token(guarded.store, "mary")
    assert statuses(guarded, bearer(token), basic(PASSWORD)) == [200] * 4
    tokens.remove_token(guarded.store, tokens.tokens_of_all(guarded.store)[0][0])
    assert statuses(guarded, bearer(token), basic(PASSWORD)) == [401, 401, 200, 200]
    users.set_password(guarded.store, "mary", NEW)
    assert statuses(guarded, basic(PASSWORD), basic(NEW)) == [401, 401, 200, 200]
    users.delete_user(guarded.store, "mary")
    assert statuses(guarded, basic(NEW)) == [401, 401]


def test_an_answer_to_a_token_is_kept_until_it_expires(guarded: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    expires = datetime.now(UTC) + timedelta(hours=1)
    token = tokens.create_token(guarded.store, "mary", expires=expires)
    assert statuses(guarded, bearer(token)) == [200, 200]
    assert ask(guarded, LIST, bearer(token))[1] == REVISION
    for module in (response_cache, tokens):
        monkeypatch.setattr(module, "now", lambda: stamp(expires))
    assert statuses(guarded, bearer(token)) == [401, 401]


@pytest.fixture(scope="module", params=DATABASES)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Api, Api]]:
    """Two servers over one database: one with a response cache, one without."""
    url = make_database(request, tmp_path_factory.mktemp("kept"), "procdef_kept")
    with ExitStack() as stack:
        made = [{"PROCDEF_DATABASE_URL": url, "PROCDEF_CACHE_SIZE": size} for size in ("1", "0")]
        one, other = (Api(stack.enter_context(running_app(load(each)))) for each in made)
        yield one, other


KEYS = st.sampled_from(["a", "b"])
STEPS = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(["", "/count", "?key=a", "?latestVersion=true", "/key/b", "/key/b/xml", "?suspended=true"])),
    st.tuples(st.sampled_from(["deploy", "delete", "suspend"]), KEYS),
)


@given(steps=st.lists(STEPS, min_size=4, max_size=16))
@settings(max_examples=25)
def test_no_order_of_changes_and_questions_tells_them_apart(pair: tuple[Api, Api], steps: list[tuple[str, str]]) -> None:
    keeping, making = pair
    for number, (step, word) in enumerate(steps):
        writer = pair[number % 2]
        if step == "deploy":
            writer.deploy((f"{word}.bpmn", bpmn(word, name=str(number))))
        elif step == "delete":
            writer.send("DELETE", f"/process-definition/key/{word}/delete")
        elif step == "suspend":
            writer.put("/process-definition/suspended", {"processDefinitionKey": word, "suspended": bool(number % 3)})
        else:
            answers = [said(api.client.get(LIST + word)) for api in (keeping, keeping, making)]
            assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    ("status", "headers", "kept"),
    [
        ("200 OK", [("ETag", "x")], True),
        ("304 NOT MODIFIED", [], True),
        ("200 OK", [("ETag", "x"), ("Set-Cookie", "a=b")], False),
        ("404 NOT FOUND", [], False),
    ],
)
def test_a_response_with_a_cookie_is_for_one_browser(status: str, headers: list[tuple[str, str]], kept: bool) -> None:
    assert response_cache._may_be_cached(status, headers) is kept
