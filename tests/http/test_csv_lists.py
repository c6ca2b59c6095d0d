"""Lists as CSV: the same rows as the JSON in every list, whether streamed or not, and the headers."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import product
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from procdef.camunda.protocol.csv_routes import with_csv
from procdef.camunda.surface import ROUTES
from procdef.common import csv_text
from procdef.http import csv_lists
from procdef.http.routes import Answer, Route
from procdef.settings import load
from tests.api import BASE, Api, ReadOnlyWorld
from tests.camunda.registry.test_called import caller
from tests.conftest import running_app
from tests.samples import bpmn

OF_LOGINS = "/token"
"""It needs a login; its own tests ask for CSV."""
LISTS = sorted(route.path for route in ROUTES if route.columns and route.method == "GET" and route.path != OF_LOGINS)
SORTED = {
    "/process-definition": "name",
    "/process-definition/grouped": "versions",
    "/deployment": "deploymentTime",
    "/incident": "incidentType",
}
AS_CSV: dict[str, Any] = {"headers": {"Accept": "text/csv"}}
TYPE = "text/csv; charset=utf-8"


def rows_of(answer: TestResponse) -> list[list[str]]:
    assert (answer.status_code, answer.content_type) == (200, TYPE), answer.text
    return list(csv.reader(StringIO(answer.data.decode(), newline=""), strict=True))


def as_rows(found: list[dict[str, Any]], columns: Any) -> list[list[str]]:
    """What a reader gets of the rows of JSON objects, whose members are in the order of the columns."""
    assert [list(one) for one in found if list(one) != list(columns)] == []
    return [[csv_text.cell(value) for value in row] for row in (columns, *(one.values() for one in found))]


def columns_of(path: str) -> Any:
    return next(route.columns for route in ROUTES if route.path == path and route.columns)


def path_in(world: ReadOnlyWorld, path: str) -> str:
    ident = world.names["@deployment1"] if path.startswith("/deployment") else world.names["@order/2"]
    return path.replace("{id}", ident).replace("{key}", "order").replace("{tenant}", "tenant-a")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list with more than two rows is streamed, by two, four and five rows."""
    monkeypatch.setattr(csv_lists, "LEAST", 2)
    monkeypatch.setattr(csv_lists, "MOST", 5)


def test_the_lists_are_those_whose_objects_have_known_members() -> None:
    assert {"/process-definition", "/process-definition/grouped", "/process-definition/statistics", "/deployment"} < set(LISTS)
    assert {"/deployment/{id}/resources", "/incident", "/history/incident", "/user", "/group", "/schema/log"} < set(LISTS)
    assert {route.path for route in ROUTES if route.columns and route.method == "POST"} == {
        *("/process-definition", "/deployment", "/group", "/schema/log")
    }
    assert not {"/process-definition/count", "/process-definition/{id}", "/deployment/registered", "/task"} & set(LISTS)
    one = Route("GET", "/x", lambda: None, "X", "X", [Answer(200, "X.", schema={"type": "object"})])  # type: ignore[arg-type, return-value]
    assert with_csv(one) is one


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("asked", [{}, {"maxResults": 3}, {"maxResults": 0}, {"firstResult": 1, "maxResults": 8}, {"firstResult": 500}])
@pytest.mark.parametrize("is_small", [False, True])
def test_every_list_has_the_rows_of_its_json(
    world: ReadOnlyWorld, path: str, asked: dict[str, Any], request: pytest.FixtureRequest, *, is_small: bool
) -> None:
    if is_small:
        request.getfixturevalue("small")
    order = {"sortBy": SORTED[path], "sortOrder": "desc"} if path in SORTED else {}
    there = path_in(world, path)
    for query in (asked, {**asked, **order}):
        wanted = as_rows(world.get(there, query), columns_of(path))
        assert rows_of(world.send("GET", there, query_string=query, **AS_CSV)) == wanted
        assert rows_of(world.ask(there, {**query, "format": "csv"})) == wanted


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("path", ["/process-definition", "/deployment"])
def test_a_query_by_body_can_be_csv(world: ReadOnlyWorld, path: str) -> None:
    for body, page in product([{}, {"sorting": [{"sortBy": "id", "sortOrder": "desc"}]}], ["", "maxResults=5", "firstResult=3"]):
        wanted = as_rows(orjson.loads(world.send("POST", f"{path}?{page}", json=body).data), columns_of(path))
        assert len(wanted) > 4
        assert rows_of(world.send("POST", f"{path}?{page}", json=body, **AS_CSV)) == wanted
        assert rows_of(world.send("POST", f"{path}?format=csv&{page}", json=body)) == wanted


