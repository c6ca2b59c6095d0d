"""Pages of other origins: only the listed ones may read, each by its own name, and no wildcard is ever possible."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from procdef.errors import InvalidSetting
from procdef.http.cors import SENT
from procdef.settings import load, origins_of
from tests.conftest import running_app

APPS, OTHER = "https://apps.example.org", "http://localhost:5173"


@pytest.fixture
def listed(database_url: str) -> Iterator[FlaskClient]:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_CORS_ORIGINS": f"{APPS},{OTHER}"})) as app:
        yield app.test_client()


@pytest.mark.parametrize("origin", [APPS, OTHER])
@pytest.mark.parametrize(("path", "status"), [("/user", 200), ("/process-definition/nope", 404), ("/nope", 404)])
def test_a_listed_origin_may_read_every_answer(listed: FlaskClient, origin: str, path: str, status: int) -> None:
    answer = listed.get(f"/engine-rest{path}", headers={"Origin": origin})
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert (
        answer.headers["Access-Control-Expose-Headers"]
        == "ETag, Content-Disposition, X-Request-Id, X-Total-Count, X-Next-Cursor, X-Usage-Index, X-Events-Newest, X-Events-Lost"
    )
    assert "Access-Control-Allow-Methods" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin", [None, "null", "*", "https://apps.example.org.evil", "http://apps.example.org", f"{APPS}:443", f"{APPS}/"]
)
def test_no_other_origin_may(listed: FlaskClient, origin: str | None) -> None:
    for method in ("GET", "OPTIONS"):
        asked = {"Access-Control-Request-Method": "GET", **({} if origin is None else {"Origin": origin})}
        answer = listed.open("/engine-rest/user", method=method, headers=asked)
        assert answer.status_code == 200
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
        assert "Origin" in answer.vary


@pytest.mark.parametrize("path", ["/user", "/process-definition/key/a/start", "/incident/x/annotation", "/engine/default/task"])
def test_a_browser_may_ask_first(listed: FlaskClient, path: str) -> None:
    asked = {"Origin": APPS, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,content-type"}
    answer = listed.options(f"/engine-rest{path}", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == APPS
    assert {"GET", "POST", "PUT", "DELETE"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
    assert {*SENT} == set(answer.headers["Access-Control-Allow-Headers"].split(", "))
    assert answer.headers["Access-Control-Max-Age"] == "600"


def test_without_origins_nothing_is_said(client: FlaskClient) -> None:
    answer = client.get("/engine-rest/user", headers={"Origin": APPS})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    assert "Origin" not in answer.vary


def test_the_headers_that_clients_in_browsers_send_are_allowed() -> None:
    assert {"Authorization", "Content-Type", "Cache-Control", "Pragma", "If-None-Match", "X-Requested-With", "X-Request-Id"} < {*SENT}


@pytest.mark.parametrize("origins", [f"{APPS}/,{OTHER}", f" {APPS} , {OTHER}/ ", f"{APPS},  {OTHER}"])
def test_blanks_and_a_slash_at_the_end_are_forgiven(origins: str) -> None:
    assert origins_of(load({"PROCDEF_CORS_ORIGINS": origins}).cors_origins) == {APPS, OTHER}


REASONS = [
    ("*", "every web page"),
    (f"{APPS}, *", "every web page"),
    ("null", "any sandbox"),
    ("file://", "every file"),
    ("a.example", "must be origins"),
]


@pytest.mark.parametrize(("origins", "reason"), REASONS)
def test_what_is_no_origin_is_refused_with_the_reason(origins: str, reason: str) -> None:
    with pytest.raises(InvalidSetting, match=rf"PROCDEF_CORS_ORIGINS.*{re.escape(reason)}"):
        load({"PROCDEF_CORS_ORIGINS": origins})


WRONG = ["https://*.example.org", "apps.example.org", f"{APPS}//", f"{APPS}/page", f"{APPS} {OTHER}", APPS.upper(), ","]


@pytest.mark.parametrize("origins", WRONG)
def test_only_whole_origins_can_be_listed(origins: str) -> None:
    with pytest.raises(InvalidSetting, match="PROCDEF_CORS_ORIGINS"):
        load({"PROCDEF_CORS_ORIGINS": origins})


@pytest.mark.parametrize("url", ["engine.example.org", "ftp://engine", "https://", "javascript:alert(1)"])
def test_the_engines_url_is_checked(url: str) -> None:
    with pytest.raises(InvalidSetting, match="PROCDEF_ENGINE_REST_URL"):
        load({"PROCDEF_ENGINE_REST_URL": url})
