"""The operations of a logged-in user are listed as an engine lists them."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from flask import Flask

from procdef.settings import load
from procdef.store.identity import users
from procdef.store.models import Operation
from tests.api import BASE, Api
from tests.conftest import running_app
from tests.contract.operations import RECORDED, STEPS, Send, Teller

USER = {"Authorization": "Basic YWRtaW46YSBsb25nIHBhc3N3b3Jk"}
PASSWORD = "a long password"


def sending(app: Flask) -> Send:
    client = app.test_client()

    def send(method: str, path: str, body: bytes, kind: str) -> tuple[int, Any]:
        answer = client.open(BASE + path, method=method, data=body, content_type=kind or None, headers=USER)
        return answer.status_code, orjson.loads(answer.data) if answer.data else None

    return send


@pytest.fixture
def told(database_url: str) -> dict[str, Any]:
    settings = {"PROCDEF_DATABASE_URL": database_url, "PROCDEF_AUTH": "basic", "PROCDEF_ENGINE": "camunda"}
    with running_app(load(settings)) as app:
        users.create_user(app.extensions["procdef.store"], {"id": "admin"}, PASSWORD)
        found: dict[str, Any] = orjson.loads(orjson.dumps(Teller(sending(app)).tell()))
        return found


def test_they_are_those_of_an_engine(told: dict[str, Any]) -> None:
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert len(told["steps"]) == len(STEPS)
    for here, there in zip(told["steps"], recorded["steps"], strict=True):
        assert here == there
    assert told["members"] == recorded["members"]
    assert {query: answer for query, answer in told["queries"].items() if answer != recorded["queries"][query]} == {}


def test_without_a_login_there_are_none(api: Api) -> None:
    api.send("POST", "/group/create", json={"id": "sales"})
    assert api.get("/history/user-operation/count") == {"count": 0}
    assert api.store.read(Operation.select(Operation.id)) == []