def test_a_nested_value_is_json(api: Api) -> None:
    api.deploy(("called.bpmn", bpmn("called")))
    api.deploy(caller('calledElement="called"'))
    for path in ("/process-definition/key/caller/static-called-process-definitions", "/process-definition/key/caller/facts"):
        found = api.get(path)
        assert rows_of(api.ask(path, {"format": "csv"})) == as_rows(found, found[0])
        assert [list(one) for one in found] == [list(columns_of(path.replace("caller", "{key}")))] * len(found)
    assert rows_of(api.ask("/process-definition/key/caller/static-called-process-definitions?format=csv"))[1][13] == '["c1"]'


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/csv", TYPE),
        ("TEXT/CSV", TYPE),
        ("text/csv; charset=utf-8", TYPE),
        ("text/csv;header=present;charset=iso-8859-1", TYPE),
        ("text/*", TYPE),
        ("text/csv, application/json;q=0.9", TYPE),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("application/json, text/csv", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/csv;q=0.5, */*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("application/json;q=0.9,text/plain", "application/json"),
    ],
)
def test_the_header_accept_decides(world: ReadOnlyWorld, accept: str, media: str) -> None:
    answer = world.send("GET", "/user", headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, media)
    assert "Accept" in answer.vary


def test_only_one_value_of_the_parameter_counts(world: ReadOnlyWorld) -> None:
    for word in ("csv", "CSV", "Csv"):
        for accept in ("application/json", "text/html", "*/*"):
            assert world.send("GET", f"/user?format={word}", headers={"Accept": accept}).content_type == TYPE
    plain = world.ask("/user")
    for word in ("", "json", "xml", "cvs", "csv ", "=1"):
        answer = world.ask("/user", {"format": word})
        assert (answer.content_type, answer.data) == (plain.content_type, plain.data)
    assert world.ask("/user?format=json&format=csv").content_type == "application/json"  # the first one counts
    assert world.ask("/user?%66ormat=%63sv").content_type == TYPE
    for path in ("/user/count", "/user/mary/profile", "/deployment/registered", "/task"):
        assert world.ask(path, {"format": "csv"}).content_type == "application/json"
        assert world.send("GET", path, **AS_CSV).status_code == 406


@pytest.mark.parametrize(
    ("query", "status"), [("sortBy=name", 400), ("maxResults=x", 404), ("maxResults=-2", 400), ("cursor=x", 400), ("total=x", 400)]
)
def test_errors_are_json(world: ReadOnlyWorld, query: str, status: int) -> None:
    plain, answer = world.ask(f"/process-definition?{query}"), world.ask(f"/process-definition?{query}&format=csv")
    assert (answer.status_code, answer.content_type, answer.data) == (status, "application/json", plain.data)
    assert "Content-Disposition" not in answer.headers


def test_an_unknown_definition_is_the_engine_s_error(world: ReadOnlyWorld) -> None:
    for path in ("/process-definition/nope/facts", "/process-definition/key/nope/static-called-process-definitions"):
        assert world.send("GET", path, **AS_CSV).data == world.ask(path).data


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/process-definition", "process-definition"),
        ("/history/incident", "history-incident"),
        ("/deployment/{id}/resources", "deployment-resources"),
    ],
)
def test_the_file_has_a_name(world: ReadOnlyWorld, path: str, name: str) -> None:
    answer = world.send("GET", path_in(world, path), **AS_CSV)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=\"{name}.csv\"; filename*=UTF-8''{name}.csv"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("is_small", [False, True])
def test_it_has_an_etag_of_its_own_and_a_client_that_has_it_gets_304(
    world: ReadOnlyWorld, request: pytest.FixtureRequest, *, is_small: bool
) -> None:
    if is_small:
        request.getfixturevalue("small")
    plain, first = world.ask("/process-definition"), world.send("GET", "/process-definition", **AS_CSV)
    assert plain.headers["ETag"] != first.headers["ETag"]
    headers = {"Accept": "text/csv", "If-None-Match": first.headers["ETag"]}
    again = world.send("GET", "/process-definition", headers=headers)
    assert (again.status_code, again.data) == (304, b"")
    assert "Accept" in again.vary
    assert world.send("GET", "/process-definition", headers={**headers, "Accept": "*/*"}).status_code == 200


