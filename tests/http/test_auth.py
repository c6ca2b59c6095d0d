"""Authentication: every route except the public ones needs valid credentials, whatever the header is; and views know the user."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from flask import Flask, Response
from werkzeug.test import TestResponse

from procdef.app import AUTH_POLICIES
from procdef.camunda.engine import WEBAPPS
from procdef.http.auth import LONGEST, current_user
from procdef.settings import load
from procdef.store.identity import passwords, tokens, users
from tests.api import Api
from tests.conftest import BOTH, make_database, running_app
from tests.frends.files import exported, file_of, without, zipped
from tests.samples import bpmn, form_of

PASSWORD = "pässword: 1"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
CHALLENGES = {"basic": 'Basic realm="default"', "token": 'Bearer realm="default"'}


def header(value: str) -> dict[str, str]:
    return {"Authorization": value}


def basic(user: str, password: str, word: str = "Basic", encoding: str = "utf-8") -> str:
    return f"{word} {b64encode(f'{user}:{password}'.encode(encoding)).decode()}"


def junk(text: bytes) -> str:
    return f"Basic {b64encode(text).decode()}"


class Guarded:
    """An application with authentication: one user with a password, one without, and a token of each."""

    def __init__(self, app: Flask) -> None:
        self.app, self.store = app, Api(app).store
        self.client = app.test_client()
        self.numbers = count()
        users.create_user(self.store, {"id": "mary"}, PASSWORD)
        users.create_user(self.store, {"id": "robot"}, None)
        self.token = tokens.create_token(self.store, "mary")
        self.of_robot = tokens.create_token(self.store, "robot", "for CI", datetime.now(UTC) + timedelta(1))
        self.expired = tokens.create_token(self.store, "mary", expires=datetime.now(UTC) - timedelta(seconds=1))
        app.add_url_rule("/whoami", view_func=lambda: Response(current_user() or ""))

    def status(self, value: str | None) -> int:
        return self.ask("/engine-rest/version", value).status_code

    def ask(self, path: str, value: str | None = None, method: str = "GET", address: str = "", **more: str) -> TestResponse:
        """Ask, by default from an address of its own, so that no wrong password makes another wait."""
        place = {"REMOTE_ADDR": address or f"10.1.{next(self.numbers)}"}
        return self.client.open(path, method=method, headers=({} if value is None else header(value)) | more, environ_overrides=place)


def guarded(request: pytest.FixtureRequest, factory: pytest.TempPathFactory, word: str) -> Iterator[Guarded]:
    url = make_database(request, factory.mktemp("auth"), f"procdef_auth_{word.replace(',', '_')}")
    settings = load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": word, "PROCDEF_CORS_ORIGINS": "https://apps.example.org"})
    with running_app(settings) as app:
        yield Guarded(app)


@pytest.fixture(scope="module", params=BOTH)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    yield from guarded(request, tmp_path_factory, "basic,token")


Written = Mapping[str, Callable[[Guarded], str | None]]
ACCEPTED: Written = {
    "password": lambda _: basic("mary", PASSWORD),
    "password, lower case": lambda _: basic("mary", PASSWORD, "basic"),
    "password, Latin-1": lambda _: basic("mary", PASSWORD, encoding="latin-1"),
    "password, two blanks": lambda _: basic("mary", PASSWORD, "Basic "),
    "bearer": lambda guarded: f"Bearer {guarded.token}",
    "bearer, lower case": lambda guarded: f"bearer  {guarded.token} ",
    "bare": lambda guarded: guarded.token,
    "bearer of who has no password": lambda guarded: f"Bearer {guarded.of_robot}",
}
REFUSED: Written = {
    "nothing": lambda _: None,
    "empty": lambda _: "",
    "blank": lambda _: " ",
    "wrong password": lambda _: basic("mary", "wrong"),
    "empty password": lambda _: basic("mary", ""),
    "unknown user": lambda _: basic("nobody", PASSWORD),
    "user without password": lambda _: basic("robot", ""),
    "None as password": lambda _: basic("robot", "None"),
    "password hash": lambda guarded: basic("mary", users.password_hash_of(guarded.store, "mary") or ""),
    "token as password": lambda guarded: basic("mary", guarded.token),
    "other case of the user": lambda _: basic("Mary", PASSWORD),
    "password with NUL": lambda _: basic("mary", PASSWORD + "\0"),
    "user with NUL": lambda _: basic("mary\0", PASSWORD),
    "user with wildcard": lambda _: basic("mar%", PASSWORD),
    "long user": lambda _: basic("m" * 3000, PASSWORD),
    "no colon": lambda _: junk(b"mary"),
    "no bytes": lambda _: "Basic ",
    "scheme alone": lambda _: "Basic",
    "no Base64": lambda _: "Basic !!!",
    "wrong padding": lambda _: "Basic bWFyeTpw=a",
    "no text": lambda _: junk(b"\xff\xfe:\xff"),
    "not ASCII": lambda _: "Basic äöü",
    "quotes": lambda _: "Basic '; DROP TABLE act_id_user; --",
    "a megabyte of Basic": lambda _: basic("mary", "x" * 1_000_000),
    "a megabyte of blanks": lambda _: "Basic" + " " * 1_000_000 + "x",
    "a megabyte of token": lambda _: "Bearer " + "x" * 1_000_000,
    "a bare megabyte": lambda _: "x" * 1_000_000,
    "bearer alone": lambda _: "Bearer",
    "wrong token": lambda _: "Bearer procdef_wrong",
    "token cut off": lambda guarded: f"Bearer {guarded.token[:-1]}",
    "token twice": lambda guarded: f"Bearer {guarded.token} {guarded.token}",
    "expired token": lambda guarded: f"Bearer {guarded.expired}",
    "token with NUL": lambda guarded: f"Bearer {guarded.token}\0",
    "token's hash": lambda guarded: f"Bearer {tokens._hashed(guarded.token)}",
    "bearer with parameters": lambda guarded: f'Bearer token="{guarded.token}"',
    "token of another scheme": lambda guarded: f"Token {guarded.token}",
    "password of another scheme": lambda _: basic("mary", PASSWORD, "Bearer"),
    "Digest": lambda _: 'Digest username="mary", realm="default", nonce="", uri="/", response=""',
    "Negotiate": lambda _: "Negotiate YII=",
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_who_is_known_comes_in(both: Guarded, case: str) -> None:
    assert both.status(ACCEPTED[case](both)) == 200


@pytest.mark.parametrize("case", REFUSED)
def test_who_is_not_known_is_answered_as_the_engines_filter_does(both: Guarded, case: str) -> None:
    answer = both.ask("/engine-rest/version", REFUSED[case](both))
    assert (answer.status_code, answer.data, "Content-Type" in answer.headers) == (401, b"", False)
    assert answer.headers.getlist("WWW-Authenticate") == list(CHALLENGES.values())


@pytest.mark.parametrize("path", ["", "/", "/batch-import", "/batch-export?ids=1", "/1", "/nope/versions/x", "/a/b/c"])
def test_the_processes_surface_answers_a_problem_document(both: Guarded, path: str) -> None:
    answer = both.ask(f"/api/v1/processes{path}")
    assert (answer.status_code, answer.content_type, answer.get_json(force=True)["status"]) == (401, "application/problem+json", 401)
    assert answer.headers.getlist("WWW-Authenticate") == list(CHALLENGES.values())
    assert "WWW-Authenticate" not in both.ask("/api/v1/processes/1", both.token).headers


def every_request(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Method, path and rule of whatever is routed."""
    for rule in app.url_map.iter_rules():
        path = re.sub("<.*?>", "x", rule.rule.replace("<engine>", "default"))
        yield from ((method, path, rule.rule) for method in METHODS)


