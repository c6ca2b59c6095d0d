"""What was uploaded, or is made of it, and what a browser that shows it may do: nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from procdef.camunda.stubs.empty import HAL
from procdef.camunda.surface import ROUTES as CAMUNDA
from procdef.frends.surface import ROUTES as FRENDS
from procdef.http import health
from procdef.http.dispatch import SANDBOX
from procdef.http.routes import CSV, JSON
from tests.api import BASE, Api
from tests.samples import FORM_FILES

ROUTES = (*CAMUNDA, *FRENDS, *health.routes.rows)


def test_every_answer_that_is_not_json_is_declared() -> None:
    """A row that answers bytes, a page or an image without `uploaded` or `drawn` would let a browser run what is in them.

    CSV is a file that a browser saves.
    """
    harmless = (None, JSON, CSV, HAL)
    wrong = [row for row in ROUTES if not (row.uploaded or row.drawn) and any(answer.media not in harmless for answer in row.answers)]
    assert [f"{row.method} {row.path}" for row in wrong] == []


def paths(api: Api) -> Iterator[str]:
    deployment = api.deploy(*FORM_FILES)["id"]
    yield from (f"{BASE}/deployment/{deployment}/resources/{row['id']}/data" for row in api.get(f"/deployment/{deployment}/resources"))
    for key, last in [
        ("keyed", "diagram"),
        ("keyed", "facts"),
        ("keyed", "outline"),
        ("keyed", "deployed-start-form"),
        ("referring", "deployed-start-form"),
        ("fields", "rendered-form"),
    ]:
        ident = api.get(f"/process-definition/key/{key}")["id"]
        yield from (f"{BASE}/process-definition/{way}/{last}" for way in (f"key/{key}", ident))
    yield f"{BASE}/process-definition/key/keyed/xml"
    processes = api.client.get("/api/v1/processes").json["data"]  # type: ignore[index]
    yield f"/api/v1/processes/{processes[0]['id']}/export"
    yield f"/api/v1/processes/{processes[0]['uniqueIdentifier']}/versions/1/export"
    yield f"/api/v1/processes/batch-export?ids={processes[0]['id']},{processes[1]['id']}"


def test_what_was_uploaded_has_no_rights(api: Api) -> None:
    asked = [*paths(api)]
    assert len(asked) == len(FORM_FILES) + 16
    for path in asked:
        for _ in range(2):  # the second time from memory
            answer = api.client.get(path)
            assert answer.status_code == 200, (path, answer.text)
            assert answer.headers.getlist("Content-Security-Policy") == [SANDBOX], path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if "ETag" in answer.headers:
            again = api.client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
            assert (again.status_code, again.headers["Content-Security-Policy"]) == (304, SANDBOX)


@pytest.mark.parametrize("path", ["/process-definition", "/version", "/deployment"])
def test_other_answers_do_without(api: Api, path: str) -> None:
    assert "Content-Security-Policy" not in api.ask(path).headers
