"""Users, groups and memberships."""

from __future__ import annotations

from typing import Any

import pytest

from procdef.store.models import User
from tests.api import Api

PROFILE = {"id": "mary", "firstName": "Mary", "lastName": "Smith", "email": "mary@example.org"}
PERSISTENCE = "An exception occurred in the persistence layer."


def create_user(api: Api, profile: Any, password: str | None = "secret secret") -> Any:
    body = {"profile": profile, "credentials": {"password": password}}
    return api.send("POST", "/user/create", json=body)


def create_group(api: Api, **group: Any) -> Any:
    return api.send("POST", "/group/create", json=group)


def outcome(answer: Any) -> tuple[int, str, str, int | None]:
    body = answer.get_json()
    return answer.status_code, body["type"], body["message"], body["code"]


def test_a_user(api: Api) -> None:
    answer = create_user(api, PROFILE)
    assert (answer.status_code, answer.data) == (204, b"")
    assert api.get("/user/mary/profile") == PROFILE
    assert api.get("/user") == [PROFILE]
    assert outcome(create_user(api, PROFILE)) == (400, "BadUserRequestException", "The user already exists", 0)
    assert api.send("DELETE", "/user/mary").status_code == 204
    assert api.send("DELETE", "/user/mary").status_code == 204
    assert outcome(api.ask("/user/mary/profile")) == (404, "InvalidRequestException", "User with id mary does not exist", None)


def test_a_password_is_kept_as_a_hash_only(api: Api) -> None:
    create_user(api, PROFILE, "open-sesame")
    create_user(api, {"id": "john"}, None)
    hashes = dict(api.store.read(User.select(User.id, User.password_hash)))
    assert hashes["john"] is None
    assert hashes["mary"].startswith("$argon2id$")
    assert "open-sesame" not in hashes["mary"]


@pytest.mark.parametrize("profile", [None, {}, {"id": None}, {"firstName": "x"}])
def test_users_without_an_id(api: Api, profile: Any) -> None:
    message = "request object must provide profile information with valid id."
    assert outcome(create_user(api, profile)) == (400, "InvalidRequestException", message, None)


@pytest.mark.parametrize("ident", ["a b", "", "ä", "a:b", "a-b", "../x", "a\n"])
def test_ids_of_other_characters(api: Api, ident: str) -> None:
    message = f"has an invalid id: '{ident}' is not a valid resource identifier."
    assert outcome(create_user(api, {"id": ident})) == (400, "ProcessEngineException", f"User {message}", 0)
    assert outcome(create_group(api, id=ident)) == (400, "ProcessEngineException", f"Group {message}", 0)


@pytest.mark.parametrize("profile", [{"id": "x" * 65}, {"id": "x", "firstName": "y" * 256}, {"id": "x", "email": "y" * 256}])
def test_texts_that_are_too_long(api: Api, profile: dict[str, str]) -> None:
    status, kind, message, code = outcome(create_user(api, profile))
    assert (status, kind, code) == (400, "ProcessEnginePersistenceException", 10002)
    assert message.startswith(PERSISTENCE)


def test_a_group(api: Api) -> None:
    group = {"id": "sales", "name": "Sales", "type": "WORKFLOW"}
    assert create_group(api, **group).status_code == 204
    assert api.get("/group/sales") == group
    assert api.get("/group") == [group]
    assert outcome(create_group(api, **group)) == (400, "BadUserRequestException", "The group already exists", 0)
    assert api.send("DELETE", "/group/sales").status_code == 204
    assert outcome(api.ask("/group/sales")) == (404, "InvalidRequestException", "Group with id sales does not exist", None)
    assert create_group(api, name="x").status_code == 400


def test_members(api: Api) -> None:
    create_user(api, PROFILE)
    create_group(api, id="sales", name="Sales")
    path = "/group/sales/members/mary"
    assert api.send("PUT", path).status_code == 204
    status, kind, message, code = outcome(api.send("PUT", path))
    assert (status, kind, code) == (400, "ProcessEnginePersistenceException", 0)
    assert message.startswith(PERSISTENCE)
    assert [item["id"] for item in api.get("/group?member=mary")] == ["sales"]
    assert [item["id"] for item in api.get("/user?memberOfGroup=sales")] == ["mary"]
    assert api.send("DELETE", path).status_code == 204
    assert api.send("DELETE", path).status_code == 204
    assert api.get("/group?member=mary") == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/group/sales/members/nobody", "No user found with id 'nobody'.: user is null"),
        ("/group/none/members/mary", "No group found with id 'none'.: group is null"),
        ("/group/none/members/nobody", "No user found with id 'nobody'.: user is null"),
    ],
)
def test_members_that_are_not_there(api: Api, path: str, message: str) -> None:
    create_user(api, PROFILE)
    create_group(api, id="sales")
    assert outcome(api.send("PUT", path)) == (404, "NullValueException", message, 0)


@pytest.mark.parametrize("path", ["/user/mary", "/group/sales"])
def test_a_membership_goes_with_its_user_or_group(api: Api, path: str) -> None:
    create_user(api, PROFILE)
    create_group(api, id="sales")
    api.send("PUT", "/group/sales/members/mary")
    assert api.send("DELETE", path).status_code == 204
    create_user(api, PROFILE)
    create_group(api, id="sales")
    assert api.get("/user?memberOfGroup=sales") == api.get("/group?member=mary") == []


def test_logging_in(api: Api) -> None:
    create_user(api, PROFILE, "open-sesame")

    def verified(username: str, password: str) -> bool:
        answer = api.send("POST", "/identity/verify", json={"username": username, "password": password})
        assert answer.status_code == 200
        body = answer.get_json()
        assert list(body) == ["authenticatedUser", "groups", "tenants", "authenticated"]
        return bool(body["authenticated"])

    assert verified("mary", "open-sesame")
    assert not verified("mary", "open-Sesame")
    assert not verified("mary", "")
    assert not verified("nobody", "open-sesame")
    for body in ({}, {"username": "mary"}, {"password": "x"}):
        assert api.send("POST", "/identity/verify", json=body).status_code == 400