NOT_HERE = {WEBAPPS: 404, "/setup": 404, "/engine-rest/setup": 401, "/login/provider": 404, "/login/provider/back": 404}
"""The web apps have no URL here, users exist, and no provider logs them in."""


def test_every_route_is_shut_but_those_of_the_table(both: Guarded) -> None:
    opened = {rule for policy in AUTH_POLICIES for rule in policy.public}
    requests = list(every_request(both.app))
    assert len(requests) > 1000
    assert opened <= {rule for _, _, rule in requests}
    for method, path, rule in requests:
        if rule not in opened:
            assert both.ask(path, method=method).status_code == 401, (method, path)
        elif method in ("GET", "HEAD"):
            assert both.ask(path, method=method).status_code == NOT_HERE.get(rule, 200), (method, path)


def test_every_open_rule_has_a_reason() -> None:
    assert all(reason.endswith(".") for policy in AUTH_POLICIES for reason in policy.public.values())


@pytest.mark.parametrize(
    "path",
    ["/", "/nope", "/engine-rest", "/engine-rest/engine/nope", "//engine", "/engine/..", "/api/v1/process", "/api/v1/processes/a/b/c"],
)
def test_what_is_not_there_is_shut_too(both: Guarded, path: str) -> None:
    assert both.ask(path).status_code == 401
    assert both.ask(path, basic("mary", PASSWORD)).status_code == 404


