"""What the OpenAPI document is made of, by itself: schemas from fields, shared schemas and errors."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from flask import Response
from marshmallow import Schema, fields

from procdef.http.openapi import Api, document
from procdef.http.routes import Answer, Route
from procdef.http.schemas import of_body


class Text(fields.Field[Any]):
    schema: ClassVar[dict[str, Any]] = {"type": ["string", "null"]}


class Inner(Schema):
    """What is inside."""

    name = Text(required=True, metadata={"description": "A name."})


class Outer(Schema):
    """What is outside."""

    inner = fields.Nested(Inner)
    note = Text(allow_none=True, data_key="aNote")


def view() -> Response:
    """It answers."""
    return Response()


def described(*routes: Route) -> dict[str, Any]:
    busy = Answer(503, "Busy.", schema={"title": "Error", "type": "object"})
    return document(Api("t", "1", "A test.", {"/": "Here."}, {"/thing/{id}": "Its id."}, lambda _table: (), lambda _route: [busy]), routes)


def route(path: str, *answers: Answer) -> Route:
    return Route("GET", path, view, "Get", "Things", answers)


def test_a_body_is_described_with_what_is_nested_and_required() -> None:
    assert of_body(Outer) == {
        "title": "Outer",
        "type": "object",
        "description": "What is outside.",
        "properties": {"inner": of_body(Inner), "aNote": {"type": ["string", "null"]}},
    }
    assert of_body(Inner)["properties"] == {"name": {"type": "string", "description": "A name."}}
    assert of_body(Inner)["required"] == ["name"]


def test_a_titled_schema_becomes_a_component() -> None:
    made = described(route("/thing/{id}", Answer(200, "It.", schema={"title": "Thing", "type": "object"})))
    assert made["components"]["schemas"] == {"Error": {"type": "object"}, "Thing": {"type": "object"}}
    responses = made["paths"]["/thing/{id}"]["get"]["responses"]
    assert responses["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Thing"}


def test_an_error_that_is_the_same_everywhere_becomes_a_component() -> None:
    made = described(route("/a", Answer(204, "None.", None)), route("/b", Answer(204, "None.", None)))
    assert list(made["components"]["responses"]) == ["ServiceUnavailable"]
    assert [path["get"]["responses"]["503"] for path in made["paths"].values()] == [
        {"$ref": "#/components/responses/ServiceUnavailable"}
    ] * 2


def test_several_answers_of_one_status_are_listed() -> None:
    one, other = (Answer(400, text, schema={"const": text}) for text in ("One.", "Other."))
    response = described(route("/a", one, other))["components"]["responses"]["BadRequest"]
    assert response["description"] == "- One.\n- Other."
    assert response["content"]["application/json"]["schema"] == {"anyOf": [{"const": "One."}, {"const": "Other."}]}


def test_two_schemas_of_one_title_are_refused() -> None:
    with pytest.raises(ValueError, match="title Thing"):
        described(*(route(path, Answer(200, "It.", schema={"title": "Thing", "type": path})) for path in ("/a", "/b")))


def test_a_name_in_a_path_without_description_is_refused() -> None:
    with pytest.raises(KeyError):
        described(route("/other/{id}", Answer(204, "None.", None)))


def test_what_is_not_open_says_how_to_log_in() -> None:
    refused = Answer(401, "Who?", None)
    api = Api("t", "1", "A test.", {}, {}, lambda _: (), lambda _: (), {"basic": {"type": "http"}}, refused, {"/open": "Why."})
    made = document(api, [route("/open", Answer(204, "None.", None)), route("/shut", Answer(204, "None.", None))])
    assert made["security"] == [{"basic": []}, {}]
    assert made["components"]["securitySchemes"] == {"basic": {"type": "http"}}
    assert made["components"]["responses"] == {"Unauthenticated": {"description": "Who?"}}
    opened, shut = (made["paths"][path]["get"] for path in ("/open", "/shut"))
    assert (opened["security"], list(opened["responses"])) == ([], ["204"])
    assert shut["responses"]["401"] == {"$ref": "#/components/responses/Unauthenticated"}
    assert "security" not in shut
