"""Every row of every table: it is explained, its filter's values find something and nothing, its fields and sorts are answered."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import orjson
import pytest

from procdef.camunda.surface import ROUTES
from procdef.camunda.tables import registry
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.query.cache import ListQuery
from procdef.query.table import Filter, Table
from procdef.store.models import Definition
from procdef.store.registry import definitions
from procdef.store.store import Store
from tests.api import ReadOnlyWorld

TABLES: dict[str, Table] = {name: table for name, table in vars(registry).items() if isinstance(table, Table)}
PATHS = {name: row.path for row in ROUTES for name, table in TABLES.items() if row.table is table and row.paged}
TIME = "2026-01-01 00:00:00.000"
PLACES = {"@id": "@order/2", "@deployment": "@deployment1", "@incident": "@incident1", "@time": "@time1"}


FILTERS = [(path, row) for name, path in PATHS.items() for row in TABLES[name].filters]
SORTS = [(path, row.name) for name, path in PATHS.items() for row in TABLES[name].sorts]


def each_filter(cases: list[tuple[str, Filter]]) -> pytest.MarkDecorator:
    """Run a test with each of these filters."""
    return pytest.mark.parametrize(("path", "row"), [pytest.param(path, row, id=f"{path[1:]}?{row.name}") for path, row in cases])


def numbered(world: ReadOnlyWorld, text: str) -> str:
    return world.named(",".join(PLACES.get(part, part) for part in text.split(",")))


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_explained(name: str) -> None:
    table = TABLES[name]
    explained = [(row.name, row.help) for row in table.filters] + [(row.name, row.help) for row in table.fields]
    assert [name for name, text in explained if not text.strip().endswith(".")] == []


@pytest.mark.parametrize("name", TABLES)
def test_names_are_given_once_and_refer_to_each_other(name: str) -> None:
    table = TABLES[name]
    filters, fields, sorts = ([row.name for row in rows] for rows in (table.filters, table.fields, table.sorts))
    for names in (filters, fields, sorts):
        assert sorted(set(names)) == sorted(names)
    spoken_of = {other for row in table.filters for other in (*row.overrides, row.alias_of, row.widens) if other}
    assert spoken_of <= set(table.filter_by_name)


@each_filter(FILTERS)
def test_a_filter_finds_what_it_should(world: ReadOnlyWorld, path: str, row: Filter) -> None:
    assert row.match, "a filter needs a value that finds something"
    query = {row.name: numbered(world, row.match)}
    found = world.get(path, query)
    assert found
    assert world.get(f"{path}/count", query) == {"count": len(found)}


@each_filter([case for case in FILTERS if case[1].miss])
def test_a_filter_finds_nothing_else(world: ReadOnlyWorld, path: str, row: Filter) -> None:
    query = {row.name: numbered(world, row.miss)}
    assert world.get(path, query) == []
    assert world.get(f"{path}/count", query) == {"count": 0}


@each_filter([case for case in FILTERS if not case[1].miss])
def test_only_filters_by_true_have_no_value_that_finds_nothing(world: ReadOnlyWorld, path: str, row: Filter) -> None:
    assert (row.match, row.operator.valued) == ("true", False)
    everything = world.get(path)
    restricted = world.get(path, {row.name: "true"})
    without_effect = row.operator.name == "no effect" or row.widens
    assert (len(restricted) == len(everything)) is bool(without_effect)
    assert world.get(path, {row.name: "false"}) == everything


@pytest.mark.parametrize(("path", "name"), [(path, name) for name, path in PATHS.items()])
def test_an_object_has_the_members_of_the_table_in_their_order(world: ReadOnlyWorld, path: str, name: str) -> None:
    members = [row.name for row in TABLES[name].fields]
    assert {tuple(row) for row in world.get(path)} == {tuple(members)}


@pytest.mark.parametrize(("path", "sort"), SORTS)
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_every_sort_answers_all_with_ties_by_id(world: ReadOnlyWorld, path: str, sort: str, order: str) -> None:
    rows = world.get(path, {"sortBy": sort, "sortOrder": order})
    assert sorted(row["id"] for row in rows) == sorted(row["id"] for row in world.get(path))
    member = {"incidentId": "id", "userId": "id", "deployTime": "deploymentId"}.get(sort, sort)
    for one, two in pairwise(rows):
        if one[member] == two[member]:
            assert one["id"] < two["id"]
        elif sort != "deployTime" and None not in (one[member], two[member]):
            assert (one[member] < two[member]) is (order == "asc")


@pytest.mark.parametrize("name", [None, "", 'a "b" \\ \n\t\x01\u2028 ä 🚀 </x>'])
@pytest.mark.parametrize("number", [0, 1])
def test_the_json_that_the_database_keeps_is_that_of_the_fields(store: Store, name: str | None, number: int) -> None:
    texts = ("category", "description", "diagram_name", "tenant_id", "version_tag")
    row = {"id": "d:1:x", "rev": 1, "key": "d", "version": 7, "resource_name": name or "d.bpmn", "deployment_id": "no", "name": name}
    more = {"suspension_state": 1 + number, "startable": bool(number), "history_ttl": number or None, "latest": True, "deploy_time": TIME}
    with store.write() as database:
        Definition.insert(**row, **more, **dict.fromkeys(texts, name)).execute(database)
    kept = store.everything.rows(DEFINITIONS, ListQuery({})).text
    assert kept == store.everything.rows(replace(DEFINITIONS, stored_json=None), ListQuery({})).text
    assert list(orjson.loads(kept)[0]) == [field.name for field in DEFINITIONS.fields]
    with store.write() as database:
        definitions.suspend_where(database, Definition.id == "d:1:x", suspended=not number)
    assert (
        store.everything.rows(DEFINITIONS, ListQuery({})).text
        == store.everything.rows(replace(DEFINITIONS, stored_json=None), ListQuery({})).text
        != kept
    )