@pytest.mark.usefixtures("small")
def test_a_head_has_the_headers_alone(world: ReadOnlyWorld) -> None:
    for _ in range(20):  # each gives its turn back
        answer = world.send("HEAD", "/process-definition?format=csv&total=true")
        assert (answer.status_code, answer.content_type, answer.data) == (200, TYPE, b"")
    assert int(answer.headers["X-Total-Count"]) == world.get("/process-definition/count")["count"]


@pytest.mark.usefixtures("small")
def test_total_and_cursor_work_as_for_json(world: ReadOnlyWorld) -> None:
    whole = rows_of(world.ask("/process-definition?format=csv&total=true"))
    page = world.ask("/process-definition?format=csv&cursor=&maxResults=2&total=true")
    assert (rows_of(page), page.headers["X-Total-Count"]) == (whole[:3], str(len(whole) - 1))
    rest = world.ask("/process-definition", {"format": "csv", "cursor": page.headers["X-Next-Cursor"]})
    assert rows_of(rest) == [whole[0], *whole[3:]]
    assert "X-Next-Cursor" not in rest.headers


@pytest.mark.usefixtures("small")
def test_every_row_that_stays_is_there_once_whatever_is_written_meanwhile(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10, 30):
        api.deploy((f"{number}.bpmn", bpmn(f"k{number}")))
    ids = api.keys("sortBy=key&sortOrder=asc", member="id")
    answer = api.send("GET", "/process-definition?format=csv&sortBy=key&sortOrder=asc", buffered=False)
    pieces = answer.iter_encoded()
    text = next(pieces)
    api.deploy(("00.bpmn", bpmn("k00")))
    api.deploy(("99.bpmn", bpmn("k99")))
    for ident in (ids[0], ids[15]):
        api.send("DELETE", f"/process-definition/{ident}")
    text += b"".join(pieces)
    found = [row[1] for row in csv.reader(StringIO(text.decode(), newline=""))][1:]
    assert found == [*(f"k{number}" for number in range(10, 30) if number != 25), "k99"]
    now = api.send("GET", "/process-definition?format=csv&sortBy=key&sortOrder=asc", headers={"If-None-Match": answer.headers["ETag"]})
    assert now.status_code == 200  # the tag is of the first statement, so what was read later does not hide the changes


@pytest.fixture
def narrow(database_url: str, monkeypatch: pytest.MonkeyPatch, small: None) -> Any:
    """The application with two threads, of which one may stream, and nobody waits long."""
    monkeypatch.setattr(csv_lists, "WAIT", 0.05)
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_THREADS": "2"})) as app:
        api = Api(app)
        for number in range(30):
            api.deploy((f"{number}.bpmn", bpmn(f"k{number}")))
        yield api


def test_only_some_long_lists_are_streamed_at_once(narrow: Api) -> None:
    first = narrow.send("GET", "/process-definition?format=csv", buffered=False)
    refused = narrow.ask("/process-definition?format=csv")
    assert (refused.status_code, refused.content_type, refused.headers["Retry-After"]) == (503, "application/json", "0.05")
    assert refused.json == {"type": "RestException", "message": csv_lists.FULL, "code": None}
    assert narrow.ask("/process-definition?format=csv&maxResults=2").status_code == 200
    assert narrow.ask("/process-definition").status_code == 200
    first.close()  # as when the client leaves
    assert len(rows_of(narrow.ask("/process-definition?format=csv"))) == 31


def test_compressed_and_read_by_another_origin(database_url: str) -> None:
    origin = "https://apps.example.org"
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_CORS_ORIGINS": origin, "PROCDEF_COMPRESS_FROM": "1"})) as app:
        client: FlaskClient = app.test_client()
        answer = client.get(f"{BASE}/user?format=csv", headers={"Origin": origin, "Accept-Encoding": "gzip"})
    assert (answer.headers["Content-Encoding"], answer.headers["Access-Control-Allow-Origin"]) == ("gzip", origin)
    assert {"Accept", "Accept-Encoding", "Origin"} <= set(answer.vary)
