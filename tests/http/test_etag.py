"""Conditional requests: an ETag is known until the next change, whatever changes, and for its own request only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from werkzeug.test import TestResponse

from procdef.http import etag
from tests.api import BASE, Api
from tests.frends.files import BASE as PROCESSES
from tests.frends.files import Processes, exported, file_of, guid
from tests.samples import bpmn

LIST = f"{BASE}/process-definition"
READS = (
    *(LIST, f"{LIST}/count", f"{LIST}/statistics", f"{LIST}/key/order", f"{LIST}/key/order/xml", f"{LIST}/key/order/startForm"),
    *(f"{LIST}/key/order/{what}" for what in ("facts", "outline", "picture")),
    *(f"{BASE}/deployment", f"{BASE}/deployment/count", f"{BASE}/incident", f"{BASE}/history/incident", f"{BASE}/user", f"{BASE}/group"),
    *(PROCESSES, f"{PROCESSES}/{guid('Orders')}/versions/7", f"{PROCESSES}/{guid('Orders')}/versions/7/export"),
)
INCIDENT = {"incidentType": "failedJob"}


def order(api: Api) -> str:
    """The id of the definition of this key."""
    return str(api.get("/process-definition/key/order")["id"])


CHANGES: dict[str, Callable[[Api], TestResponse]] = {
    "deploy": lambda api: api.upload([("a.bpmn", bpmn("a"))]),
    "redeploy": lambda api: api.send("POST", f"/deployment/{api.get('/deployment')[0]['id']}/redeploy", json={}),
    "delete a deployment": lambda api: api.send("DELETE", f"/deployment/{api.get('/deployment?name=other')[0]['id']}"),
    "delete a definition": lambda api: api.send("DELETE", "/process-definition/key/other"),
    "suspend": lambda api: api.put("/process-definition/key/order/suspended", {"suspended": True}),
    "history time to live": lambda api: api.put("/process-definition/key/order/history-time-to-live", {"historyTimeToLive": 3}),
    "report an incident": lambda api: api.put("/incident/two", {"processDefinitionId": order(api), **INCIDENT}),
    "annotate an incident": lambda api: api.put("/incident/one/annotation", {"annotation": "x"}),
    "resolve an incident": lambda api: api.send("DELETE", "/incident/one"),
    "create a user": lambda api: api.send("POST", "/user/create", json={"profile": {"id": "u"}, "credentials": {"password": "password-p"}}),
    "create a group": lambda api: api.send("POST", "/group/create", json={"id": "h", "name": "H", "type": "T"}),
    "delete a group": lambda api: api.send("DELETE", "/group/g"),
    "import": lambda api: Processes(api.app).send(file_of(exported("New"))),
    "delete a process": lambda api: api.client.delete(f"{PROCESSES}/{guid('Extra')}"),
}  # fmt: skip


@pytest.fixture
def filled(api: Api) -> Api:
    definition = next(iter(api.deploy(("order.bpmn", bpmn("order")))["deployedProcessDefinitions"]))
    api.deploy(("other.bpmn", bpmn("other")), deployment_name="other")
    api.put("/incident/one", {"processDefinitionId": definition, **INCIDENT})
    api.send("POST", "/group/create", json={"id": "g", "name": "G", "type": "T"})
    Processes(api.app).load(file_of(exported("Orders", Bpmn=None), exported("Extra", Bpmn=None)))
    return api


def tag_of(api: Api, path: str, headers: Mapping[str, str] | None = None) -> str:
    answer = api.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.headers["ETag"]


@pytest.mark.parametrize("change", CHANGES)
def test_no_etag_is_known_after_a_change(filled: Api, change: str) -> None:
    tags = {path: tag_of(filled, path) for path in READS}
    before = [filled.client.get(path, headers={"If-None-Match": tag}) for path, tag in tags.items()]
    assert {(answer.status_code, answer.data) for answer in before} == {(304, b"")}
    assert CHANGES[change](filled).status_code < 300
    for path, tag in tags.items():
        after = filled.client.get(path, headers={"If-None-Match": tag})
        assert (after.status_code, after.headers["ETag"] == tag) == (200, False), path


def test_an_etag_stays_after_what_is_refused(filled: Api) -> None:
    tag = tag_of(filled, LIST)
    assert filled.upload([("a.bpmn", b"<no>")]).status_code == 400
    assert filled.send("DELETE", "/process-definition/none").status_code == 404
    assert tag_of(filled, LIST) == tag


REQUESTS: list[tuple[str, dict[str, Any]]] = [
    (LIST, {}),
    (f"{LIST}?key=order", {}),
    (f"{LIST}?key=other", {}),
    (f"{LIST}/count", {}),
    ("/process-definition", {}),
    (f"{BASE}/engine/default/process-definition", {}),
    (LIST, {"Accept": "application/json;charset=utf-8"}),
    (f"{BASE}/deployment", {}),
    (PROCESSES, {}),
    (f"{PROCESSES}?PageSize=1", {}),
]


def test_each_request_has_an_etag_of_its_own(filled: Api) -> None:
    tags = [tag_of(filled, path, headers) for path, headers in REQUESTS]
    assert len({*tags}) == len(REQUESTS)
    for number, (path, headers) in enumerate(REQUESTS):
        known = [filled.client.get(path, headers={**headers, "If-None-Match": tag}).status_code == 304 for tag in tags]
        assert known == [other == number for other in range(len(REQUESTS))]


def test_an_etag_of_another_version_of_procdef_is_not_known(filled: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = tag_of(filled, LIST)
    monkeypatch.setattr(etag, "VERSION", "0.0.1")
    assert filled.client.get(LIST, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("value", "status"), [("{tag}", 304), ('"x", {tag}', 304), ("W/{strong}, {strong}", 304), ('"x"', 200), ("x", 200), ("", 200)]
)
def test_any_of_several_etags_is_known(filled: Api, value: str, status: int) -> None:
    tag = tag_of(filled, LIST)
    header = value.format(tag=tag, strong=tag.removeprefix("W/"))
    answer = filled.client.get(LIST, headers={"If-None-Match": header})
    assert (answer.status_code, answer.headers["ETag"]) == (status, tag)
