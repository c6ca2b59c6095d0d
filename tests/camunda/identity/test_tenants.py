"""Tenants and their members: their requests, beside the answers of the engine 7.24."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Api


@pytest.fixture
def acme(api: Api) -> Api:
    """A store with the tenant acme, the user mary, and the group sales, of which she is a member."""
    api.send("POST", "/tenant/create", json={"id": "acme", "name": "Acme"})
    api.send("POST", "/user/create", json={"profile": {"id": "mary"}, "credentials": {"password": "a-long-password"}})
    api.send("POST", "/group/create", json={"id": "sales", "name": "Sales"})
    api.send("PUT", "/group/sales/members/mary")
    return api


def outcome(answer: Any) -> tuple[int, str, str, int | None]:
    body = answer.get_json()
    return answer.status_code, body["type"], body["message"], body["code"]


def ids(rows: Any) -> list[str]:
    return [row["id"] for row in rows]


def test_a_tenant(acme: Api) -> None:
    assert acme.get("/tenant/acme") == {"id": "acme", "name": "Acme"}
    assert acme.send("PUT", "/tenant/acme", json={"id": "acme", "name": "Acme Corporation"}).status_code == 204
    assert acme.get("/tenant") == [{"id": "acme", "name": "Acme Corporation"}]
    assert acme.send("PUT", "/tenant/acme", json={"id": "acme"}).status_code == 204
    assert acme.get("/tenant") == [{"id": "acme", "name": None}]
    assert acme.send("DELETE", "/tenant/acme").status_code == 204
    assert acme.send("DELETE", "/tenant/acme").status_code == 204
    assert acme.get("/tenant/count") == {"count": 0}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"id": "acme"}, (400, "BadUserRequestException", "The tenant already exists", 0)),
        ({}, (400, "NullValueException", "tenantId is null", 0)),
        ({"id": "t/b"}, (400, "ProcessEngineException", "Tenant has an invalid id: 't/b' is not a valid resource identifier.", 0)),
        ({"id": ""}, (400, "ProcessEngineException", "Tenant has an invalid id: '' is not a valid resource identifier.", 0)),
    ],
)
def test_new_tenants_that_are_refused(acme: Api, body: dict[str, str], expected: tuple[int, str, str, int | None]) -> None:
    assert outcome(acme.send("POST", "/tenant/create", json=body)) == expected
    assert ids(acme.get("/tenant")) == ["acme"]


@pytest.mark.parametrize("body", [{"id": "other", "name": "x"}, {}])
def test_a_change_has_the_id_of_the_path(acme: Api, body: dict[str, str]) -> None:
    message = "The tenant must have the id that is in the path, acme."
    assert outcome(acme.send("PUT", "/tenant/acme", json=body)) == (400, "InvalidRequestException", message, None)
    assert acme.get("/tenant/acme") == {"id": "acme", "name": "Acme"}


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_tenant_that_is_not_there(api: Api, method: str) -> None:
    answer = api.send(method, "/tenant/none", **({"json": {"id": "none"}} if method == "PUT" else {}))
    assert outcome(answer) == (404, "InvalidRequestException", "Tenant with id none does not exist", None)


@pytest.mark.parametrize(("kind", "member", "query"), [("user", "mary", "userMember"), ("group", "sales", "groupMember")])
def test_members(acme: Api, kind: str, member: str, query: str) -> None:
    path = f"/tenant/acme/{kind}-members/{member}"
    assert acme.send("PUT", path).status_code == 204
    status, error, _, code = outcome(acme.send("PUT", path))
    assert (status, error, code) == (400, "ProcessEnginePersistenceException", 0)
    assert ids(acme.get(f"/tenant?{query}={member}")) == ["acme"]
    assert ids(acme.get(f"/{kind}?memberOfTenant=acme")) == [member]
    assert acme.get(f"/{kind}?memberOfTenant=other") == []
    assert acme.send("DELETE", path).status_code == 204
    assert acme.send("DELETE", path).status_code == 204
    assert acme.get(f"/tenant?{query}={member}") == []


def test_the_tenants_of_a_users_groups(acme: Api) -> None:
    acme.send("POST", "/tenant/create", json={"id": "own"})
    acme.send("PUT", "/tenant/own/user-members/mary")
    acme.send("PUT", "/tenant/acme/group-members/sales")
    assert ids(acme.get("/tenant?userMember=mary")) == ["own"]
    assert ids(acme.get("/tenant?userMember=mary&includingGroupsOfUser=true")) == ["acme", "own"]
    assert ids(acme.get("/tenant?userMember=john&includingGroupsOfUser=true")) == []
    assert ids(acme.get("/tenant?includingGroupsOfUser=true&sortBy=id&sortOrder=desc")) == ["own", "acme"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/tenant/acme/user-members/nobody", "No user found with id 'nobody'.: user is null"),
        ("/tenant/none/user-members/mary", "No tenant found with id 'none'.: tenant is null"),
        ("/tenant/acme/group-members/nobody", "No group found with id 'nobody'.: group is null"),
    ],
)
def test_members_that_are_not_there(acme: Api, path: str, message: str) -> None:
    assert outcome(acme.send("PUT", path)) == (404, "NullValueException", message, 0)
    assert acme.send("DELETE", path).status_code == 204


@pytest.mark.parametrize("path", ["/tenant/acme", "/user/mary", "/group/sales"])
def test_a_membership_goes_with_its_tenant_or_member(acme: Api, path: str) -> None:
    acme.send("PUT", "/tenant/acme/user-members/mary")
    acme.send("PUT", "/tenant/acme/group-members/sales")
    acme.send("DELETE", path)
    acme.send("POST", "/tenant/create", json={"id": "acme"})
    members = {"/tenant/acme": [], "/user/mary": ["sales"], "/group/sales": ["mary"]}[path]
    found = ids(acme.get("/user?memberOfTenant=acme")) + ids(acme.get("/group?memberOfTenant=acme"))
    assert found == members
