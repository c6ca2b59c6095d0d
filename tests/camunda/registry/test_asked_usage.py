"""Random questions about what random files use, answered as XPath over the files answers them.

The environment variable ASKED gives the number of questions, as in `test_asked`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urlencode

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from procdef.bpmn.facts.kinds import KINDS
from procdef.camunda.tables.usage import USAGE
from procdef.camunda.tables.usage import VALUES as VALUES_TABLE
from procdef.settings import load
from procdef.store import reader
from tests.api import Api
from tests.camunda.registry.asked import PATTERNS, Row, filters_of, newest
from tests.camunda.registry.asked_usage import KEYS, SHARED, TENANTS, Asked, Found, random_file, uses_of
from tests.camunda.registry.test_usage import beginning
from tests.conftest import DATABASES, make_database, running_app

QUESTIONS = int(os.environ.get("ASKED", "60"))
FILES = 90
FEW = settings(max_examples=QUESTIONS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
VALUES = [*SHARED, "sales", "mary", "john", "${x(1,2)}", "owner=Ship", "Ship\nthe order", *KEYS, "none", ""]
CONFLICTS = ("processDefinitionId", "version", "ver", "deploymentId")
WITHOUT = ("incidentId", "incidentType", "incidentMessage", "incidentMessageLike")
MEMBERS = ("id", "key", "version", "deploymentId", "versionTag", "category", "resource", "suspended", "tenantId", "name")


class Registry(Api):
    """The REST API over random files."""

    asked: Asked

    def fill(self, random: Random) -> None:
        files: dict[str, bytes] = {}
        for _ in range(FILES):
            key, tenant = random.choice(KEYS), random.choice(TENANTS)
            data = random_file(random, key)
            deployed = self.deploy((f"{key}.bpmn", data), **({"tenant_id": tenant} if tenant else {}))
            files |= dict.fromkeys(deployed["deployedProcessDefinitions"], data)
        for ident in random.sample(sorted(files), 15):
            self.put(f"/process-definition/{quote(ident)}/suspended", {"suspended": True})
        for ident in random.sample(sorted(files), 10):
            assert self.send("DELETE", f"/process-definition/{quote(ident)}").status_code == 200
            del files[ident]
        times = {row["id"]: row["deploymentTime"] for row in self.get("/deployment")}
        rows = [self._row(row, times) for row in self.get("/process-definition")]
        latest = {row["id"] for row in newest(rows)}
        uses = {row["id"]: uses_of(files[row["id"]], row["key"]) for row in rows}
        self.asked = Asked([{**row, "latest": row["id"] in latest, "starter": starter(row, uses[row["id"]])} for row in rows], uses, files)

    def listed(self, path: str, query: Any) -> list[dict[str, Any]]:
        return rows_of(self.ask(f"/process-definition/{path}", query))

    def _row(self, row: Mapping[str, Any], times: Mapping[str, str]) -> dict[str, Any]:
        time = times[row["deploymentId"]].removesuffix("+0000").replace("T", " ")
        more = {"deployTime": time, "user": None, "incidents": [], "startable": row["startableInTasklist"]}
        return {**{name: row[name] for name in MEMBERS}, **more}


@pytest.fixture(scope="module", params=DATABASES)
def registry(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    url = make_database(request, tmp_path_factory.mktemp("usage"), "procdef_asked_usage")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_CACHE_SIZE": "0"})) as app:
        registry = Registry(app)
        registry.fill(Random(20))
        yield registry


def starter(row: Row, uses: list[Found]) -> str | None:
    """The user who may start a definition."""
    found = (use for use in uses if (use.kind, use.activity_type, use.activity_id) == ("candidateUser", "process", row["key"]))
    return next((use.value for use in found), None)


def used(asked: Asked) -> st.SearchStrategy[str]:
    """Uses, most of which some definition has."""
    found = sorted({f"{use.kind}:{use.value}" for uses in asked.uses.values() for use in uses})
    return st.sampled_from(found) | st.builds("{}:{}".format, st.sampled_from(sorted(KINDS)), st.sampled_from(VALUES))


@st.composite
def filters(draw: Any, asked: Asked, most: int, *without: str) -> dict[str, Any]:
    """Filters of definitions, and what they use."""
    values = {name: value for name, value in filters_of(asked.rows).items() if name not in (*WITHOUT, *without)}
    names = draw(st.lists(st.sampled_from(sorted(values)), max_size=most, unique=True))
    uses = {"uses": draw(st.lists(used(asked), min_size=1, max_size=2, unique=True))} if draw(st.booleans()) else {}
    return {**{name: draw(values[name]) for name in names}, **uses}


@st.composite
def of_usage(draw: Any, asked: Asked) -> dict[str, Any]:
    """A question about uses or values."""
    kinds = st.sampled_from(sorted({use.kind for uses in asked.uses.values() for use in uses}))
    kind = {"kind": draw(kinds)} if draw(st.booleans()) else {}
    which = draw(st.sampled_from(["value", "valueLike", None]))
    value = {which: draw(st.sampled_from(VALUES if which == "value" else [*PATTERNS, "%ipp%", "S%", "%(%"]))} if which else {}
    return {**kind, **value, **draw(filters(asked, 2))}


def is_refused(question: Mapping[str, Any]) -> bool:
    """Whether a question contradicts itself."""
    return (question.get("latest", question.get("latestVersion"))) is True and (
        question.get("latestMatching") is True or any(question.get(name) is not None for name in CONFLICTS)
    )


def encoded(question: Mapping[str, Any], **more: Any) -> str:
    """A question as query parameters."""
    given = {name: as_text(value) for name, value in {**question, **more}.items() if name != "uses" and value is not None}
    return urlencode([*given.items(), *(("uses", use) for use in question.get("uses", ()))])


def as_text(value: Any) -> Any:
    return ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value


def simple(question: dict[str, Any]) -> dict[str, Any]:
    """A question that query parameters can ask: in them an empty tenant is none."""
    tenants = {"tenantIdIn": [tenant for tenant in question["tenantIdIn"] if tenant]} if question.get("tenantIdIn") else {}
    return {**question, **tenants}


def rows_of(response: TestResponse) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return list(orjson.loads(response.data))


def use_of(row: Row, use: Found) -> dict[str, Any]:
    """The object of a use in an answer."""
    definition = {"processDefinitionId": row["id"], "processDefinitionKey": row["key"], "processDefinitionVersion": row["version"]}
    activity = {"activityId": use.activity_id, "activityType": use.activity_type, "activityName": use.activity_name}
    what = {"kind": use.kind, "value": use.value, "dynamic": use.dynamic}
    return {**what, **activity, **definition, "versionTag": row["versionTag"], "tenantId": row["tenantId"]}


def bag(rows: list[dict[str, Any]]) -> list[bytes]:
    return sorted(orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in rows)


def followed(page_at: Callable[[str], TestResponse]) -> list[dict[str, Any]]:
    """The rows of a list as a client reads it by cursors."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = page_at(cursor)
        found += rows_of(page)
        cursor = page.headers.get("X-Next-Cursor")
    return found


