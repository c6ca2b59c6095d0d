"""Queries of groups with a JSON body."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.api import Api


def asked(api: Api, path: str, body: Any) -> Any:
    answer = api.send("POST", path, json=body)
    assert answer.status_code == 200, answer.text
    return orjson.loads(answer.data)


@pytest.fixture
def groups(api: Api) -> Api:
    for name, kind in (("sales", "WORKFLOW"), ("support", "WORKFLOW"), ("admins", "SYSTEM")):
        assert api.send("POST", "/group/create", json={"id": name, "name": name.title(), "type": kind}).status_code == 204
    return api


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, ["admins", "sales", "support"]),
        ({"type": "WORKFLOW", "sorting": [{"sortBy": "name", "sortOrder": "desc"}]}, ["support", "sales"]),
        ({"idIn": ["sales", "admins"], "nameLike": "S%"}, ["sales"]),
        ({"member": "nobody"}, []),
        ({"idIn": ["sales", None]}, ["sales"]),
        ({"idIn": [None]}, []),
    ],
)
def test_groups_are_found_and_counted_by_a_body(groups: Api, body: dict[str, Any], found: list[str]) -> None:
    assert [item["id"] for item in asked(groups, "/group", body)] == found
    assert asked(groups, "/group/count", body) == {"count": len(found)}


def test_the_page_is_in_the_url(groups: Api) -> None:
    assert [item["id"] for item in asked(groups, "/group?firstResult=1&maxResults=1", {})] == ["sales"]
    assert asked(groups, "/group?maxResults=-1", {}) == []


def test_a_body_must_be_there(api: Api) -> None:
    assert api.send("POST", "/group").status_code == 400


def test_a_query_by_a_body_has_no_tag(api: Api) -> None:
    first = api.send("POST", "/schema/log", json={})
    assert "ETag" not in first.headers
    tag = api.send("GET", "/schema/log").headers["ETag"]
    assert api.send("GET", "/schema/log", headers={"If-None-Match": tag}).status_code == 304
    assert api.send("POST", "/schema/log", json={}, headers={"If-None-Match": "*"}).status_code == 200
