"""What holds for every request: methods, paths, media types, prefixes, headers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from procdef.app import HEADERS
from procdef.camunda.surface import ROUTES
from tests.api import BASE, Api, ReadOnlyWorld

NOT_FOUND = {"type": "NotFoundException", "message": "HTTP 404 Not Found", "code": None}
NOT_ALLOWED = {"type": "NotAllowedException", "message": "HTTP 405 Method Not Allowed", "code": None}
NOT_ACCEPTABLE = {"type": "NotAcceptableException", "message": "HTTP 406 Not Acceptable", "code": None}
NOT_SUPPORTED = {"type": "NotSupportedException", "message": "HTTP 415 Unsupported Media Type", "code": None}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def places(world: ReadOnlyWorld) -> dict[str, str]:
    """What stands in the places of the routes' paths."""
    common = {"key": "order", "tenant": "tenant-a", "user": "mary", "group": "sales", "name": "x", "engine": "default"}
    return common | {"deployment": world.names["@deployment1"]}


def of_route(world: ReadOnlyWorld, places: dict[str, str], path: str) -> str:
    ids = {"process-definition": "@order/2", "deployment": "@deployment1", "incident": "@incident1"}
    ident = {"user": "mary", "group": "sales"}.get(path.split("/")[1]) or world.names[ids.get(path.split("/")[1], "@order/2")]
    if "/resources/" in path:
        ident = world.names["@resource1/order.bpmn"]
    return path.format_map({"id": ident, **places})


@pytest.mark.parametrize("path", sorted({row.path for row in ROUTES}))
def test_other_methods_are_refused(world: ReadOnlyWorld, places: dict[str, str], path: str) -> None:
    allowed = {row.method for row in ROUTES if row.path == path}
    for method in METHODS:
        if method not in allowed:
            answer = world.send(method, of_route(world, places, path))
            assert (answer.status_code, answer.json) == (405, NOT_ALLOWED), method
            assert allowed <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("path", sorted({row.path for row in ROUTES} - {row.path for row in ROUTES if row.method == "OPTIONS"}))
def test_options_name_the_methods(world: ReadOnlyWorld, places: dict[str, str], path: str) -> None:
    answer = world.send("OPTIONS", of_route(world, places, path))
    assert (answer.status_code, answer.data) == (200, b"")
    allowed = {row.method for row in ROUTES if row.path == path} | {"OPTIONS"}
    assert set(answer.headers["Allow"].split(", ")) == allowed | ({"HEAD"} if "GET" in allowed else set())
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


GETS = sorted({row.path for row in ROUTES if row.method == "GET"})


@pytest.mark.parametrize("path", GETS)
def test_head_is_get_without_a_body(world: ReadOnlyWorld, places: dict[str, str], path: str) -> None:
    place = of_route(world, places, path)
    get, head = world.send("GET", place), world.send("HEAD", place)
    assert (head.status_code, head.data) == (get.status_code, b"")
    assert {**head.headers, "Content-Length": ""} == {**get.headers, "Content-Length": ""}


@pytest.mark.parametrize("path", GETS)
def test_every_prefix_answers_the_same(world: ReadOnlyWorld, places: dict[str, str], path: str) -> None:
    place = of_route(world, places, path)
    wanted = world.send("GET", place)
    at_root = place.startswith(("/process-definition", "/deployment", "/incident", "/version", "/engine"))
    prefixes = [f"{BASE}/engine/default", *(["", "/engine/default"] if at_root else [])]
    for url in [f"{prefix}{place}" for prefix in prefixes if path != "/engine"] + [f"{BASE}{place}/"]:
        answer = world.client.get(url)
        assert (answer.status_code, answer.data, answer.content_type) == (wanted.status_code, wanted.data, wanted.content_type), url


@pytest.mark.parametrize("path", GETS)
def test_an_unknown_engine_is_refused(world: ReadOnlyWorld, places: dict[str, str], path: str) -> None:
    answer = world.client.get(f"{BASE}/engine/other{of_route(world, places, path)}")
    if path == "/engine":
        assert (answer.status_code, answer.json) == (404, NOT_FOUND)
    elif path == "/version":
        assert answer.json == {"version": "7.24.0"}
    else:
        message = {"type": "InvalidRequestException", "message": "No process engine available", "code": None}
        assert (answer.status_code, answer.json) == (400, message)


@pytest.mark.parametrize("path", [row.path for row in ROUTES if row.method == "GET" and row.produces == "application/json"])
def test_what_is_not_accepted(world: ReadOnlyWorld, places: dict[str, str], path: str) -> None:
    place = of_route(world, places, path)
    for accept in ("text/html", "application/xml", "text/*", "application/hal+json", "junk", ",", "application/json-patch"):
        answer = world.send("GET", place, headers={"Accept": accept})
        assert (answer.status_code, answer.json, answer.content_type) == (406, NOT_ACCEPTABLE, "application/json"), accept
    accepted = world.send("GET", place).status_code
    for accept in ("*/*", "application/*", "", "text/html, */*;q=0.1", "application/json;q=0", "TEXT/html,Application/JSON"):
        answer = world.send("GET", place, headers={"Accept": accept})
        assert (answer.status_code, answer.content_type) == (accepted, "application/json"), accept


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


@pytest.mark.parametrize("path", [row.path for row in ROUTES if row.method in ("PUT", "POST") and row.body is not None])
def test_other_content_types_are_refused(world: ReadOnlyWorld, places: dict[str, str], path: str) -> None:
    method = next(row.method for row in ROUTES if row.path == path and row.body is not None)
    place = of_route(world, places, path)
    for content_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        answer = world.send(method, place, data=b"<x/>", content_type=content_type)
        assert (answer.status_code, answer.json) == (415, NOT_SUPPORTED), content_type


BODIES = [row.path for row in ROUTES if row.method in ("PUT", "POST") and isinstance(row.body, type)]


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("body", [b"{", b"nope", b'{"a":1,}', b"{'a':1}", b'{"a":NaN}', b"\xff", b'"\\ud800"', b"[" * 100_000])
def test_broken_json_is_refused_with_an_empty_message(world: ReadOnlyWorld, places: dict[str, str], path: str, body: bytes) -> None:
    method = next(row.method for row in ROUTES if row.path == path and row.body is not None)
    answer = world.send(method, of_route(world, places, path), data=body, content_type="application/json")
    assert (answer.status_code, answer.json) == (400, {"type": "InvalidRequestException", "message": "", "code": None})


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("body", [[], [1], "text", 5, True])
def test_json_that_is_no_object_is_refused(world: ReadOnlyWorld, places: dict[str, str], path: str, body: Any) -> None:
    method = next(row.method for row in ROUTES if row.path == path and row.body is not None)
    answer = world.send(method, of_route(world, places, path), data=json.dumps(body), content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["type"] == "InvalidRequestException"


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
    monkeypatch.setattr(api.store, "read_rows", lambda *_: 1 / 0)
    answer = api.ask("/process-definition")
    assert (answer.status_code, answer.get_json()["type"]) == (500, "ProcessEngineException")
    assert "division" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_a_body_over_the_limit_is_refused(api: Api) -> None:
    api.app.config["MAX_CONTENT_LENGTH"] = 100
    answer = api.upload([("a.bpmn", b"x" * 200)])
    assert (answer.status_code, list(answer.get_json())) == (413, ["type", "message", "code"])
    answer = api.put("/process-definition/a/suspended", {"suspended": True, "x": "y" * 200})
    assert answer.status_code == 413
