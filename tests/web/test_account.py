"""The page with a user's tokens and password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from procdef.store.identity import passwords, tokens, users
from procdef.store.models import Session
from tests.conftest import BOTH, make_database
from tests.web.conftest import Browser
from tests.web.test_login import LIST, PASSWORD, Guarded, guarded

PATH, NEW = "/account", "battery staple"


@pytest.fixture(params=BOTH)
def mary(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Guarded]:
    with guarded(make_database(request, tmp_path, "procdef_account")) as made:
        made.log_in()
        yield made


def send(browser: Guarded, path: str, **fields: str) -> TestResponse:
    return browser.client.post(f"{PATH}{path}", data={**browser.form(PATH), **fields})


def secret_in(answer: TestResponse) -> str:
    (found,) = re.findall(r'value="(procdef_[^"]+)"', answer.text)
    return str(found)


def status(browser: Guarded, token: str) -> int:
    return browser.app.test_client().get("/version", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_is_shown_once_and_works_until_it_is_removed(mary: Guarded) -> None:
    assert "You have no tokens." in mary.text(PATH)
    made = send(mary, "/tokens", name="<CI>", expires="2099-12-31")
    assert made.status_code == 200
    token = secret_in(made)
    assert status(mary, token) == 200
    page = mary.text(PATH)
    assert token not in page
    assert ("&lt;CI&gt;" in page, "1 Jan 2100" in page) == (True, True)
    ((ident, *_),) = tokens.tokens_of_all(mary.api.store)
    removed = send(mary, f"/tokens/{ident}/remove")
    assert (removed.status_code, removed.headers["Location"], status(mary, token)) == (303, PATH, 401)


def test_all_tokens_go(mary: Guarded) -> None:
    found = [secret_in(send(mary, "/tokens")) for _ in range(2)]
    assert "Remove all 2 tokens" in mary.text(PATH)
    assert send(mary, "/remove-tokens").status_code == 303
    assert [status(mary, token) for token in found] == [401, 401]


def test_a_wrong_day_is_said_and_what_was_entered_stays(mary: Guarded) -> None:
    for day, said in (("soon", "as 2030-12-31"), ("9999-12-31", "as 2030-12-31"), ("2020-01-01", "expired already")):
        answer = send(mary, "/tokens", name="CI of sales", expires=day)
        assert (answer.status_code, said in answer.text, 'value="CI of sales"' in answer.text) == (400, True, True), day
    assert tokens.tokens_of_all(mary.api.store) == []


def test_who_logs_in_with_a_token_makes_none(mary: Guarded, tmp_path: Path) -> None:
    token = tokens.create_token(mary.api.store, "mary", expires=datetime.now(UTC) + timedelta(1))
    with guarded(f"sqlite:///{tmp_path}/other.db", PROCDEF_AUTH="token") as other:
        token = tokens.create_token(other.api.store, "mary")
        other.log_in(token=token)
        assert "You have logged in with a token." in other.text(PATH)
        assert send(other, "/tokens").status_code == 403
        assert len(tokens.tokens_of_all(other.api.store)) == 1
        tokens.remove_tokens(other.api.store, "mary")
        assert other.open(LIST).status_code == 303


@pytest.mark.parametrize("removes", [True, False])
def test_a_password_is_changed_and_other_sessions_end(mary: Guarded, removes: bool) -> None:
    token, before = tokens.create_token(mary.api.store, "mary"), mary.cookie()
    answer = send(mary, "/password", old=PASSWORD, new=NEW, again=NEW, **({"tokens": "true"} if removes else {}))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PATH}?done=password")
    assert "Your password is changed." in mary.text(f"{PATH}?done=password")
    assert status(mary, token) == (401 if removes else 200)
    assert (mary.cookie() == before, len(mary.api.store.read(Session.select(Session.hash)))) == (False, 1)
    assert passwords.is_right(users.password_hash_of(mary.api.store, "mary"), NEW)


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ({"old": "wrong"}, 400, "not valid"),
        ({"old": ""}, 400, "not valid"),
        ({"new": "short", "again": "short"}, 400, "at least 10 characters"),
        ({"again": "another one"}, 400, "typed in two ways"),
    ],
)
def test_a_password_is_not_changed(mary: Guarded, fields: dict[str, str], code: int, said: str) -> None:
    answer = send(mary, "/password", **{"old": PASSWORD, "new": NEW, "again": NEW, **fields})
    assert (answer.status_code, said in answer.text, PASSWORD in answer.text, NEW in answer.text) == (code, True, False, False)
    assert passwords.is_right(users.password_hash_of(mary.api.store, "mary"), PASSWORD)


def test_nobody_removes_a_token_of_another_user(mary: Guarded) -> None:
    users.create_user(mary.api.store, {"id": "john"}, None)
    token = tokens.create_token(mary.api.store, "john")
    ((ident, *_),) = tokens.tokens_of_all(mary.api.store)
    assert send(mary, f"/tokens/{ident}/remove").status_code == 404
    assert (status(mary, token), ident in mary.text(PATH)) == (200, False)


def test_without_a_login_there_is_no_account(browser: Browser) -> None:
    assert browser.open(PATH).status_code == 404
