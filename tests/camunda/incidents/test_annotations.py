"""The notes on incidents: they are set, replaced, deleted, and stored in the history."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Api
from tests.samples import bpmn

PATH = "/incident/one/annotation"
NULL = {"type": "BadUserRequestException", "message": "incident is null", "code": 0}


@pytest.fixture
def annotated(api: Api) -> Api:
    """An incident without a note."""
    (definition,) = api.deploy(("a.bpmn", bpmn("a")))["deployedProcessDefinitions"]
    assert api.put("/incident/one", {"processDefinitionId": definition, "incidentType": "failedJob"}).status_code == 201
    return api


@pytest.mark.parametrize(
    ("body", "note"),
    [({"annotation": "Grüße"}, "Grüße"), ({"annotation": ""}, ""), ({"annotation": 1}, "1"), ({"annotation": None}, None), ({}, None)],
)
def test_a_note_takes_the_place_of_another(annotated: Api, body: Any, note: str | None) -> None:
    assert annotated.put(PATH, {"annotation": "before"}).status_code == 204
    answer = annotated.put(PATH, body)
    assert (answer.status_code, answer.data) == (204, b"")
    assert [annotated.get(path)[0]["annotation"] for path in ("/incident", "/history/incident")] == [note, note]


def test_a_note_is_taken_away_and_stays_in_the_history_at_the_end(annotated: Api) -> None:
    annotated.put(PATH, {"annotation": "seen"})
    annotated.send("DELETE", "/incident/one")
    assert annotated.get("/history/incident")[0]["annotation"] == "seen"
    late = annotated.put(PATH, {"annotation": "late"})
    assert (late.status_code, late.json) == (400, NULL)


def test_deleting_a_note(annotated: Api) -> None:
    annotated.put(PATH, {"annotation": "seen"})
    assert annotated.send("DELETE", PATH).status_code == 204
    assert annotated.get("/incident/one")["annotation"] is None
    assert annotated.send("DELETE", PATH).status_code == 204


@pytest.mark.parametrize(("method", "body"), [("PUT", {"annotation": "x"}), ("DELETE", None)])
def test_an_unknown_incident_has_no_note(api: Api, method: str, body: Any) -> None:
    answer = api.send(method, "/incident/nope/annotation", json=body)
    assert (answer.status_code, answer.json) == (400, NULL)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"annotation": "x" * 4000}, 204, None),
        ({"annotation": "x" * 4001}, 400, 10002),
        ({"annotation": "a\0b"}, 400, None),
        ([1], 400, None),
    ],
)
def test_a_note_has_to_be_a_text_that_can_be_kept(annotated: Api, body: Any, status: int, code: int | None) -> None:
    answer = annotated.put(PATH, body)
    assert (answer.status_code, (answer.get_json(silent=True) or {}).get("code")) == (status, code)
