"""Every entry of every table of both surfaces, found through the routes.

Each entry is explained, each filter's values find something and nothing, each list has the members of its table and every order.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

import orjson
import pytest

import procdef.camunda
import procdef.frends
from procdef.camunda.surface import BASE as CAMUNDA_BASE
from procdef.camunda.surface import ROUTES as CAMUNDA_ROUTES
from procdef.camunda.tables.empty import EmptyModel
from procdef.camunda.tables.operations import OF_ENGINES
from procdef.frends.processes import BASE as FRENDS_BASE
from procdef.frends.surface import ROUTES as FRENDS_ROUTES
from procdef.query.table import Field, Filter, Sort, Table
from procdef.settings import load
from procdef.store.models import Deployment, Event, Operation
from tests.api import ReadOnlyWorld
from tests.conftest import DATABASES, make_database, running_app
from tests.samples import bpmn

ROUTES = [(base, route) for base, routes in ((CAMUNDA_BASE, CAMUNDA_ROUTES), (FRENDS_BASE, FRENDS_ROUTES)) for route in routes]
PATHS = {base + route.path: route.table for base, route in ROUTES if route.method == "GET" and route.table is not None}
"""The table of each path that is listed or counted."""
LISTS = {path: table for path, table in PATHS.items() if not path.endswith("/count") and table.model is not EmptyModel}
"""The table of each list, except those that are always empty: `tests/camunda/stubs` has them."""
INCIDENT = {
    "activityId": "work", "failedActivityId": "work", "configuration": "c", "processInstanceId": "instance", "executionId": "execution",
    "jobDefinitionId": "job", "incidentType": "failedJob", "incidentMessage": "boom",
}  # fmt: skip
NAMES = {"@id": "@order/2", "@deployment": "@deployment1", "@incident": "@incident1", "@time": "@time1"}
"""The things of the world that the values of filters speak of."""

WITHOUT_MATCH = {
    f"{CAMUNDA_BASE}/history/incident?historyConfiguration": "No incident has a configuration for its history.",
    **{f"{CAMUNDA_BASE}/history/user-operation?{name}": "No operation concerns one." for name in OF_ENGINES},
    f"{CAMUNDA_BASE}/history/process-definition/cleanable-process-instance-report?compact": "No definition has finished instances.",
    f"{FRENDS_BASE}/processes?allVersions": "It restricts where it is not given: `tests/frends/test_asking.py` has it.",
}
"""The filters that find nothing, or whose value is no restriction, each with the reason."""
GROUPED = f"{CAMUNDA_BASE}/process-definition/grouped"
WITHOUT_ID = {f"{CAMUNDA_BASE}/process-definition/{path}" for path in ("usage", "usage/values")}
"""The lists whose rows have no id. Equal rows are in an order that no member shows."""
ONE_EACH = {f"{GROUPED}?{name}" for name in ("latest", "latestVersion", "latestMatching")}
"""The filters that leave one row of each group, where every list has one row of each already."""
OTHER_KEYS: Mapping[str, Callable[[ReadOnlyWorld, Any], Any]] = {
    "deployTime": lambda world, row: world.get(f"/deployment/{row['deploymentId']}")["deploymentTime"],
    "incidentState": lambda _world, row: [row["open"], row["resolved"], row["deleted"]].index(True),
}
"""What sorts order by that no member of a row is."""


class Inner(NamedTuple):
    """A table that no route names, because a view reads it for other reasons than a list query: where its rows are seen."""

    path: str
    rows: Callable[[Any], list[Any]]
    query: Mapping[str, str] = {}


INNER = {
    "ALL_GROUPS": Inner(f"{CAMUNDA_BASE}/process-definition/grouped", lambda body: body),
    "DETAILED_DEFINITIONS": Inner(f"{CAMUNDA_BASE}/process-definition", lambda body: body, {"details": "true"}),
    "DIGESTED_DEFINITIONS": Inner(f"{CAMUNDA_BASE}/process-definition", lambda body: body, {"digest": "true"}),
    "DETAILED_DEPLOYMENTS": Inner(f"{CAMUNDA_BASE}/deployment", lambda body: body, {"details": "true"}),
    "DETAILED_INCIDENTS": Inner(f"{CAMUNDA_BASE}/incident", lambda body: body, {"details": "true"}),
    "RESOURCES": Inner(f"{CAMUNDA_BASE}/deployment/{{@deployment1}}/resources", lambda body: body),
    "PROCESS": Inner(f"{FRENDS_BASE}/processes/{{@process}}", lambda body: [body["data"]]),
    "PROCESS_LINKS": Inner(f"{FRENDS_BASE}/processes/{{@process}}", lambda body: [{"links": body["links"]}]),
}


def defined() -> Iterator[tuple[str, Table]]:
    """Each table that a module of a surface has, with its name there."""
    for package in (procdef.camunda, procdef.frends):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield from ((name, value) for name, value in vars(import_module(module.name)).items() if isinstance(value, Table))


TABLES = {table: name for name, table in defined()}
EACH = pytest.mark.parametrize("table", TABLES, ids=TABLES.get)
EACH_LIST = pytest.mark.parametrize(("path", "table"), LISTS.items(), ids=LISTS)
FILTERS = {f"{path}?{entry.name}": (path, entry) for path, table in LISTS.items() for entry in table.filters}
SORTS = {
    f"{path}?{sort.name}-{order}": (path, sort, order)
    for path, table in LISTS.items()
    for sort in table.sorts
    for order in ("asc", "desc")
    if path.startswith(CAMUNDA_BASE) or order == "asc"
}
"""Every order that can be asked for; processes have one."""


def each_filter(has: Callable[[Filter], Any]) -> pytest.MarkDecorator:
    """Run a test with each of these filters."""
    cases = {name: case for name, case in FILTERS.items() if has(case[1])}
    return pytest.mark.parametrize(("path", "entry"), cases.values(), ids=cases)


@pytest.fixture(scope="module", params=DATABASES)
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadOnlyWorld]:
    """The world with incidents that are over, tenants, authorizations, and with the numbers of a process."""
    url = make_database(request, tmp_path_factory.mktemp("full"), "procdef_full")
    with running_app(load({"PROCDEF_DATABASE_URL": url})) as app:
        yield filled(ReadOnlyWorld(app))


def filled(world: ReadOnlyWorld) -> ReadOnlyWorld:
    """The world with more in it."""
    world.deploy(("gone.bpmn", bpmn("gone")))
    (gone,) = world.get("/process-definition", {"key": "gone"})
    for ident, definition in (("open1", world.names["@order/2"]), ("resolved1", world.names["@order/2"]), ("deleted1", gone["id"])):
        body = {"processDefinitionId": definition, **INCIDENT, "configuration": "c" if ident == "open1" else ident}
        assert world.put(f"/incident/{ident}", body).status_code == 201
    assert world.send("DELETE", "/incident/resolved1").status_code == 204
    assert world.send("DELETE", f"/process-definition/{gone['id']}").status_code == 200
    with world.store.write() as database:
        Deployment.update(deployed_by="mary").where(Deployment.id == world.names["@deployment1"]).execute(database)
        Operation.insert(_operation(world)).execute(database)
        Event.update(user_id="mary").where(Event.deployment_id == world.names["@deployment1"]).execute(database)
    world.names["@authorization"] = _rights(world)
    process = body_of(world, f"{FRENDS_BASE}/processes", {"processName": "invoice"})["data"][0]
    world.names |= {"@guid": process["uniqueIdentifier"], "@process": str(process["id"])}
    world.names |= {name: world.names[other] for name, other in NAMES.items()}
    return world


def _operation(world: ReadOnlyWorld) -> dict[str, str]:
    """What a user did."""
    of = {"definition_id": world.names["@order/2"], "deployment_id": world.names["@deployment1"], "key": "order"}
    kind = {"operation_type": "Delete", "entity_type": "ProcessDefinition", "property": "cascade", "category": "Operator"}
    return {**of, **kind, "id": "entry", "operation_id": "operation", "user_id": "mary", "timestamp": "2026-01-01 00:00:00.000"}


def _rights(world: ReadOnlyWorld) -> str:
    """Two tenants, of one of which a user and a group are members, and authorizations; the id of one."""
    for tenant in ({"id": "acme", "name": "Acme Corporation"}, {"id": "north", "name": "North"}):
        assert world.send("POST", "/tenant/create", json=tenant).status_code == 204
    for member in ("user-members/mary", "group-members/sales"):
        assert world.send("PUT", f"/tenant/acme/{member}").status_code == 204
    for holder in ({"groupId": "sales"}, {"userId": "mary"}):
        body = {"type": 1, "permissions": ["READ"], "resourceType": 6, "resourceId": "order", **holder}
        answer = world.send("POST", "/authorization/create", json=body)
    return str(answer.get_json()["id"])


def body_of(world: ReadOnlyWorld, path: str, query: Mapping[str, str]) -> Any:
    answer = world.client.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return orjson.loads(answer.data)


def rows_of(world: ReadOnlyWorld, path: str, query: Mapping[str, str] | None = None) -> list[Any]:
    """What a list answers, which must be as many as are counted."""
    if path.startswith(FRENDS_BASE):
        page = body_of(world, path, {"PageSize": "200", **(query or {})})
        rows, count = page["data"], page["paging"]["totalCount"]
    else:
        rows = body_of(world, path, query or {})
        count = body_of(world, f"{path}/count", query or {})["count"] if f"{path}/count" in PATHS else len(rows)
    assert len(rows) == count
    return list(rows)


def filtered(world: ReadOnlyWorld, path: str, entry: Filter, value: str) -> list[Any]:
    """What a filter finds, among all versions, so that its value need not be that of a latest version."""
    more = {"latestMatching": "true"} if path == GROUPED and f"{path}?{entry.name}" not in ONE_EACH else {}
    return rows_of(world, path, {entry.name: world.named(value), **more})


def test_every_table_is_asked_for() -> None:
    lists = set(LISTS.values())
    assert {name for table, name in TABLES.items() if table not in lists} == set(INNER)
    assert lists <= set(TABLES)
    assert len(LISTS) == len(lists)


@EACH
def test_every_entry_is_explained(table: Table) -> None:
    entries: list[Filter | Field] = [*table.filters, *table.fields]
    explained = [(entry.name, entry.help) for entry in entries]
    assert [name for name, text in explained if not text.strip().endswith(".")] == []


@EACH
def test_names_are_given_once_and_refer_to_each_other(table: Table) -> None:
    for entries in (table.filters, table.fields, table.sorts):
        names = [entry.name for entry in entries]
        assert sorted(set(names)) == sorted(names)
    spoken_of = {other for entry in table.filters for other in (*entry.overrides, entry.alias_of, entry.widens) if other}
    assert spoken_of <= set(table.filter_by_name)


def test_every_filter_has_a_value_that_finds_something() -> None:
    assert {name for name, (_, entry) in FILTERS.items() if not entry.match} == set(WITHOUT_MATCH)


@each_filter(lambda entry: entry.match)
def test_a_filter_finds_what_it_should(full: ReadOnlyWorld, path: str, entry: Filter) -> None:
    assert filtered(full, path, entry, entry.match)


@each_filter(lambda entry: entry.miss)
def test_a_filter_finds_nothing_else(full: ReadOnlyWorld, path: str, entry: Filter) -> None:
    assert filtered(full, path, entry, entry.miss) == []


@each_filter(lambda entry: entry.match and not entry.miss)
def test_only_filters_by_true_have_no_value_that_finds_nothing(full: ReadOnlyWorld, path: str, entry: Filter) -> None:
    assert (entry.match, entry.operator.valued) == ("true", False)
    everything, restricted = rows_of(full, path), filtered(full, path, entry, "true")
    without_effect = entry.operator.name == "no effect" or entry.widens or f"{path}?{entry.name}" in ONE_EACH
    assert (restricted == everything) is bool(without_effect)
    assert filtered(full, path, entry, "false") == everything


@EACH_LIST
def test_an_object_has_the_members_of_the_table(full: ReadOnlyWorld, path: str, table: Table) -> None:
    (found,) = {tuple(row) for row in rows_of(full, path)}
    wanted = tuple(field.name for field in table.fields)
    assert found == wanted if table.json_members is None else sorted(found) == sorted(wanted)


@pytest.mark.parametrize("name", INNER)
def test_an_object_of_another_request_has_the_members_of_its_table(full: ReadOnlyWorld, name: str) -> None:
    (table,) = (table for table, other in TABLES.items() if other == name)
    path, rows, query = INNER[name]
    found = rows(body_of(full, path.format_map(full.names), query))
    assert {frozenset(row) for row in found} == {frozenset(field.name for field in table.fields)}


@pytest.mark.parametrize(("path", "sort", "order"), SORTS.values(), ids=SORTS)
def test_every_order_is_that_of_its_column_and_then_of_the_ids(full: ReadOnlyWorld, path: str, sort: Sort, order: str) -> None:
    query = {"sortBy": sort.name, "sortOrder": order} if path.startswith(CAMUNDA_BASE) else {}
    found = rows_of(full, path, query)
    if path in WITHOUT_ID:
        placed_keys = [placed(full, key_of(full, path, sort, row)) for row in found]
        assert placed_keys == sorted(placed_keys, reverse=order == "desc")
        return
    (ident,) = (field.name for field in LISTS[path].fields if field.column is LISTS[path].id)
    keys = {row[ident]: key_of(full, path, sort, row) for row in found}
    assert len(keys) == len(rows_of(full, path))
    expected = sorted(sorted(keys), key=lambda ident: placed(full, keys[ident]), reverse=order == "desc")
    assert [row[ident] for row in found] == expected


def key_of(world: ReadOnlyWorld, path: str, sort: Sort, row: Mapping[str, Any]) -> Any:
    """The value that a row is ordered by."""
    column = sort.column if sort.of_row is None else sort.of_row
    members = [field.name for field in LISTS[path].fields if field.column is column]
    if path.startswith(FRENDS_BASE) or members:
        return row[members[0] if members else sort.name]
    if path in WITHOUT_ID:
        return row[sort.name]
    return OTHER_KEYS[sort.name](world, row)


def placed(world: ReadOnlyWorld, key: Any) -> tuple[Any, ...]:
    """A key that Python orders as the database does: null comes before all values on SQLite, and after all on PostgreSQL."""
    null_first = world.store.dialect.name == "sqlite"
    return ((key is None) is not null_first, "" if key is None else key)
