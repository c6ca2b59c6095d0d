"""Empty resources: lists are empty and counts 0, pages and orders are checked as on the engine, and an id gets the engine's error."""

from __future__ import annotations

from typing import Any

import pytest

from procdef.camunda.stubs.empty import ABSENT_PARTS, CONSTANTS, EMPTY_RESOURCES, EmptyResource
from tests.api import ReadOnlyWorld, error_of

ORDERING = (
    "NotValidException",
    "You should call any of the orderBy methods first before specifying a direction: currentOrderingProperty is null",
    0,
)
DIRECTION = ("NotValidException", "Invalid query: call asc() or desc() after using orderByXX(): direction is null", 0)
POSTED = [kind for kind in EMPTY_RESOURCES if kind.posted]


def each(kinds: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.path) for kind in kinds])


def path_of(kind: EmptyResource) -> str:
    return kind.path.format(id="x")


@each(EMPTY_RESOURCES)
def test_lists_are_empty_and_counts_0_in_every_order(world: ReadOnlyWorld, kind: EmptyResource) -> None:
    for query in ({}, {"firstResult": "1", "maxResults": "2"}, {"maxResults": "-1"}, {"whatever": "x"}):
        assert world.get(path_of(kind), query) == []
    for sort in kind.sorts.split():
        assert world.get(path_of(kind), {"sortBy": sort, "sortOrder": "desc"}) == []
    if kind.counted:
        assert world.get(f"{path_of(kind)}/count", {"maxResults": "x"}) == {"count": 0}


@each(EMPTY_RESOURCES)
@pytest.mark.parametrize(
    ("query", "status", "type_", "message"),
    [
        ("sortBy=zzz&sortOrder=asc", 400, "InvalidRequestException", "Cannot set query parameter 'sortBy' to value 'zzz'"),
        ("sortOrder=asc", 400, "InvalidRequestException", "Only a single sorting parameter specified. sortBy and sortOrder required"),
        ("maxResults=x", 404, "QueryParamException", "HTTP 404 Not Found"),
    ],
)
def test_pages_and_orders_are_checked(world: ReadOnlyWorld, kind: EmptyResource, query: str, status: int, type_: str, message: str) -> None:
    answer = world.ask(path_of(kind), query)
    assert (answer.status_code, answer.json) == (status, {"type": type_, "message": message, "code": None})


@pytest.mark.parametrize("path", ["/metrics", "/metrics/flow-node-instances/sum"])
def test_the_period_of_a_metric_is_checked(world: ReadOnlyWorld, path: str) -> None:
    for name in ("startDate", "endDate"):
        for date in ("", "2026-11-01T00:00:00.000+0000", "2026-11-01T00:00:00Z", "1795737600000"):
            assert world.get(path, {name: date}) in ([], {"result": 0})
        message = 'Cannot convert value "yesterday" to java type java.util.Date'
        answer = world.ask(path, {name: "yesterday"})
        assert (answer.status_code, answer.json) == (400, {"type": "InvalidRequestException", "message": message, "code": None})


@each(POSTED)
def test_a_query_may_be_a_body(world: ReadOnlyWorld, kind: EmptyResource) -> None:
    order = {"sortBy": kind.sorts.split()[0], "sortOrder": "asc"}
    bodies: list[dict[str, Any]] = [{}, {"processDefinitionId": "x"}, {"sorting": None}, {"sorting": [order]}, {"sorting": [{}, None]}]
    for body in bodies:
        assert world.send("POST", path_of(kind), json=body).json == []
        assert world.send("POST", f"{path_of(kind)}/count", json=body).json == {"count": 0}


@each(POSTED)
@pytest.mark.parametrize(
    ("sorting", "error"),
    [
        ([{"sortBy": "zzz", "sortOrder": "asc"}], ORDERING),
        ([{"sortOrder": "asc"}], ORDERING),
        ([{"sortBy": "{}"}], DIRECTION),
        ([{"sortBy": "{}", "sortOrder": "ASC"}], DIRECTION),
        ([{}, {"sortBy": "{}", "sortOrder": "up"}], DIRECTION),
    ],
)
def test_the_order_in_a_body_is_checked(
    world: ReadOnlyWorld, kind: EmptyResource, sorting: list[dict[str, str]], error: tuple[Any, ...]
) -> None:
    first = kind.sorts.split()[0]
    body = {"sorting": [{name: text.replace("{}", first) for name, text in item.items()} for item in sorting]}
    for path in (path_of(kind), f"{path_of(kind)}/count"):
        answer = world.send("POST", path, json=body)
        assert error_of(answer) == (400, *error)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"data": b"[]", "content_type": "application/json"}, 400),
        ({"data": b"{x", "content_type": "application/json"}, 400),
        ({"json": {"sorting": {}}}, 400),
        ({"data": b"x", "content_type": "text/plain"}, 415),
        ({}, 400),
        ({"json": {}, "query_string": "maxResults=x"}, 404),
    ],
)
def test_a_body_that_is_no_query_is_refused(world: ReadOnlyWorld, more: dict[str, Any], status: int) -> None:
    answer = world.send("POST", "/process-instance", **more)
    assert error_of(answer)[0] == status


ERRORS = [(f"{kind.path}/{{id}}", kind.one) for kind in EMPTY_RESOURCES if kind.one is not None] + [
    (path, error) for path, _, error in ABSENT_PARTS
]


@pytest.mark.parametrize(("path", "error"), [pytest.param(path, error, id=path) for path, error in ERRORS])
def test_there_is_none_whatever_the_id(world: ReadOnlyWorld, path: str, error: Any) -> None:
    names = {"id": "a b", "key": "a b"}
    answer = world.ask(path.format_map(names))
    assert error_of(answer) == (error.status, *error.body(**names).values())
    assert "{" not in error_of(answer)[2]


@pytest.mark.parametrize(("path", "value"), [pytest.param(path, value, id=path) for path, _, value, _ in CONSTANTS])
def test_some_answers_are_always_the_same(world: ReadOnlyWorld, path: str, value: Any) -> None:
    assert world.get(path.format(name="x")) == value


def test_telemetry_stays_off(world: ReadOnlyWorld) -> None:
    assert world.send("POST", "/telemetry/configuration", json={"enableTelemetry": True}).status_code == 204
    assert world.get("/telemetry/configuration") == {"enableTelemetry": False}