@pytest.mark.parametrize("path", ["/engine-rest/engine/nope/version", "/engine/nope/process-definition"])
def test_an_engine_that_is_not_there_is_named_to_anybody(both: Guarded, path: str) -> None:
    for value in (None, basic("mary", PASSWORD)):
        answer = both.ask(path, value)
        assert (answer.status_code, answer.get_json()["message"]) == (404, "Process engine nope not available")


@pytest.mark.parametrize("word", ["basic", "token", "basic,token", "token,basic"])
def test_a_setting_lets_in_who_it_names(database_url: str, word: str) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_AUTH": word})) as app:
        guarded = Guarded(app)
        assert guarded.status(basic("mary", PASSWORD)) == (200 if "basic" in word else 401)
        assert guarded.status(f"Bearer {guarded.token}") == (200 if "token" in word else 401)
        challenges = guarded.ask("/version").headers.getlist("WWW-Authenticate")
        assert challenges == [text for name, text in CHALLENGES.items() if name in word]


@pytest.mark.parametrize("word", ["", "none"])
def test_without_authentication_the_header_is_ignored(database_url: str, word: str) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_AUTH": word})) as app:
        assert app.before_request_funcs == {}
        for value in ("Basic !!!", basic("mary", "wrong"), "x" * 1_000_000):
            assert app.test_client().get("/version", headers=header(value)).status_code == 200


def test_the_views_know_who_asks(both: Guarded) -> None:
    users = {basic("mary", PASSWORD): "mary", f"Bearer {both.token}": "mary", both.of_robot: "robot"}
    assert {value: both.ask("/whoami", value).text for value in users} == users
    assert both.ask("/whoami", procdef="mary").status_code == 401


def test_without_authentication_nobody_asks(app: Flask) -> None:
    with app.test_request_context("/", headers=header(basic("mary", PASSWORD))):
        app.preprocess_request()
        assert current_user() is None


def test_each_has_tags_of_his_own(both: Guarded) -> None:
    tags = {both.ask("/process-definition", value).headers["ETag"] for value in (both.token, both.of_robot)}
    assert len(tags) == 2
    assert both.ask("/process-definition", **{"If-None-Match": next(iter(tags))}).status_code == 401
    assert {both.ask("/process-definition", both.token, **{"If-None-Match": tag}).status_code for tag in tags} == {200, 304}


def test_permissions_are_those_of_who_asks(both: Guarded) -> None:
    path = "/engine-rest/authorization/check?permissionName=READ&resourceName=Deployment&resourceType=9&resourceId=a"
    expected = {"permissionName": "READ", "resourceName": "Deployment", "resourceId": "a", "authorized": True}
    assert both.ask(path, both.token).get_json() == expected


def test_a_browser_asks_beforehand_without_saying_who(both: Guarded) -> None:
    origin = {"Origin": "https://apps.example.org"}
    before = both.ask("/engine-rest/user", method="OPTIONS", **origin, **{"Access-Control-Request-Method": "GET"})
    assert (before.status_code, before.data, before.headers["Access-Control-Allow-Origin"]) == (204, b"", origin["Origin"])
    refused = both.ask("/engine-rest/user", **origin)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, origin["Origin"])
    stranger = {"Origin": "https://elsewhere.example.org", "Access-Control-Request-Method": "GET"}
    assert both.ask("/engine-rest/user", method="OPTIONS", **stranger).status_code == 401


MODIFIED: list[tuple[str, str, bytes, str | None]] = [
    ("/engine-rest/deployment/create", "a.bpmn", bpmn("uploaded"), "robot"),
    ("/api/v1/processes/batch-import", "b.bpmn", bpmn("imported"), "robot"),
    ("/api/v1/processes/batch-import", "c.zip", zipped(("c.bpmn", bpmn("zipped"))), "robot"),
    ("/api/v1/processes/batch-import", "d.json", file_of(exported("Said", Modifier="anna")), "anna"),
    ("/api/v1/processes/batch-import", "e.json", file_of(exported("Said to be nobody", Modifier=None)), None),
    ("/api/v1/processes/batch-import", "f.json", file_of(without("Modifier", exported("Silent"))), "robot"),
]


