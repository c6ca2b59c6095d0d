"""The history of incidents: their states, and the changes that end them. Also the log of the schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from procdef import create_app
from procdef.settings import load
from procdef.store.incidents import lifecycle
from procdef.store.models import HistoricIncident
from tests.api import Api
from tests.conftest import DATABASES, make_database, running_app
from tests.samples import bpmn

MEMBERS = {
    "activityId": "work", "failedActivityId": "work", "configuration": "c", "processInstanceId": "instance",
    "executionId": "execution", "jobDefinitionId": "job", "incidentType": "failedJob", "incidentMessage": "boom",
}  # fmt: skip
STATES = ("open", "resolved", "deleted")


def report(api: Api, ident: str, definition: str, **members: Any) -> None:
    answer = api.put(f"/incident/{ident}", {"processDefinitionId": definition, **MEMBERS, **members})
    assert answer.status_code in (200, 201), answer.text


def definition_of(deployed: dict[str, Any]) -> str:
    return str(next(iter(deployed["deployedProcessDefinitions"])))


def states(api: Api, query: Any = None) -> dict[str, str]:
    """The state of each incident, by id; each has exactly one."""
    found = {item["id"]: [name for name in STATES if item[name]] for item in api.get("/history/incident", query)}
    assert all(len(names) == 1 for names in found.values())
    return {ident: names[0] for ident, names in found.items()}


@pytest.fixture(scope="module", params=DATABASES)
def past(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Two open incidents, a resolved one and a deleted one."""
    url = make_database(request, tmp_path_factory.mktemp("past"), "procdef_past")
    with running_app(load({"PROCDEF_DATABASE_URL": url})) as app:
        api = Api(app)
        order, other, gone = (
            definition_of(api.deploy(("a.bpmn", bpmn(key)), **fields))
            for key, fields in (("order", {}), ("order", {"tenant_id": "tenant-a"}), ("gone", {}))
        )
        report(api, "open1", order)
        report(api, "open2", other, incidentType="other", incidentMessage=None)
        report(api, "resolved1", order, incidentMessage="bang", configuration="d")
        report(api, "deleted1", gone, activityId="end")
        assert api.send("DELETE", "/incident/resolved1").status_code == 204
        assert api.send("DELETE", f"/process-definition/{gone}").status_code == 200
        yield api


def test_each_incident_is_in_one_state_and_can_be_asked_for_by_it(past: Api) -> None:
    assert states(past) == {"deleted1": "deleted", "open1": "open", "open2": "open", "resolved1": "resolved"}
    for state in STATES:
        assert set(states(past, {state: "true"}).values()) == {state}
        assert len(states(past, {state: "false"})) == 4
    order = [item["id"] for item in past.get("/history/incident", "sortBy=incidentState&sortOrder=desc")]
    assert order == ["deleted1", "resolved1", "open1", "open2"]


@pytest.mark.parametrize(
    ("query", "state"),
    [("open=true&resolved=true", "open"), ("deleted=true&open=true", "open"), ("resolved=true&deleted=true", "resolved")],
)
def test_two_states_at_once_are_refused(past: Api, query: str, state: str) -> None:
    answer = past.ask("/history/incident/count", query)
    message = f"Already querying for incident state <{state}>"
    assert (answer.status_code, answer.json) == (400, {"type": "ProcessEngineException", "message": message, "code": 0})


def test_an_end_has_a_time(past: Api) -> None:
    ended = {item["id"]: item["endTime"] is not None for item in past.get("/history/incident")}
    assert ended == {"deleted1": True, "open1": False, "open2": False, "resolved1": True}
    assert past.get("/history/incident", "endTimeAfter=2013-01-23T14:42:45.000%2B0200&sortBy=endTime&sortOrder=asc")[0]["id"] == "resolved1"


def test_an_incident_that_is_reported_again_is_open_again(api: Api) -> None:
    definition = definition_of(api.deploy(("a.bpmn", bpmn("a"))))
    report(api, "one", definition, annotation="first")
    api.send("DELETE", "/incident/one")
    assert states(api) == {"one": "resolved"}
    report(api, "one", definition, incidentMessage="again")
    report(api, "one", definition, incidentMessage="and again")
    (item,) = api.get("/history/incident")
    assert (item["open"], item["endTime"], item["incidentMessage"], item["annotation"]) == (True, None, "and again", None)
    assert item["createTime"] == api.get("/incident/one")["incidentTimestamp"]


@pytest.mark.parametrize(
    ("path", "history"),
    [
        ("/process-definition/{definition}", {"one": "deleted"}),
        ("/process-definition/{definition}?cascade=TRUE", {}),
        ("/process-definition/key/a", {"one": "deleted"}),
        ("/process-definition/key/a?cascade=true", {}),
        ("/process-definition/key/a/delete", {"one": "deleted"}),
        ("/process-definition/key/a/delete?cascade=true", {}),
        ("/deployment/{deployment}", {"one": "deleted"}),
        ("/deployment/{deployment}?cascade=TRUE", {"one": "deleted"}),
        ("/deployment/{deployment}?cascade=true", {}),
    ],
)
def test_the_end_of_a_definition_ends_its_incidents(api: Api, path: str, history: dict[str, str]) -> None:
    deployed = api.deploy(("a.bpmn", bpmn("a")))
    other = definition_of(api.deploy(("b.bpmn", bpmn("b"))))
    report(api, "one", definition_of(deployed))
    report(api, "two", other)
    answer = api.send("DELETE", path.format(definition=definition_of(deployed), deployment=deployed["id"]))
    assert answer.status_code in (200, 204)
    assert [item["id"] for item in api.get("/incident")] == ["two"]
    assert states(api) == {**history, "two": "open"}


def test_what_ended_does_not_end_again(api: Api) -> None:
    definition = definition_of(api.deploy(("a.bpmn", bpmn("a"))))
    report(api, "one", definition)
    api.send("DELETE", "/incident/one")
    before = api.get("/history/incident")
    api.send("DELETE", f"/process-definition/{definition}")
    assert api.get("/history/incident") == before


@pytest.mark.parametrize("body", [{}, {"version": "7.24.0"}, {"version": None, "sorting": [{"sortBy": "timestamp", "sortOrder": "desc"}]}])
def test_the_schema_log_can_be_asked_by_a_body(api: Api, body: dict[str, Any]) -> None:
    answer = api.send("POST", "/schema/log", json=body)
    assert (answer.status_code, answer.json) == (200, api.get("/schema/log"))
    assert [(item["id"], item["version"]) for item in api.get("/schema/log")] == [("0", "7.24.0")]
    assert api.send("POST", "/schema/log", json={"version": "7.23.0"}).json == []
    assert api.send("POST", "/schema/log?firstResult=1", json={}).json == []


def test_incidents_from_before_there_was_a_history_are_in_it(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    settings = load({"PROCDEF_DATABASE_URL": f"sqlite:///{path}"})
    old = Api(create_app(settings))
    report(old, "one", definition_of(old.deploy(("a.bpmn", bpmn("a")))), annotation="seen")
    before = old.get("/history/incident")
    old.store.close()
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE act_hi_incident")
        database.execute("DROP TABLE act_ge_schema_log")
        database.execute("DELETE FROM procdef_migration WHERE name LIKE '0003%'")
    database.close()
    with running_app(settings) as app:
        assert Api(app).get("/history/incident") == before


def test_the_history_shares_the_incidents_columns() -> None:
    given = {"id", "definition_id", "message", "type", "annotation", "configuration", "tenant_id"}
    assert given < lifecycle.SHARED < set(HistoricIncident._meta.fields)
