"""Random questions about random definitions, answered as plain Python over the whole list answers them.

The number of questions is small by default. The environment variable ASKED gives another one: `ASKED=2000 pytest tests/camunda/registry`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from random import Random
from typing import Any

import orjson
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from procdef.camunda.tables.grouped import DEFINITION_GROUPS
from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS
from procdef.query.table import Table
from procdef.settings import load
from procdef.store.store import Store
from tests.api import Api
from tests.camunda.registry.asked import (
    Filled,
    Row,
    answer,
    arranged,
    bodies,
    deployments,
    filters_of,
    filters_of_deployments,
    found_deployments,
    given_of,
    group,
)
from tests.conftest import DATABASES, make_database, running_app

QUESTIONS = int(os.environ.get("ASKED", "60"))
ROWS = 150
FEW = settings(max_examples=QUESTIONS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
PATH, GROUPED = "/process-definition", "/process-definition/grouped"
CONFLICTS = ("processDefinitionId", "version", "deploymentId")


class Registry(Api):
    """The REST API over random definitions."""

    filled: Filled

    @cached_property
    def filters(self) -> Mapping[str, st.SearchStrategy[Any]]:
        return filters_of(self.filled.rows)

    def post(self, path: str, body: Any, **query: Any) -> TestResponse:
        return self.send("POST", path, json=body, query_string=query)

    def expected(self, body: Any) -> list[Row]:
        found = answer(self.filled.rows, body)
        return arranged(found, body.get("sorting", ()), nulls_first=self.filled.nulls_first)


@pytest.fixture(scope="module", params=DATABASES)
def registry(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    url = make_database(request, tmp_path_factory.mktemp("asked"), "procdef_asked")
    settings = load({"PROCDEF_DATABASE_URL": url, "PROCDEF_CACHE_SIZE": "0", "PROCDEF_STATISTICS_FILTERS": "true"})
    with running_app(settings) as app:
        registry = Registry(app)
        registry.filled = Filled(registry.store)
        registry.filled.fill(Random(20), ROWS)
        yield registry


def is_refused(body: Any) -> bool:
    """Whether a question contradicts itself."""
    given = given_of(body)
    return "latest" in given and ("latestMatching" in given or not given.keys().isdisjoint(CONFLICTS))


def sizes(number: int) -> st.SearchStrategy[int]:
    """The sizes of pages in which a list of so many rows is read: up to a dozen pages, and for a short list a row a page too."""
    return st.integers(max(1, number // 12), 40)


@FEW
@given(data=st.data())
def test_a_body_finds_what_python_finds(registry: Registry, data: st.DataObject) -> None:
    body = data.draw(bodies(registry.filters, DEFINITIONS.sort_by_name))
    if is_refused(body):
        assert registry.post(PATH, body).status_code == 400
        return
    wanted = [row["id"] for row in registry.expected(body)]
    check_pages(registry, data, wanted, lambda **page: registry.post(PATH, body, **page))
    assert registry.post(f"{PATH}/count", body).json == {"count": len(wanted)}


@FEW
@given(data=st.data())
def test_parameters_find_what_python_finds(registry: Registry, data: st.DataObject) -> None:
    body = data.draw(questions(registry, DEFINITIONS))
    asked = as_parameters(body)
    answered, number = registry.ask(PATH, asked), registry.ask(f"{PATH}/count", asked)
    statistics = registry.ask(f"{PATH}/statistics", {**asked, "incidents": "true"})
    if is_refused(body):
        assert (answered.status_code, number.status_code, statistics.status_code) == (400, 400, 400)
        return
    rows = registry.expected(body)
    wanted = [row["id"] for row in rows]
    check_pages(registry, data, wanted, lambda **page: registry.ask(PATH, {**asked, **page}))
    assert number.json == {"count": len(wanted)}
    assert [(row["id"], row["definition"]["key"], counts_of(row)) for row in rows_of(statistics)] == [
        (row["id"], row["key"], Counter(one["type"] for one in row["incidents"])) for row in rows
    ]


@FEW
@given(data=st.data())
def test_groups_are_what_python_makes_of_the_list(registry: Registry, data: st.DataObject) -> None:
    body = data.draw(questions(registry, DEFINITION_GROUPS))
    asked = as_parameters(body)
    answered, number = registry.ask(GROUPED, asked), registry.ask(f"{GROUPED}/count", asked)
    if is_refused(body):
        assert (answered.status_code, number.status_code) == (400, 400)
        return
    found = [row for row in registry.expected({**body, "sorting": []}) if given_of(body).get("latestMatching") or row["latest"]]
    rows = arranged([{**row, **counted(registry, row)} for row in found], body["sorting"], nulls_first=registry.filled.nulls_first)
    assert [(row["id"], numbers(row)) for row in rows_of(answered)] == [(row["id"], numbers(row)) for row in rows]
    page = registry.ask(GROUPED, {**asked, "maxResults": 20})
    assert [(row["id"], numbers(row)) for row in rows_of(page)] == [(row["id"], numbers(row)) for row in rows[:20]]
    assert number.json == {"count": len(rows)}
    check_pages(registry, data, [row["id"] for row in rows], lambda **page: registry.ask(GROUPED, {**asked, **page}))


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", DEFINITION_GROUPS.sort_by_name)
def test_the_groups_behind_a_page_are_read_at_once(registry: Registry, sort: str, order: str) -> None:
    query = {"sortBy": sort, "sortOrder": order, "cursor": ""}
    page = registry.ask(GROUPED, {**query, "maxResults": 5})
    others = registry.ask(GROUPED, {**query, "cursor": page.headers["X-Next-Cursor"]})
    assert [*rows_of(page), *rows_of(others)] == rows_of(registry.ask(GROUPED, query))
    assert rows_of(registry.ask(GROUPED, {**query, "maxResults": 99})) == rows_of(registry.ask(GROUPED, query))


@FEW
@given(data=st.data())
def test_deployments_are_found_as_python_finds_them(registry: Registry, data: st.DataObject) -> None:
    body = data.draw(bodies(filters_of_deployments(registry.filled.rows), DEPLOYMENTS.sort_by_name))
    if body.get("source") is not None and body.get("withoutSource"):
        assert registry.post("/deployment", body).status_code == 400
        return
    found = found_deployments(deployments(registry.filled.rows), body)
    wanted = [row["id"] for row in arranged(found, body["sorting"], nulls_first=registry.filled.nulls_first)]
    check_pages(registry, data, wanted, lambda **page: registry.post("/deployment", body, **page))
    assert registry.post("/deployment/count", body).json == {"count": len(wanted)}


def test_every_filter_is_asked_for(registry: Registry) -> None:
    """Except for `uses`, which the tests of usage ask for."""
    assert {*registry.filters, "uses"} == {entry.name for entry in DEFINITIONS.filters}
    assert set(filters_of_deployments(registry.filled.rows)) == set(DEPLOYMENTS.filter_by_name)


def check_pages(registry: Registry, data: st.DataObject, wanted: list[str], ask: Callable[..., TestResponse]) -> None:
    """Check a list of these ids: the whole of it, a page with the total, and all pages by their cursors."""
    assert [row["id"] for row in rows_of(ask())] == wanted
    first, limit = data.draw(st.integers(0, len(wanted) + 2)), data.draw(st.integers(0, 20))
    page = ask(firstResult=first, maxResults=limit, total="true")
    assert ([row["id"] for row in rows_of(page)], page.headers["X-Total-Count"]) == (wanted[first : first + limit], str(len(wanted)))
    size = data.draw(sizes(len(wanted)))
    assert followed(lambda cursor: ask(maxResults=size, cursor=cursor)) == wanted


@st.composite
def questions(draw: Any, registry: Registry, table: Table) -> dict[str, Any]:
    """Questions that query parameters can ask."""
    body: dict[str, Any] = draw(bodies(registry.filters, table.sort_by_name))
    tenants = [tenant for tenant in body.get("tenantIdIn", ()) if tenant]
    return {**body, "tenantIdIn": tenants, "orQueries": [], "sorting": body["sorting"][:1]}


def as_parameters(body: Mapping[str, Any]) -> dict[str, Any]:
    filters = {name: value for name, value in body.items() if value is not None and name not in ("orQueries", "sorting")}
    return {name: as_text(value) for name, value in {**filters, **dict(*body["sorting"])}.items()}


@pytest.mark.parametrize("sort", [None, *DEFINITIONS.sort_by_name])
def test_a_walk_gives_every_row_once_while_others_come_and_go(store: Store, app: Flask, sort: str | None) -> None:
    registry, random = Registry(app), Random(str(sort))
    registry.filled = Filled(store)
    for order in ("asc", "desc"):
        registry.filled.fill(random, 60)
        kept = {row["id"] for row in random.sample(registry.filled.rows, 30)}
        sorting = [{"sortBy": sort, "sortOrder": order}] if sort else []

        def page_at(cursor: str) -> TestResponse:
            page = registry.post("/process-definition", {"sorting": sorting}, maxResults=random.randint(1, 9), cursor=cursor)  # noqa: B023
            registry.filled.fill(random, 1)
            registry.filled.delete([row["id"] for row in rows_of(page)[-1:] if row["id"] not in kept])  # noqa: B023
            return page

        found = followed(page_at)
        assert sorted(set(found)) == sorted(found)
        assert kept <= set(found)
        wanted = [row["id"] for row in registry.expected({"sorting": sorting}) if row["id"] in kept]
        assert [ident for ident in found if ident in kept] == wanted


def rows_of(response: TestResponse) -> list[Any]:
    assert response.status_code == 200, response.text
    return list(orjson.loads(response.data))


def followed(page_at: Callable[[str], TestResponse]) -> list[str]:
    """The ids of a list as a client reads it by cursors."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = page_at(cursor)
        found += [row["id"] for row in rows_of(page)]
        cursor = page.headers.get("X-Next-Cursor")
    return found


def as_text(value: Any) -> Any:
    return ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value


def numbers(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("versions", "firstDeploymentTime", "lastDeploymentTime", "incidents")}


def counts_of(row: Row) -> dict[str, int]:
    return {one["incidentType"]: one["incidentCount"] for one in row["incidents"]}


def counted(registry: Registry, row: Row) -> dict[str, Any]:
    versions = [other for other in registry.filled.rows if group(other) == group(row)]
    times = sorted(f"{other['deployTime'].replace(' ', 'T')}+0000" for other in versions)
    incidents = sum(len(other["incidents"]) for other in versions)
    return {"versions": len(versions), "firstDeploymentTime": times[0], "lastDeploymentTime": times[-1], "incidents": incidents}
