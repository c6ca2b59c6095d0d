"""`details=true`: the members that procdef has besides, in lists of definitions, deployments and incidents, as JSON and as CSV."""

from __future__ import annotations

import csv
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest

from procdef.camunda.protocol.collection import details_of
from procdef.camunda.tables.details import DETAILED_DEFINITIONS, DETAILED_DEPLOYMENTS, DETAILED_INCIDENTS
from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS, INCIDENTS
from procdef.http import csv_lists
from procdef.query.table import Table
from tests.api import ReadOnlyWorld

LISTS = {
    "/process-definition": (DEFINITIONS, DETAILED_DEFINITIONS),
    "/deployment": (DEPLOYMENTS, DETAILED_DEPLOYMENTS),
    "/incident": (INCIDENTS, DETAILED_INCIDENTS),
}
each = pytest.mark.parametrize(("path", "tables"), LISTS.items(), ids=[path[1:] for path in LISTS])


def without(rows: list[dict[str, Any]], table: Table, detailed: Table) -> list[dict[str, Any]]:
    names = {field.name for field in details_of(table, detailed)}
    return [{name: value for name, value in row.items() if name not in names} for row in rows]


@each
def test_each_object_has_the_members_of_the_table_in_its_order(world: ReadOnlyWorld, path: str, tables: tuple[Table, Table]) -> None:
    plain, detailed = world.get(path), world.get(path, {"details": "true"})
    assert detailed
    assert without(detailed, *tables) == plain
    assert {tuple(row) for row in detailed} == {tuple(field.name for field in tables[1].fields)}


@each
def test_without_it_nothing_changes(world: ReadOnlyWorld, path: str, tables: tuple[Table, Table]) -> None:
    assert world.send("GET", path, query_string={"details": "false"}).data == world.send("GET", path).data
    assert [*world.get(path)[0]] == [field.name for field in tables[0].fields]


@each
@pytest.mark.parametrize("is_streamed", [False, True])
def test_csv_has_them_too(
    world: ReadOnlyWorld, path: str, tables: tuple[Table, Table], monkeypatch: pytest.MonkeyPatch, *, is_streamed: bool
) -> None:
    if is_streamed:
        monkeypatch.setattr(csv_lists, "LEAST", 1)
    for details, table in (("false", tables[0]), ("true", tables[1])):
        answer = world.send("GET", path, query_string={"details": details, "format": "csv", "maxResults": "3"})
        rows = list(csv.reader(StringIO(answer.text)))
        assert rows[0] == [field.name for field in table.fields]
        assert {len(row) for row in rows} == {len(table.fields)}


def test_an_empty_list_as_csv_has_the_names(world: ReadOnlyWorld) -> None:
    answer = world.send("GET", "/deployment", query_string={"details": "true", "format": "csv", "maxResults": "0"})
    assert answer.text.split(",")[-1].strip() == "definitions"


@pytest.mark.parametrize("path", ["/process-definition", "/deployment"])
def test_a_query_by_body_has_them_too(world: ReadOnlyWorld, path: str) -> None:
    posted = world.send("POST", path, json={}, query_string={"details": "true", "total": "true"})
    assert posted.json == world.get(path, {"details": "true"})
    assert posted.headers["X-Total-Count"] == str(len(posted.json or []))


def test_they_go_with_filters_an_order_and_pages(world: ReadOnlyWorld) -> None:
    asked = {"key": "order", "sortBy": "version", "sortOrder": "desc", "maxResults": "1", "firstResult": "1"}
    (plain,), (detailed,) = (world.get("/process-definition", {**asked, "details": each}) for each in ("false", "true"))
    times = {row["id"]: row["deploymentTime"] for row in world.get("/deployment")}
    assert detailed == {
        **plain,
        "deploymentTime": times[plain["deploymentId"]],
        "deployedBy": None,
        "incidents": len([row for row in world.get("/incident") if row["processDefinitionId"] == plain["id"]]),
    }


@pytest.mark.parametrize("details", ["true", "false"])
def test_the_digest_of_a_definition_is_that_of_its_file(world: ReadOnlyWorld, details: str) -> None:
    rows = world.get("/process-definition", {"digest": "true", "details": details})
    assert [{name: value for name, value in row.items() if name != "digest"} for row in rows] == world.get(
        "/process-definition", {"details": "true"}
    )
    for row in rows:
        below = f"/deployment/{row['deploymentId']}/resources"
        (ident,) = (entry["id"] for entry in world.get(below) if entry["name"] == row["resource"])
        assert row["digest"] == sha256(world.send("GET", f"{below}/{ident}/data").data).hexdigest()


def test_a_wrong_value_is_refused(world: ReadOnlyWorld) -> None:
    answer = world.send("GET", "/deployment", query_string={"details": "maybe"})
    assert answer.status_code == 400
    assert "'details' to value 'maybe'" in (answer.json or {})["message"]


def test_the_cursor_reads_the_whole_list(world: ReadOnlyWorld) -> None:
    found, cursor = list[Any](), ""
    while True:
        answer = world.send("GET", "/incident", query_string={"details": "true", "maxResults": "1", "cursor": cursor})
        found += answer.json or []
        if "X-Next-Cursor" not in answer.headers:
            break
        cursor = answer.headers["X-Next-Cursor"]
    assert found == world.get("/incident", {"details": "true"})
