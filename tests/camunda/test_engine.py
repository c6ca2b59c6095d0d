"""The requests about the engine, which clients send when they start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from procdef.camunda.engine import WEBAPPS
from procdef.settings import load
from tests.api import ReadOnlyWorld
from tests.conftest import running_app


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/version", {"version": "7.24.0"}),
        ("/engine", [{"name": "default"}]),
        ("/engine/default/version", {"version": "7.24.0"}),
        ("/deployment?maxResults=0", []),
        ("/user/count", {"count": 2}),
        ("/group/count", {"count": 2}),
    ],
)
def test_answers(world: ReadOnlyWorld, path: str, body: Any) -> None:
    assert world.get(path) == body


@pytest.mark.parametrize("path", ["/engine/default", "/engine/default/engine", "/engine/other", "/engine/other/engine"])
def test_an_engine_alone_is_not_there(world: ReadOnlyWorld, path: str) -> None:
    answer = world.ask(path)
    assert (answer.status_code, answer.json) == (404, {"type": "NotFoundException", "message": "HTTP 404 Not Found", "code": None})


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_web_apps_that_a_setting_names(tmp_path: Path, slash: str) -> None:
    named = {"PROCDEF_WEBAPPS_URL": f"https://engine.example.org/camunda/app{slash}", "PROCDEF_AUTH": "basic"}
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/p.db", **named})) as app:
        answer = app.test_client().get(WEBAPPS)  # without credentials
        apps = {f"{name}Url": f"https://engine.example.org/camunda/app/{name}" for name in ("admin", "cockpit", "tasklist")}
        assert (answer.status_code, answer.json, answer.content_type) == (200, apps, "application/json")


def test_no_web_apps_without_the_setting(world: ReadOnlyWorld) -> None:
    answer = world.client.get(WEBAPPS)
    assert (answer.status_code, answer.json) == (404, {"type": "NotFoundException", "message": "HTTP 404 Not Found", "code": None})
    assert world.ask(WEBAPPS).status_code == 404


def test_credentials_are_not_looked_at(world: ReadOnlyWorld) -> None:
    for header in ("Basic bm9ib2R5Ong=", "Bearer x", "junk"):
        assert world.send("GET", "/process-definition/count", headers={"Authorization": header}).status_code == 200


def test_the_groups_of_a_user(world: ReadOnlyWorld) -> None:
    found = world.get("/identity/groups?userId=mary")
    assert found["groups"] == [{"id": "sales", "name": "Sales people"}]
    assert {item["id"] for item in found["groupUsers"]} == {"john"}
    answer = world.ask("/identity/groups")
    assert (answer.status_code, answer.get_json()["message"]) == (400, "No user id was supplied")
