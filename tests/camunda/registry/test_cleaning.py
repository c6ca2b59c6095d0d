"""The report that says which versions can go: its members, its pages, and random worlds with an oracle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from procdef.store.models import Definition, Deployment, Filling
from tests.api import Api, error_of
from tests.bpmn.cleaning import KEYS, One, Place, attributes, expected, placed, worlds
from tests.samples import EXTENSIONS, MODEL, bpmn

REPORT = "/process-definition/cleanable-report"
PNG = b"\x89PNG"


def calling(key: str, *calls: str, tag: str | None = None) -> bytes:
    """A file of a process with these call activities: their attributes."""
    parts = "".join(f'<callActivity id="c{number}" {call}/>' for number, call in enumerate(calls, 1))
    tagged = f' c:versionTag="{tag}"' if tag else ""
    process = f'<process id="{key}" isExecutable="true"{tagged}><startEvent id="s"/>{parts}</process>'
    return f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="x">{process}</definitions>'.encode()


def bound(key: str, binding: str, value: str = "") -> str:
    named = f' c:calledElement{binding[0].upper()}{binding[1:]}="{value}"' if value else ""
    return f'calledElement="{key}" c:calledElementBinding="{binding}"{named}'


def versions(rows: Sequence[Any], *, cleanable: bool = True) -> list[int]:
    return sorted(row["version"] for row in rows if row["cleanable"] is cleanable)


def report(api: Api, **query: Any) -> Any:
    return api.get(REPORT, {"sortBy": "version", "sortOrder": "asc", **query})


def deploy(api: Api, number: int, key: str = "order") -> list[str]:
    """Deploy versions of a key; their ids."""
    return [next(iter(api.deploy((f"{key}.bpmn", bpmn(key, name=str(one))))["deployedProcessDefinitions"])) for one in range(number)]


def test_the_members(api: Api) -> None:
    ids = deploy(api, 2)
    size = len(bpmn("order", name="0"))
    old, latest = report(api, keepVersions=1)
    deployment, time = old.pop("deploymentId"), old.pop("deploymentTime")
    assert time == api.get(f"/deployment/{deployment}")["deploymentTime"]
    members = {"processDefinitionKey": "order", "version": 1, "versionTag": None, "tenantId": None, "cleanable": True, "reasons": []}
    assert old == {"processDefinitionId": ids[0], **members, "incidents": 0, "instances": 0, "deploymentCleanable": True, "bytes": size}
    assert (latest["cleanable"], latest["reasons"], latest["deploymentCleanable"]) == (False, ["LATEST"], False)


def test_five_versions_stay_if_nothing_else_is_said(api: Api) -> None:
    deploy(api, 7)
    rows = report(api)
    assert [row["reasons"] for row in rows] == [[], [], *[["AMONG_NEWEST 5"]] * 4, ["LATEST"]]
    assert api.get(f"{REPORT}/count") == {"count": 7}


def test_incidents_times_and_mirrored_definitions(api: Api) -> None:
    ids = deploy(api, 4)
    api.put("/incident/i", {"processDefinitionId": ids[1], "incidentType": "failedJob"})
    with api.store.write() as database:
        Definition.update(mirrored=True).where(Definition.id == ids[2]).execute(database)
    rows = report(api, keepVersions=1)
    assert [row["reasons"] for row in rows] == [[], ["OPEN_INCIDENTS 1"], ["UNKNOWN_INSTANCES"], ["LATEST"]]
    assert [row["instances"] for row in rows] == [0, 0, None, 0]
    time = rows[0]["deploymentTime"]
    assert versions(report(api, keepVersions=1, deployedBefore=time)) == []
    assert report(api, keepVersions=1, deployedBefore=time)[0]["reasons"] == [f"DEPLOYED_SINCE {time}"]
    assert versions(report(api, keepVersions=1, deployedBefore="2099-01-01T00:00:00.000+0000")) == [1]


@pytest.mark.parametrize(
    ("call", "staying"),
    [
        (bound("order", "version", "2"), 2),
        (bound("order", "versionTag", "one"), 1),
        (bound("order", "latest"), None),
        ('calledElement="${x}"', None),
        (bound("order", "version", "2") + ' c:calledElementTenantId="t"', None),
    ],
)
def test_what_is_called(api: Api, call: str, staying: int | None) -> None:
    api.deploy(("order.bpmn", bpmn("order", versionTag="one")))
    deploy(api, 2)
    (ident,) = api.deploy(("settle.bpmn", calling("settle", call)))["deployedProcessDefinitions"]
    rows = report(api, keepVersions=1, key="order")
    assert versions(rows) == sorted({1, 2} - {staying})
    code = {2: "CALLED_BY_VERSION", 1: "CALLED_BY_VERSION_TAG"}
    assert [row["reasons"] for row in rows if row["version"] == staying] == ([[f"{code[staying]} {ident}"]] if staying else [])


def test_what_may_be_called_stays(api: Api) -> None:
    deploy(api, 3)
    (ident,) = api.deploy(("settle.bpmn", calling("settle", bound("order", "version", "${x}"))))["deployedProcessDefinitions"]
    assert report(api, keepVersions=1, key="order")[0]["reasons"] == [f"MAY_BE_CALLED {ident}"]


def test_what_calls_may_go_with_what_it_calls_but_not_without_it_being_asked_for(api: Api) -> None:
    deploy(api, 2)
    (ident,) = api.deploy(("settle.bpmn", calling("settle", bound("order", "version", "1"))))["deployedProcessDefinitions"]
    deploy(api, 1, "settle")
    assert [row["reasons"] for row in report(api, keepVersions=1, key="order")] == [[f"CALLED_BY_VERSION {ident}"], ["LATEST"]]
    assert versions(report(api, keepVersions=1)) == [1, 1]


def test_a_deployment_goes_if_nothing_of_it_stays(api: Api) -> None:
    files = (("order.bpmn", bpmn("order")), ("settle.bpmn", calling("settle", bound("order", "deployment"))))
    api.deploy(*files, ("order.png", PNG), deployment_name="both")
    deploy(api, 1)
    (first, *_) = report(api, keepVersions=1, key="order")
    settle = api.get("/process-definition", {"key": "settle"})[0]["id"]
    assert first["reasons"] == [f"CALLED_BY_DEPLOYMENT {settle}"]
    assert first["bytes"] == sum(map(len, (files[0][1], files[1][1], PNG)))
    deploy(api, 1, "settle")
    rows = report(api, keepVersions=1)
    assert [(row["version"], row["cleanable"], row["deploymentCleanable"]) for row in rows] == [(1, True, True)] * 2 + [
        (2, False, False)
    ] * 2
    assert [row["deploymentCleanable"] for row in report(api, keepVersions=1, key="settle")] == [False, False]
    api.deploy(("order.bpmn", bpmn("order", name="x")), ("ask.form", b"{}"))
    deploy(api, 1)
    assert [(row["cleanable"], row["deploymentCleanable"]) for row in report(api, keepVersions=1, key="order")][1:] == [
        (True, True),
        (True, False),
        (False, False),
    ]


def test_nothing_goes_before_the_index_is_complete(api: Api) -> None:
    deploy(api, 3)
    with api.store.write() as database:
        Filling.insert(id=1, after="", holder="", until="1970-01-01 00:00:00.000").execute(database)
    answer = api.ask(REPORT, {"keepVersions": 1})
    assert answer.headers["X-Usage-Index"] == "incomplete"
    assert {reason for row in orjson.loads(answer.data) for reason in row["reasons"]} == {"LATEST", "UNKNOWN_CALLS"}


def test_pages_totals_cursors_csv_and_conditional_requests(api: Api) -> None:
    deploy(api, 7)
    query = {"sortBy": "version", "sortOrder": "asc", "keepVersions": 2, "maxResults": 3}
    first = api.ask(REPORT, {**query, "total": "true", "cursor": ""})
    assert (first.headers["X-Total-Count"], versions(orjson.loads(first.data))) == ("7", [1, 2, 3])
    second = api.ask(REPORT, {**query, "cursor": first.headers["X-Next-Cursor"]})
    rows = orjson.loads(second.data)
    assert (versions(rows), versions(rows, cleanable=False)) == ([4, 5], [6])
    assert versions(api.get(REPORT, {**query, "firstResult": 3})) == [4, 5]
    assert api.get(REPORT, {"maxResults": 0}) == api.get(REPORT, {"firstResult": -1}) == []
    lines = api.ask(REPORT, {**query, "format": "csv"}).text.splitlines()
    assert lines[0].startswith("processDefinitionId,processDefinitionKey,version,")
    assert len(lines) == 4
    answer = api.ask(REPORT, query)
    again = api.send("GET", REPORT, query_string=query, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("keepVersions=0", "'keepVersions' to value '0': is not from 1 to 1000"),
        ("keepVersions=1001", "'keepVersions' to value '1001': is not from 1 to 1000"),
        ("keepVersions=x", "'keepVersions' to value 'x'"),
        ("deployedBefore=x", "'deployedBefore' to value 'x'"),
        ("version=x", "'version' to value 'x'"),
        ("sortBy=key&sortOrder=asc", "'sortBy' to value 'key'"),
    ],
)
def test_wrong_parameters(api: Api, query: str, reason: str) -> None:
    status, kind, message, _ = error_of(api.ask(REPORT, query))
    assert (status, kind) == (400, "InvalidRequestException")
    assert message.startswith(f"Cannot set query parameter {reason}")


def fill(api: Api, world: Sequence[One]) -> None:
    """Empty the store, and deploy a world."""
    for row in api.get("/deployment"):
        assert api.send("DELETE", f"/deployment/{row['id']}").status_code == 204
    for number in sorted({one.deployment for one in world}):
        some = [one for one in world if one.deployment == number]
        files = [(f"{one.key}.bpmn", calling(one.key, *map(attributes, one.calls), tag=one.tag)) for one in some]
        fields = {} if some[0].tenant is None else {"tenant_id": some[0].tenant}
        made = api.deploy(*files, deployment_name=str(number), **fields)
        with api.store.write() as database:
            time = f"2026-01-0{number + 1} 00:00:00.000"
            for model, column in ((Deployment, Deployment.id), (Definition, Definition.deployment_id)):
                model.update(deploy_time=time).where(column == made["id"]).execute(database)
        for definition in made["deployedProcessDefinitions"].values():
            (one,) = (one for one in some if one.key == definition["key"])
            for _ in range(one.incidents):
                api.put(f"/incident/{definition['id'][:40]}", {"processDefinitionId": definition["id"], "incidentType": "failedJob"})


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.explicit, Phase.generate]
)
@given(worlds(), st.integers(1, 3), st.none() | st.integers(0, 7), st.lists(st.sampled_from(KEYS), min_size=1, unique=True))
def test_the_report_agrees_with_the_oracle(api: Api, world: list[One], keep: int, before: int | None, chosen: list[str]) -> None:
    fill(api, world)
    query = {"keepVersions": keep, "keysIn": ",".join(chosen)}
    query |= {} if before is None else {"deployedBefore": f"2026-01-0{before + 1}T00:00:00.000+0000"}
    rows = [row for number in range(0, len(world), 3) for row in api.get(REPORT, {**query, "firstResult": number, "maxResults": 3})]
    found = {place_of(row) for row in rows if row["cleanable"]}
    assert found == expected(world, keep, before, chosen)
    assert {place_of(row) for row in rows} == {place for place in placed(world) if place[0] in chosen}
    whole = {one.deployment for one in world} - {one.deployment for place, one in placed(world).items() if place not in found}
    deployed = placed(world)
    assert {deployed[place_of(row)].deployment for row in rows if row["deploymentCleanable"]} == whole


def place_of(row: Any) -> Place:
    return row["processDefinitionKey"], row["tenantId"], row["version"]
