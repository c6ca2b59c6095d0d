"""Requests that execute are refused with 501 and the engine's URL; for an unknown definition, with the engine's error."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from procdef.camunda.stubs.execution import EXECUTING_REQUESTS, OF_DEFINITION
from procdef.settings import load
from tests.api import Api, error_of
from tests.conftest import running_app
from tests.samples import bpmn

ENGINE = "https://engine.example.org/engine-rest"
EACH = [(method, call.path) for call in EXECUTING_REQUESTS for method in call.methods.split()]
SUBPATHS = [path for path, *_ in OF_DEFINITION]
UNKNOWN = {
    "key/nope": (404, "RestException", "No matching process definition with key: nope and no tenant-id", None),
    "key/a/tenant-id/t": (404, "RestException", "No matching process definition with key: a and tenant-id: t", None),
}
NO_ID = "no deployed process definition found with id 'nope': processDefinition is null"
UNKNOWN_ID = {
    **dict.fromkeys(("/start", "/submit-form"), (404, "RestException", f"Cannot instantiate process definition nope: {NO_ID}", 0)),
    **dict.fromkeys(("/restart", "/restart-async"), (400, "InvalidRequestException", NO_ID, None)),
}


def refusal(answer: TestResponse) -> str:
    """The message of a 501."""
    status, kind, message, code = error_of(answer)
    assert (status, kind, code) == (501, "RestException", None)
    return message


@pytest.mark.parametrize(("method", "path"), EACH)
def test_each_call_is_refused_whatever_is_sent(api: Api, method: str, path: str) -> None:
    url_path = path.format(id="x", name="y", key="k", tenant="t")
    for prefix in ("", "/engine/default"):
        message = refusal(api.send(method, prefix + url_path, data=b"{not read", content_type="application/json"))
        assert message == (
            "procdef keeps process definitions and does not execute them: PROCDEF_ENGINE_REST_URL may name the engine that does."
        )


@pytest.mark.parametrize("subpath", SUBPATHS)
def test_a_definition_is_not_started_and_an_unknown_one_is_not_found(api: Api, subpath: str) -> None:
    (definition,) = api.deploy(("a.bpmn", bpmn("a")))["deployedProcessDefinitions"]
    api.deploy(("a.bpmn", bpmn("a")), tenant_id="tenant-a")
    for address in (definition, "key/a", "key/a/tenant-id/tenant-a"):
        assert "does not execute" in refusal(api.send("POST", f"/process-definition/{address}{subpath}", json={}))
    for address, expected in {**UNKNOWN, "nope": UNKNOWN_ID[subpath]}.items():
        answer = api.send("POST", f"/process-definition/{address}{subpath}", json={})
        assert error_of(answer) == expected


@pytest.mark.parametrize("base", [ENGINE, f"{ENGINE}/"])
def test_the_message_says_where_to_send_it(database_url: str, base: str) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_ENGINE_REST_URL": base})) as app:
        api = Api(app)
        api.deploy(("a.bpmn", bpmn("a")))
        for prefix, path, path_at_engine in (
            ("", "/process-definition/key/a/start", "/process-definition/key/a/start"),
            ("/engine/default", "/task/a:1%20%3Fb/complete", "/task/a:1%20%3Fb/complete"),
        ):
            message = refusal(api.send("POST", prefix + path, json={}))
            assert message == f"procdef keeps process definitions and does not execute them: send this request to {ENGINE}{path_at_engine}."
        root = api.client.post("/process-definition/key/a/start", json={})
        assert refusal(root).endswith(f"{ENGINE}/process-definition/key/a/start.")


def test_no_call_is_in_the_table_twice() -> None:
    assert sorted(set(EACH)) == sorted(EACH)
