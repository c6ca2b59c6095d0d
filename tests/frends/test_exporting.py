"""Export files: of one version, of several, and what another store makes of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from procdef.errors import NotFound
from procdef.frends import exporting
from procdef.store.processes.versions import guid_of
from tests.frends.files import BASE, KEYS, Processes, exported, file_of, guid
from tests.samples import bpmn

EVERY = {"allVersions": "true"}
DEFAULT_ENVELOPE = {"LinkedTasks": {}, "LinkedSubProcess": {}, "Version": "Acc41"}


@pytest.fixture
def uploaded(processes: Processes) -> Processes:
    """A process in two versions, and another."""
    processes.api.deploy(("order.bpmn", bpmn("order", name="Größe \U0001f680", versionTag="1.2", documentation=["Sells."])))
    processes.api.deploy(("order.bpmn", bpmn("order", name='a/b: "c"\r\n')), ("other.bpmn", bpmn("other")))
    return processes


def test_an_uploaded_process_has_every_key_in_its_order(uploaded: Processes) -> None:
    shown = uploaded.get(f"/{guid_of(None, 'order')}/versions/1")["data"]
    file = json.loads(uploaded.ask(f"/{shown['id']}/export").data)
    assert {name: value for name, value in file.items() if name != "Processes"} == DEFAULT_ENVELOPE
    (process,) = file["Processes"]
    assert tuple(process) == KEYS
    given = {name: value for name, value in process.items() if value is not None}
    assert given == {
        "Name": "Größe \U0001f680",
        "Modified": shown["modified"],
        "Tags": [],
        "Description": "Sells.",
        "Version": 1,
        "UniqueIdentifier": guid_of(None, "order"),
        "Bpmn": shown["bpmn"],
        "IsSubprocess": False,
        "MajorVersion": 1,
        "StaticRequiredEnvironmentVariables": [],
        "RequiredEnvironmentVariables": [],
        "MinorVersion": 2,
        "IsForMonitoringRule": False,
    }


def test_both_ways_to_one_version_give_the_same_file(uploaded: Processes) -> None:
    row = uploaded.get("", {"processName": "other"})["data"][0]
    one, other = uploaded.ask(f"/{row['id']}/export"), uploaded.ask(f"/{row['uniqueIdentifier']}/versions/1/export")
    assert (one.data, one.headers["Content-Disposition"]) == (
        other.data,
        "attachment; filename=\"other.json\"; filename*=UTF-8''other.json",
    )
    assert uploaded.export(row["id"]) == one.data
    assert int(one.headers["Content-Length"]) == len(one.data)
    assert one.content_type == "application/json"
    assert not one.data.startswith(b"\xef\xbb\xbf")


def test_any_name_makes_a_file_name(uploaded: Processes) -> None:
    names = [uploaded.ask(f"/{guid_of(None, 'order')}/versions/{version}/export").headers["Content-Disposition"] for version in (1, 2)]
    assert all(name.startswith("attachment; filename") and "\n" not in name for name in names)


ORDERS: list[tuple[str, list[int]]] = [
    ("{0},{1},{2}", [0, 1, 2]),
    ("{2}&ids={0}", [2, 0]),
    ("{1},{1}&ids={1}", [1]),
    ("{1}, {0}", [1, 0]),
    ("{2},{0}&ids={1}&ids={0}", [2, 0, 1]),
]


@pytest.mark.parametrize(("text", "order"), ORDERS)
def test_several_in_the_order_that_is_asked_for(uploaded: Processes, text: str, order: list[int]) -> None:
    ids = sorted(row["id"] for row in uploaded.get("", {"allVersions": "true"})["data"])
    file = uploaded.client.get(f"{BASE}/batch-export?ids={text.format(*ids)}").get_json()
    single = {ident: json.loads(uploaded.export(ident))["Processes"][0] for ident in ids}
    assert file == {"Processes": [single[ids[number]] for number in order], **DEFAULT_ENVELOPE}


def test_one_that_is_not_there_makes_none_of_them(uploaded: Processes) -> None:
    ids = [row["id"] for row in uploaded.get("", {"allVersions": "true"})["data"]]
    answer = uploaded.ask("/batch-export", {"ids": f"{ids[0]},{max(ids) + 1}"})
    assert answer.status_code == 404
    assert str(max(ids) + 1) in answer.get_json()["detail"]


def test_more_than_are_read_at_once(processes: Processes) -> None:
    ids = [row["id"] for row in processes.load(file_of(*(exported(f"P{number:03}") for number in range(120))))]
    names = [process["Name"] for process in json.loads(processes.export(*reversed(ids)))["Processes"]]
    assert names == [f"P{number:03}" for number in reversed(range(120))]


MOVED: list[dict[str, Any]] = [
    {},
    {"Unknown": {"a": [1, 2.5, None, "ä", 10**30]}, "Another": False},
    {"Bpmn": None},
    {"Bpmn": "no XML at all \u2028 \U0001f680"},
    {"Bpmn": ""},
    {"Bpmn": bpmn("draft", isExecutable="false").decode()},
    {"Bpmn": "\ufeff" + bpmn("mark").decode()},
    {"Bpmn": bpmn("latin", name="ä").decode().replace("UTF-8", "ISO-8859-1")},
    {"Bpmn": bpmn("wide", name="ä").decode().replace("UTF-8", "UTF-16")},
    {"Bpmn": bpmn("lies", name="ä☃").decode().replace("UTF-8", "US-ASCII")},
    {"Bpmn": bpmn("nope").decode().replace("UTF-8", "x-nope")},
    {"ProcessVariablesJson": '[{"Name": "a",  "Value": "b"}]'},
    {"ProcessVariablesJson": '[{"name":"a","VALUE":"b","isSecret":true}]'},
    {"GraphJson": "", "ElementParameters": None, "TriggersJson": " null "},
    {"IsSubprocess": None, "Version": None, "Modified": None, "MajorVersion": None, "Tags": None},
    {"IsDraft": True, "ApiSpecId": 5, "ProcessTemplate": {"id": 1}, "ObsoleteTasks": [{"uri": "x"}], "ChangeDescription": "Fixed"},
    {"Id": 99, "IsDeleted": True, "IsNotLatestVersion": True, "Description": "\t\n"},
    {"Version": 2147483647, "MajorVersion": -1},
]


@pytest.mark.parametrize("more", MOVED, ids=lambda more: ",".join(more) or "plain")
def test_what_is_moved_is_the_same(processes: Processes, elsewhere: Processes, more: dict[str, Any]) -> None:
    sent = file_of(exported("Orders", **more), Version="Acc40", Extra=[1])
    first = processes.export(*(row["id"] for row in processes.load(sent)))
    second = elsewhere.export(*(row["id"] for row in elsewhere.load(first)))
    assert second == first
    given, (process,) = json.loads(sent), json.loads(first)["Processes"]
    changed = {key for key, value in given["Processes"][0].items() if process[key] != value}
    assert changed <= {"ProcessVariablesJson"} | ({"Version"} if more.get("Version", 0) is None else set())
    assert {key: value for key, value in json.loads(first).items() if key != "Processes"} == {
        **DEFAULT_ENVELOPE,
        "Version": "Acc40",
        "Extra": [1],
    }


def test_uploads_are_moved_too(uploaded: Processes, elsewhere: Processes) -> None:
    ids = sorted(row["id"] for row in uploaded.get("", {"allVersions": "true"})["data"])
    first = uploaded.export(*ids)
    results = elsewhere.load(first)
    assert elsewhere.export(*(row["id"] for row in results)) == first
    definitions = [{(row["key"], row["version"], row["name"] or row["key"]) for row in s.definitions()} for s in (uploaded, elsewhere)]
    assert definitions[0] == definitions[1]
    here, there = ([_without_links(row) for row in surface.get("", EVERY)["data"]] for surface in (uploaded, elsewhere))
    assert [{**row, "id": 0, "changeDescription": ""} for row in here] == [{**row, "id": 0, "changeDescription": ""} for row in there]


def _without_links(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "links"}


def test_what_stands_around_is_given_back_where_all_agree(processes: Processes) -> None:
    one = processes.load(file_of(exported("A"), exported("B"), LinkedTasks={"t": 1}, Extra="x"))
    other = processes.load(file_of(exported("C"), LinkedTasks={"t": 1}, Extra="y"))
    processes.api.deploy(("order.bpmn", bpmn("order")))
    upload = processes.get("", {"processName": "order"})["data"][0]["id"]

    def around(*ids: int) -> dict[str, Any]:
        return {name: value for name, value in json.loads(processes.export(*ids)).items() if name != "Processes"}

    assert around(one[0]["id"], one[1]["id"]) == {**DEFAULT_ENVELOPE, "LinkedTasks": {"t": 1}, "Extra": "x"}
    assert around(one[0]["id"], other[0]["id"]) == {**DEFAULT_ENVELOPE, "LinkedTasks": {"t": 1}}
    assert around(other[0]["id"], upload) == DEFAULT_ENVELOPE


def test_a_file_without_anything_around(processes: Processes) -> None:
    (row,) = processes.load(json.dumps({"Processes": [exported()]}).encode())
    assert json.loads(processes.export(row["id"])) == {"Processes": [exported()], **DEFAULT_ENVELOPE}
    assert processes.get(f"/{guid('Orders')}/versions/7")["data"]["id"] == row["id"]


def test_what_a_file_does_not_say_is_said_by_the_export(processes: Processes) -> None:
    sent = {"Extra": 1, "UniqueIdentifier": guid("Part").upper(), "Bpmn": bpmn("part").decode(), "Name": "Part"}
    (row,) = processes.load(json.dumps({"Processes": [sent]}).encode())
    (process,) = json.loads(processes.export(row["id"]))["Processes"]
    added = [key for key in KEYS if key not in sent]
    assert list(process) == [*sent, *added]
    shown = processes.get(f"/{guid('Part')}/versions/1")["data"]
    assert {key: process[key] for key in sent} == {**sent, "UniqueIdentifier": guid("Part")}
    assert (process["Version"], process["Modified"], process["MajorVersion"], process["MinorVersion"]) == (1, shown["modified"], 1, 0)
    assert (process["Tags"], process["IsForMonitoringRule"], process["GraphJson"], process["Description"]) == ([], False, None, None)
    assert process["IsSubprocess"] is False
    end = b'<endEvent id="workEnd"/>'
    processes.api.deploy(("caller.bpmn", bpmn("caller").replace(end, end + b'<callActivity id="call" calledElement="part"/>')))
    (process,) = json.loads(processes.export(row["id"]))["Processes"]
    assert process["IsSubprocess"] is True


def test_an_envelope_that_is_deleted_in_the_middle_of_an_export_is_told(processes: Processes) -> None:
    with processes.client.application.test_request_context(), pytest.raises(NotFound, match="envelope of a process version 'gone'"):
        exporting._end_of_file({"gone"})
    with processes.client.application.test_request_context(), pytest.raises(NotFound):
        exporting._end_of_file({"gone", "gone too"})
