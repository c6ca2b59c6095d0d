"""The OpenAPI document of this surface: valid, complete, described, and the committed one is up to date."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from procdef.frends.openapi import API, text_of
from procdef.frends.processes import BASE
from procdef.frends.surface import DOCUMENT as PATH
from procdef.frends.surface import ROUTES
from procdef.http.openapi import document
from tests.frends.files import Processes, exported, file_of
from tests.samples import bpmn

COMMITTED = Path(__file__).parents[2] / "docs/reference/openapi-processes.json"
DOCUMENT: dict[str, Any] = document(API, ROUTES)
METHODS = {"GET", "POST", "PUT", "DELETE"}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        yield from ((f"{method.upper()} {path}", operation) for method, operation in methods.items())


def described(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for part in value:
            yield from described(part, place)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from described(part, f"{place}/{name}")
            if name in ("properties", "responses") and isinstance(part, dict):
                yield from ((f"{place}/{name}/{key}", item.get("description")) for key, item in part.items() if "$ref" not in item)
        if "in" in value:
            yield f"{place}/{value['name']}", value.get("description")


def test_the_document_is_valid() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_paths_differ_by_more_than_names() -> None:
    forms = [re.sub(r"{\w+}", "{}", path) for path in DOCUMENT["paths"]]
    assert len(set(forms)) == len(forms) == 7
    assert len(list(operations())) == 8


def test_every_route_is_in_the_document_and_every_path_is_routed(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(f"{BASE}/processes")]
    paths = [(rule.methods or set(), re.sub(r"<[^>]*>", "{}", rule.rule.removeprefix(BASE))) for rule in rules]
    routed = {f"{method} {path}" for methods, path in paths for method in methods & METHODS}
    assert routed == {re.sub(r"{\w+}", "{}", name) for name, _ in operations()}


def test_everything_has_a_description() -> None:
    found = list(described(DOCUMENT))
    assert len(found) > 150
    assert [place for place, text in found if not text] == []


def test_every_operation_has_texts_and_an_id_of_its_own() -> None:
    assert [name for name, operation in operations() if not (operation["summary"] and operation["description"])] == []
    ids = [operation["operationId"] for _, operation in operations()]
    assert len(set(ids)) == len(ids)


def test_the_committed_document_is_the_one_that_is_made() -> None:
    assert COMMITTED.read_bytes() == text_of(ROUTES, indent=True), "stale: run make openapi"


def test_it_is_served(app: Flask) -> None:
    answer = app.test_client().get(PATH)
    assert (answer.status_code, answer.content_type, json.loads(answer.data)) == (200, "application/json", DOCUMENT)


def test_every_link_leads_to_a_request_and_its_parameters() -> None:
    by_id = {operation["operationId"]: operation for _, operation in operations()}
    answers = [answer for _, operation in operations() for answer in operation["responses"].values()]
    links = [link for answer in answers for link in answer.get("links", {}).values()]
    assert len(links) == 18
    for link in links:
        parameters = {f"{row['in']}.{row['name']}" for row in by_id[link["operationId"]]["parameters"]}
        assert set(link["parameters"]) <= parameters


def followed(answer: Any, expression: str) -> Any:
    for step in expression.removeprefix("$response.body#/").split("/"):
        answer = answer[step]
    return answer


def test_the_links_find_what_they_speak_of(processes: Processes) -> None:
    (row,) = processes.load(file_of(exported("Orders")))
    answers = {
        "/processes/{id}": ("get", processes.get(f"/{row['id']}")),
        "/processes/batch-import": ("post", {"data": row}),
    }
    for path, (method, answer) in answers.items():
        for link in DOCUMENT["paths"][path][method]["responses"]["200"]["links"].values():
            values = {name.partition(".")[2]: followed(answer, text) for name, text in link["parameters"].items()}
            assert set(values.values()) <= {row["id"], row["elementIdentifier"], row["version"]}


def valid(method: str, path: str, status: int, answer: Any, media: str = "application/json") -> None:
    responses = DOCUMENT["paths"][path][method]["responses"]
    schema = responses[str(status)]["content"][media]["schema"]
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(answer)


def test_the_answers_are_as_the_document_says(processes: Processes) -> None:
    imported = processes.send(
        file_of(exported("Orders", ProcessVariablesJson='[{"Name": "a"}]', IsDraft=True), exported("Empty", Bpmn=None))
    )
    valid("post", "/processes/batch-import", 200, imported.get_json())
    processes.api.deploy(("order.bpmn", bpmn("order")))
    listed = processes.get()
    valid("get", "/processes", 200, listed)
    for row in listed["data"]:
        valid("get", "/processes/{id}", 200, processes.get(f"/{row['id']}"))
        valid("get", "/processes/{id}/export", 200, processes.get(f"/{row['id']}/export"))
    wrong = processes.ask("/x", {"y": 1}).get_json()
    valid("get", "/processes/{id}", 400, wrong, "application/problem+json")
