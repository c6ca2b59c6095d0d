"""The pages about the REST APIs: every request and every object of the documents is there."""

from __future__ import annotations

import shlex

import pytest

from procdef.web.apis import APIS, RestApi, type_of
from tests.web.conftest import Browser


@pytest.mark.parametrize("api", APIS.values(), ids=list(APIS))
def test_every_request_has_its_page(filled: Browser, api: RestApi) -> None:
    text = filled.text("/docs/api")
    document = filled.open(api.path).get_json()
    operations = [each for path in document["paths"].values() for each in path.values() if isinstance(each, dict)]
    assert [each["operationId"] for each in operations] == [*api.operations]
    for one in api.operations.values():
        assert f'href="/docs/api/{api.name}/{one.id}"' in text
        assert one.path in filled.text(f"/docs/api/{api.name}/{one.id}")
        assert shlex.split(one.command("https://x"))[0] == "curl"


@pytest.mark.parametrize("api", APIS.values(), ids=list(APIS))
def test_every_object_has_its_anchor(filled: Browser, api: RestApi) -> None:
    text = filled.text(f"/docs/api/{api.name}/objects")
    assert all(f'id="{name}"' in text for name in api.document["components"]["schemas"])


def test_a_page_is_conditional(filled: Browser) -> None:
    first = filled.open("/docs/api")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert filled.open("/docs/api", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/docs/api/nope/objects", "/docs/api/nope/x", "/docs/api/camunda/nope", "/docs/api/camunda"])
def test_what_is_not_there_is_said(filled: Browser, path: str) -> None:
    filled.text(path, 404)


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"$ref": "#/components/schemas/Use"}, "Use"),
        ({"type": ["string", "null"]}, "string or null"),
        ({"type": ["integer", "null"], "format": "int32"}, "integer (int32) or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Use"}}, "list of Use"),
        ({"anyOf": [{"type": "string"}, {"type": "string"}, {"type": "object"}]}, "string or object"),
        ({"enum": ["a", 1, None]}, "a or 1 or null"),
        ({}, "anything"),
    ],
)
def test_a_type_is_said_in_words(schema: dict[str, object], text: str) -> None:
    assert type_of(schema) == text
