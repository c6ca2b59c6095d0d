"""Reading processes: by number, by GUID and version, and as a list with its pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from peewee import SQL

from procdef.frends.tables import PROCESS, PROCESSES
from procdef.store import reader
from procdef.store.models import Process
from procdef.store.processes.versions import guid_of
from tests.counting import executed
from tests.frends.files import BASE, NOWHERE, Processes, exported, file_of, guid
from tests.samples import bpmn

MEMBERS = (
    *("isDeleted", "version", "uniqueIdentifier", "id", "name", "modified", "modifier", "description", "isNotLatestVersion"),
    *("changeDescription", "bpmn", "elementParameters", "manualTrigger", "obsoleteTasks", "draftId", "idOfBaseProcessForDraft"),
    *("isDraft", "isSubprocess", "graphData", "triggerData", "majorVersion", "minorVersion", "isMigration", "activateIfNew"),
    *("frendsVersion", "ignoreDependencyConflicts", "documentationMarkdown", "targetFramework", "apiSpecId", "isForMonitoringRule"),
    *("validationOnly", "cancellationDisabled", "processVariables", "processTemplate", "processTemplateDeviated", "nextProcessTemplate"),
)
"""The members of a process, as the reference lists them."""
HOST = "http://127.0.0.1:8080"


@pytest.fixture
def filled(processes: Processes) -> Processes:
    """Seven processes by upload: `order` in three versions, and six others."""
    for tag in ("1.2", "2.0-rc", None):
        file = bpmn("order", name="Order process", versionTag=tag, documentation=["Sells."] if tag else [])
        processes.api.deploy(("order.bpmn", file), deployment_name=f"sales {tag}")
    for name in ("b_b", "bXb", "100%", "Ärger", "a", "Z"):
        processes.api.deploy((f"{name}.bpmn", bpmn(f"key-{len(name)}-{ord(name[0])}-{name[1:2]}".rstrip("-%"), name=name)))
    return processes


def test_the_members_are_those_of_the_reference() -> None:
    assert sorted(row.name for row in PROCESS.fields) == sorted(MEMBERS)
    assert sorted(row.name for row in PROCESSES.fields) == sorted((*MEMBERS, "links"))


def test_an_uploaded_process_has_every_member(filled: Processes) -> None:
    one = guid_of(None, "order")
    process = filled.get(f"/{one}/versions/1")["data"]
    deployment = filled.api.get("/deployment", {"name": "sales 1.2"})[0]
    expected: dict[str, Any] = dict.fromkeys(MEMBERS)
    expected |= {name: [] for name in ("elementParameters", "manualTrigger", "obsoleteTasks", "triggerData", "processVariables")}
    expected |= dict.fromkeys(("isDeleted", "isDraft", "isSubprocess", "isMigration", "activateIfNew", "isForMonitoringRule"), False)
    expected |= dict.fromkeys(("ignoreDependencyConflicts", "validationOnly", "cancellationDisabled"), False)
    expected |= {"version": 1, "uniqueIdentifier": one, "id": process["id"], "name": "Order process", "description": "Sells."}
    expected |= {"isNotLatestVersion": True, "changeDescription": "sales 1.2", "majorVersion": 1, "minorVersion": 2}
    expected |= {"modified": deployment["deploymentTime"].replace("+0000", "Z")}
    expected |= {"bpmn": bpmn("order", name="Order process", versionTag="1.2", documentation=["Sells."]).decode()}
    assert process == expected


def test_the_versions_of_a_process(filled: Processes) -> None:
    rows = filled.get("", {"processGuid": guid_of(None, "order"), "allVersions": "true"})["data"]
    found = [(row["version"], row["majorVersion"], row["minorVersion"], row["isNotLatestVersion"], row["description"]) for row in rows]
    assert found == [(1, 1, 2, True, "Sells."), (2, 2, 0, True, "Sells."), (3, 3, 0, False, None)]
    assert sorted(row["id"] for row in rows) == [row["id"] for row in rows]


def test_a_number_names_one_version(filled: Processes) -> None:
    row = filled.get("", {"processName": "order"})["data"][0]
    links = row.pop("links")
    assert filled.get(f"/{row['id']}") == {"data": row, "links": links}
    assert filled.get(f"/{row['uniqueIdentifier'].upper()}/versions/3") == {"data": row, "links": links}


def test_the_links_can_be_followed(filled: Processes) -> None:
    links = filled.get("", {"processName": "order"})["data"][0]["links"]
    assert all(link["uri"].startswith(f"{HOST}/") for link in links.values())
    assert links["deployments"]["method"] == "GET"
    followed = filled.client.get(links["deployments"]["uri"].removeprefix(HOST))
    assert [row["name"] for row in followed.get_json()] == ["sales None"]
    assert links["delete"]["method"] == "DELETE"
    assert filled.client.delete(links["delete"]["uri"].removeprefix(HOST)).status_code == 204
    assert filled.names(processName="order") == []


@pytest.mark.parametrize("ident", ["b 1", 'a"b', "a\\b\\", "%s", "'", "ä\n\u2028🚀", "{}"])
def test_the_links_of_any_deployment(processes: Processes, ident: str) -> None:
    processes.api.deploy(("order.bpmn", bpmn("order")))
    with processes.store.write() as database:
        Process.update(deployment_id=ident).execute(database)
    row = processes.get()["data"][0]
    expected = {
        "deployments": {"uri": f"{HOST}/engine-rest/deployment?id={ident}", "method": "GET"},
        "delete": {"uri": f"{HOST}{BASE}/{row['uniqueIdentifier']}", "method": "DELETE"},
    }
    assert row["links"] == processes.get(f"/{row['id']}")["links"] == expected


def test_names_are_ordered_bytewise(filled: Processes) -> None:
    assert filled.names() == ["100%", "Order process", "Z", "a", "bXb", "b_b", "Ärger"]
    assert len(filled.names(allVersions="true")) == 9


FOUND: list[tuple[dict[str, Any], list[str]]] = [
    ({"processName": "ORDER"}, ["Order process"]),
    ({"processName": "r p"}, ["Order process"]),
    ({"processName": ""}, ["100%", "Order process", "Z", "a", "bXb", "b_b", "Ärger"]),
    ({"processName": "b_b"}, ["b_b"]),
    ({"processName": "%"}, ["100%"]),
    ({"processName": "\\"}, []),
    ({"processName": "*"}, []),
    ({"processName": "ÄRG"}, ["Ärger"]),
    ({"processName": "ä"}, ["Ärger"]),
    ({"processName": "\0"}, []),
    ({"processName": "' OR 1=1 --"}, []),
    ({"processGuid": guid_of(None, "order")}, ["Order process"]),
    ({"processGuid": guid_of(None, "order").upper()}, ["Order process"]),
    ({"processGuid": NOWHERE}, []),
    ({"processGuid": guid_of(None, "order"), "processName": "z"}, []),
    ({"processGuid": guid_of(None, "order"), "allVersions": "true"}, ["Order process"] * 3),
    ({"allVersions": "false", "processName": "order"}, ["Order process"]),
    ({"PageSize": 2}, ["100%", "Order process"]),
    ({"PageSize": 2, "PageNumber": 2}, ["Z", "a"]),
    ({"PageSize": 2, "PageNumber": 4}, ["Ärger"]),
    ({"PageSize": 2, "PageNumber": 5}, []),
    ({"PageSize": 200, "PageNumber": 2147483647}, []),
    ({"PageSize": 200}, ["100%", "Order process", "Z", "a", "bXb", "b_b", "Ärger"]),
]


@pytest.mark.parametrize(("query", "names"), FOUND)
def test_a_list(filled: Processes, query: dict[str, Any], names: list[str]) -> None:
    assert filled.names(**query) == names


PAGES: list[tuple[dict[str, Any], int, dict[str, int | None]]] = [
    ({}, 7, {"first": 1, "last": 1, "next": None, "previous": None}),
    ({"PageSize": 3}, 7, {"first": 1, "last": 3, "next": 2, "previous": None}),
    ({"PageSize": 3, "PageNumber": 2}, 7, {"first": 1, "last": 3, "next": 3, "previous": 1}),
    ({"PageSize": 3, "PageNumber": 3}, 7, {"first": 1, "last": 3, "next": None, "previous": 2}),
    ({"PageSize": 3, "PageNumber": 4}, 7, {"first": 1, "last": 3, "next": None, "previous": 3}),
    ({"PageSize": 3, "PageNumber": 9}, 7, {"first": 1, "last": 3, "next": None, "previous": None}),
    ({"PageSize": 7}, 7, {"first": 1, "last": 1, "next": None, "previous": None}),
    ({"PageSize": 1, "processName": "b&b ä"}, 0, {"first": None, "last": None, "next": None, "previous": None}),
    ({"PageSize": 1, "processName": "b"}, 2, {"first": 1, "last": 2, "next": 2, "previous": None}),
    ({"PageSize": 4, "allVersions": "true"}, 9, {"first": 1, "last": 3, "next": 2, "previous": None}),
]


@pytest.mark.parametrize(("query", "total", "pages"), PAGES)
def test_paging(filled: Processes, query: dict[str, Any], total: int, pages: dict[str, int | None]) -> None:
    paging = filled.get("", query)["paging"]
    size = query.get("PageSize", 30)
    assert (paging["currentPage"], paging["pageSize"], paging["totalCount"]) == (query.get("PageNumber", 1), size, total)
    kept = {name: [str(value)] for name, value in query.items() if name not in ("PageNumber", "PageSize")}
    for name, number in pages.items():
        uri = paging[f"{name}Page"]
        if number is None:
            assert uri is None
        else:
            assert uri.startswith(f"{HOST}{BASE}?")
            assert parse_qs(urlsplit(uri).query) == {**kept, "PageNumber": [str(number)], "PageSize": [str(size)]}


def _named(processes: Processes, names: Sequence[str]) -> None:
    processes.load(file_of(*(exported(name, Bpmn=None, UniqueIdentifier=str(uuid4())) for name in names)))


def test_pages_in_the_order_of_names_are_true_after_some_before_them_came_and_went(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_FORWARD_OFFSET", 1)
    names = [f"{letter}{number % 7}" for number, letter in enumerate("Öaß-Zz€" * 20)]
    _named(processes, names)

    def pages(*numbers: int) -> list[list[tuple[str, int]]]:
        found = [processes.get("", {"PageNumber": number, "PageSize": 10}) for number in numbers]
        assert {page["paging"]["totalCount"] for page in found} == {len(names)}
        return [[(row["name"], row["id"]) for row in page["data"]] for page in found]

    def wanted() -> list[tuple[str, int]]:
        rows = processes.store.read(Process.select(Process.name, Process.id).where(Process.latest == SQL("true")))
        return sorted(rows, key=lambda row: (row[0].encode(), row[1]))

    for _ in range(3):
        order = wanted()
        assert [row for page in pages(8, 3, 14, 9, 8) for row in page] == [
            row for number in (8, 3, 14, 9, 8) for row in order[number * 10 - 10 : number * 10]
        ]
        _named(processes, ["!", "Z3", "~"])
        first = processes.get("", {"PageSize": 1})["data"][0]
        assert processes.client.delete(f"{BASE}/{first['uniqueIdentifier']}").status_code == 204
        names += ["", ""]


def test_the_pages_together_are_the_list(filled: Processes) -> None:
    page, found = filled.get("", {"PageSize": 2, "allVersions": "true"}), []
    while True:
        found += [row["id"] for row in page["data"]]
        if page["paging"]["nextPage"] is None:
            break
        page = filled.client.get(page["paging"]["nextPage"].removeprefix(HOST)).get_json()
    assert found == [row["id"] for row in filled.get("", {"allVersions": "true"})["data"]]


def test_without_processes_the_list_is_empty(processes: Processes) -> None:
    links = dict.fromkeys(("firstPage", "lastPage", "nextPage", "previousPage"))
    assert processes.get() == {"data": [], "paging": {"currentPage": 1, "pageSize": 30, "totalCount": 0, **links}}


def test_a_process_without_name_is_called_by_its_key(processes: Processes) -> None:
    processes.api.deploy(("a.bpmn", bpmn("some-key")), ("b.bpmn", bpmn("other", name="")))
    assert processes.names() == ["other", "some-key"]


def test_the_tenants_have_processes_of_their_own(processes: Processes) -> None:
    for tenant in ("one", "two", ""):
        processes.api.deploy(("order.bpmn", bpmn("order")), tenant_id=tenant)
    processes.api.deploy(("order.bpmn", bpmn("order")))
    guids = {row["uniqueIdentifier"] for row in processes.get()["data"]}
    assert len(guids) == 4
    assert {guid_of("one", "order"), guid_of("two", "order"), guid_of(None, "order")} <= guids


def test_who_is_called_is_a_subprocess(processes: Processes) -> None:
    call = '<callActivity id="call" calledElement="order"/>'
    caller = bpmn("caller").decode().replace('<endEvent id="workEnd"/>', f'<endEvent id="workEnd"/>{call}')
    selfish = bpmn("own").decode().replace('<endEvent id="workEnd"/>', f'<endEvent id="workEnd"/>{call.replace("order", "own")}')
    processes.api.deploy(("order.bpmn", bpmn("order")), ("caller.bpmn", caller.encode()), ("own.bpmn", selfish.encode()))

    def subprocesses() -> list[str]:
        return [row["name"] for row in processes.get()["data"] if row["isSubprocess"]]

    assert subprocesses() == ["order"]
    processes.api.deploy(("caller.bpmn", bpmn("caller")))
    assert subprocesses() == []
    processes.api.send("DELETE", f"/process-definition/{processes.definitions(key='caller', version=2)[0]['id']}")
    assert subprocesses() == ["order"]


def test_another_encoding_is_read_as_text(processes: Processes) -> None:
    text = bpmn("order", name="Übersee").decode().replace("UTF-8", "ISO-8859-1")
    processes.api.deploy(
        ("order.bpmn", text.encode("latin-1")), ("wide.bpmn", bpmn("wide").decode().replace("UTF-8", "UTF-16").encode("utf-16"))
    )
    assert {row["name"]: row["bpmn"] for row in processes.get()["data"]} == {
        "Übersee": text,
        "wide": bpmn("wide").decode().replace("UTF-8", "UTF-16"),
    }


def test_an_imported_process_without_bpmn(processes: Processes) -> None:
    processes.load(file_of(exported("Empty", Bpmn=None)))
    found = processes.get("", {"processGuid": guid("Empty")})["data"][0]
    assert (found["bpmn"], found["isSubprocess"], found["majorVersion"], found["minorVersion"]) == (None, False, 3, 4)
    assert processes.client.get(found["links"]["deployments"]["uri"].removeprefix(HOST)).get_json() == []


def test_who_has_the_answer_is_told_so(filled: Processes) -> None:
    one = guid_of(None, "order")
    for path in (BASE, f"{BASE}?PageSize=1", f"{BASE}/{one}/versions/1", f"{BASE}/{filled.get()['data'][0]['id']}"):
        tag = filled.client.get(path).headers["ETag"]
        again = filled.client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    filled.api.deploy(("new.bpmn", bpmn("new")))
    assert filled.client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_rows_are_counted_once_a_revision_and_only_where_their_page_does_not_tell(filled: Processes) -> None:
    def taken(**query: Any) -> int:
        with executed(filled.store) as found:
            filled.get("", query)
        return sum(not sql.startswith('SELECT (SELECT "token_"') for sql in found)

    assert [taken(PageSize=2, PageNumber=number) for number in (1, 2, 3, 1)] == [2, 1, 1, 0]
    assert [taken(PageSize=200), taken(PageSize=4, PageNumber=2), taken(PageSize=7, PageNumber=2)] == [1, 1, 1]
    assert [taken(processName="b"), taken(processName="b", PageSize=2), taken(processName="b", PageSize=1)] == [1, 2, 1]
    assert [taken(processName="none"), taken(processName="none", PageNumber=2)] == [1, 2]
    filled.api.deploy(("new.bpmn", bpmn("new")))
    assert [taken(PageSize=5), taken(PageSize=6)] == [2, 1]
    assert filled.get()["paging"]["totalCount"] == 8
