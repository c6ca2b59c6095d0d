"""What a probe is answered: whether the process is alive, and whether the store can be reached."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
from flask.testing import FlaskClient

from procdef.camunda import surface
from procdef.camunda.openapi import text_of
from procdef.errors import Unavailable
from procdef.settings import load
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
    assert client.get(path).json == {"status": "up"}


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


def test_other_methods_are_refused(client: FlaskClient) -> None:
    assert client.post("/healthz").status_code in (401, 405)


def test_the_document_has_them_at_the_root() -> None:
    paths = orjson.loads(text_of(surface.ROUTES))["paths"]
    for path in ("/healthz", "/readyz"):
        assert paths[path]["servers"] == [{"url": "/", "description": "The server's root."}]
        assert paths[path]["get"]["security"] == []
        assert "200" in paths[path]["get"]["responses"]
    assert "503" in paths["/readyz"]["get"]["responses"]