@pytest.mark.parametrize("elsewhere", [False, True])
@FEW
@given(data=st.data())
def test_usage_is_what_the_files_use(registry: Registry, elsewhere: bool, data: st.DataObject) -> None:
    question = simple(data.draw(of_usage(registry.asked)))
    order = data.draw(
        st.sampled_from([{}, *({"sortBy": sort.name, "sortOrder": order} for sort in USAGE.sorts for order in ("asc", "desc"))])
    )
    query = encoded(question, **order)
    with beginning(elsewhere=elsewhere):
        if is_refused(question):
            assert registry.ask("/process-definition/usage", query).status_code == 400
            return
        wanted = bag([use_of(*found) for found in registry.asked.usage(question)])
        found = registry.listed("usage", query)
        assert bag(found) == wanted
        assert registry.get("/process-definition/usage/count", query) == {"count": len(wanted)}
        check_pages(data, registry, "usage", query, found)
        if order:
            keys = [placed(registry, row[order["sortBy"]]) for row in found]
            assert keys == sorted(keys, reverse=order["sortOrder"] == "desc")


@pytest.mark.parametrize("elsewhere", [False, True])
@FEW
@given(data=st.data())
def test_the_catalog_has_the_values_that_the_files_use(registry: Registry, elsewhere: bool, data: st.DataObject) -> None:
    question = simple(data.draw(of_usage(registry.asked)))
    order = data.draw(
        st.sampled_from([{}, *({"sortBy": sort.name, "sortOrder": order} for sort in VALUES_TABLE.sorts for order in ("asc", "desc"))])
    )
    query = encoded(question, **order)
    with beginning(elsewhere=elsewhere):
        if is_refused(question):
            assert registry.ask("/process-definition/usage/values", query).status_code == 400
            return
        wanted = bag(registry.asked.catalog(question))
        found = registry.listed("usage/values", query)
        assert bag(found) == wanted
        assert registry.get("/process-definition/usage/values/count", query) == {"count": len(wanted)}
        check_pages(data, registry, "usage/values", query, found)
        if order:
            keys = [row[order["sortBy"]] for row in found]
            assert keys == sorted(keys, reverse=order["sortOrder"] == "desc")


