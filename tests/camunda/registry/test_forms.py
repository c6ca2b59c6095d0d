"""Start forms: what a key or a reference of a start event means, and the form that is made of its fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Api, error_of
from tests.samples import EXTENSIONS, MODEL

FIELDS = """<extensionElements><c:formData>
    <c:formField id="a" label="A" type="string" defaultValue="x"/><c:formField id="n" type="long" defaultValue="7"/>
</c:formData></extensionElements>"""
BINDINGS = ("latest", "version", "deployment")
NEITHER = "One of the attributes 'formKey' and 'camunda:formRef' must be supplied but none were set."


def started(key: str, attributes: str = "", inside: str = "") -> tuple[str, bytes]:
    """A file of a process whose start event has these attributes and elements."""
    process = f'<process id="{key}" isExecutable="true"><startEvent id="s" {attributes}>{inside}</startEvent></process>'
    return f"{key}.bpmn", f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="x">{process}</definitions>'.encode()


def referring(binding: str) -> tuple[str, bytes]:
    version = ' c:formRefVersion="1"' if binding == "version" else ""
    return started(binding, f'c:formRef="f" c:formRefBinding="{binding}"{version}')


def camunda_form(number: int) -> tuple[str, bytes]:
    return "f.form", b'{"id": "f", "number": %d}' % number


def found(api: Api) -> list[Any]:
    """The number of the form that is found by each binding, or the status."""
    answers = [api.ask(f"/process-definition/key/{binding}/deployed-start-form") for binding in BINDINGS]
    return [answer.get_json()["number"] if answer.status_code == 200 else answer.status_code for answer in answers]


def test_a_reference_is_bound_to_a_version(api: Api) -> None:
    api.deploy(*map(referring, BINDINGS), camunda_form(10))
    assert found(api) == [10, 10, 10]
    later = api.deploy(camunda_form(20))
    assert found(api) == [20, 10, 10]
    assert api.send("DELETE", f"/deployment/{later['id']}").status_code == 204
    assert found(api) == [10, 10, 10]
    for binding in BINDINGS:
        reference = {"key": "f", "binding": binding, "version": 1 if binding == "version" else None}
        form = {"key": None, "camundaFormRef": reference, "contextPath": None}
        assert api.get(f"/process-definition/key/{binding}/startForm") == form


def test_a_reference_to_a_form_that_is_not_there(api: Api) -> None:
    api.deploy(*map(referring, BINDINGS))
    api.deploy(camunda_form(10), tenant_id="t")
    assert found(api) == [10, 404, 404]
    api.deploy(camunda_form(20))
    assert found(api) == [400, 20, 404]
    answer = api.ask("/process-definition/key/latest/deployed-start-form")
    assert error_of(answer)[1:3] == (
        "ProcessEngineException",
        "ENGINE-03109 Cannot resolve a unique Camunda Form definition for key 'f' because it exists for multiple tenants.",
    )


FORM_FILES = [
    started("fields", inside=FIELDS),
    started("plain"),
    started("json", 'c:formKey="camunda-forms:deployment:x.form"'),
    started("html", 'c:formKey="embedded:deployment:x.html"'),
    started("gone", 'c:formKey="embedded:deployment:no.html"'),
    started("app", 'c:formKey="embedded:app:x.html"'),
    ("x.form", b'{"id": "x"}'),
    ("x.html", b"<form></form>"),
]


@pytest.mark.parametrize(
    ("key", "status", "content_type", "content"),
    [
        ("json", 200, "application/json", '{"id": "x"}'),
        ("html", 200, "application/xhtml+xml", "<form></form>"),
        ("fields", 400, "application/json", NEITHER),
        ("plain", 400, "application/json", NEITHER),
        ("app", 400, "application/json", "The form key 'embedded:app:x.html' does not reference a deployed form."),
        ("gone", 404, "application/json", "The form with the resource name 'no.html' cannot be found in deployment with id {deployment}"),
        ("none", 404, "application/json", "No matching process definition with key: none and no tenant-id"),
    ],
)
def test_a_deployed_form(api: Api, key: str, status: int, content_type: str, content: str) -> None:
    deployment = api.deploy(*FORM_FILES)["id"]
    answer = api.ask(f"/process-definition/key/{key}/deployed-start-form")
    assert (answer.status_code, answer.content_type) == (status, content_type)
    assert (answer.text if status == 200 else answer.get_json()["message"]) == content.replace("{deployment}", deployment)


@pytest.mark.parametrize(
    ("key", "form_key"),
    [
        ("fields", "embedded:engine://engine/:engine/process-definition/{id}/rendered-form"),
        ("plain", None),
        ("json", "camunda-forms:deployment:x.form"),
        ("gone", "embedded:deployment:no.html"),
        ("app", "embedded:app:x.html"),
    ],
)
def test_the_key_of_a_form(api: Api, key: str, form_key: str | None) -> None:
    api.deploy(*FORM_FILES)
    ident = api.get(f"/process-definition/key/{key}")["id"]
    shown = None if form_key is None else form_key.format(id=ident)
    for path in (f"key/{key}", ident):
        assert api.get(f"/process-definition/{path}/startForm") == {"key": shown, "camundaFormRef": None, "contextPath": None}


def test_fields_make_a_form_and_its_variables(api: Api) -> None:
    api.deploy(*FORM_FILES)
    text = {"type": "String", "value": "x", "valueInfo": dict[str, str]()}
    number = {"type": "Long", "value": 7, "valueInfo": dict[str, str]()}
    path = "/process-definition/key/fields"
    for query, variables in (
        ("", {"a": text, "n": number}),
        ("variableNames=n,zz", {"n": number}),
        ("variableNames=zz", {}),
    ):
        assert api.get(f"{path}/form-variables", query) == variables
    assert api.get("/process-definition/key/plain/form-variables") == {}
    rendered = api.ask(f"{path}/rendered-form")
    assert (rendered.status_code, rendered.content_type) == (200, "application/xhtml+xml")
    assert 'cam-variable-name="a"' in rendered.text
    assert error_of(api.ask("/process-definition/key/plain/rendered-form"))[0] == 404
