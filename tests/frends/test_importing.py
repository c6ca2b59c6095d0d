"""Imports: the five values of importConflict, keys and versions, what the other surface shows, and what is stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from procdef.frends.members import BY_KEY, ELEMENT, member_schema
from procdef.store.models import Definition, Envelope, Process
from procdef.store.processes.versions import guid_of
from tests.frends.files import Processes, exported, file_of, guid, without
from tests.samples import bpmn, definitions, process

ORDERS, BILLS = guid("Orders"), guid("Bills")
Outcome = tuple[str, int, str]


def outcomes(results: list[dict[str, Any]]) -> list[Outcome]:
    """Name, version and outcome of each result."""
    return [(row["name"], row["version"], row["outcome"]) for row in results]


def keys(processes: Processes) -> list[tuple[str, int, bool]]:
    """Key, version and suspension of every definition."""
    return sorted((row["key"], row["version"], row["suspended"]) for row in processes.definitions())


NEW, AGAIN = exported("Orders"), exported("Orders", Version=9, Description="Again.")
BOTH = [exported("Bills", Version=3), exported("Orders", Version=2)]
KEPT = ("orders", 7, False)
CONFLICTS: list[tuple[str | None, list[Outcome], list[tuple[str, int, bool]]]] = [
    ("UseExisting", [("Bills", 3, "created"), ("Orders", 7, "existing")], [("bills", 3, False), KEPT]),
    ("NewVersion", [("Bills", 3, "created"), ("Orders", 8, "newVersion")], [("bills", 3, False), KEPT, ("orders", 8, False)]),
    ("NewActiveElement", [("Bills", 3, "created"), ("Orders", 2, "created")], [("bills", 3, False), KEPT, ("orders_*", 2, False)]),
    ("NewInactiveElement", [("Bills", 3, "created"), ("Orders", 2, "created")], [("bills", 3, True), KEPT, ("orders_*", 2, True)]),
]


@pytest.mark.parametrize(("conflict", "expected", "definitions"), CONFLICTS)
def test_a_guid_that_is_there(
    processes: Processes, conflict: str | None, expected: list[Outcome], definitions: list[tuple[str, int, bool]]
) -> None:
    processes.load(file_of(NEW))
    results = processes.load(file_of(*BOTH), conflict)
    assert outcomes(results) == expected
    own = results[1]["elementIdentifier"]
    assert (own == ORDERS) is (conflict in ("UseExisting", "NewVersion"))
    assert keys(processes) == [(key.replace("*", own[:8]), *rest) for key, *rest in definitions]
    for row in results:
        shown = processes.get(f"/{row['id']}")["data"]
        assert row["resourceLocation"] == f"http://127.0.0.1:8080/api/v1/processes/{row['id']}"
        assert (shown["name"], shown["uniqueIdentifier"], shown["version"]) == (row["name"], row["elementIdentifier"], row["version"])


@pytest.mark.parametrize("conflict", [None, "Error"])
def test_a_guid_that_is_there_is_an_error_by_default(processes: Processes, conflict: str | None) -> None:
    processes.load(file_of(NEW))
    before = processes.get("", {"allVersions": "true"})
    answer = processes.send(file_of(*BOTH), conflict)
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert ORDERS in answer.get_json()["detail"]
    assert processes.get("", {"allVersions": "true"}) == before
    assert keys(processes) == [("orders", 7, False)]


@pytest.mark.parametrize("conflict", ["Error", "UseExisting", "NewVersion", "NewActiveElement"])
def test_a_guid_that_is_not_there_is_created(processes: Processes, conflict: str) -> None:
    (row,) = processes.load(file_of(NEW), conflict)
    assert (row["elementIdentifier"], row["version"], row["outcome"]) == (ORDERS, 7, "created")
    assert keys(processes) == [("orders", 7, False)]


def test_imported_values_win(processes: Processes) -> None:
    more = {"IsDraft": True, "ApiSpecId": 5, "ChangeDescription": "Fixed", "IsSubprocess": True, "Id": 99, "IsDeleted": True}
    (row,) = processes.load(file_of(exported("Orders", **more)))
    shown = processes.get(f"/{row['id']}")["data"]
    same = {"modified": "2024-05-06T07:08:09.1234567Z", "modifier": "mary", "description": "About Orders.", "majorVersion": 3}
    same |= {"minorVersion": 4, "isSubprocess": True, "changeDescription": "Fixed", "isDraft": True, "apiSpecId": 5, "version": 7}
    same |= {"frendsVersion": "5.7.3.1743", "targetFramework": "net8.0", "isDeleted": False, "id": row["id"]}
    same |= {"graphData": {"cells": [1.5]}, "elementParameters": [{**dict.fromkeys(ELEMENT), "id": "work", "type": 2}], "manualTrigger": []}
    same |= {"triggerData": [{"id": "workStart"}], "bpmn": NEW["Bpmn"], "processVariables": []}
    assert {name: shown[name] for name in same} == same


ELEMENTS = '[{"Id":"a","type":"x","IsDefault":true,"MaxRetryCount":3,"Parameters":[1],"Own":{"Id":1}}]'
SHAPES: list[tuple[str, Any, str, Any]] = [
    ("GraphJson", '{"cells":[]}', "graphData", {"cells": []}),
    ("GraphJson", "[1]", "graphData", None),
    (
        "ElementParameters",
        ELEMENTS,
        "elementParameters",
        [{"id": "a", "isDefault": True, "maxRetryCount": 3, "parameters": [1], "Own": {"Id": 1}}],
    ),
    ("ElementParameters", '{"a":1}', "elementParameters", []),
    ("ElementParameters", "[1]", "elementParameters", []),
    ("ManualTriggerJson", '[{"a":1}]', "manualTrigger", [{"a": 1}]),
    ("ManualTriggerJson", '{"a":1}', "manualTrigger", []),
    ("TriggersJson", "[2]", "triggerData", [2]),
    ("TriggersJson", '"x"', "triggerData", []),
    ("ObsoleteTasks", [{"a": 1}], "obsoleteTasks", [{"a": 1}]),
    ("ProcessTemplate", {"getVersion": 3}, "processTemplate", {"getVersion": 3}),
    ("ProcessTemplate", "x", "processTemplate", None),
    ("NextProcessTemplate", {"a": 1}, "nextProcessTemplate", {"a": 1}),
    ("NextProcessTemplate", [1], "nextProcessTemplate", None),
    ("ProcessTemplateDeviated", "2026-11-23T21:15:50.937Z", "processTemplateDeviated", "2026-11-23T21:15:50.937Z"),
    ("ProcessTemplateDeviated", None, "processTemplateDeviated", None),
    ("ProcessTemplateDeviated", True, "processTemplateDeviated", None),
    ("ProcessTemplateDeviated", False, "processTemplateDeviated", None),
]
"""A value of an import, and what the answers show of it."""


@pytest.mark.parametrize(("key", "value", "member", "shown"), SHAPES)
def test_answers_show_a_member_in_its_shape_and_exports_as_it_was_sent(
    processes: Processes, key: str, value: Any, member: str, shown: Any
) -> None:
    (row,) = processes.load(file_of(exported("Orders", **{key: value})))
    answer = processes.get(f"/{row['id']}")["data"][member]
    if member == "elementParameters":
        shown = [{**dict.fromkeys(ELEMENT), **element} for element in shown]
    assert answer == shown
    assert Draft202012Validator(member_schema(BY_KEY[key])).is_valid(answer)
    again = orjson.loads(processes.export(row["id"]))["Processes"][0]
    assert again[key] == value


def test_the_definition_on_the_other_surface(processes: Processes) -> None:
    text = bpmn("orders", versionTag="v2", candidateStarterUsers="mary", historyTimeToLive="5", documentation=["In the BPMN."]).decode()
    (row,) = processes.load(file_of(exported("Orders", Bpmn=text)))
    (found,) = processes.definitions()
    expected = {
        "key": "orders",
        "version": 7,
        "name": "Orders",
        "description": "In the BPMN.",
        "versionTag": "v2",
        "resource": "orders.bpmn",
    }
    expected |= {"tenantId": None, "suspended": False, "historyTimeToLive": 5, "category": "http://example.org/sales", "diagram": None}
    assert {name: found[name] for name in expected} == expected
    assert processes.api.get(f"/process-definition/{found['id']}/xml")["bpmn20Xml"] == text
    for query in ({"nameLike": "ord%"}, {"startableBy": "mary"}, {"versionTag": "v2"}, {"latestVersion": "true", "key": "orders"}):
        assert [one["id"] for one in processes.definitions(**query)] == [found["id"]]
    assert [one["name"] for one in processes.api.get("/deployment", {"id": found["deploymentId"]})] == ["Orders"]
    deployments = processes.get(f"/{row['id']}")["links"]["deployments"]["uri"]
    assert deployments.endswith(f"/engine-rest/deployment?id={found['deploymentId']}")


REFUSED: list[str | None] = [
    None,
    "",
    "no XML",
    "<a/>",
    bpmn("orders", isExecutable="false").decode(),
    bpmn("orders", historyTimeToLive="never").decode(),
    bpmn("o" * 256).decode(),
    "<!DOCTYPE a>" + bpmn("orders").decode().removeprefix('<?xml version="1.0" encoding="UTF-8"?>'),
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_an_engine_would_refuse_is_listed_only_here(processes: Processes, text: str | None) -> None:
    (row,) = processes.load(file_of(exported("Orders", Bpmn=text)))
    assert processes.get(f"/{row['id']}")["data"]["bpmn"] == text
    assert processes.names() == ["Orders"]
    assert processes.definitions() == []
    assert processes.api.get("/deployment") == []


def test_a_start_message_that_another_process_has(processes: Processes) -> None:
    message = '<message id="m" name="go"/>'
    text = bpmn("one").decode().replace("<process", f"{message}<process", 1)
    text = text.replace('<startEvent id="workStart"/>', '<startEvent id="workStart"><messageEventDefinition messageRef="m"/></startEvent>')
    first, second = exported("One", Bpmn=text), exported("Two", Bpmn=text.replace('id="one"', 'id="two"'))
    processes.load(file_of(first, second, exported("One", Bpmn=text, Version=8)))
    assert [(row["key"], row["version"]) for row in processes.definitions()] == [("one", 7), ("one", 8)]
    processes.load(file_of(exported("Three", Bpmn=text.replace('id="one"', 'id="three"'))))
    assert sorted(processes.names()) == ["One", "Three", "Two"]
    assert {row["key"] for row in processes.definitions()} == {"one"}


def test_a_key_that_another_process_has(processes: Processes) -> None:
    processes.api.deploy(("orders.bpmn", bpmn("orders", name="Mine")))
    processes.load(file_of(NEW))
    assert keys(processes) == [("orders", 1, False), (f"orders_{ORDERS[:8]}", 7, False)]
    processes.load(file_of(AGAIN), "NewVersion")
    processes.api.deploy(("orders.bpmn", bpmn("orders", name="Mine")))
    own = f"orders_{ORDERS[:8]}"
    assert keys(processes) == [("orders", 1, False), ("orders", 2, False), (own, 7, False), (own, 8, False)]


def test_an_upload_goes_on_with_the_process_that_has_the_key(processes: Processes) -> None:
    processes.load(file_of(NEW))
    processes.api.deploy(("orders.bpmn", bpmn("orders", name="Uploaded")))
    rows = processes.get("", {"processGuid": ORDERS, "allVersions": "true"})["data"]
    assert sorted((row["version"], row["name"]) for row in rows) == [(7, "Orders"), (8, "Uploaded")]
    assert processes.names() == ["Uploaded"]


def test_a_version_without_definition_keeps_key_and_number(processes: Processes) -> None:
    processes.load(file_of(NEW))
    processes.load(file_of(exported("Orders", Bpmn="no XML")), "NewVersion")
    assert keys(processes) == [("orders", 7, False)]
    processes.api.deploy(("orders.bpmn", bpmn("orders", name="Uploaded")))
    processes.load(file_of(exported("Orders", Bpmn=bpmn("renamed").decode())), "NewVersion")
    assert keys(processes) == [("orders", 7, False), ("orders", 9, False), ("orders", 10, False)]
    assert [row["version"] for row in processes.get("", {"processGuid": ORDERS})["data"]] == [10]


def test_several_versions_of_one_process(processes: Processes) -> None:
    sent = [exported("Orders", Version=version, Description=str(version)) for version in (12, 3, 5)]
    results = processes.load(file_of(sent[0], exported("Bills"), *sent[1:]))
    assert outcomes(results) == [("Orders", 3, "created"), ("Orders", 5, "created"), ("Orders", 12, "created"), ("Bills", 7, "created")]
    assert [row["version"] for row in processes.definitions(key="orders", latestVersion="true")] == [12]
    again = processes.load(file_of(*sent), "NewVersion")
    assert outcomes(again) == [("Orders", version, "newVersion") for version in (13, 14, 15)]
    shown = [processes.get(f"/{ORDERS}/versions/{version}")["data"]["description"] for version in (13, 14, 15)]
    assert shown == ["3", "5", "12"]
    assert outcomes(processes.load(file_of(*sent), "UseExisting")) == [("Orders", 15, "existing")] * 3
    copies = processes.load(file_of(*sent), "NewActiveElement")
    assert len({row["elementIdentifier"] for row in copies} - {ORDERS}) == 1
    assert outcomes(copies) == [("Orders", version, "created") for version in (3, 5, 12)]


def test_without_version_it_counts_on(processes: Processes) -> None:
    without = {name: value for name, value in NEW.items() if name != "Version"}
    assert outcomes(processes.load(file_of(without, exported("Orders", Version=4)))) == [("Orders", 4, "created"), ("Orders", 5, "created")]
    assert outcomes(processes.load(file_of(exported("Bills", Version=None)))) == [("Bills", 1, "created")]


def test_one_version_twice_is_refused(processes: Processes) -> None:
    answer = processes.send(file_of(exported("Bills"), NEW, NEW))
    assert answer.status_code == 400
    assert ORDERS in answer.get_json()["detail"]
    assert processes.names() == []
    assert processes.api.get("/deployment") == []


def test_of_several_executable_processes_the_first_is_the_process(processes: Processes) -> None:
    parts = (process("draft", isExecutable="false"), process("first", work="a"), process("second", work="b"))
    text = definitions(*parts).decode()
    processes.load(file_of(exported("Orders", Bpmn=text)))
    assert keys(processes) == [("first", 7, False)]
    assert processes.get("", {"processGuid": ORDERS})["data"][0]["bpmn"] == text


def test_guids_are_kept_in_small_letters(processes: Processes) -> None:
    (row,) = processes.load(file_of(exported("Orders", UniqueIdentifier=ORDERS.upper())))
    assert row["elementIdentifier"] == ORDERS
    assert processes.send(file_of(NEW)).status_code == 409


def test_numbers_are_never_given_again(processes: Processes) -> None:
    (first,) = processes.load(file_of(NEW))
    assert processes.ask(f"/{ORDERS}", method="DELETE").status_code == 204
    (second,) = processes.load(file_of(NEW))
    assert processes.ask(f"/{first['id']}").status_code == 404
    assert second["id"] > first["id"]


def test_deleting_a_process(processes: Processes) -> None:
    processes.load(file_of(NEW, exported("Bills")))
    processes.load(file_of(exported("Orders", Bpmn="no XML")), "NewVersion")
    processes.api.deploy(("orders.bpmn", bpmn("orders")))
    processes.api.deploy(("orders.bpmn", bpmn("orders")), tenant_id="other")
    deployments = processes.api.get("/deployment/count")
    assert processes.ask(f"/{ORDERS}", method="DELETE").status_code == 204
    assert processes.ask(f"/{ORDERS}", method="DELETE").status_code == 404
    assert processes.ask(f"/{ORDERS}/versions/7").status_code == 404
    assert keys(processes) == [("bills", 7, False), ("orders", 1, False)]
    assert processes.api.get("/deployment/count") == deployments
    processes.api.deploy(("orders.bpmn", bpmn("orders")))
    assert processes.get("", {"processGuid": guid_of(None, "orders")})["data"][0]["version"] == 1


def test_deleting_on_the_other_surface(processes: Processes) -> None:
    processes.load(file_of(NEW, exported("Orders", Version=8), exported("Orders", Version=9, Bpmn=None), exported("Bills")))
    eight = processes.definitions(key="orders", version=8)[0]
    assert processes.api.send("DELETE", f"/deployment/{eight['deploymentId']}").status_code == 204
    rows = processes.get("", {"processGuid": ORDERS, "allVersions": "true"})["data"]
    assert sorted((row["version"], row["isNotLatestVersion"]) for row in rows) == [(7, True), (9, False)]
    assert processes.api.send("DELETE", "/process-definition/key/orders/delete").status_code == 204
    assert [row["version"] for row in processes.get("", {"processGuid": ORDERS, "allVersions": "true"})["data"]] == [9]
    assert processes.api.send("DELETE", f"/process-definition/{processes.definitions(key='bills')[0]['id']}").status_code == 200
    assert processes.names() == ["Orders"]


def test_the_latest_version_goes_on_the_other_surface(processes: Processes) -> None:
    for name in ("One", "Two"):
        processes.api.deploy(("orders.bpmn", bpmn("orders", name=name)))
    processes.api.send("DELETE", f"/process-definition/{processes.definitions(version=2)[0]['id']}")
    assert processes.names() == ["One"]
    assert processes.get("", {"processName": "one"})["data"][0]["isNotLatestVersion"] is False


def test_nothing_is_left_of_what_is_deleted(processes: Processes) -> None:
    processes.load(file_of(NEW, LinkedTasks={"a": 1}))
    processes.load(file_of(exported("Bills"), LinkedTasks={"a": 1}))
    processes.ask(f"/{ORDERS}", method="DELETE")
    assert len(processes.store.read(Envelope.select(Envelope.id))) == 1
    processes.ask(f"/{BILLS}", method="DELETE")
    assert [processes.store.read(model.select(model.id)) for model in (Envelope, Process, Definition)] == [[], [], []]


TEMPLATES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("as the gallery has it", {"ProcessInfo": {"Process": NEW, "LinkedTasks": {"t": 1}, "Version": "Acc40"}}, {"LinkedTasks": {"t": 1}}),
    ("the process itself", {"ProcessInfo": NEW}, {"Version": "Acc41"}),
    ("with more", {"Id": 4, "Title": "T", "ProcessInfo": {"Process": NEW}}, {"ProcessTemplate": {"Id": 4, "Title": "T"}}),
]


@pytest.mark.parametrize(("template", "around"), [pytest.param(*row[1:], id=row[0]) for row in TEMPLATES])
def test_templates(processes: Processes, template: dict[str, Any], around: dict[str, Any]) -> None:
    (row,) = processes.load(json.dumps({"ProcessTemplates": [template]}).encode())
    assert (row["elementIdentifier"], row["outcome"]) == (ORDERS, "created")
    file = json.loads(processes.export(row["id"]))
    assert file["Processes"] == [NEW]
    assert {name: file[name] for name in around} == around


def test_processes_and_templates_in_one_file(processes: Processes) -> None:
    file = {"ProcessTemplates": [{"ProcessInfo": {"Process": NEW}}], "Processes": [exported("Bills")], "Version": "x"}
    assert outcomes(processes.load(json.dumps(file).encode())) == [("Orders", 7, "created"), ("Bills", 7, "created")]


def owners(processes: Processes) -> list[tuple[str, str, int]]:
    """Tenant, key and version of every definition."""
    return sorted((row["tenantId"] or "", row["key"], row["version"]) for row in processes.definitions())


@pytest.fixture
def of_tenants(processes: Processes) -> bytes:
    """The export of a store in which three owners have two versions of one key each."""
    for tenant in ("north", "south", None):
        for version in ("1", "2"):
            more = {} if tenant is None else {"tenant_id": tenant}
            processes.api.deploy(("order.bpmn", bpmn("order", name="Order", versionTag=version)), **more)
    rows = processes.get("", {"allVersions": "true", "PageSize": 200})["data"]
    return processes.export(*(row["id"] for row in rows))


def test_processes_keep_tenant_and_key(processes: Processes, elsewhere: Processes, of_tenants: bytes) -> None:
    there = json.loads(of_tenants)["Processes"]
    assert sorted(row.get("TenantId", "-") for row in there) == ["-", "-", "north", "north", "south", "south"]
    rows = elsewhere.load(of_tenants)
    assert {row["outcome"] for row in rows} == {"created"}
    assert owners(elsewhere) == owners(processes) == [(tenant, "order", v) for tenant in ("", "north", "south") for v in (1, 2)]
    again = json.loads(elsewhere.export(*(row["id"] for row in elsewhere.get("", {"allVersions": "true"})["data"])))["Processes"]
    assert sorted(map(json.dumps, again)) == sorted(map(json.dumps, there))


def test_a_file_without_tenants_is_imported_as_before(elsewhere: Processes, of_tenants: bytes) -> None:
    file = json.loads(of_tenants)
    for row in file["Processes"]:
        row.pop("TenantId", None)
    elsewhere.load(json.dumps(file).encode())
    keys_of = {row["key"] for row in elsewhere.definitions()}
    assert {row["tenantId"] for row in elsewhere.definitions()} == {None}
    assert len(keys_of) == 3
    assert "order" in keys_of


OF_NORTH = exported("Orders", TenantId="north")


def test_a_key_that_another_process_of_the_tenant_has_is_refused(processes: Processes) -> None:
    processes.api.deploy(("orders.bpmn", bpmn("orders")), tenant_id="north")
    answer = processes.send(file_of(exported("Bills"), OF_NORTH))
    owner = guid_of("north", "orders")
    assert (answer.status_code, answer.get_json()["detail"]) == (
        409,
        f"The key 'orders' of the tenant 'north' belongs to the process {owner}, not to {ORDERS}.",
    )
    assert owners(processes) == [("north", "orders", 1)]


@pytest.mark.parametrize("conflict", ["UseExisting", "NewVersion"])
def test_a_guid_of_another_tenant_is_refused(processes: Processes, conflict: str) -> None:
    processes.load(file_of(OF_NORTH))
    for tenant in ("south", ""):
        answer = processes.send(file_of({**OF_NORTH, "TenantId": tenant}), conflict)
        text = f"The process with the GUID {ORDERS} belongs to the tenant 'north' here, and to {tenant!r} in the file."
        assert (answer.status_code, answer.get_json()["detail"]) == (409, text)
    assert owners(processes) == [("north", "orders", 7)]


@pytest.mark.parametrize("file", [OF_NORTH, without("TenantId", OF_NORTH)], ids=["named", "silent"])
def test_a_new_version_belongs_to_the_tenant_of_the_process(processes: Processes, file: dict[str, Any]) -> None:
    processes.load(file_of(OF_NORTH))
    (row,) = processes.load(file_of(file), "NewVersion")
    assert owners(processes) == [("north", "orders", 7), ("north", "orders", 8)]
    assert json.loads(processes.export(row["id"]))["Processes"][0]["TenantId"] == "north"


def test_a_process_with_a_new_guid_stays_in_its_tenant_under_a_new_key(processes: Processes) -> None:
    processes.load(file_of(OF_NORTH))
    (row,) = processes.load(file_of(OF_NORTH), "NewActiveElement")
    assert owners(processes) == [("north", "orders", 7), ("north", f"orders_{row['elementIdentifier'][:8]}", 7)]


@pytest.mark.parametrize(("tenants", "status"), [(("north", "south"), 400), (("north", None), 400), (("north", "north"), 200)])
def test_one_guid_has_one_tenant(processes: Processes, tenants: tuple[str | None, str | None], status: int) -> None:
    rows = [exported("Orders", Version=number, TenantId=tenant) for number, tenant in enumerate(tenants, 1)]
    assert processes.send(file_of(*rows)).status_code == status


@pytest.mark.parametrize("tenant", [5, "x" * 65, "a\0", ["north"]], ids=repr)
def test_a_tenant_that_is_none(processes: Processes, tenant: Any) -> None:
    answer = processes.send(file_of(exported("Orders", TenantId=tenant)))
    assert (answer.status_code, list(answer.get_json()["errors"])) == (400, ["Processes[0].TenantId"])


def test_the_example(processes: Processes) -> None:
    example = (Path(__file__).parents[2] / "examples/processes.json").read_bytes()
    rows = processes.load(example)
    assert owners(processes) == [("", "order", 1), ("north", "order", 1)]
    assert json.loads(processes.export(*(row["id"] for row in rows))) == json.loads(example)
