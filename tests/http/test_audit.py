"""The line that every change leaves in the log."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from procdef.camunda.stubs import empty, execution
from procdef.camunda.surface import ROUTES as CAMUNDA
from procdef.frends.surface import ROUTES as FRENDS
from procdef.http.audit import logger
from procdef.http.routes import SAFE, Route
from procdef.settings import load
from procdef.store.identity import tokens, users
from procdef.store.models import Event
from procdef.store.processes.versions import guid_of
from tests.api import BASE, Api
from tests.conftest import running_app
from tests.samples import bpmn, form

HARMLESS = [*empty.routes.rows, *execution.routes.rows]
READS = {
    ("POST", "/deployment/validate"),
    ("POST", "/group"),
    ("POST", "/group/count"),
    ("POST", "/identity/verify"),
    ("POST", "/identity/password-policy"),
    ("POST", "/schema/log"),
    *(("POST", f"{path}{end}") for path in ("/process-definition", "/deployment") for end in ("", "/count")),
    ("POST", "/user/{id}/unlock"),
}
"""Requests that change nothing though their method could."""


def changing() -> Iterator[Route]:
    for row in (*CAMUNDA, *FRENDS):
        if row.method not in SAFE and row not in HARMLESS and (row.method, row.path) not in READS:
            yield row


def test_every_request_that_changes_something_is_logged() -> None:
    assert [f"{row.method} {row.path}" for row in changing() if row.change is None] == []
    assert [f"{row.method} {row.path}" for row in (*CAMUNDA, *FRENDS) if row.change is not None and row not in [*changing()]] == []


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[logging.LogRecord]]:
    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record)

    found: list[logging.LogRecord] = []
    caplog.set_level(logging.INFO, logger.name)
    logger.addHandler(collector := Collector())
    yield found
    logger.removeHandler(collector)


SUSPEND = {"suspended": True}
INCIDENT = {"incidentType": "failedJob"}
USER = {"profile": {"id": "mary", "firstName": "Secret-1"}, "credentials": {"password": "Secret-1-x"}}
CHANGES: list[tuple[str, str, Any, str]] = [
    ("POST", "/deployment/{deployment}/redeploy", {}, 'redeploy deployment="*" name="n" tenant=null definitions=["*"]'),
    ("PUT", "/process-definition/{id}/suspended", SUSPEND, 'suspend or activate id="{id}" definition_id="{id}" suspended=true due=null'),
    ("PUT", "/process-definition/key/a/suspended", {}, 'suspend or activate key="a" definition_id="{id}" suspended=false due=null'),
    (
        "PUT",
        "/process-definition/suspended",
        {**SUSPEND, "processDefinitionKey": "a"},
        'suspend or activate key="a" suspended=true due=null',
    ),
    ("PUT", "/process-definition/{id}/history-time-to-live", {"historyTimeToLive": 3}, 'set history time to live id="{id}" days=3'),
    ("PUT", "/incident/i1", {**INCIDENT, "processDefinitionId": "{id}"}, 'report incident id="i1" definition="{id}" type="failedJob"'),
    ("PUT", "/incident/i0/annotation", {"annotation": "Secret-1"}, 'annotate incident id="i0"'),
    ("DELETE", "/incident/i0/annotation", None, 'delete annotation id="i0"'),
    ("DELETE", "/incident/i0", None, 'delete incident id="i0"'),
    ("POST", "/user/create", USER, 'create user id="mary"'),
    ("PUT", "/user/bob/profile", {"id": "bob"}, 'change user id="bob"'),
    ("PUT", "/user/bob/credentials", {"password": "Secret-1-x"}, 'change password id="bob"'),
    ("DELETE", "/user/bob", None, 'delete user id="bob"'),
    ("POST", "/group/create", {"id": "sales"}, 'create group id="sales"'),
    ("PUT", "/group/g", {"id": "g"}, 'change group id="g"'),
    ("PUT", "/group/g/members/bob", None, 'add member group="g" user="bob"'),
    ("DELETE", "/group/g/members/bob", None, 'remove member group="g" user="bob"'),
    ("DELETE", "/group/g", None, 'delete group id="g"'),
    ("DELETE", "/process-definition/{id}", None, 'delete definition id="{id}"'),
    ("DELETE", "/process-definition/key/a/delete", None, 'delete all versions key="a"'),
    ("DELETE", "/deployment/{deployment}", None, 'delete deployment id="{deployment}"'),
    ("DELETE", "/engine/default/deployment/{deployment}", None, 'delete deployment id="{deployment}"'),
]


@pytest.mark.parametrize(("method", "path", "body", "line"), CHANGES, ids=[f"{row[0]} {row[1]}" for row in CHANGES])
def test_a_change(api: Api, lines: list[logging.LogRecord], method: str, path: str, body: Any, line: str) -> None:
    done = api.deploy(("a.bpmn", bpmn("a")), deployment_name="n")
    names = {"id": next(iter(done["deployedProcessDefinitions"])), "deployment": done["id"]}
    api.put("/incident/i0", {**INCIDENT, "processDefinitionId": names["id"]})
    users.create_user(api.store, {"id": "bob"}, None)
    users.create_group(api.store, {"id": "g"})
    lines.clear()
    sent = {key: value.format(**names) if isinstance(value, str) else value for key, value in (body or {}).items()}
    path = path.format(**names)
    answer = api.send(method, path, **({} if body is None else {"json": sent}))
    assert answer.status_code < 300, answer.text
    [record] = lines
    expected = f"{line.format(**names)} user=- token=- address=127.0.0.1".split("*")
    found = record.getMessage()
    assert all(part in found for part in expected)
    assert found.startswith(expected[0])
    assert "Secret" not in found
    events = api.store.read(Event.select(Event.source, Event.request_id).order_by(Event.number.desc()).limit(1))
    assert events == [("rest", answer.headers["X-Request-Id"])] or line.startswith(("remove member", "suspend or activate key"))
    assert (record.levelname, record.user, record.token, record.address) == ("INFO", None, None, "127.0.0.1")  # type: ignore[attr-defined]


def test_a_deployment_and_an_import(api: Api, lines: list[logging.LogRecord]) -> None:
    done = api.deploy(("a.bpmn", bpmn("a")), deployment_name='a"\nb', tenant_id="t")
    [ident] = done["deployedProcessDefinitions"]
    body, kind = form([("b.bpmn", bpmn("b"))])
    answer = api.client.post("/api/v1/processes/batch-import", data=body.replace(b"file0", b"file"), content_type=kind)
    assert answer.status_code == 200, answer.text
    guid = answer.json["data"]["elementIdentifier"]  # type: ignore[index]
    assert guid == guid_of(None, "b")
    assert api.client.delete(f"/api/v1/processes/{guid}").status_code == 204
    expected = [
        f'deploy deployment="{done["id"]}" name="a\\"\\nb" tenant="t" definitions=["{ident}"]',
        f'import processes processes=["{guid}:1:',
        f'delete process processGuid="{guid}"',
    ]
    assert [record.getMessage().startswith(line) for record, line in zip(lines, expected, strict=True)] == [True] * 3
    sources = [row[0] for row in api.store.read(Event.select(Event.source).order_by(Event.number))]
    assert sources == ["rest"] * 2 + ["processes"] * (len(sources) - 2)


@pytest.mark.parametrize("path", ["/deployment/gone", "/incident/gone", "/process-definition/key/gone"])
def test_what_failed_is_no_change(api: Api, lines: list[logging.LogRecord], path: str) -> None:
    assert api.send("DELETE", path).status_code == 404
    assert lines == []


def test_reading_is_no_change(api: Api, lines: list[logging.LogRecord]) -> None:
    api.get("/process-definition")
    api.send("POST", "/group/count", json={})
    api.send("POST", "/identity/verify", json={"username": "a", "password": "b"})
    assert lines == []


def test_who_did_it_is_named(database_url: str, lines: list[logging.LogRecord]) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_AUTH": "basic"})) as app:
        users.create_user(app.extensions["procdef.store"], {"id": "bob"}, "Secret-1-x")
        headers = {"Authorization": "Basic " + b64encode(b"bob:Secret-1-x").decode()}
        assert app.test_client().delete(f"{BASE}/user/x", headers=headers).status_code == 204
    assert [record.getMessage() for record in lines] == ['delete user id="x" user=bob token=- address=127.0.0.1']


@pytest.mark.usefixtures("caplog")
def test_the_token_of_a_change_is_named_by_its_id(database_url: str, lines: list[logging.LogRecord]) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_AUTH": "basic,token"})) as app:
        api = Api(app)
        users.create_user(api.store, {"id": "bob"}, "a long password")
        secret = tokens.create_token(api.store, "bob", "CI")
        ((ident, *_),) = tokens.tokens_of_all(api.store)
        for number, header in enumerate((f"Bearer {secret}", "Basic " + b64encode(b"bob:a long password").decode())):
            body = {"id": f"g{number}"}
            assert api.send("POST", "/group/create", json=body, headers={"Authorization": header}).status_code == 204
        events = api.store.read(Event.select(Event.user_id, Event.token_id, Event.address).where(Event.type == "group.created"))
        assert sorted(events, key=repr) == [("bob", ident, "127.0.0.1"), ("bob", None, "127.0.0.1")]
    assert [record.getMessage() for record in lines] == [
        f'create group id="g0" user=bob token={ident} address=127.0.0.1',
        'create group id="g1" user=bob token=- address=127.0.0.1',
    ]
    assert [record.token for record in lines] == [ident, None]  # type: ignore[attr-defined]
    assert secret not in "".join(record.getMessage() for record in lines)
