"""The requests about logins and permissions: passwords, groups, profiles, permissions, links."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from procdef.camunda.identity.access import OPTIONS
from tests.api import Api, error_of

INVALID = "InvalidRequestException"
PASSWORD, NEW = "correct horse", "battery staple"
NOBODY = "You must be authenticated in order to use this resource."

PEOPLE = (("mary", "Mary", "Smith", PASSWORD), ("john", "John", None, None), ("zoe", None, "Zorn", 10 * "x"))


@pytest.fixture
def people(api: Api) -> Api:
    """Two groups and three users, one of them without a password."""
    for ident, first, last, password in (
        ("mary", "Mary", "Smith", PASSWORD),
        ("john", "John", None, None),
        ("zoe", None, "Zorn", 10 * "x"),
    ):
        profile = {"id": ident, "firstName": first, "lastName": last}
        assert api.send("POST", "/user/create", json={"profile": profile, "credentials": {"password": password}}).status_code == 204
    for group, name, members in (("b", "Alpha", "mary zoe"), ("a", "Beta", "mary john"), ("c", None, "mary")):
        assert api.send("POST", "/group/create", json={"id": group, "name": name, "type": "T"}).status_code == 204
        for member in members.split():
            assert api.put(f"/group/{group}/members/{member}", {}).status_code == 204
    return api


def verified(api: Api, user: str, password: str) -> bool:
    answer = api.send("POST", "/identity/verify", json={"username": user, "password": password})
    found: dict[str, Any] = orjson.loads(answer.data)
    right: bool = found["authenticated"]
    expected = {"authenticatedUser": user, "groups": None, "tenants": None, "authenticated": right}
    assert (answer.status_code, found, list(found)) == (200, expected, list(expected))
    return right


@pytest.mark.parametrize(
    ("user", "password", "right"),
    [
        ("mary", PASSWORD, True),
        ("mary", PASSWORD.upper(), False),
        ("mary", "", False),
        ("john", PASSWORD, False),
        ("nobody", PASSWORD, False),
        ("", "", False),
    ],
)
def test_a_password_is_checked(people: Api, user: str, password: str, right: bool) -> None:
    assert verified(people, user, password) is right


@pytest.mark.parametrize("body", [{}, {"username": "mary"}, {"password": "pw"}, {"username": None, "password": "pw"}])
def test_a_user_and_a_password_are_required(api: Api, body: Any) -> None:
    answer = api.send("POST", "/identity/verify", json=body)
    assert error_of(answer) == (400, INVALID, "Username and password are required", None)


def test_credentials_change_the_password_and_null_does_not(people: Api) -> None:
    for body, password in (({"password": NEW}, NEW), ({"password": None}, NEW), ({}, NEW)):
        answer = people.put("/user/mary/credentials", body)
        assert (answer.status_code, answer.data) == (204, b"")
        assert verified(people, "mary", password)
    assert not verified(people, "mary", PASSWORD)
    unknown = people.put("/user/nobody/credentials", {"password": 10 * "x"})
    assert error_of(unknown) == (404, INVALID, "User with id nobody does not exist", None)


def test_groups_of_a_user_by_name_with_who_else_is_in_them(people: Api) -> None:
    found = people.get("/identity/groups", {"userId": "mary"})
    assert found["groups"] == [{"id": "c", "name": None}, {"id": "b", "name": "Alpha"}, {"id": "a", "name": "Beta"}]
    assert found["groupUsers"] == [
        {"firstName": "John", "lastName": None, "displayName": "John", "id": "john"},
        {"firstName": None, "lastName": "Zorn", "displayName": "null Zorn", "id": "zoe"},
    ]
    others = people.get("/identity/groups", {"userId": "zoe"})["groupUsers"]
    assert others == [{"firstName": "Mary", "lastName": "Smith", "displayName": "Mary Smith", "id": "mary"}]
    people.put("/user/zoe/profile", {"id": "zoe"})
    assert people.get("/identity/groups", {"userId": "mary"})["groupUsers"][1]["displayName"] == "zoe"


@pytest.mark.parametrize("user", ["nobody", ""])
def test_an_unknown_user_has_no_groups(people: Api, user: str) -> None:
    assert people.get("/identity/groups", {"userId": user}) == {"groups": [], "groupUsers": []}


def test_a_user_must_be_named(api: Api) -> None:
    answer = api.ask("/identity/groups")
    assert error_of(answer) == (400, INVALID, "No user id was supplied", None)


RULE = {"placeholder": "PASSWORD_POLICY_LENGTH", "parameter": {"minLength": "10"}}


def test_the_rules_of_passwords_are_one(api: Api) -> None:
    assert api.get("/identity/password-policy") == {"rules": [RULE]}


@pytest.mark.parametrize(
    ("password", "is_kept"), [("", False), ("123456789", False), ("1234567890", True), (1234567890, True), ("ä" * 10, True)]
)
def test_a_new_password_is_checked_by_the_rule(api: Api, password: Any, is_kept: bool) -> None:
    profile = {"profile": {"id": "mary"}}
    answer = api.send("POST", "/identity/password-policy", json={"password": password, **profile})
    assert (answer.status_code, answer.get_json()) == (200, {"rules": [{**RULE, "valid": is_kept}], "valid": is_kept})
    made = api.send("POST", "/user/create", json={"credentials": {"password": password}, **profile})
    assert made.status_code == (204 if is_kept else 400)
    assert is_kept or made.get_json()["message"].startswith("Password does not match policy (")


@pytest.mark.parametrize("body", [{}, {"password": None}, {"x": 1}])
def test_a_check_needs_a_password(api: Api, body: Any) -> None:
    answer = api.send("POST", "/identity/password-policy", json=body)
    assert error_of(answer) == (400, "NullValueException", "password is null", 0)


CHANGES = {
    "/user/mary/profile": ({"id": "mary", "firstName": "M", "lastName": None, "email": "m@x"}, {"id": "mary", "lastName": "S"}),
    "/group/a": ({"id": "a", "name": "N", "type": None}, {"id": "a", "type": "X"}),
}


@pytest.mark.parametrize("path", CHANGES)
def test_a_change_is_of_everything(people: Api, path: str) -> None:
    for body in CHANGES[path]:
        answer = people.put(path, body)
        assert (answer.status_code, answer.data) == (204, b"")
        assert people.get(path) == {**dict.fromkeys(people.get(path)), **body}
    assert verified(people, "mary", PASSWORD)


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("/user/nobody/profile", {"id": "nobody"}, 404, "User with id nobody does not exist"),
        ("/user/mary/profile", {"firstName": "M"}, 400, "The profile must have the id of the user, mary."),
        ("/user/mary/profile", {"id": "john"}, 400, "The profile must have the id of the user, mary."),
        ("/group/none", {"id": "none"}, 404, "Group with id none does not exist"),
        ("/group/a", {"name": "N"}, 400, "The group must have the id that is in the path, a."),
    ],
)
def test_a_change_that_is_refused(people: Api, path: str, body: Any, status: int, message: str) -> None:
    answer = people.put(path, body)
    assert error_of(answer) == (status, INVALID, message, None)


def test_a_text_that_is_too_long_is_refused(people: Api) -> None:
    answer = people.put("/user/mary/profile", {"id": "mary", "firstName": "x" * 256})
    assert error_of(answer)[::3] == (400, 10002)


@pytest.mark.parametrize("user", ["mary", "nobody"])
def test_nobody_is_locked(people: Api, user: str) -> None:
    assert people.send("POST", f"/user/{user}/unlock", json={}).status_code == 204


@pytest.mark.parametrize(
    ("query", "status", "type_", "message"),
    [
        ("", 400, INVALID, "Query parameter 'permissionName' cannot be null"),
        ("permissionName=READ", 400, INVALID, "Query parameter 'resourceName' cannot be null"),
        ("permissionName=READ&resourceName=x", 400, INVALID, "Query parameter 'resourceType' cannot be null"),
        ("permissionName=READ&resourceName=x&resourceType=a", 404, "QueryParamException", "HTTP 404 Not Found"),
        ("permissionName=READ&resourceName=x&resourceType=6", 401, INVALID, "You must be authenticated in order to use this resource."),
        (
            "permissionName=R&resourceName=x&resourceType=6&userId=u",
            401,
            INVALID,
            "You must be authenticated in order to use this resource.",
        ),
    ],
)
def test_a_permission_is_that_of_who_is_authenticated(api: Api, query: str, status: int, type_: str, message: str) -> None:
    answer = api.ask("/authorization/check", query)
    assert error_of(answer) == (status, type_, message, None)


@pytest.mark.parametrize("path", OPTIONS)
def test_options_give_links_below_the_base_that_was_asked(api: Api, path: str) -> None:
    below = path.format(id="x")
    for base in ("", "/engine/default"):
        answer = api.send("OPTIONS", base + below)
        assert (answer.status_code, answer.content_type) == (200, "application/json")
        for link in orjson.loads(answer.data)["links"]:
            assert list(link) == ["method", "href", "rel"]
            assert link["href"].startswith(f"http://127.0.0.1:8080/engine-rest{base}{below}")


def test_links_lead_to_what_the_engine_names(api: Api) -> None:
    base = "http://127.0.0.1:8080/engine-rest/user"
    assert orjson.loads(api.send("OPTIONS", "/user").data)["links"] == [
        {"method": "GET", "href": base, "rel": "list"},
        {"method": "GET", "href": f"{base}/count", "rel": "count"},
        {"method": "POST", "href": f"{base}/create", "rel": "create"},
    ]
