"""A user's own tokens: the requests below `/token`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from procdef.settings import load
from procdef.store.identity import sessions, tokens, users
from procdef.store.identity.tokens import Owner
from tests.api import Api, error_of
from tests.conftest import BOTH, make_database, running_app
from tests.http.test_auth import PASSWORD, Guarded, basic

PATH = "/engine-rest/token"
NEVER = {"expires": None, "lastUse": None}


@pytest.fixture(params=BOTH)
def guarded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Guarded]:
    url = make_database(request, tmp_path, "procdef_own_tokens")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic,token"})) as app:
        made = Guarded(app)
        tokens.remove_tokens(made.store, "mary")
        yield made


def ask(guarded: Guarded, method: str = "GET", path: str = "", login: str = "", **more: Any) -> TestResponse:
    return guarded.client.open(PATH + path, method=method, headers={"Authorization": login or basic("mary", PASSWORD)}, **more)


def make(guarded: Guarded, **body: Any) -> dict[str, Any]:
    answer = ask(guarded, "POST", json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def test_a_user_makes_lists_and_removes_its_tokens(guarded: Guarded) -> None:
    assert ask(guarded).get_json() == []
    made = make(guarded, name="CI", expires="2099-12-31T00:00:00.000+0000")
    secret = made.pop("token")
    assert secret.startswith(tokens.PREFIX)
    assert list(made) == ["id", "name", "created", "expires", "lastUse"]
    assert (made["name"], made["expires"], made["lastUse"]) == ("CI", "2099-12-31T00:00:00.000+0000", None)
    other = make(guarded)
    assert {name: other[name] for name in NEVER} == NEVER
    assert guarded.status(f"Bearer {secret}") == 200
    listed = ask(guarded)
    assert [row["id"] for row in listed.get_json()] == [made["id"], other["id"]]
    assert [row["lastUse"] is None for row in listed.get_json()] == [False, True]
    assert secret not in listed.text
    assert ask(guarded, path="?format=csv").text.startswith("id,name,created,expires,lastUse\r\n")
    assert (ask(guarded, "DELETE", f"/{made['id']}").status_code, guarded.status(f"Bearer {secret}")) == (204, 401)
    assert error_of(ask(guarded, "DELETE", f"/{made['id']}"))[:3:2] == (404, f"Token with id {made['id']} does not exist")


def test_all_tokens_go_at_once_and_no_other_users(guarded: Guarded) -> None:
    secrets = [make(guarded)["token"] for _ in range(2)]
    assert ask(guarded, "DELETE").status_code == 204
    assert ask(guarded).get_json() == []
    assert [guarded.status(one) for one in (*secrets, guarded.of_robot)] == [401, 401, 200]


def test_nobody_sees_or_removes_a_token_of_another_user(guarded: Guarded) -> None:
    ((ident, *_),) = [row for row in tokens.tokens_of_all(guarded.store) if row[1] == "robot"]
    assert ask(guarded, "DELETE", f"/{ident}").status_code == 404
    assert ident not in ask(guarded).text
    assert guarded.status(guarded.of_robot) == 200


def test_a_token_makes_no_token(guarded: Guarded) -> None:
    secret = make(guarded)["token"]
    refused = ask(guarded, "POST", login=secret, json={})
    assert error_of(refused)[:2] == (403, "AuthorizationException")
    assert ask(guarded, login=secret).status_code == 200
    assert ask(guarded, "DELETE", login=secret).status_code == 204
    assert guarded.status(secret) == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"expires": "2020-01-01T00:00:00.000+0000"}, 400),
        ({"expires": "soon"}, 400),
        ({"name": "x" * 256}, 400),
        ({"name": "\0"}, 400),
        ({"name": ""}, 200),
    ],
)
def test_what_is_wrong_is_refused(guarded: Guarded, body: dict[str, Any], status: int) -> None:
    assert ask(guarded, "POST", json=body).status_code == status
    assert len(ask(guarded).get_json()) == (status == 200)


def test_sessions_that_were_begun_with_a_token_end_with_it(guarded: Guarded) -> None:
    ident = make(guarded)["id"]
    by_token, by_password = (sessions.begin(guarded.store, Owner("mary", None, token)) for token in (ident, None))
    ask(guarded, "DELETE", f"/{ident}")
    assert sessions.owner_of(guarded.store, by_token) is None
    assert sessions.owner_of(guarded.store, by_password) == Owner("mary", None)._replace(
        expires=sessions.owner_of(guarded.store, by_password).expires,  # type: ignore[union-attr]
        groups=[],
        tenants=[],
    )


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", ""), ("DELETE", ""), ("DELETE", "/x")])
def test_without_a_login_there_are_no_own_tokens(api: Api, method: str, path: str) -> None:
    users.create_user(api.store, {"id": "mary"}, None)
    answer = api.send(method, f"/token{path}", **({"json": {}} if method == "POST" else {}))
    assert error_of(answer)[:2] == (401, "InvalidRequestException")