@pytest.mark.parametrize("elsewhere", [False, True])
@FEW
@given(data=st.data())
def test_definitions_are_found_by_what_they_use(registry: Registry, elsewhere: bool, data: st.DataObject) -> None:
    question = data.draw(filters(registry.asked, 2))
    groups = data.draw(st.lists(filters(registry.asked, 2, "latestMatching"), max_size=2))
    with beginning(elsewhere=elsewhere):
        body = {**question, "orQueries": groups}
        if is_refused(body):
            assert registry.send("POST", "/process-definition", json=body).status_code == 400
            return
        wanted = sorted(row["id"] for row in registry.asked.definitions(body))
        assert [row["id"] for row in rows_of(registry.send("POST", "/process-definition", json=body))] == wanted
        assert registry.send("POST", "/process-definition/count", json=body).json == {"count": len(wanted)}
        query = encoded(simple(question))
        wanted = sorted(row["id"] for row in registry.asked.definitions(simple(question)))
        assert [row["id"] for row in rows_of(registry.ask("/process-definition", query))] == wanted
        assert registry.get("/process-definition/count", query) == {"count": len(wanted)}
        assert [row["id"] for row in rows_of(registry.ask("/process-definition", f"{query}&firstResult=1&maxResults=3"))] == wanted[1:4]
        ones = sorted(
            row["id"] for row in registry.asked.definitions({**simple(question)}) if question.get("latestMatching") or row["latest"]
        )
        assert [row["id"] for row in registry.listed("grouped", query)] == ones


@pytest.mark.parametrize("elsewhere", [False, True])
def test_callers_are_those_whose_calls_mean_the_version(registry: Registry, elsewhere: bool) -> None:
    with beginning(elsewhere=elsewhere):
        assert len([row for row in registry.asked.rows if registry.asked.callers(row)]) > 10
        for row in registry.asked.rows:
            path, wanted = f"{quote(row['id'])}/static-calling-process-definitions", registry.asked.callers(row)
            found = registry.listed(path, {})
            assert {one["id"]: one["callingActivityIds"] for one in found} == wanted
            assert [one["id"] for one in found] == sorted(wanted)
            assert {one["calledProcessDefinitionId"] for one in found} <= {row["id"]}
            assert registry.listed(path, {"firstResult": "1", "maxResults": "2"}) == found[1:3]
            latest = {one["id"] for one in registry.asked.rows if one["latest"]}
            assert registry.listed(path, {"latestVersion": "true"}) == [one for one in found if one["id"] in latest]


def test_callers_and_called_mirror_each_other(registry: Registry) -> None:
    called, calling = set(), set()
    for row in registry.asked.rows:
        answer = registry.ask(f"/process-definition/{quote(row['id'])}/static-called-process-definitions")
        if answer.status_code == 200:
            called |= {(row["id"], one["id"]) for one in rows_of(answer)}
        calling |= {(one["id"], row["id"]) for one in registry.listed(f"{quote(row['id'])}/static-calling-process-definitions", {})}
    assert called
    assert called <= calling


def test_what_one_definition_uses_is_in_the_order_of_its_file(registry: Registry) -> None:
    for row in registry.asked.rows:
        uses = [use_of(row, use) for use in registry.asked.uses[row["id"]]]
        found = registry.listed(f"{quote(row['id'])}/usage", {})
        assert bag(found) == bag(uses)
        assert list(dict.fromkeys(one["activityId"] for one in found)) == list(dict.fromkeys(one["activityId"] for one in uses))
        topics = registry.listed(f"{quote(row['id'])}/usage", {"kind": "topic"})
        assert topics == [one for one in found if one["kind"] == "topic"]


def check_pages(data: st.DataObject, registry: Registry, path: str, query: str, found: list[dict[str, Any]]) -> None:
    """Pages and cursors give the same rows as the whole list."""
    first, limit = data.draw(st.integers(0, len(found) + 2)), data.draw(st.integers(0, 20))
    with patch.object(reader, "MAX_FORWARD_OFFSET", data.draw(st.sampled_from([0, 2000]))):  # far pages are read from the nearer end
        page = registry.ask(f"/process-definition/{path}", f"{query}&firstResult={first}&maxResults={limit}&total=true")
    assert (rows_of(page), page.headers["X-Total-Count"]) == (found[first : first + limit], str(len(found)))
    size = data.draw(st.integers(5, 60))
    assert followed(lambda cursor: registry.ask(f"/process-definition/{path}", f"{query}&maxResults={size}&cursor={cursor}")) == found


def placed(registry: Registry, key: Any) -> tuple[Any, ...]:
    null_first = registry.store.dialect.name == "sqlite"
    return ((key is None) is not null_first, "" if key is None else key)
