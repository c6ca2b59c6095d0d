"""What a probe is answered: whether the process is alive, whether it can answer requests, and what needs an operator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import jsonschema
import orjson
import pytest
from flask.testing import FlaskClient

from procdef.camunda import surface
from procdef.camunda.openapi import text_of
from procdef.errors import InvalidSetting, Unavailable
from procdef.http import health
from procdef.settings import load
from procdef.store import condition
from procdef.store.clock import now
from procdef.store.jobs.scheduled_jobs import SUSPENSION, schedule, suspension
from procdef.store.models import Job
from tests.api import Api
from tests.conftest import running_app


@pytest.fixture(params=["", "basic,token"])
def client(database_url: str, request: pytest.FixtureRequest) -> Iterator[FlaskClient]:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_AUTH": request.param})) as app:
        yield app.test_client()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_is_open_and_never_kept(client: FlaskClient, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = client.open(path, method=method, headers={"Host": "10.0.0.7:8080", "Accept": "text/plain"})
        assert (answer.status_code, answer.content_type) == (200, "application/json")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
    found = orjson.loads(client.get(path).data)
    assert (found["status"], found.get("warnings", [])) == ("up", [])


def test_a_store_that_is_away(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise Unavailable("No connection.")

    monkeypatch.setattr(api.store.everything, "revision", fail)
    assert api.client.get("/healthz").status_code == 200
    answer = api.client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        503,
        {"type": "ProcessEnginePersistenceException", "message": "No connection.", "code": None},
    )


def ready(api: Api) -> dict[str, Any]:
    answer = api.client.get("/readyz")
    assert answer.status_code == 200, answer.text
    jsonschema.validate(answer.json, health.STATE)
    found: dict[str, Any] = orjson.loads(answer.data)
    return found


def test_a_new_store_has_no_warnings(api: Api) -> None:
    found = ready(api)
    free = found.pop("disk")["freeBytes"]
    assert found == {
        "status": "up",
        "warnings": [],
        "schema": {"state": "current"},
        "jobs": {"scheduled": 0, "due": 0, "failed": 0, "oldestDueSeconds": 0},
        "hooks": {"parked": 0},
        "mirror": {"lastCopy": None, "ageSeconds": None},
    }
    assert (free is None) is ("sqlite" not in api.store.settings.database_url)


@pytest.mark.parametrize(
    ("due", "failed", "warnings"),
    [
        ("2020-01-01 00:00:00.000", None, ["jobs"]),
        ("2999-01-01 00:00:00.000", None, []),
        ("2020-01-01 00:00:00.000", "2020-01-02 00:00:00.000", ["jobs"]),
        ("now", None, []),
    ],
)
def test_jobs_that_fail_or_wait_are_a_warning(api: Api, due: str, failed: str | None, warnings: list[str]) -> None:
    with api.store.write() as database:
        schedule(database, SUSPENSION, now() if due == "now" else due, suspension(suspended=True, key="order"))
        Job.update(failed=failed).execute(database)
    found = ready(api)
    assert found["warnings"] == warnings
    assert sum(found["jobs"][state] for state in ("scheduled", "due", "failed")) == 1
    assert (found["jobs"]["oldestDueSeconds"] > 60) is (warnings == ["jobs"] and failed is None)


def test_a_full_disk_is_a_warning_only(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, warnings in ((condition.LEAST_SPACE - 1, ["disk"]), (condition.LEAST_SPACE, []), (None, [])):
        monkeypatch.setattr(condition, "free_space", lambda _store, free=free: free)
        found = ready(api)
        assert (found["disk"]["freeBytes"], found["warnings"]) == (free, warnings)


def test_an_older_schema_is_not_ready_and_a_newer_one_is_a_warning(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(api.store), "pending_migrations", lambda _store: ["0099_x"])
    answer = api.client.get("/readyz")
    assert (answer.status_code, orjson.loads(answer.data)["message"][:36]) == (503, "The schema of the store is too old: ")

    def newer(_store: object) -> list[str]:
        raise InvalidSetting("newer")

    monkeypatch.setattr(type(api.store), "pending_migrations", newer)
    found = ready(api)
    assert (found["schema"], found["warnings"]) == ({"state": "newer"}, ["schema"])


def test_the_last_copy_of_an_engine_is_told(api: Api) -> None:
    condition.note_copy(api.store)
    found = ready(api)["mirror"]
    age = datetime.now(UTC) - datetime.fromisoformat(found["lastCopy"])
    assert found["lastCopy"].endswith("Z")
    assert 0 <= found["ageSeconds"] <= age.total_seconds() + 1 < 60


def test_other_methods_are_refused(client: FlaskClient) -> None:
    assert client.post("/healthz").status_code in (401, 405)


def test_the_document_has_them_at_the_root() -> None:
    paths = orjson.loads(text_of(surface.ROUTES))["paths"]
    for path in ("/healthz", "/readyz"):
        assert paths[path]["servers"] == [{"url": "/", "description": "The server's root."}]
        assert paths[path]["get"]["security"] == []
        assert "200" in paths[path]["get"]["responses"]
    assert "503" in paths["/readyz"]["get"]["responses"]
