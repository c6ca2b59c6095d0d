"""Where something is used, the catalog of values, definitions by what they use, and callers: what is not asked at random."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest

from procdef.bpmn.facts.kinds import KINDS
from procdef.query import ways
from procdef.query.bound import Bound
from procdef.query.dialects import Dialect
from procdef.query.planner import Lookup, Page, Plan
from procdef.query.table import Table
from procdef.store.models import Filling
from tests.api import Api, error_of
from tests.camunda.registry.test_called import bound, caller
from tests.samples import EXTENSIONS, MODEL, bpmn

USAGE, VALUES, CALLING = "/process-definition/usage", "/process-definition/usage/values", "static-calling-process-definitions"
LONG = "x" * 100_000
KNOWN = "the kinds are " + ", ".join(KINDS)
BAD: dict[str, tuple[str, str, str]] = {
    "unknown kind": (USAGE, "kind=topics", f"Cannot set query parameter 'kind' to value 'topics': has the unknown kind 'topics'; {KNOWN}"),
    "unknown kind of values": (VALUES, "kind=a", f"Cannot set query parameter 'kind' to value 'a': has the unknown kind 'a'; {KNOWN}"),
    "value and pattern": (USAGE, "value=a&valueLike=b", "Only one of the query parameters 'value' and 'valueLike' can be given."),
    "unknown order": (USAGE, "sortBy=key&sortOrder=asc", "Cannot set query parameter 'sortBy' to value 'key'"),
    "half an order": (VALUES, "sortBy=value", "Only a single sorting parameter specified. sortBy and sortOrder required"),
    "foreign cursor": (USAGE, "cursor=abc", "The query parameter 'cursor' is not a cursor of this list with these filters and this order."),
    "a filter of definitions": (
        USAGE,
        "version=x",
        "Cannot set query parameter 'version' to value 'x': Cannot convert value x to java type ",
    ),
    "both latest": (VALUES, "latestVersion=true&latestMatching=true", "Only one of latestVersion and latestMatching can be true"),
    "no value": ("/process-definition", "uses=topic", "Cannot set query parameter 'uses' to value 'topic': has a use without a value"),
    "no kind": ("/process-definition/count", "uses=:a", "Cannot set query parameter 'uses' to value ':a': has the unknown kind ''"),
    "empty": ("/process-definition/grouped", "uses=", "Cannot set query parameter 'uses' to value '': has a use without a value"),
    "too many": ("/process-definition", "uses=topic:a&" * 11, "The query parameter 'uses' is given 11 times; at most 10 are possible."),
    "of one definition": (
        "/process-definition/key/order/usage",
        "kind=x",
        "Cannot set query parameter 'kind' to value 'x': has the unknown",
    ),
    "of callers": (
        f"/process-definition/key/order/{CALLING}",
        "latestVersion=x",
        "Cannot set query parameter 'latestVersion' to value 'x'",
    ),
}


def using(key: str, *tasks: str) -> bytes:
    """A file of a process with these attributes of service tasks: `t1`, `t2`, …"""
    parts = "".join(f'<serviceTask id="t{number}" {attributes}/>' for number, attributes in enumerate(tasks, 1))
    process = f'<process id="{key}" isExecutable="true"><startEvent id="s"/>{parts}</process>'
    return f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="x">{process}</definitions>'.encode()


def topic(value: str) -> str:
    return f'c:type="external" c:topic="{value}"'


@contextmanager
def beginning(*, elsewhere: bool) -> Iterator[None]:
    """Lists begin where the planner says; or elsewhere, never with a condition that has a number."""
    plan = ways.plan

    def other(table: Table, dialect: Dialect, bound: Bound, found: Lookup, page: Page) -> Plan:
        planned = plan(table, dialect, bound, found, page)
        avoiding = None if planned.bound is None else planned.bound._replace(avoided=frozenset(found.matches), sought=frozenset())
        return planned._replace(bound=avoiding)

    with patch.object(ways, "plan", other if elsewhere else plan):
        yield


@pytest.fixture
def order(api: Api) -> Api:
    """Two versions of a process, the second of which has another topic."""
    api.deploy(("order.bpmn", using("order", topic("shipping"), topic("shipping"), 'c:class="org.Pay"')))
    api.deploy(("order.bpmn", using("order", topic("shipping-v2"), 'c:class="org.Pay"', 'c:class="${pay}"')))
    return api


def test_a_use_has_its_members(order: Api) -> None:
    (row,) = order.get(USAGE, {"kind": "class", "value": "org.Pay", "latestVersion": "true"})
    ident = row.pop("processDefinitionId")
    assert ident.startswith("order:2:")
    assert row == {
        "kind": "class",
        "value": "org.Pay",
        "dynamic": False,
        "activityId": "t2",
        "activityType": "serviceTask",
        "activityName": None,
        "processDefinitionKey": "order",
        "processDefinitionVersion": 2,
        "versionTag": None,
        "tenantId": None,
    }
    assert [row["dynamic"] for row in order.get(USAGE, {"value": "${pay}"})] == [True]


def test_the_catalog_counts_definitions_and_activities(order: Api) -> None:
    rows = {row["value"]: (row["definitions"], row["activities"]) for row in order.get(VALUES)}
    assert rows == {"shipping": (1, 2), "shipping-v2": (1, 1), "org.Pay": (2, 2), "${pay}": (1, 1)}
    latest = order.get(VALUES, {"latestVersion": "true", "sortBy": "value", "sortOrder": "asc"})
    assert [(row["value"], row["definitions"], row["activities"]) for row in latest] == [
        *(("${pay}", 1, 1), ("org.Pay", 1, 1), ("shipping-v2", 1, 1)),
    ]
    assert order.get(f"{VALUES}/count", {"kind": "topic"}) == {"count": 2}
    assert order.get(f"{VALUES}/count", {"kind": "topic", "latestVersion": "true"}) == {"count": 1}


def test_a_value_is_found_over_all_kinds(api: Api) -> None:
    api.deploy(("a.bpmn", using("a", topic("same"), 'c:class="same"', topic("other"))))
    assert [row["kind"] for row in api.get(USAGE, {"value": "same"})] == ["topic", "class"]
    assert api.get(USAGE, {"value": "none"}) == []
    assert api.get(f"{USAGE}/count", {"value": "none"}) == {"count": 0}


@pytest.mark.parametrize("value", ["a:b", "a,b", "ü", "a b", "%", "日本", LONG])
def test_a_value_may_have_any_characters_and_length(api: Api, value: str) -> None:
    api.deploy(("a.bpmn", using("a", topic(value))), ("b.bpmn", using("b", topic("else"))))
    assert api.keys({"uses": f"topic:{value}"}) == ["a"]
    assert [row["value"] for row in api.get(USAGE, {"kind": "topic", "value": value})] == [value]
    answer = api.send("POST", "/process-definition", json={"uses": [f"topic:{value}"]})
    assert [row["key"] for row in answer.json or []] == ["a"]


def test_all_given_uses_must_hold_and_in_an_or_group_one(order: Api) -> None:
    def versions(*uses: str) -> list[Any]:
        return order.keys(urlencode([("uses", use) for use in uses]), member="version")

    assert versions("class:org.Pay") == [1, 2]
    assert versions("class:org.Pay", "topic:shipping") == [1]
    assert versions("class:org.Pay", "class:org.Pay") == [1, 2]
    assert versions("topic:shipping", "topic:shipping-v2") == []
    body = {"orQueries": [{"uses": ["topic:shipping", "topic:shipping-v2"]}, {"version": 2, "uses": ["topic:none"]}]}
    assert [row["version"] for row in order.send("POST", "/process-definition", json=body).json or []] == [2]
    assert [row["version"] for row in order.get("/process-definition/grouped", {"uses": "class:org.Pay"})] == [2]


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_clear_400(order: Api, name: str) -> None:
    path, query, message = BAD[name]
    status, kind, text, code = error_of(order.ask(path, query))
    assert (status, kind, code) == (400, "InvalidRequestException", None)
    assert text.startswith(message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"uses": ["x:1"]}, f"The member 'uses' has the unknown kind 'x'; {KNOWN}."),
        ({"uses": "topic:a"}, "The member 'uses' is not a list."),
        ({"uses": [None]}, "The member 'uses' has a use without a value"),
        ({"uses": [1]}, "The member 'uses' has a use without a value"),
        ({"uses": ["topic:a"] * 11}, "The member 'uses' has 11 items; at most 10 are possible."),
        ({"orQueries": [{"uses": ["x:1"]}]}, "The member 'orQueries.0.uses' has the unknown kind 'x'"),
    ],
)
def test_bad_uses_of_a_body_are_a_clear_400(api: Api, body: Any, message: str) -> None:
    status, _, text, _ = error_of(api.send("POST", "/process-definition", json=body))
    assert status == 400
    assert text.startswith(message)


def test_an_unknown_definition_uses_nothing(api: Api) -> None:
    for path in ("none", "key/none", "key/none/tenant-id/t"):
        for of in ("usage", CALLING):
            assert error_of(api.ask(f"/process-definition/{path}/{of}"))[0] == 404


def test_what_a_definition_uses_is_found_by_each_addressing(api: Api) -> None:
    (ident,) = api.deploy(("a.bpmn", using("a", topic("x"))), tenant_id="t")["deployedProcessDefinitions"]
    api.deploy(("a.bpmn", using("a", topic("y"))))
    assert [row["value"] for row in api.get(f"/process-definition/{ident}/usage")] == ["x"]
    assert [row["value"] for row in api.get("/process-definition/key/a/tenant-id/t/usage")] == ["x"]
    assert [row["value"] for row in api.get("/process-definition/key/a/usage")] == ["y"]


def test_an_index_that_is_not_complete_is_shown(order: Api) -> None:
    (ident,) = (row["id"] for row in order.get("/process-definition", {"latestVersion": "true"}))
    made_of_it = [
        USAGE,
        f"{USAGE}/count",
        VALUES,
        f"{VALUES}/count",
        "/process-definition?uses=topic:a",
        "/process-definition/count?uses=topic:a",
    ]
    made_of_it += [f"/process-definition/{ident}/{of}" for of in ("usage", CALLING)]
    assert [path for path in made_of_it if "X-Usage-Index" in order.ask(*path.split("?")).headers] == []
    with order.store.write() as database:
        Filling.insert(id=1, after="", holder="x", until="2999-01-01 00:00:00.000").execute(database)
    assert [path for path in made_of_it if order.ask(*path.split("?")).headers.get("X-Usage-Index") != "incomplete"] == []
    assert "X-Usage-Index" not in order.ask("/process-definition").headers
    answer = order.send("POST", "/process-definition", json={"orQueries": [{"uses": ["topic:a"]}]})
    assert answer.headers["X-Usage-Index"] == "incomplete"


def test_usage_is_conditional(order: Api) -> None:
    for path in (USAGE, VALUES, f"{USAGE}/count", "/process-definition/key/order/usage", f"/process-definition/key/order/{CALLING}"):
        tag = order.ask(path).headers["ETag"]
        assert order.send("GET", path, headers={"If-None-Match": tag}).status_code == 304
        assert order.send("HEAD", path).headers["ETag"] == tag
    assert order.ask(USAGE, {"value": "shipping"}).headers["ETag"]


def test_callers_of_each_binding(api: Api) -> None:
    api.deploy(("called.bpmn", bpmn("called", versionTag="one")))
    api.deploy(("called.bpmn", bpmn("called", versionTag="two")))
    calls = ('calledElement="called"', bound("version", Version="1"), bound("versionTag", VersionTag="one"), bound("deployment"))
    api.deploy(caller(*calls, 'calledElement="${x}"', bound("version", Version="x"), bound("version", Version="${v}")))
    api.deploy(caller('calledElement="called"'), tenant_id="t")
    first, second = (row["id"] for row in api.get("/process-definition", {"key": "called"}))
    found = [api.get(f"/process-definition/{ident}/{CALLING}") for ident in (first, second)]
    assert [[row["callingActivityIds"] for row in rows] for rows in found] == [[["c2", "c3"]], [["c1"]]]
    assert [row["calledProcessDefinitionId"] for rows in found for row in rows] == [first, second]
    assert {"key", "version", "tenantId", "startableInTasklist"} < found[0][0].keys()


def test_a_process_that_calls_itself_is_its_own_caller(api: Api) -> None:
    api.deploy(caller('calledElement="caller"'))
    api.deploy(caller('calledElement="caller" c:calledElementBinding="deployment"'))
    first, second = (row["id"] for row in api.get("/process-definition", {"key": "caller"}))
    assert api.get(f"/process-definition/{first}/{CALLING}") == []
    assert [row["id"] for row in api.get(f"/process-definition/{second}/{CALLING}")] == [first, second]
    assert [row["id"] for row in api.get(f"/process-definition/{second}/{CALLING}", {"latestVersion": "true"})] == [second]
