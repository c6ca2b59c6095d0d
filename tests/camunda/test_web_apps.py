"""The web apps: each of their requests gets the status, content type and members that an engine answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from procdef.settings import load
from tests.api import Api
from tests.camunda.web_apps import ASKS, RECORDED, Ask, Server
from tests.conftest import DATABASES, make_database, running_app

ANSWERS: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
INCIDENT = {"incidentType": "aa", "configuration": "aa", "incidentMessage": "aa", "activityId": "work", "processInstanceId": "i"}


@pytest.fixture(scope="module", params=DATABASES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = make_database(request, tmp_path_factory.mktemp("web_apps"), "procdef_web_apps")
    with running_app(load({"PROCDEF_DATABASE_URL": url})) as app:
        api = Api(app)

        def call(method: str, path: str, body: bytes | None, kind: str) -> tuple[int, str, bytes]:
            answer = api.send(method, path, data=body, content_type=kind if body is not None else None)
            return answer.status_code, answer.content_type or "", answer.data

        yield Server(call)


@pytest.mark.parametrize("ask", [pytest.param(ask, id=f"{ask.page}: {ask.label}") for ask in ASKS])
def test_a_page_gets_what_an_engine_answers(server: Server, ask: Ask) -> None:
    if ask.incident:
        server.names |= {"incident": "aa", "instance": "i"}
        server.send("PUT", "/incident/aa", {**INCIDENT, "processDefinitionId": server.names["definition"]})
    assert server.answer(ask) == ANSWERS[ask.label]
    if ask.incident:
        server.send("DELETE", "/incident/aa")
        server.names["instance"] = "gone"


def test_every_request_is_recorded() -> None:
    assert sorted(ANSWERS) == sorted({ask.label for ask in ASKS})
