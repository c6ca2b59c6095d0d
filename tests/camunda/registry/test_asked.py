"""Random questions about random definitions, answered as plain Python over the whole list answers them.

The number of questions is small by default. The environment variable ASKED gives another one: `ASKED=2000 pytest tests/camunda/registry`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from procdef.camunda.tables.registry import DEFINITIONS
from procdef.settings import load
from procdef.store.store import Store
from tests.api import Api
from tests.camunda.registry.asked import Filled, Row, answer, arranged, bodies, group
from tests.conftest import DATABASES, make_database, running_app

QUESTIONS = int(os.environ.get("ASKED", "60"))
ROWS = 150
FEW = settings(max_examples=QUESTIONS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
CONFLICTS = ("processDefinitionId", "version", "deploymentId")


class Registry(Api):
    """The REST API over random definitions."""

    filled: Filled

    def post(self, path: str, body: Any, **query: Any) -> TestResponse:
        return self.send("POST", path, json=body, query_string=query)

    def ids(self, body: Any, **query: Any) -> list[str]:
        return [row["id"] for row in rows_of(self.post("/process-definition", body, **query))]

    def expected(self, body: Any) -> list[Row]:
        found = answer(self.filled.rows, body)
        return arranged(found, body.get("sorting", ()), nulls_first=self.filled.nulls_first)


@pytest.fixture(scope="module", params=DATABASES)
def registry(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    url = make_database(request, tmp_path_factory.mktemp("asked"), "procdef_asked")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_CACHE_SIZE": "0"})) as app:
        registry = Registry(app)
        registry.filled = Filled(registry.store)
        registry.filled.fill(Random(20), ROWS)
        yield registry


def is_refused(body: Any) -> bool:
    """Whether a question contradicts itself."""
    return body.get("latestVersion") is True and (
        body.get("latestMatching") is True or any(body.get(name) is not None for name in CONFLICTS)
    )


@FEW
@given(data=st.data())
def test_a_body_finds_what_python_finds(registry: Registry, data: st.DataObject) -> None:
    body = data.draw(bodies(registry.filled.rows))
    if is_refused(body):
        assert registry.post("/process-definition", body).status_code == 400
        return
    wanted = [row["id"] for row in registry.expected(body)]
    assert registry.ids(body) == wanted
    assert registry.post("/process-definition/count", body).json == {"count": len(wanted)}
    first, limit = data.draw(st.integers(0, len(wanted) + 2)), data.draw(st.integers(0, 20))
    page = registry.post("/process-definition", body, firstResult=first, maxResults=limit, total="true")
    assert ([row["id"] for row in rows_of(page)], page.headers["X-Total-Count"]) == (wanted[first : first + limit], str(len(wanted)))
    size = data.draw(st.integers(1, 40))
    assert followed(lambda cursor: registry.post("/process-definition", body, maxResults=size, cursor=cursor)) == wanted


@FEW
@given(data=st.data())
def test_parameters_find_what_python_finds(registry: Registry, data: st.DataObject) -> None:
    body = data.draw(bodies(registry.filled.rows))
    del body["orQueries"]
    body["tenantIdIn"] = [tenant for tenant in body.get("tenantIdIn", ()) if tenant]
    orders = body.pop("sorting")[:1]
    query = urlencode({name: as_text(value) for name, value in {**body, **dict(*orders)}.items() if value is not None})
    body["sorting"] = orders
    answered, number = registry.ask("/process-definition", query), registry.ask("/process-definition/count", query)
    if is_refused(body):
        assert (answered.status_code, number.status_code) == (400, 400)
        return
    wanted = [row["id"] for row in registry.expected(body)]
    assert ([row["id"] for row in rows_of(answered)], number.json) == (wanted, {"count": len(wanted)})
    grouped = registry.ask("/process-definition/grouped", f"{query}&total=true")
    rows = [row for row in registry.expected(body) if body.get("latestMatching") or row["latest"]]
    assert [(row["id"], numbers(row)) for row in rows_of(grouped)] == [(row["id"], counted(registry, row)) for row in rows]
    assert grouped.headers["X-Total-Count"] == str(len(rows))
    assert registry.ask("/process-definition/grouped/count", query).json == {"count": len(rows)}


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


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("number", ["versions", "incidents"])
def test_groups_are_sorted_by_their_numbers(registry: Registry, number: str, order: str) -> None:
    rows = [{**row, **counted(registry, row)} for row in registry.expected({"latestVersion": True})]
    wanted = arranged(rows, [{"sortBy": number, "sortOrder": order}], nulls_first=True)
    query = {"sortBy": number, "sortOrder": order}
    whole = [row["id"] for row in registry.get("/process-definition/grouped", query)]
    found = followed(lambda cursor: registry.ask("/process-definition/grouped", {**query, "maxResults": 4, "cursor": cursor}))
    assert found == whole == [row["id"] for row in wanted]


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


def counted(registry: Registry, row: Row) -> dict[str, Any]:
    versions = [other for other in registry.filled.rows if group(other) == group(row)]
    times = sorted(f"{other['deployTime'].replace(' ', 'T')}+0000" for other in versions)
    incidents = sum(len(other["incidents"]) for other in versions)
    return {"versions": len(versions), "firstDeploymentTime": times[0], "lastDeploymentTime": times[-1], "incidents": incidents}
