"""The rows of all surfaces as Flask rules: a decision about caching for every GET, and one rule a route."""

from __future__ import annotations

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from procdef.camunda.stubs import empty, execution
from procdef.camunda.surface import BASE, rewrite
from procdef.camunda.surface import ROUTES as CAMUNDA
from procdef.frends.surface import ROUTES as FRENDS
from procdef.http import health
from procdef.http.routes import Cached, Route
from procdef.http.state import RequestState

ROUTES = (*CAMUNDA, *FRENDS, *health.routes.rows)
STUBS = (*empty.routes.rows, *execution.routes.rows)


def name(row: Route) -> str:
    return f"{row.method} {row.path}"


def test_every_get_says_whether_it_is_cached() -> None:
    assert [name(row) for row in ROUTES if (row.cached is None) == (row.method == "GET")] == []


def test_what_does_not_depend_on_the_store_alone_is_never_cached() -> None:
    never = {name(row) for row in ROUTES if row.cached is Cached.NEVER and row not in STUBS}
    assert never == {
        *("GET /version", "GET /engine", "GET /authorization/check", "GET /healthz", "GET /readyz"),
        *("GET /token", "GET /identity/password-policy", "GET /event"),
    }
    assert {row.cached for row in STUBS if row.method == "GET"} == {Cached.NEVER}


PATHS = [
    ("/engine-rest/user", "/engine-rest/user", None),
    ("/engine-rest/engine/a b/user", "/engine-rest/user", "a b"),
    ("/engine-rest/engine/a\nb/user\n", "/engine-rest/user\n", "a\nb"),
    ("/engine-rest/engine", "/engine-rest/engine", None),
    ("/engine-rest/engine/a", "/engine-rest/engine/a", None),
    ("/engine-rest/engine/a/", "/engine-rest/", "a"),
    ("/engine-rest/engine//user", "/engine-rest/engine//user", None),
    ("/engine-rest/engine/a/engine", "/engine-rest/engine/a/engine", None),
    ("/engine-rest/engine/a/engine/", "/engine-rest/engine/a/engine/", None),
    ("/engine-rest/engine/a/engine/b/user", "/engine-rest/engine/a/engine/b/user", None),
    ("/engine-rest/engine/a/engines", "/engine-rest/engines", "a"),
    ("/engine-rest/engine-rest/user", "/engine-rest/engine-rest/user", None),
    ("/engine-rest", "/engine-rest", None),
    ("/engine", "/engine-rest/engine", None),
    ("/engine/", "/engine-rest/engine/", None),
    ("/engine/a/version", "/engine-rest/version", "a"),
    ("/engine/a/user", "/engine/a/user", "a"),
    ("/incident/1", "/engine-rest/incident/1", None),
    ("/incidents", "/incidents", None),
    ("/user", "/user", None),
    ("/api/v1/processes", "/api/v1/processes", None),
    ("/", "/", None),
]


@pytest.mark.parametrize(("path", "rewritten", "engine"), PATHS)
def test_a_path_is_rewritten(path: str, rewritten: str, engine: str | None) -> None:
    state = RequestState()
    assert rewrite(path, state) == rewritten
    assert state.engine == engine


def test_each_route_has_one_rule(app: Flask) -> None:
    assert len([rule for rule in app.url_map.iter_rules() if rule.rule.startswith(BASE)]) == len(CAMUNDA)


def test_the_request_keeps_the_path_as_sent(app: Flask, client: FlaskClient) -> None:
    tags = {client.get(f"{base}/user").headers["ETag"] for base in (BASE, f"{BASE}/engine/default")}
    assert len(tags) == 2
    with app.test_request_context(f"{BASE}/engine/default/user/a/profile") as context:
        assert context.request.path == f"{BASE}/engine/default/user/a/profile"
        assert context.request.view_args == {"id": "a"}


def test_a_url_is_built_from_a_route(app: Flask) -> None:
    with app.test_request_context("/"):
        assert url_for("GET /engine-rest/deployment/{id}", id="a b") == "/engine-rest/deployment/a%20b"
