"""The first administrator, who is made with the token of the log: by a request, and by a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from procdef.settings import load
from procdef.store.identity import setup, users
from procdef.store.identity.rights import ADMINISTRATORS
from procdef.store.models import Event, Setup
from procdef.store.store import Store
from tests.api import Api
from tests.conftest import BOTH, make_database, running_app
from tests.servers.procdef import procdef
from tests.web.test_login import Guarded

PASSWORD, PATH = "correct horse", "/engine-rest/setup"


@pytest.fixture(params=BOTH)
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    url = make_database(request, tmp_path, "procdef_setup")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic"})) as made:
        yield made


@pytest.fixture
def store(app: Flask) -> Store:
    return Api(app).store


def ask(app: Flask, token: str | None, **body: Any) -> TestResponse:
    return app.test_client().post(PATH, json={"token": token, "id": "mary", "password": PASSWORD, **body})


def begun(store: Store) -> str:
    token = setup.begin(store)
    assert token is not None
    return token


def test_a_token_makes_the_first_administrator_once(app: Flask, store: Store) -> None:
    token = begun(store)
    assert ask(app, token, firstName="Mary").status_code == 204
    groups = app.test_client().get("/engine-rest/group?member=mary", auth=("mary", PASSWORD)).get_json()
    assert [row["id"] for row in groups] == [ADMINISTRATORS]
    assert ask(app, token, id="eve").status_code == 403
    ((*event,),) = store.read(Event.select(Event.type, Event.object_id, Event.after))
    assert event == ["user.created", "mary", '{"role":"admin","tenants":[],"keys":[]}']
    assert (setup.begin(store), store.read(Setup.select(Setup.id))) == (None, [])


@pytest.mark.parametrize("token", [None, "", "procdef_setup_wrong", "\0"])
def test_a_wrong_token_makes_nobody(app: Flask, store: Store, token: str | None) -> None:
    begun(store)
    assert ask(app, token).get_json() == {
        "type": "AuthorizationException",
        "message": "This token is wrong or too old, or a user exists already.",
        "code": None,
    }
    assert users.users(store) == []


def test_only_the_last_token_counts_and_not_for_ever(app: Flask, store: Store) -> None:
    first, second = begun(store), begun(store)
    assert ask(app, first).status_code == 403
    with store.write() as database:
        Setup.update(expires="2020-01-01 00:00:00.000").execute(database)
    assert ask(app, second).status_code == 403
    assert not setup.is_open(store.everything)


@pytest.mark.parametrize(
    ("body", "status"), [({"password": "short"}, 400), ({"id": None}, 400), ({"id": "a b"}, 400), ({"password": None}, 400)]
)
def test_a_mistake_does_not_use_it_up(app: Flask, store: Store, body: dict[str, Any], status: int) -> None:
    token = begun(store)
    assert ask(app, token, **body).status_code == status
    assert ask(app, token).status_code == 204


def test_a_user_ends_it(app: Flask, store: Store) -> None:
    token = begun(store)
    users.create_user(store, {"id": "john"}, None)
    assert (ask(app, token).status_code, setup.is_open(store.everything)) == (403, False)


def test_of_many_at_once_one_wins(app: Flask, store: Store) -> None:
    token = begun(store)
    with ThreadPoolExecutor(4) as threads:
        answers = [*threads.map(lambda number: ask(app, token, id=f"user{number}").status_code, range(4))]
    assert sorted(answers) == [204, 403, 403, 403]
    assert len(users.users(store)) == 1


def test_a_page_makes_the_first_administrator(app: Flask, store: Store) -> None:
    browser = Guarded(app)
    assert browser.open("/setup").status_code == 404
    token = begun(store)
    assert 'href="/setup"' in browser.text("/login")
    fields = {**browser.form("/setup"), "token": token, "user": "mary", "password": PASSWORD, "again": PASSWORD}
    for wrong, status in (({"again": "x"}, 400), ({"password": "x", "again": "x"}, 400), ({"token": "x"}, 403)):
        answer = browser.client.post("/setup", data={**fields, **wrong})
        assert (answer.status_code, token in answer.text, PASSWORD in answer.text) == (status, False, False)
    assert browser.client.post("/setup", data=fields).status_code == 303
    assert ">mary</a>" in browser.text("/definitions")
    assert browser.open("/setup").status_code == 404
    assert 'href="/setup"' not in browser.text("/login")


def test_the_log_has_one_token_for_all_workers(tmp_path: Path) -> None:
    with procdef(tmp_path, PROCDEF_AUTH="basic", PROCDEF_WORKERS="2") as base:
        (token,) = re.findall(r"/setup with the token (procdef_setup_\S+)", (tmp_path / "log").read_text(encoding="utf-8"))
        body = {"token": token, "id": "mary", "password": PASSWORD}
        assert [httpx.post(f"{base}/setup", json=body, timeout=60).status_code for _ in range(2)] == [204, 403]
        assert httpx.get(f"{base}/user", auth=("mary", PASSWORD), timeout=60).status_code == 200


@pytest.mark.parametrize("word", ["", "token"])
def test_without_passwords_no_token_is_made(tmp_path: Path, word: str) -> None:
    with procdef(tmp_path, PROCDEF_AUTH=word):
        assert "procdef_setup_" not in (tmp_path / "log").read_text(encoding="utf-8")