@pytest.mark.parametrize(("path", "filename", "data", "modifier"), MODIFIED, ids=[row[1] for row in MODIFIED])
def test_the_modifier_of_a_process(both: Guarded, path: str, filename: str, data: bytes, modifier: str | None) -> None:
    body, content_type = form_of([(f'form-data; name="file"; filename="{filename}"', data)])
    answer = both.client.post(path, data=body, content_type=content_type, headers=header(both.of_robot))
    assert answer.status_code == 200, answer.text
    newest = max(both.ask("/api/v1/processes", both.token).get_json()["data"], key=lambda row: row["id"])
    assert newest["modifier"] == modifier
    exported_ = both.ask(f"/api/v1/processes/{newest['id']}/export", both.token).get_json()
    assert exported_["Processes"][0]["Modifier"] == modifier


DEPLOYED: list[tuple[str, str, bytes]] = [
    ("/engine-rest/deployment/create", "a.bpmn", bpmn("by_robot1")),
    ("/api/v1/processes/batch-import", "b.bpmn", bpmn("by_robot2")),
    ("/api/v1/processes/batch-import", "c.json", file_of(exported("Robots", Modifier="anna"))),
]


@pytest.mark.parametrize(("path", "filename", "data"), DEPLOYED, ids=[row[1] for row in DEPLOYED])
def test_who_deployed(both: Guarded, path: str, filename: str, data: bytes) -> None:
    asked = [f"/engine-rest/{kind}/count?deployedBy={user}" for kind in ("process-definition", "deployment") for user in ("robot", "anna")]
    before = [both.ask(one, both.token).get_json()["count"] for one in asked]
    body, content_type = form_of([(f'form-data; name="file"; filename="{filename}"', data)])
    assert both.client.post(path, data=body, content_type=content_type, headers=header(both.of_robot)).status_code == 200
    after = [both.ask(one, both.token).get_json()["count"] for one in asked]
    assert [late - early for late, early in zip(after, before, strict=True)] == [1, 0, 1, 0]


def test_a_refused_upload_changes_nothing(both: Guarded) -> None:
    before = both.store.everything.revision()
    answer = both.client.post("/engine-rest/deployment/create", data=b"x" * 100_000, content_type="multipart/form-data; boundary=b")
    assert (answer.status_code, both.store.everything.revision()) == (401, before)


def test_a_password_is_no_longer_right_when_it_is_changed(both: Guarded) -> None:
    users.create_user(both.store, {"id": "anna"}, "the old one")
    assert [both.status(basic("anna", word)) for word in ("the old one", "the old one", "the new one")] == [200, 200, 401]
    users.set_password(both.store, "anna", "the new one")
    assert [both.status(basic("anna", word)) for word in ("the old one", "the new one")] == [401, 200]
    users.delete_user(both.store, "anna")
    assert both.status(basic("anna", "the new one")) == 401
    users.create_user(both.store, {"id": "anna"}, "the newer one")
    assert [both.status(basic("anna", word)) for word in ("the new one", "the newer one")] == [401, 200]


def test_a_token_goes_with_its_user(both: Guarded) -> None:
    users.create_user(both.store, {"id": "left"}, None)
    token = tokens.create_token(both.store, "left")
    assert both.status(token) == 200
    users.delete_user(both.store, "left")
    assert both.status(token) == 401
    assert "left" not in {row[1] for row in tokens.tokens_of_all(both.store)}


def test_argon2_is_paid_once_for_a_right_password_and_each_time_for_a_wrong_one(both: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    paid: list[str] = []
    is_right = passwords.is_right

    def paying(kept: str | None, password: str, *_client: object) -> bool:
        paid.append(password)
        return is_right(kept, password)

    monkeypatch.setattr(passwords, "is_right", paying)

    def cost(user: str, password: str) -> int:
        paid.clear()
        both.status(basic(user, password))
        return len(paid)

    users.create_user(both.store, {"id": "costly"}, PASSWORD)
    assert [cost("costly", PASSWORD) for _ in range(3)] == [1, 0, 0]
    for user in ("costly", "robot", "nobody", "no\0body"):
        assert [cost(user, "wrong") for _ in range(2)] == [1, 1], user
    users.delete_user(both.store, "costly")
    assert cost("costly", PASSWORD) == 1


def test_a_header_of_the_longest_length_is_read(both: Guarded) -> None:
    users.create_user(both.store, {"id": "longest"}, "x" * 6100)
    value = basic("longest", "x" * 6100)
    assert (len(value) <= LONGEST, both.status(value)) == (True, 200)
    users.delete_user(both.store, "longest")
