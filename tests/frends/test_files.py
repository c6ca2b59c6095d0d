"""The files that are imported: what is wrong in them is named, BPMN files and zips, limits, and files that are large."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from procdef.settings import load
from procdef.store.processes.versions import guid_of
from tests.conftest import running_app
from tests.frends.files import Processes, exported, file_of, guid, without, zipped
from tests.samples import bpmn


def one(**more: Any) -> bytes:
    return file_of(exported("Bills"), exported("Orders", **more))


PLACE = "Processes[1]"
BAD: list[tuple[bytes, str | None]] = [
    (b"", None),
    (b"  \n", None),
    (b"\xef\xbb\xbf", None),
    (b"hello", None),
    (b"[]", None),
    (b'"x"', None),
    (b"null", None),
    (b"{", None),
    (b"{}", None),
    (b'{"Processes": []}', None),
    (b'{"Processes": null}', None),
    (b'{"Processes": [], "ProcessTemplates": []}', None),
    (b'{"Processes": {}}', "Processes"),
    (b'{"Processes": "x"}', "Processes"),
    (b'{"ProcessTemplates": 1}', "ProcessTemplates"),
    (b'{"Processes": [1]}', "Processes[0]"),
    (b'{"Processes": [[]]}', "Processes[0]"),
    (b'{"ProcessTemplates": [{}]}', "ProcessTemplates[0].ProcessInfo"),
    (b'{"ProcessTemplates": [{"ProcessInfo": null}]}', "ProcessTemplates[0].ProcessInfo"),
    (b'{"ProcessTemplates": [{"ProcessInfo": {"Process": {}}}]}', "ProcessTemplates[0].ProcessInfo.Process.Name"),
    (b'{"LinkedTasks": {}, "Version": "Acc41"}', None),
    (file_of(exported())[:-1], None),
    (file_of(exported()) + b"x", None),
    (file_of(exported()) + file_of(exported("Bills")), None),
    (file_of(exported())[:-1] + b", }", None),
    (b"// \n" + file_of(exported()), None),
    (file_of(exported()).replace(b"1.50", b"NaN"), "Processes[0].GraphJson"),
    (file_of(exported(), Extra="NUMBER").replace(b'"NUMBER"', b"1e999"), None),
    (file_of(exported()).replace(b"Orders", b"\xff\xfe"), None),
    (file_of(exported(Extra="\0")).replace(b"\\u0000", b"\0"), None),
    (b'{"Processes": [' + b"[" * 300 + b"]" * 300 + b"]}", None),
    (b'{"a":' * 100_000, None),
    (file_of(without("Name", exported())), "Processes[0].Name"),
    (file_of(without("UniqueIdentifier", exported())), "Processes[0].UniqueIdentifier"),
    (one(Name=None), f"{PLACE}.Name"),
    (one(Name=""), f"{PLACE}.Name"),
    (one(Name=5), f"{PLACE}.Name"),
    (one(Name="x" * 256), f"{PLACE}.Name"),
    (one(Name="a\0b"), f"{PLACE}.Name"),
    (one(UniqueIdentifier="x"), f"{PLACE}.UniqueIdentifier"),
    (one(UniqueIdentifier=1), f"{PLACE}.UniqueIdentifier"),
    (one(UniqueIdentifier=guid("a").replace("-", "")), f"{PLACE}.UniqueIdentifier"),
    (one(Version="7"), f"{PLACE}.Version"),
    (one(Version=7.5), f"{PLACE}.Version"),
    (one(Version=0), f"{PLACE}.Version"),
    (one(Version=2**31), f"{PLACE}.Version"),
    (one(Version=True), f"{PLACE}.Version"),
    (one(MajorVersion="1"), f"{PLACE}.MajorVersion"),
    (one(MinorVersion=10**30), f"{PLACE}.MinorVersion"),
    (one(Bpmn={}), f"{PLACE}.Bpmn"),
    (one(Bpmn="<a>\0</a>"), f"{PLACE}.Bpmn"),
    (one(Modified="yesterday"), f"{PLACE}.Modified"),
    (one(Modified=5), f"{PLACE}.Modified"),
    (one(Modifier=["mary"]), f"{PLACE}.Modifier"),
    (one(Description=False), f"{PLACE}.Description"),
    (one(Tags="a,b"), f"{PLACE}.Tags"),
    (one(TagString=[]), f"{PLACE}.TagString"),
    (one(RequiredEnvironmentVariables={}), f"{PLACE}.RequiredEnvironmentVariables"),
    (one(IsSubprocess="false"), f"{PLACE}.IsSubprocess"),
    (one(IsForMonitoringRule=0), f"{PLACE}.IsForMonitoringRule"),
    (one(GraphJson={}), f"{PLACE}.GraphJson"),
    (one(GraphJson="{"), f"{PLACE}.GraphJson"),
    (one(TriggersJson="[1,]"), f"{PLACE}.TriggersJson"),
    (one(ElementParameters=[]), f"{PLACE}.ElementParameters"),
    (one(UsedTasksJson="Infinity"), f"{PLACE}.UsedTasksJson"),
    (one(TriggersJson='["\\ud800"]'), f"{PLACE}.TriggersJson"),
    (one(ManualTriggerJson="[" * 100_000), f"{PLACE}.ManualTriggerJson"),
    (one(ProcessVariablesJson="{}"), f"{PLACE}.ProcessVariablesJson"),
    (one(ProcessVariablesJson="[1]"), f"{PLACE}.ProcessVariablesJson"),
    (one(ProcessVariablesJson='[{"Name":"a","IsSecret":"true"}]'), f"{PLACE}.ProcessVariablesJson"),
    (one(ProcessVariablesJson='[{"Name":1,"IsSecret":true}]'), f"{PLACE}.ProcessVariablesJson"),
    (one(IsDraft="no"), f"{PLACE}.IsDraft"),
    (one(ApiSpecId="5"), f"{PLACE}.ApiSpecId"),
    (one(ObsoleteTasks={}), f"{PLACE}.ObsoleteTasks"),
    (b"PK\x03\x04 no zip", None),
]


@pytest.mark.parametrize("number", range(len(BAD)), ids=lambda number: f"{number}-{BAD[number][1]}")
def test_what_is_wrong_in_a_file_is_named(processes: Processes, number: int) -> None:
    data, place = BAD[number]
    answer = processes.send(data)
    problem = answer.get_json()
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json"), answer.text
    assert list(problem.get("errors", {})) == ([place] if place else [])
    if place and place.startswith(PLACE) and ".Name" not in place:
        assert problem["detail"].startswith(f"{PLACE} ('Orders'): {place.rpartition('.')[2]} ")
    assert processes.names() == []


GOOD: list[bytes] = [
    b"\xef\xbb\xbf" + file_of(exported()),
    b" \r\n\t" + file_of(exported()),
    json.dumps(json.loads(file_of(exported())), indent=4).encode(),
    json.dumps(json.loads(file_of(exported(Description="\U0001f680"))), ensure_ascii=True).encode(),
    b'{"Version": "x", "Other": [1, {"a": null}], "ProcessTemplates": null, ' + file_of(exported())[1:],
    file_of(exported(Modified="2024-05-06T07:08:09")),
    file_of(exported(Modified=None, Name="x" * 255)),
    file_of(exported(GraphJson="", TriggersJson="  ", ElementParameters="null")),
    file_of(exported(Extra={"Deep": [[[[]]]]}, Huge=10**40)),
    file_of(exported(Description="half of a pair: \\ud800")).replace(b"\\\\u", b"\\u"),
]


@pytest.mark.parametrize("number", range(len(GOOD)))
def test_files_that_are_fine(processes: Processes, number: int) -> None:
    (row,) = processes.load(GOOD[number], filename="file")
    assert processes.get(f"/{row['id']}")["data"]["uniqueIdentifier"] == guid("Orders")


ORDER = bpmn("order", name="Order process", versionTag="2.5", documentation=["Sells."])


def test_a_bpmn_file_becomes_what_an_upload_makes_of_it(processes: Processes, elsewhere: Processes) -> None:
    (row,) = processes.load(ORDER, filename="sales/order.bpmn")
    elsewhere.api.deploy(("order.bpmn", ORDER))
    assert (row["elementIdentifier"], row["version"], row["outcome"]) == (guid_of(None, "order"), 1, "created")
    here, there = (surface.get()["data"][0] for surface in (processes, elsewhere))
    differing = {name for name in here if here[name] != there[name]} - {"id", "modified", "changeDescription", "links"}
    assert differing == set()
    definitions = [surface.definitions()[0] for surface in (processes, elsewhere)]
    assert {name for name in definitions[0] if definitions[0][name] != definitions[1][name]} == {"id", "deploymentId"}


@pytest.mark.parametrize(
    ("conflict", "version"), [("Error", None), ("UseExisting", 4), ("NewVersion", 5), ("NewActiveElement", 1), ("NewInactiveElement", 1)]
)
def test_the_guid_of_a_bpmn_file_is_that_of_its_key(processes: Processes, conflict: str, version: int | None) -> None:
    processes.load(file_of(exported("Orders", Bpmn=ORDER.decode(), Version=4)))
    answer = processes.send(ORDER, conflict, "order.bpmn")
    assert answer.status_code == (409 if version is None else 200)
    if version is not None:
        row = answer.get_json()["data"]
        assert row["version"] == version
        assert (row["elementIdentifier"] == guid("Orders")) is (conflict in ("UseExisting", "NewVersion"))


def test_a_zip_of_bpmn_files(processes: Processes) -> None:
    draft = ("C:\\x\\draft.bpmn20.xml", bpmn("draft", isExecutable="false"))
    members = zipped(("a/order.bpmn", ORDER), ("a/", b""), ("../../etc/bill.bpmn", bpmn("bill")), draft)
    results = processes.load(members, filename="all.zip")
    assert [(row["name"], row["version"]) for row in results] == [("Order process", 1), ("bill", 1), ("draft", 1)]
    assert sorted(row["resource"] for row in processes.definitions()) == ["bill.bpmn", "order.bpmn"]
    assert {row["uniqueIdentifier"] for row in processes.get()["data"]} == {guid_of(None, key) for key in ("order", "bill", "draft")}


NO_XML: list[tuple[str, bytes]] = [
    ("order.bpmn", b"no XML"),
    ("order.bpmn", b""),
    ("order.bpmn", ORDER[:-5]),
    ("order.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    ("order.json", b"<a><b></a>"),
    ("all.zip", zipped(("order.bpmn", ORDER), ("readme.txt", b"Hello"))),
    ("all.zip", zipped(("order.bpmn", ORDER), ("other.bpmn", b"<a"))),
    ("all.zip", zipped()),
    ("all.zip", zipped(("folder/", b""))),
    ("all.zip", zipped(("order.bpmn", ORDER))[:-30]),
]


@pytest.mark.parametrize(("filename", "data"), NO_XML)
def test_what_is_no_xml_is_refused(processes: Processes, filename: str, data: bytes) -> None:
    answer = processes.send(data, filename=filename)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert processes.names() == []


LISTED: list[tuple[str, bytes, str]] = [
    ("strange.bpmn", b"<a/>", "strange"),
    ("strange.bpmn20.xml", b"<definitions/>", "strange"),
    ("", b"<a/>", "file"),
    ("draft.bpmn", bpmn("draft", name="A draft", isExecutable="false"), "A draft"),
    ("wide.bpmn", bpmn("wide").decode().replace("UTF-8", "UTF-16").encode("utf-16"), "wide"),
]


@pytest.mark.parametrize(("filename", "data", "name"), LISTED)
def test_any_xml_is_listed(processes: Processes, filename: str, data: bytes, name: str) -> None:
    processes.load(data, filename=filename)
    assert processes.names() == [name]


@contextmanager
def limited(folder: Path, **limits: int) -> Iterator[Processes]:
    values = {f"PROCDEF_{name.upper()}": str(limit) for name, limit in limits.items()}
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{folder}/limited.db", **values})) as app:
        yield Processes(app)


BOMB = zipped(("bomb.bpmn", b"<a>" + b" " * 3_000_000 + b"</a>"))
LIMITS: list[tuple[dict[str, int], bytes, str]] = [
    ({"max_import": 1000}, file_of(exported()), "f.json"),
    ({"max_import": 100_000}, BOMB, "f.zip"),
    ({"max_body": 100_000}, BOMB, "f.zip"),
    ({"max_body": 100}, ORDER, "f.bpmn"),
    ({"max_elements": 3}, ORDER, "f.bpmn"),
    ({"max_parts": 2}, zipped(*((f"{number}.bpmn", b"<a/>") for number in range(3))), "f.zip"),
]


@pytest.mark.parametrize(("limits", "data", "filename"), LIMITS)
def test_what_is_too_large(tmp_path: Path, limits: dict[str, int], data: bytes, filename: str) -> None:
    with limited(tmp_path, **limits) as processes:
        answer = processes.send(data, filename=filename)
        assert (answer.status_code, answer.content_type, answer.get_json()["status"]) == (413, "application/problem+json", 413)
        assert processes.names() == []


def test_too_many_parts_and_too_long_ones(tmp_path: Path) -> None:
    with limited(tmp_path, max_parts=2, max_field=100) as processes:
        many = [(f'form-data; name="p{number}"; filename="f"', b"") for number in range(3)]
        long = [('form-data; name="importConflict"', b"x" * 101)]
        header = [(f'form-data; name="file"; filename="{"f" * 20_000}"', b"")]
        assert [processes.form(*parts).status_code for parts in (many, long, header)] == [413, 413, 413]


def test_a_body_that_is_too_large_is_refused_by_the_setting(tmp_path: Path) -> None:
    with limited(tmp_path, max_import=1000) as processes:
        answer = processes.send(b"x" * 2000)
        assert (answer.status_code, answer.get_json()["type"]) == (413, "urn:procdef:problem:too-large")
        assert answer.get_json()["detail"] == "The body has more than 1000 bytes (PROCDEF_MAX_IMPORT)."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("count", [1, 300])
def test_an_export_file_may_begin_with_a_byte_order_mark(processes: Processes, encoding: str, count: int) -> None:
    data = file_of(exported(Description="Prüfung 審批 🚀 " * count * 30)).decode().encode(encoding)
    assert len(processes.load(data)) == 1
    assert len(processes.names()) == 1


def test_a_broken_export_file_in_utf_16_is_refused(processes: Processes) -> None:
    for data in (
        "{".encode("utf-16"),
        '{"Processes":[]'.encode("utf-16"),
        '{"Processes":[]}'.encode("utf-16")[:-1],
        b"\xff\xfe{\x00\x00\xd8",
    ):
        answer = processes.send(data)
        assert (answer.status_code, answer.get_json()["type"]) == (400, "urn:procdef:problem:file")


def test_an_import_may_be_larger_than_other_bodies(tmp_path: Path) -> None:
    with limited(tmp_path, max_body=2000) as processes:
        assert len(processes.load(file_of(exported(Description="x" * 5000)))) == 1


def large(size: int, each: int) -> Iterator[bytes]:
    """An export file of about this size in pieces, each process of about so many bytes."""
    graph = json.dumps({"cells": ["x" * each]})
    yield b'{"Processes": ['
    for number in range(size // each):
        yield (b", " if number else b"") + json.dumps(exported(f"Process {number}", GraphJson=graph, Bpmn=None)).encode()
    yield b"]}"


@pytest.mark.parametrize(("size", "each"), [(50_000_000, 1_000_000)])
def test_a_large_file_is_read_piece_by_piece(tmp_path: Path, peak: Callable[[], int], size: int, each: int) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.writelines(large(size, each))
    with limited(tmp_path) as processes:
        processes.load(file_of(exported("Small")))
        before = peak()
        results = processes.upload(path)
        assert len(results) == size // each
        assert peak() - before < 30 * each
