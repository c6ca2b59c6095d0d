"""The OpenAPI document: it is valid and complete, everything has a description, and the committed file is up to date."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from procdef import create_app
from procdef.camunda.openapi import API, text_of
from procdef.camunda.surface import BASE, ROUTES
from procdef.http import health
from procdef.http.openapi import document
from procdef.settings import load
from tests.api import Api
from tests.samples import bpmn, form

COMMITTED = Path(__file__).parents[2] / "docs/reference/openapi.json"
DOCUMENT: dict[str, Any] = document(API, ROUTES)
METHODS = {"GET", "POST", "PUT", "DELETE"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('openapi')}/procdef.db"}))


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation, with its method and path."""
    for path, methods in DOCUMENT["paths"].items():
        yield from ((f"{method.upper()} {path}", operation) for method, operation in methods.items() if method != "servers")


def template(rule: str) -> str:
    """The path of the document for a URL rule of Flask."""
    return re.sub(r"<[^>]*?(\w+)>", r"{\1}", rule).removeprefix(BASE)


def described(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Everything in the document that must have a description: its path in the document, and the description or None."""
    if isinstance(value, list):
        for part in value:
            yield from described(part, pointer)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from described(part, f"{pointer}/{name}")
            if name in ("properties", "responses"):
                yield from ((f"{pointer}/{name}/{key}", item.get("description")) for key, item in part.items() if "$ref" not in item)
        if "in" in value:
            yield f"{pointer}/{value['name']}", value.get("description")


def test_the_document_is_valid() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/process-definition/{id}/facts", "/process-definition/key/order/facts"),
        ("/process-definition/{id}/diff", "/process-definition/key/order/diff"),
    ],
)
def test_what_is_said_of_a_file_has_its_schema(api: Api, path: str, asked: str) -> None:
    for name, topic in (("A", b"a"), ("B", b"b")):
        api.deploy(("order.bpmn", bpmn("order", name=name).replace(b'"tests"', b'"%s"' % topic)))
    assert_is_declared(path, "get", api.get(asked))


def test_a_dry_run_has_its_schema(api: Api) -> None:
    api.deploy(("a.bpmn", bpmn("a")))
    files = [("a.bpmn", bpmn("a", name="A")), ("b.bpmn", b"x"), ("c.txt", b"x"), ("d.bpmn", bpmn("d", isExecutable="false"))]
    body, content_type = form(files)
    assert_is_declared("/deployment/validate", "post", api.send("POST", "/deployment/validate", data=body, content_type=content_type).json)


def assert_is_declared(path: str, method: str, answer: Any) -> None:
    schema = DOCUMENT["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(answer)


def test_every_route_is_in_the_document_and_every_path_is_routed(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(f"{BASE}/") and "<engine>" not in rule.rule]
    routed = {f"{method} {template(rule.rule)}" for rule in rules for method in (rule.methods or set()) & METHODS or {"OPTIONS"}}
    assert routed | {f"GET {path}" for path in health.PATHS} == {name for name, _ in operations()}


def test_everything_has_a_description() -> None:
    found = list(described(DOCUMENT))
    assert len(found) > 500
    assert [place for place, text in found if not text or text in ("string", "integer", "boolean")] == []


def test_every_operation_has_texts_and_an_id_of_its_own() -> None:
    assert [name for name, operation in operations() if not (operation["summary"] and operation["description"])] == []
    ids = [operation["operationId"] for _, operation in operations()]
    assert len(set(ids)) == len(ids)


def test_old_names_are_deprecated() -> None:
    parameters = DOCUMENT["paths"]["/process-definition"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters if parameter.get("deprecated")} == {"ver", "latest"}


def test_the_report_of_a_refused_file_is_spelt_as_the_engine_spells_it() -> None:
    assert "\u0435lementIds" in DOCUMENT["components"]["schemas"]["Problem"]["properties"]


def test_the_committed_document_is_the_one_that_is_made() -> None:
    assert COMMITTED.read_bytes() == text_of(ROUTES, indent=True), "stale: run make openapi"


def test_it_is_served_at_the_root_only(app: Flask) -> None:
    answer = app.test_client().get("/openapi.json")
    assert (answer.status_code, answer.content_type, json.loads(answer.data)) == (200, "application/json", DOCUMENT)
    assert app.test_client().get(f"{BASE}/openapi.json").status_code == 404
