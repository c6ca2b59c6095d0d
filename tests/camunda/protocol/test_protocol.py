"""The rules for all requests: methods, paths, media types, prefixes, headers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from procdef.app import HEADERS
from procdef.camunda.surface import ROOT_ALIASES, ROUTES
from procdef.http.routes import JSON
from procdef.store.reader import StoreReader
from tests.api import BASE, Api, ReadOnlyWorld
from tests.samples import bpmn

NOT_FOUND = {"type": "NotFoundException", "message": "HTTP 404 Not Found", "code": None}
NOT_ALLOWED = {"type": "NotAllowedException", "message": "HTTP 405 Method Not Allowed", "code": None}
NOT_ACCEPTABLE = {"type": "NotAcceptableException", "message": "HTTP 406 Not Acceptable", "code": None}
NOT_SUPPORTED = {"type": "NotSupportedException", "message": "HTTP 415 Unsupported Media Type", "code": None}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


FIRST = {"process-definition": "@order/2", "deployment": "@deployment1", "incident": "@incident1"}
RESOURCES = sorted({route.path.split("/")[1] for route in ROUTES})
"""The first segments of the routes. The routes of one first segment are tested together."""


def paths(resource: str, *methods: str) -> list[str]:
    """The paths with a first segment; with `methods`, only those that have one of them."""
    of_resource = [route for route in ROUTES if route.path.split("/")[1] == resource]
    return sorted({route.path for route in of_resource if not methods or route.method in methods})


def methods_of(path: str) -> set[str]:
    return {route.method for route in ROUTES if route.path == path}


def path_of(world: ReadOnlyWorld, path: str) -> str:
    """The path of a route with the ids of existing objects."""
    resource = path.split("/")[1]
    ident = {"user": "mary", "group": "sales"}.get(resource) or world.names[FIRST.get(resource, "@order/2")]
    idents = {"id": world.names["@resource1/order.bpmn"] if "/resources/" in path else ident, "deployment": world.names["@deployment1"]}
    common = {"key": "order", "tenant": "tenant-a", "user": "mary", "group": "sales", "member": "x", "name": "x"}
    common["other"] = world.names["@order/1"]
    return path.format_map({**common, **idents})


@pytest.mark.parametrize("resource", RESOURCES)
def test_other_methods_are_refused(world: ReadOnlyWorld, resource: str) -> None:
    for path in paths(resource):
        for method in set(METHODS) - methods_of(path):
            answer = world.send(method, path_of(world, path))
            assert (answer.status_code, answer.json) == (405, NOT_ALLOWED), (method, path)
            assert methods_of(path) <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("resource", RESOURCES)
def test_options_name_the_methods(world: ReadOnlyWorld, resource: str) -> None:
    for path in set(paths(resource)) - set(paths(resource, "OPTIONS")):
        answer = world.send("OPTIONS", path_of(world, path))
        assert (answer.status_code, answer.data) == (200, b""), path
        allowed = methods_of(path) | {"OPTIONS"}
        assert set(answer.headers["Allow"].split(", ")) == allowed | ({"HEAD"} if "GET" in allowed else set())
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("resource", RESOURCES)
def test_head_is_get_without_a_body(world: ReadOnlyWorld, resource: str) -> None:
    for path in paths(resource, "GET"):
        get, head = (world.send(method, path_of(world, path), headers={"X-Request-Id": "x"}) for method in ("GET", "HEAD"))
        assert (head.status_code, head.data) == (get.status_code, b""), path
        assert {**head.headers, "Content-Length": ""} == {**get.headers, "Content-Length": ""}, path


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_prefix_answers_the_same(world: ReadOnlyWorld, resource: str) -> None:
    prefixes = ["", "/engine/default"] if f"/{resource}" in ROOT_ALIASES else []
    for path in paths(resource, "GET"):
        url_path = path_of(world, path)
        wanted = world.send("GET", url_path)
        for url in [f"{prefix}{url_path}" for prefix in (f"{BASE}/engine/default", *prefixes) if path != "/engine"] + [
            f"{BASE}{url_path}/"
        ]:
            answer = world.client.get(url)
            assert (answer.status_code, answer.data, answer.content_type) == (wanted.status_code, wanted.data, wanted.content_type), url


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_unknown_engine_is_refused(world: ReadOnlyWorld, resource: str) -> None:
    for path in paths(resource, "GET"):
        answer = world.client.get(f"{BASE}/engine/other{path_of(world, path)}")
        if path == "/engine":
            assert (answer.status_code, answer.json) == (404, NOT_FOUND)
        elif path == "/version":
            assert answer.json == {"version": "7.24.0"}
        else:
            message = {"type": "InvalidRequestException", "message": "No process engine available", "code": None}
            assert (answer.status_code, answer.json) == (400, message), path


@pytest.mark.parametrize("resource", sorted({route.path.split("/")[1] for route in ROUTES if route.produces == "application/json"}))
def test_what_is_not_accepted(world: ReadOnlyWorld, resource: str) -> None:
    for path in [
        route.path for route in ROUTES if route.path in paths(resource, "GET") and route.method == "GET" and route.produces == JSON
    ]:
        url_path = path_of(world, path)
        others = next(route.also for route in ROUTES if route.path == path and route.method == "GET")
        accepted = {*others, *(f"{media.partition('/')[0]}/*" for media in others)}
        for accept in {"text/html", "application/xml", "text/*", "application/hal+json", "junk", ",", "application/json-patch"} - accepted:
            answer = world.send("GET", url_path, headers={"Accept": accept})
            assert (answer.status_code, answer.json, answer.content_type) == (406, NOT_ACCEPTABLE, JSON), (path, accept)
        wanted = world.send("GET", url_path)
        for accept in ("*/*", "application/*", "", "text/html, */*;q=0.1", "application/json;q=0", "TEXT/html,Application/JSON"):
            answer = world.send("GET", url_path, headers={"Accept": accept})
            assert (answer.status_code, answer.data, answer.content_type) == (wanted.status_code, wanted.data, JSON), (path, accept)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/json;charset=utf-8", "application/json;charset=utf-8"),
        ("application/json; charset=UTF-8", "application/json;charset=UTF-8"),
        ('application/json;charset="utf-8"', "application/json;charset=utf-8"),
        ("application/json;charset=utf-8;foo=bar", "application/json;foo=bar;charset=utf-8"),
        ("application/json;q=0.5;charset=utf-8, */*;q=0.1", "application/json;charset=utf-8"),
        ("application/json, application/json;charset=utf-8", "application/json"),
        ("*/*;charset=utf-8", "application/json"),
        ("application/json;charset=", "application/json"),
        ('application/json;charset="a\\"b"', "application/json"),
    ],
)
def test_a_charset_is_echoed(world: ReadOnlyWorld, accept: str, content_type: str) -> None:
    for path in ("/process-definition", "/process-definition/count", "/version", f"/process-definition/{world.names['@order/2']}"):
        assert world.send("GET", path, headers={"Accept": accept}).content_type == content_type
    refused = world.send("GET", "/process-definition/nope", headers={"Accept": accept})
    assert (refused.status_code, refused.content_type) == (404, "application/json")


def test_406_precedes_what_is_not_found(world: ReadOnlyWorld) -> None:
    for path in ("/process-definition/nope", "/process-definition?version=abc", "/deployment/nope"):
        assert world.send("GET", path, headers={"Accept": "text/html"}).status_code == 406
    assert world.send("GET", "/process-definition/nope/diagram", headers={"Accept": "text/html"}).status_code == 400


def test_an_unknown_key_precedes_406(world: ReadOnlyWorld) -> None:
    for route in ROUTES:
        if route.method == "GET" and route.path.startswith("/process-definition/key/"):
            unknown = world.send("GET", re.sub(r"{\w+}", "nope", route.path), headers={"Accept": "application/hal+json"})
            assert (unknown.status_code, unknown.get_json()["message"][:36]) == (404, "No matching process definition with "), route.path
    assert world.send("GET", "/process-definition/key/order/xml", headers={"Accept": "application/hal+json"}).status_code == 406


TASKS = '{"_links":{"self":{"href":"/task"}},"_embedded":{"task":[]},"count":0}'
HAL = "application/hal+json"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (HAL, HAL),
        (f"{HAL}, {JSON}", HAL),
        (f"{JSON}, {HAL}", JSON),
        (f"{HAL};q=0.5, {JSON}", JSON),
        (f"{JSON};q=0.2, {HAL};q=0.8", HAL),
        (f"*/*, {HAL}", HAL),
        (f"text/html, {HAL}", HAL),
        (f"{HAL};q=0", HAL),
        (f"{HAL};q=0.1, */*;q=0.8", JSON),
        (f"{HAL};charset=utf-8", f"{HAL};charset=utf-8"),
    ],
)
def test_tasks_are_listed_as_hal(world: ReadOnlyWorld, accept: str, content_type: str) -> None:
    for path in ("/task", "/task?firstResult=2&assignee=x", "/engine/default/task"):
        answer = world.send("GET", path, headers={"Accept": accept})
        assert (answer.status_code, answer.content_type, answer.text) == (200, content_type, TASKS if HAL in content_type else "[]")
        assert "Accept" in answer.vary


def test_only_tasks_have_hal(world: ReadOnlyWorld) -> None:
    asked = [
        ("GET", "/task?sortBy=x", 400),
        ("GET", "/task/nope", 404),
        ("GET", "/task/count", 406),
        ("POST", "/task", 406),
        ("GET", "/filter", 406),
    ]
    for method, path, status in asked:
        answer = world.send(method, path, headers={"Accept": HAL}, **({"json": {}} if method == "POST" else {}))
        assert (answer.status_code, answer.content_type) == (status, JSON), path


def paths_that_are_not() -> Iterator[str]:
    yield from ("", "/", "/nope", "/openapi", "/process-definitions", "/Process-Definition", "/engine/default", "/engine/default/engine")
    yield from ("/process-definition//count", "//process-definition", "/process-definition/count/x", "/process-definition/a/b/c/d")
    yield from ("/process-definition/key//xml", "/process-definition/key/order/tenant-id/", "/process-definition/key/order/tenant-id/a/b")
    yield from ("/deployment//resources", "/deployment/a/resources/b/data/c", "/engine/default//version", "/%2e%2e/version")


@pytest.mark.parametrize("path", list(paths_that_are_not()))
def test_unknown_paths(world: ReadOnlyWorld, path: str) -> None:
    for method in METHODS:
        answer = world.send(method, path)
        assert (answer.status_code, answer.json) == (404, NOT_FOUND), method


def test_only_some_paths_stand_at_the_root(world: ReadOnlyWorld) -> None:
    for path in ("/user", "/group", "/user/count", "/identity", "/process-definitionx"):
        assert world.client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/process-definition/key", "/process-definition/key/"])
def test_key_alone_is_an_id(world: ReadOnlyWorld, path: str) -> None:
    answer = world.send("GET", path)
    assert (answer.status_code, answer.get_json()["message"]) == (404, "No matching definition with id key")


def test_colons_in_ids_may_be_encoded(world: ReadOnlyWorld) -> None:
    ident = world.names["@order/2"]
    for written in (ident, ident.replace(":", "%3A"), ident.replace(":", "%3a")):
        assert world.get(f"/process-definition/{written}")["id"] == ident
        assert world.get(f"/process-definition?processDefinitionId={written}")[0]["id"] == ident


BODIES = [route for route in ROUTES if route.method in ("PUT", "POST") and route.body is not None]
JSON_BODIES = [route for route in BODIES if isinstance(route.body, type)]
BROKEN = [b"{", b"nope", b'{"a":1,}', b"{'a':1}", b'{"a":NaN}', b"\xff", b'"\\ud800"', b"[" * 100_000]


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_other_content_types_are_refused(world: ReadOnlyWorld, content_type: str) -> None:
    for route in BODIES:
        answer = world.send(route.method, path_of(world, route.path), data=b"<x/>", content_type=content_type)
        assert (answer.status_code, answer.json) == (415, NOT_SUPPORTED), route.path


@pytest.mark.parametrize("body", BROKEN)
def test_broken_json_is_refused_with_what_is_wrong(world: ReadOnlyWorld, body: bytes) -> None:
    for route in JSON_BODIES:
        answer = world.send(route.method, path_of(world, route.path), data=body, content_type=JSON)
        found = answer.get_json()
        assert (answer.status_code, found["type"], found["code"]) == (400, "InvalidRequestException", None), route.path
        assert re.fullmatch(r"The body is not JSON: .+\.", found["message"]), route.path


@pytest.mark.parametrize("body", ['{"unknown":1}', ' {"unknown":"ä"}'])
def test_json_is_read_in_every_encoding(world: ReadOnlyWorld, body: str) -> None:
    for route in JSON_BODIES:
        url_path = re.sub(r"{\w+}", "none", route.path)
        wanted = world.send(route.method, url_path, data=body.encode(), content_type=JSON)
        for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
            answer = world.send(route.method, url_path, data=body.encode(encoding), content_type=JSON)
            assert (answer.status_code, answer.data) == (wanted.status_code, wanted.data), (route.path, encoding)


@pytest.mark.parametrize(
    ("header", "value", "status", "type", "says"),
    [
        ("Content-Encoding", "gzip", 415, "NotSupportedException", "The Content-Encoding 'gzip' is not supported."),
        ("Content-Encoding", "BR", 415, "NotSupportedException", "The Content-Encoding 'br' is not supported."),
        ("Transfer-Encoding", "gzip, chunked", 501, "RestException", "The Transfer-Encoding 'gzip, chunked' is not supported."),
    ],
)
def test_a_coded_body_is_refused_by_its_name(world: ReadOnlyWorld, header: str, value: str, status: int, type: str, says: str) -> None:  # noqa: A002
    for route in BODIES:
        answer = world.send(route.method, path_of(world, route.path), data=b"{}", content_type=JSON, headers={header: value})
        found = answer.get_json()
        assert (answer.status_code, found["type"], found["code"]) == (status, type, None), route.path
        assert found["message"].startswith(says)


def test_a_body_that_says_it_is_not_coded_is_read(world: ReadOnlyWorld) -> None:
    headers = {"Content-Encoding": "identity", "Transfer-Encoding": "chunked"}
    assert world.send("POST", "/task/count", json={}, headers=headers).json == {"count": 0}


@pytest.mark.parametrize("body", [[], [1], "text", 5, True, None])
def test_json_that_is_no_object_is_refused(world: ReadOnlyWorld, body: Any) -> None:
    for route in JSON_BODIES:
        answer = world.send(route.method, path_of(world, route.path), data=json.dumps(body), content_type=JSON)
        assert (answer.status_code, answer.get_json()["type"]) == (400, "InvalidRequestException"), route.path


ANSWERS = ["/process-definition", "/version", "/nope", "/process-definition/nope", "/process-definition?version=a", "/deployment/create"]


@pytest.mark.parametrize("path", ANSWERS)
@pytest.mark.parametrize("method", [*METHODS, "HEAD", "OPTIONS"])
def test_headers_on_every_answer(world: ReadOnlyWorld, path: str, method: str) -> None:
    answer = world.send(method, path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == "no-cache"
    if answer.status_code >= 400 and method != "HEAD":
        assert list(answer.get_json()) == ["type", "message", "code"]
        assert answer.content_type == "application/json"


def test_an_unforeseen_error_is_logged_and_not_shown(app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    api = Api(app)
    monkeypatch.setattr(StoreReader, "rows", lambda *_: 1 / 0)
    answer = api.ask("/process-definition")
    assert (answer.status_code, answer.get_json()["type"]) == (500, "ProcessEngineException")
    assert "division" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_a_body_over_the_limit_is_refused(api: Api) -> None:
    api.app.config["MAX_CONTENT_LENGTH"] = 100
    wanted = {"type": "InvalidRequestException", "message": "The body has more than 100 bytes (PROCDEF_MAX_BODY).", "code": None}
    answer = api.upload([("a.bpmn", b"x" * 200)])
    assert (answer.status_code, answer.json) == (413, wanted)
    answer = api.put("/process-definition/a/suspended", {"suspended": True, "x": "y" * 200})
    assert (answer.status_code, answer.json) == (413, wanted)


def test_a_body_that_is_not_there_is_no_unexpected_error(api: Api) -> None:
    for route in ROUTES:
        if route.body is not None:
            answer = api.send(route.method, re.sub(r"{\w+}", "x", route.path))
            assert answer.status_code != 500, (route.method, route.path)


def test_a_history_time_to_live_without_body_is_one_of_null(api: Api) -> None:
    (ident,) = api.deploy(("order.bpmn", bpmn("order")))["deployedProcessDefinitions"]
    path = f"/process-definition/{ident}/history-time-to-live"
    bodies: list[dict[str, Any]] = [{}, {"historyTimeToLive": None}]
    for answer in (api.send("PUT", path), *(api.send("PUT", path, json=body) for body in bodies)):
        assert (answer.status_code, answer.get_json()["message"]) == (400, "Null historyTimeToLive values are not allowed")
