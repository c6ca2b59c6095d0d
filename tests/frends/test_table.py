"""The surface as one table: an entry for every request, its answers, pages, values of importConflict and errors, on every database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from werkzeug.test import TestResponse

from procdef.errors import Unavailable
from procdef.frends.errors import ErrorEntry
from procdef.frends.openapi import errors_of
from procdef.frends.surface import ROUTES
from procdef.settings import load
from procdef.store.processes.imports import CONFLICTS, OUTCOMES
from procdef.store.processes.versions import guid_of
from procdef.store.store import Store
from tests.conftest import running_app
from tests.frends.files import BASE, NOWHERE, Processes, exported, file_of, guid, zipped
from tests.samples import bpmn

PROBLEM = "urn:procdef:problem:"
TOTAL = 6
"""Versions in the store before each request: `bills` in two, uploaded; and four that are imported, one of them in version 7."""


class Row(NamedTuple):
    """A request below the base and what it must answer.

    `path` has names of NAMES in braces. `expected` are values of the answer's JSON by their location, with `#` for a length. `parts` are
    those of a form. `coding` is a header that says that the body is coded. `total` is how many versions there are afterwards.
    """

    path: str
    status: int = 200
    expected: Mapping[str, Any] = {}
    parts: tuple[tuple[str, bytes], ...] | None = None
    accept: str = "application/json"
    total: int = TOTAL
    coding: tuple[str, str] | None = None


def wrong(path: str, *names: str, **more: Any) -> Row:
    """An entry of a 400 that names what is wrong, parameters unless a type is given."""
    kind = more.pop("type", "parameters")
    return Row(path, 400, {"type": PROBLEM + kind, "errors": sorted(names)} if names else {"type": PROBLEM + kind}, **more)


def missing(path: str) -> Row:
    """An entry of a 404."""
    return Row(path, 404, {"type": PROBLEM + "not-found", "title": "Not found", "status": 404})


def refused(path: str, **more: Any) -> Row:
    """An entry of a 406."""
    return Row(path, 406, {"type": "about:blank", "title": "Not Acceptable"}, accept="text/html", **more)


def sent(data: bytes, conflict: str | None = None, name: str = "f.json") -> tuple[tuple[str, bytes], ...]:
    """The parts of an import."""
    file = (f'form-data; name="file"; filename="{name}"', data)
    return (file,) if conflict is None else (file, ('form-data; name="importConflict"', conflict.encode()))


def into(status: int, data: bytes, conflict: str | None = None, name: str = "f.json", total: int = TOTAL, **expected: Any) -> Row:
    """An entry of an import; `expected` has `_` for dots."""
    return Row(
        "/batch-import",
        status,
        {place.replace("_", "."): value for place, value in expected.items()},
        sent(data, conflict, name),
        total=total,
    )


def coded(status: int, kind: str, header: str, coding: str) -> Row:
    """An entry of a body that is refused for its coding."""
    detail = {"type": PROBLEM + kind}
    return Row("/batch-import", status, detail, sent(file_of(exported("New"))), coding=(header, coding))


OLD, NEW = file_of(exported("Orders")), file_of(exported("New"))
TWICE, BOTH = file_of(exported("New", Version=2), exported("New", Version=1)), file_of(exported("New"), exported("Orders"))
SAME = file_of(exported("New"), exported("New"))
FILE = bpmn("fresh", name="Fresh")
PAGE = "http://127.0.0.1:8080/api/v1/processes"
SECOND, THIRD = f"{PAGE}?PageNumber=2&PageSize=2", f"{PAGE}?PageNumber=3&PageSize=2"
NO_PAGE = {"paging.firstPage": None, "paging.lastPage": None, "paging.nextPage": None, "paging.previousPage": None}
CREATED = {"results_0_outcome": "created"}

TABLE: Mapping[str, list[Row]] = {
    "GET /processes": [
        Row("", expected={"data.#": 5, "paging.currentPage": 1, "paging.pageSize": 30, "paging.totalCount": 5, "paging.nextPage": None}),
        Row("?allVersions=true", expected={"data.#": 6, "data.0.name": "Bills", "data.1.name": "Bills", "data.1.version": 2}),
        Row("?allVersions=false", expected={"data.#": 5, "data.0.version": 2}),
        Row("?processName=ORD", expected={"data.#": 1, "data.0.name": "Orders", "data.0.links.delete.method": "DELETE"}),
        Row("?processName=nope", expected={"data": [], "paging.totalCount": 0, **NO_PAGE}),
        Row("?processGuid={bills}", expected={"data.#": 1, "data.0.uniqueIdentifier": guid_of(None, "bills")}),
        Row("?processGuid={nowhere}", expected={"data": [], "paging.totalCount": 0}),
        Row("?processGuid={orders}&processName=bill", expected={"data": []}),
        Row("?PageSize=1", expected={"data.#": 1, "paging.firstPage": f"{PAGE}?PageNumber=1&PageSize=1", "paging.previousPage": None}),
        Row("?PageSize=2&PageNumber=2", expected={"data.#": 2, "paging.nextPage": THIRD}),
        Row("?PageSize=2&PageNumber=3", expected={"data.#": 1, "paging.nextPage": None, "paging.previousPage": SECOND}),
        Row("?PageSize=2&PageNumber=4", expected={"data": [], "paging.nextPage": None, "paging.lastPage": THIRD}),
        Row("?PageSize=5", expected={"data.#": 5, "paging.lastPage": f"{PAGE}?PageNumber=1&PageSize=5", "paging.nextPage": None}),
        Row("?PageSize=200&PageNumber=2147483647", expected={"data": [], "paging.currentPage": 2147483647, "paging.totalCount": 5}),
        Row("?PageSize=1&processName=o&allVersions=true", expected={"paging.nextPage": None, "paging.totalCount": 1}),
        wrong("?PageNumber=0", "PageNumber"),
        wrong("?PageNumber=-1", "PageNumber"),
        wrong("?PageNumber=2147483648", "PageNumber"),
        wrong("?PageSize=0", "PageSize"),
        wrong("?PageSize=201", "PageSize"),
        wrong("?PageSize=x&PageNumber=y", "PageNumber", "PageSize"),
        wrong("?processGuid=x", "processGuid"),
        wrong("?allVersions=1", "allVersions"),
        wrong("?pagesize=1", "pagesize"),
        refused(""),
    ],
    "GET /processes/{processGuid}/versions/{processVersion}": [
        Row("/{orders}/versions/7", expected={"data.name": "Orders", "data.version": 7, "links.delete.uri": f"{PAGE}/{guid('Orders')}"}),
        Row("/{bills}/versions/1", expected={"data.isNotLatestVersion": True, "data.isDeleted": False}),
        Row("/{bills}/versions/2", expected={"data.isNotLatestVersion": False, "links.deployments.method": "GET"}),
        missing("/{bills}/versions/3"),
        missing("/{bills}/versions/0"),
        missing("/{nowhere}/versions/1"),
        wrong("/x/versions/1", "processGuid"),
        wrong("/{bills}/versions/2147483648", "processVersion"),
        wrong("/x/versions/y?z=1", "processGuid", "processVersion", "z"),
        refused("/{bills}/versions/1"),
    ],
    "GET /processes/{id}": [
        Row("/{number}", expected={"data.uniqueIdentifier": guid("Orders"), "data.modifier": "mary", "links.delete.method": "DELETE"}),
        missing("/0"),
        missing("/-1"),
        missing("/9223372036854775807"),
        wrong("/9223372036854775808", "id"),
        wrong("/{orders}", "id"),
        wrong("/{number}?allVersions=true", "allVersions"),
        refused("/{number}"),
    ],
    "DELETE /processes/{processGuid}": [
        Row("/{bills}", 204, total=4),
        Row("/{orders}", 204, total=5),
        missing("/{nowhere}"),
        wrong("/{number}", "processGuid"),
        wrong("/{bills}?force=true", "force"),
    ],
    "GET /processes/{processGuid}/versions/{processVersion}/export": [
        Row("/{orders}/versions/7/export", expected={"Processes.#": 1, "Processes.0.Version": 7, "Version": "Acc41"}),
        Row("/{bills}/versions/1/export", expected={"Processes.0.MajorVersion": 1, "LinkedTasks": {}, "LinkedSubProcess": {}}),
        missing("/{orders}/versions/1/export"),
        missing("/{nowhere}/versions/7/export"),
        wrong("/x/versions/7/export", "processGuid"),
        wrong("/{orders}/versions/7/export?a=b", "a"),
        refused("/{orders}/versions/7/export"),
    ],
    "GET /processes/{id}/export": [
        Row("/{number}/export", expected={"Processes.0.UniqueIdentifier": guid("Orders"), "Processes.0.Tags": ["a", "b"]}),
        missing("/0/export"),
        wrong("/x/export", "id"),
        refused("/{number}/export"),
    ],
    "GET /processes/batch-export": [
        Row("/batch-export?ids={number}", expected={"Processes.#": 1}),
        Row("/batch-export?ids={other}&ids={number}", expected={"Processes.0.Name": "Draft", "Processes.1.Name": "Orders"}),
        Row("/batch-export?ids={number},{other},{number}", expected={"Processes.#": 2, "Processes.0.Name": "Orders"}),
        missing("/batch-export?ids={number},999999"),
        wrong("/batch-export", "ids"),
        wrong("/batch-export?ids=", "ids"),
        wrong("/batch-export?ids=1,x", "ids"),
        refused("/batch-export?ids={number}"),
    ],
    "POST /processes/batch-import": [
        into(200, NEW, None, total=7, results_0_version=7, data_elementIdentifier=guid("New"), **CREATED),
        into(200, NEW, "Error", total=7, **CREATED),
        into(200, NEW, "UseExisting", total=7, **CREATED),
        into(200, NEW, "NewVersion", total=7, results_0_version=7, **CREATED),
        into(200, NEW, "NewActiveElement", total=7, data_elementIdentifier=guid("New"), **CREATED),
        into(200, NEW, "NewInactiveElement", total=7, data_elementIdentifier=guid("New"), **CREATED),
        into(200, OLD, "UseExisting", results_0_outcome="existing", data_version=7, data_elementIdentifier=guid("Orders")),
        into(200, OLD, "NewVersion", total=7, results_0_outcome="newVersion", data_version=8, data_elementIdentifier=guid("Orders")),
        into(200, OLD, "NewActiveElement", total=7, data_name="Orders", data_version=7, **CREATED),
        into(200, OLD, "NewInactiveElement", total=7, data_name="Orders", data_version=7, **CREATED),
        into(409, OLD, None, type=PROBLEM + "exists"),
        into(409, OLD, "Error", type=PROBLEM + "exists", title="Already there"),
        into(409, BOTH, "Error", type=PROBLEM + "exists"),
        into(200, BOTH, "UseExisting", total=7, results_0_outcome="created", results_1_outcome="existing"),
        into(200, TWICE, total=8, results_0_version=1, results_1_version=2),
        into(400, SAME, type=PROBLEM + "input"),
        into(200, b"\xef\xbb\xbf" + NEW, total=7, **CREATED),
        into(200, FILE, None, "fresh.bpmn", total=7, data_name="Fresh", data_version=1, data_elementIdentifier=guid_of(None, "fresh")),
        into(200, bpmn("bills"), "NewVersion", "bills.bpmn", total=7, data_version=3, results_0_outcome="newVersion"),
        into(409, bpmn("bills"), "Error", "bills.bpmn", type=PROBLEM + "exists"),
        into(200, zipped(("a/x.bpmn", FILE), ("y.bpmn", bpmn("y"))), None, "all.zip", **{"total": 8, "results_#": 2}),
        into(400, zipped(("x.bpmn", FILE), ("y.txt", b"y")), None, "all.zip", type=PROBLEM + "file", errors=["y.txt"]),
        into(400, b"{", type=PROBLEM + "file"),
        into(400, b'{"Processes": []}', type=PROBLEM + "file"),
        into(400, file_of(exported("New"), exported("B", Version="1")), type=PROBLEM + "file", errors=["Processes[1].Version"]),
        into(400, file_of(exported("New", UniqueIdentifier="x")), type=PROBLEM + "file", errors=["Processes[0].UniqueIdentifier"]),
        into(400, NEW, "overwrite", type=PROBLEM + "form", errors=["importConflict"]),
        wrong("/batch-import", "file", type="form", parts=()),
        wrong("/batch-import", "other", type="form", parts=(*sent(NEW), ('form-data; name="other"', b"x"))),
        wrong("/batch-import?importConflict=Error", "importConflict", parts=sent(NEW)),
        into(413, NEW.replace(b"About New.", b"x" * 20_000), type=PROBLEM + "too-large", title="Too large"),
        Row("/batch-import", 415, {"type": "about:blank", "title": "Unsupported Media Type"}),
        coded(415, "coded-body", "Content-Encoding", "gzip"),
        coded(501, "coded-transfer", "Transfer-Encoding", "gzip, chunked"),
        refused("/batch-import", parts=sent(NEW)),
    ],
    "PUT /processes/{id}": [Row("/{number}", 405, {"type": "about:blank", "title": "Method Not Allowed"})],
    "POST /processes": [Row("", 405, {"type": "about:blank"})],
    "GET /processes/batch-import": [Row("/batch-import", 405, {"type": "about:blank"})],
    "GET /processes/{id}/{more}": [Row("/{number}/more", 404, {"type": "about:blank", "title": "Not Found"})],
}  # fmt: skip
"""By method and path as the routes have them; the last ones have none."""
ROWS = [(request, row) for request, rows in TABLE.items() for row in rows]
NOT_ASKED_FOR = (503, 500)
"""Errors that no request causes by itself."""
ROUTED = {f"{route.method} {route.path}": route for route in ROUTES}


@pytest.fixture
def filled(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> Processes:
    """A small store behind a low limit on imports."""
    for _ in range(2):
        processes.api.deploy(("bills.bpmn", bpmn("bills", name="Bills")))
    processes.load(file_of(*(exported(name, Bpmn=None) for name in ("Draft", "Mail", "Zip")), exported("Orders")))
    monkeypatch.setattr(processes.store, "settings", load({"PROCDEF_MAX_IMPORT": "16000"}))
    return processes


def ask(processes: Processes, request: str, row: Row) -> TestResponse:
    """The answer to the request of an entry."""
    numbers = {one["name"]: one["id"] for one in processes.get()["data"]}
    names = {
        "orders": guid("Orders"),
        "bills": guid_of(None, "bills"),
        "nowhere": NOWHERE,
        "number": numbers["Orders"],
        "other": numbers["Draft"],
    }
    path, accepted = BASE + row.path.format(**names), {"Accept": row.accept, **dict([row.coding] if row.coding else [])}
    if row.parts is None:
        return processes.client.open(path, method=request.split()[0], headers=accepted)
    return processes.form(*row.parts, path=path, headers=accepted)


def found(value: Any, place: str) -> Any:
    """The value at a location in a JSON answer; of the errors only their names."""
    for step in place.split("."):
        value = len(value) if step == "#" else value[int(step) if isinstance(value, list) else step]
    return sorted(value) if place == "errors" else value


@pytest.mark.parametrize(
    ("request_", "row"), ROWS, ids=[f"{row.status} {request.split()[0]} {row.path} {n}" for n, (request, row) in enumerate(ROWS)]
)
def test_a_row(filled: Processes, request_: str, row: Row) -> None:
    answer = ask(filled, request_, row)
    assert answer.status_code == row.status, answer.text
    if row.status >= 400:
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["status"] == row.status
        assert answer.get_json()["detail"]
    elif row.status == 200:
        assert answer.content_type == "application/json"
    assert {place: found(answer.get_json(), place) for place in row.expected} == row.expected
    assert filled.get("", {"allVersions": "true"})["paging"]["totalCount"] == row.total


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 60


def test_every_request_has_rows_of_every_answer_and_error() -> None:
    assert set(ROUTED) <= set(TABLE)
    for request, route in ROUTED.items():
        given = {(row.status, row.expected.get("type", "")) for row in TABLE[request]}
        wanted = {(answer.status, "") for answer in route.answers} | {(row.status, row.type) for row in told(errors_of(route))}
        assert wanted <= given, request


def told(rows: Iterator[ErrorEntry]) -> Iterator[ErrorEntry]:
    """The errors that a request can cause."""
    return (row for row in rows if row.status not in NOT_ASKED_FOR)


def test_every_value_of_the_import_is_in_the_table() -> None:
    rows = TABLE["POST /processes/batch-import"]
    given = [row.parts for row in rows]
    for conflict in CONFLICTS:
        assert sent(OLD, conflict) in given, conflict
        assert sent(NEW, conflict) in given, conflict
    assert {row.expected.get("results.0.outcome") for row in rows} >= set(OUTCOMES)


@pytest.mark.parametrize("request_", list(ROUTED))
@pytest.mark.parametrize(("error", "status"), [(Unavailable("Busy."), 503), (RuntimeError("secret"), 500)])
def test_a_store_that_fails(filled: Processes, monkeypatch: pytest.MonkeyPatch, request_: str, error: Exception, status: int) -> None:
    def fail(*_: Any) -> None:
        raise error

    row = next(row for row in TABLE[request_] if row.status in (200, 204))
    with monkeypatch.context() as patch:
        numbers = filled.get()
        patch.setattr(filled, "get", lambda *_: numbers)
        patch.setattr(Store, "connected", fail)
        patch.setattr(Store, "write", fail)
        answer = ask(filled, request_, row)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert "secret" not in answer.text
    assert filled.get("", {"allVersions": "true"})["paging"]["totalCount"] == TOTAL


@pytest.mark.parametrize("request_", list(ROUTED))
def test_who_is_not_known(database_url: str, request_: str) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_AUTH": "basic,token"})) as app:
        method, path = request_.split()
        answer = app.test_client().open(
            BASE.removesuffix("/processes") + path.format(id=1, processGuid=NOWHERE, processVersion=1), method=method
        )
    assert (answer.status_code, answer.content_type, answer.get_json()["title"]) == (401, "application/problem+json", "Unauthorized")
