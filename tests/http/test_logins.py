"""Refused logins: who has to wait, who need not, and what the log says of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from procdef.http import logins
from procdef.http.logins import Refusals
from procdef.settings import load
from procdef.store.identity import passwords, tokens, users
from procdef.store.identity.throttle import FREE
from procdef.store.models import User
from tests.api import Api
from tests.conftest import running_app
from tests.http.test_auth import PASSWORD, Guarded, basic

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"
NEW = "battery staple"
VERSION, PROCESSES = "/engine-rest/version", "/api/v1/processes"


@pytest.fixture
def guarded(database_url: str) -> Iterator[Guarded]:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_AUTH": "basic,token"})) as app:
        yield Guarded(app)


def wrong(guarded: Guarded, user: str = "mary", address: str = HERE, number: int = FREE) -> list[int]:
    return [guarded.ask(VERSION, basic(user, "wrong"), address=address).status_code for _ in range(number)]


def test_after_some_wrong_passwords_a_try_has_to_wait_in_each_surfaces_shape(guarded: Guarded) -> None:
    assert wrong(guarded) == [401] * FREE
    text = "Too many wrong passwords for this user from this address; try again later."
    refused = guarded.ask(VERSION, basic("mary", PASSWORD), address=HERE)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert refused.get_json() == {"type": "RestException", "message": text, "code": None}
    refused = guarded.ask(PROCESSES, basic("mary", PASSWORD), address=HERE)
    assert (refused.status_code, refused.headers["Retry-After"], refused.content_type) == (429, "1", "application/problem+json")
    assert (refused.get_json()["type"], refused.get_json()["detail"]) == ("urn:procdef:problem:too-many-tries", text)


def test_nobody_is_kept_out_from_another_address_or_with_a_remembered_password_or_a_token(guarded: Guarded) -> None:
    right = basic("mary", PASSWORD)
    wrong(guarded)
    assert guarded.ask(VERSION, right, address=ELSEWHERE).status_code == 200
    assert guarded.ask(VERSION, right, address=HERE).status_code == 200  # it is remembered now
    assert guarded.ask(VERSION, guarded.token, address=HERE).status_code == 200
    assert guarded.ask(VERSION, basic("robot", "wrong"), address=HERE).status_code == 401


def test_the_wait_ends(guarded: Guarded) -> None:
    wrong(guarded)
    time.sleep(1.1)
    assert guarded.ask(VERSION, basic("mary", PASSWORD), address=HERE).status_code == 200


def test_argon2_is_not_paid_for_while_a_try_waits(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(guarded)
    monkeypatch.setattr(passwords, "is_right", None)
    assert wrong(guarded, number=1) == [429]


def test_asking_for_a_check_is_a_try_like_any_other(api: Api) -> None:
    api.send("POST", "/user/create", json={"profile": {"id": "mary"}, "credentials": {"password": "right password"}})
    body = {"username": "mary", "password": "wrong"}
    answers = [api.send("POST", "/identity/verify", json=body) for _ in range(FREE + 1)]
    assert [answer.status_code for answer in answers] == [*[200] * FREE, 429]
    assert (answers[-1].headers["Retry-After"], answers[-1].get_json()["type"]) == ("1", "RestException")


def test_each_refused_login_has_a_line(guarded: Guarded, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logins.__name__)
    wrong(guarded, "mary\n\x1b[31m", number=1)
    wrong(guarded, "x" * 1000, number=1)
    guarded.ask(VERSION, "Bearer procdef_wrong", address=HERE)
    guarded.ask(VERSION, "Digest x", address=HERE)
    wrong(guarded, number=FREE + 1)
    guarded.ask(VERSION, address=HERE)
    guarded.ask(VERSION, basic("mary", PASSWORD), address=ELSEWHERE)
    about = f"address {HERE}, reason:"
    assert [record.getMessage() for record in caplog.records] == [
        rf"login refused: user 'mary\n\x1b[31m', {about} wrong user or password",
        f"login refused: user '{'x' * logins.MAX_LOGGED}', {about} wrong user or password",
        f"login refused: user -, {about} wrong or expired token",
        f"login refused: user -, {about} header Authorization has no accepted form",
        *[f"login refused: user 'mary', {about} wrong user or password"] * FREE,
        f"login refused: user 'mary', {about} Too many wrong passwords for this user from this address; try again later.",
    ]


def test_more_refusals_than_lines_are_counted(guarded: Guarded, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = Refusals(2, lambda: 1.0)
    monkeypatch.setattr(refusals, "_later", lambda: None)
    with guarded.app.test_request_context("/"):
        for number in range(5):
            refusals.add(f"user{number}", "wrong")
    refusals.tell()
    refusals.tell()
    assert [record.getMessage() for record in caplog.records] == [
        "login refused: user 'user0', address -, reason: wrong",
        "login refused: user 'user1', address -, reason: wrong",
        "login refused: 3 more within a second",
    ]


def test_an_empty_password_is_refused_everywhere_and_never_right(guarded: Guarded) -> None:
    send = {"headers": {"Authorization": guarded.token}}
    created = guarded.client.post("/engine-rest/user/create", json={"profile": {"id": "anna"}, "credentials": {"password": ""}}, **send)
    body = {"password": "", "authenticatedUserPassword": PASSWORD}
    changed = guarded.client.put("/engine-rest/user/mary/credentials", json=body, **send)
    for answer in (created, changed):
        reason = "A password has at least 10 characters (PROCDEF_PASSWORD_LENGTH); this one has 0."
        expected = {"type": "ProcessEngineException", "message": f"Password does not match policy ({reason})", "code": 0}
        assert (answer.status_code, answer.get_json()) == (400, expected)
    with guarded.store.write() as database:
        User.update(password_hash=passwords.hashed("")).where(User.id == "mary").execute(database)
    assert guarded.status(basic("mary", "")) == 401


@pytest.mark.parametrize("ends_tokens", [True, False, None])
def test_a_changed_password_ends_kept_answers_and_tokens_if_asked(guarded: Guarded, ends_tokens: bool | None) -> None:
    path, old = "/engine-rest/process-definition", basic("mary", PASSWORD)
    for value in (old, old, guarded.token, guarded.token, guarded.of_robot):
        assert guarded.ask(path, value).status_code == 200
    body = {"password": NEW, "authenticatedUserPassword": PASSWORD, "removeTokens": ends_tokens}
    changed = guarded.client.put("/engine-rest/user/mary/credentials", json=body, headers={"Authorization": guarded.token})
    assert changed.status_code == 204
    assert [guarded.ask(path, value).status_code for value in (old, guarded.token)] == [401, 401 if ends_tokens else 200]
    assert [guarded.ask(path, value).status_code for value in (basic("mary", NEW), guarded.of_robot)] == [200, 200]


NOT_OWN = (400, "InvalidRequestException", "The given authenticated user password is not valid.")
OTHERS = (403, "AuthorizationException", "Only the user {} may change this password.")
NOT_CHANGED: Mapping[str, tuple[str, dict[str, Any], tuple[int, str, str]]] = {
    "without the old one": ("mary", {}, NOT_OWN),
    "with a wrong one": ("mary", {"authenticatedUserPassword": "wrong"}, NOT_OWN),
    "with an empty one": ("mary", {"authenticatedUserPassword": ""}, NOT_OWN),
    "of another user": ("robot", {"authenticatedUserPassword": PASSWORD}, OTHERS),
    "of nobody": ("nobody", {"authenticatedUserPassword": PASSWORD}, OTHERS),
}


@pytest.mark.parametrize("case", NOT_CHANGED)
def test_a_password_is_changed_by_its_owner_alone(guarded: Guarded, case: str) -> None:
    user, body, (status, kind, message) = NOT_CHANGED[case]
    headers = {"Authorization": guarded.token}
    answer = guarded.client.put(f"/engine-rest/user/{user}/credentials", json={"password": NEW, **body}, headers=headers)
    assert (answer.status_code, answer.get_json()) == (status, {"type": kind, "message": message.format(user), "code": None})
    assert [guarded.ask(VERSION, basic("mary", word)).status_code for word in (PASSWORD, NEW)] == [200, 401]


def test_no_new_password_leaves_the_tokens(guarded: Guarded) -> None:
    assert users.set_password(guarded.store, "mary", None) == 0
    assert guarded.status(guarded.token) == 200
    assert len([row for row in tokens.tokens_of_all(guarded.store) if row[1] == "mary"]) == 2
