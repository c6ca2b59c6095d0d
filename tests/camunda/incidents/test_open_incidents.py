"""Open incidents: they are reported, listed and resolved."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.api import Api, ReadOnlyWorld
from tests.counting import executed
from tests.samples import bpmn


@pytest.fixture
def definition(api: Api) -> str:
    """The id of a definition with a tenant."""
    return str(next(iter(api.deploy(("order.bpmn", bpmn("order")), tenant_id="t")["deployedProcessDefinitions"])))


def report(api: Api, ident: str, **body: Any) -> Any:
    return api.put(f"/incident/{ident}", {"incidentType": "failedJob", **body})


def test_a_report_with_little(api: Api, definition: str) -> None:
    answer = report(api, "i1", processDefinitionId=definition)
    assert answer.status_code == 201
    found = answer.get_json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", found.pop("incidentTimestamp"))
    given = {"id": "i1", "processDefinitionId": definition, "incidentType": "failedJob", "tenantId": "t"}
    given |= {"causeIncidentId": "i1", "rootCauseIncidentId": "i1"}
    assert {name: value for name, value in found.items() if value is not None} == given


def test_a_report_with_everything(api: Api, definition: str) -> None:
    body = {
        "processDefinitionId": definition,
        "processInstanceId": "p",
        "executionId": "e",
        "incidentTimestamp": "2026-01-02T03:04:05.006+0200",
        "incidentType": "custom",
        "activityId": "a",
        "failedActivityId": "f",
        "causeIncidentId": "c",
        "rootCauseIncidentId": "r",
        "configuration": "k",
        "incidentMessage": "boom 🚀",
        "jobDefinitionId": "j",
        "annotation": "n",
    }
    answer = api.put("/incident/i1", {**body, "tenantId": "ignored", "unknown": 1})
    wanted = {**body, "id": "i1", "tenantId": "t", "incidentTimestamp": "2026-01-02T01:04:05.006+0000"}
    assert (answer.status_code, answer.json) == (201, wanted)
    assert api.get("/incident/i1") == wanted
    assert api.get("/incident") == [wanted]


def test_a_report_takes_the_place_of_an_earlier(api: Api, definition: str) -> None:
    assert report(api, "i1", processDefinitionId=definition, incidentMessage="one", annotation="x").status_code == 201
    answer = report(api, "i1", processDefinitionId=definition, incidentMessage="two")
    assert (answer.status_code, answer.get_json()["incidentMessage"], answer.get_json()["annotation"]) == (200, "two", None)
    assert api.get("/incident/count") == {"count": 1}


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"processDefinitionId": "nope"}, 404, "nope"),
        ({}, 400, "processDefinitionId"),
        ({"processDefinitionId": "@", "incidentType": None}, 400, "incidentType"),
        ({"processDefinitionId": "@", "incidentType": "x" * 256}, 400, "256"),
        ({"processDefinitionId": "@", "incidentMessage": "x" * 4001}, 400, "4001"),
        ({"processDefinitionId": "@", "incidentMessage": "a\0b"}, 400, "NUL"),
        ({"processDefinitionId": "@", "incidentMessage": ["a"]}, 400, "incidentMessage"),
        ({"processDefinitionId": "@", "incidentTimestamp": "yesterday"}, 400, "incidentTimestamp"),
    ],
)
def test_reports_that_are_refused(api: Api, definition: str, body: dict[str, Any], status: int, word: str) -> None:
    if body.get("processDefinitionId") == "@":
        body = {**body, "processDefinitionId": definition}
    answer = report(api, "i1", **body)
    assert (answer.status_code, list(answer.get_json())) == (status, ["type", "message", "code"])
    assert word in answer.get_json()["message"]
    assert api.get("/incident/count") == {"count": 0}


@pytest.mark.parametrize("ident", ["x" * 65, "a%00b"])
def test_ids_that_cannot_be_kept(api: Api, definition: str, ident: str) -> None:
    assert report(api, ident, processDefinitionId=definition).status_code == 400


@pytest.mark.parametrize("timestamp", [5, 1.5, True, [], {}])
def test_a_timestamp_of_another_type(api: Api, definition: str, timestamp: Any) -> None:
    assert report(api, "i1", processDefinitionId=definition, incidentTimestamp=timestamp).status_code == 400


def test_resolving(api: Api, definition: str) -> None:
    report(api, "i1", processDefinitionId=definition)
    answer = api.send("DELETE", "/incident/i1")
    assert (answer.status_code, answer.data) == (204, b"")
    answer = api.send("DELETE", "/incident/i1")
    message = "Cannot find an incident with id 'i1': incident is null"
    assert (answer.status_code, answer.json) == (404, {"type": "InvalidRequestException", "message": message, "code": None})
    answer = api.ask("/incident/i1")
    message = "No matching incident with id i1"
    assert (answer.status_code, answer.json) == (404, {"type": "InvalidRequestException", "message": message, "code": None})


def states(api: Api) -> dict[str, str]:
    found = api.get("/history/incident")
    assert all((item["endTime"] is None) is item["open"] for item in found)
    return {item["id"]: next(state for state in ("open", "resolved", "deleted") if item[state]) for item in found}


def test_incidents_of_one_configuration_are_resolved_together(api: Api, definition: str) -> None:
    (other,) = api.deploy(("other.bpmn", bpmn("other")))["deployedProcessDefinitions"]
    report(api, "before", processDefinitionId=definition, configuration="job1")
    api.send("DELETE", "/incident/before")
    report(api, "this", processDefinitionId=definition, configuration="job1")
    report(api, "of another type", processDefinitionId=definition, configuration="job1", incidentType="custom")
    report(api, "of another definition", processDefinitionId=other, configuration="job1")
    report(api, "of another job", processDefinitionId=definition, configuration="job2")
    report(api, "of none", processDefinitionId=definition)
    ended = {item["id"]: item["endTime"] for item in api.get("/history/incident")}["before"]
    assert api.send("DELETE", "/incident/this").status_code == 204
    gone = {"before": "resolved", "this": "resolved", "of another type": "resolved", "of another definition": "resolved"}
    assert states(api) == {**gone, "of another job": "open", "of none": "open"}
    assert {item["id"]: item["endTime"] for item in api.get("/history/incident")}["before"] == ended
    assert sorted(item["id"] for item in api.get("/incident")) == ["of another job", "of none"]


@pytest.mark.parametrize(("configuration", "left"), [(None, ["b"]), ("", [])])
def test_no_configuration_is_no_common_one(api: Api, definition: str, configuration: str | None, left: list[str]) -> None:
    for ident in ("a", "b"):
        report(api, ident, processDefinitionId=definition, configuration=configuration)
    assert api.send("DELETE", "/incident/a").status_code == 204
    assert [item["id"] for item in api.get("/incident")] == left


def test_several_conditions_hold_of_one_incident(world: ReadOnlyWorld) -> None:
    assert world.keys("incidentType=failedJob&incidentMessage=boom") == ["order"]
    assert world.keys("incidentType=customIncident&incidentMessage=boom") == []
    assert world.keys("incidentId=incident1&incidentMessageLike=boo_") == ["order"]
    assert world.keys("incidentId=incident2&incidentMessageLike=boo_") == []


def test_a_definition_with_several_incidents_is_found_once(world: ReadOnlyWorld) -> None:
    assert sorted(world.keys("incidentType=failedJob", member="id")) == sorted(
        world.names[name] for name in ("@order/2", "@order/1/tenant-a", "@ten/3")
    )
    assert world.get("/process-definition/count?incidentType=failedJob") == {"count": 3}


def test_incidents_by_the_keys_of_their_definitions(world: ReadOnlyWorld) -> None:
    def found(query: str) -> list[str]:
        return [item["id"] for item in world.get(f"/incident?{query}")]

    assert found("processDefinitionKeyIn=order") == ["incident1", "incident2", "incident3"]
    assert found("processDefinitionKeyIn=order,ten&incidentType=failedJob") == ["incident1", "incident3", "incident5", "incident6"]
    assert found("processDefinitionKeyIn=") == found("processDefinitionKeyIn=%20") == []
    assert len(found("processDefinitionKeyIn=,")) == 6


def test_a_query_is_one_statement(world: ReadOnlyWorld) -> None:
    for path in ("/incident", "/incident/count"):
        with executed(world.store) as run:
            world.get(f"{path}?processDefinitionKeyIn=order&tenantIdIn=tenant-a&sortBy=incidentTimestamp&sortOrder=desc")
        assert len(run) == 1
