"""Authorizations: their requests, beside the answers of the engine 7.24."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Api

USER = {"type": 1, "permissions": ["READ"], "resourceType": 6, "resourceId": "order", "userId": "mary"}


def create(api: Api, **changes: Any) -> Any:
    """The response to a new authorization: USER with these changes. A member that is changed to None is left out."""
    return api.send("POST", "/authorization/create", json={name: value for name, value in {**USER, **changes}.items() if value is not None})


def outcome(answer: Any) -> tuple[int, str, str, int | None]:
    body = answer.get_json()
    return answer.status_code, body["type"], body["message"], body["code"]


def test_an_authorization(api: Api) -> None:
    answer = create(api, permissions=["UPDATE", "READ", "DELETE", "CREATE_INSTANCE"])
    new = answer.get_json()
    assert answer.status_code == 200
    assert new == {
        "id": new["id"],
        "type": 1,
        "permissions": ["READ", "UPDATE", "DELETE", "CREATE_INSTANCE"],
        "userId": "mary",
        "groupId": None,
        "resourceType": 6,
        "resourceId": "order",
        "removalTime": None,
        "rootProcessInstanceId": None,
    }
    assert list(new) == list(api.get("/authorization")[0])
    assert api.get(f"/authorization/{new['id']}") == new
    assert api.send("DELETE", f"/authorization/{new['id']}").status_code == 204
    assert api.get("/authorization/count") == {"count": 0}


@pytest.mark.parametrize(
    ("changes", "permissions"),
    [
        ({"permissions": []}, []),
        ({"permissions": ["NONE"]}, []),
        ({"permissions": ["ALL"]}, ["ALL"]),
        ({"permissions": ["ALL", "READ"]}, ["ALL"]),
        ({"type": 2}, ["READ"]),
        ({"type": 2, "permissions": ["ALL"]}, ["ALL"]),
        ({"type": 2, "permissions": ["NONE"]}, []),
        ({"type": 2, "permissions": []}, []),
        ({"type": 0, "userId": "*"}, ["READ"]),
        ({"userId": "*"}, ["READ"]),
        ({"userId": None, "groupId": "*"}, ["READ"]),
        ({"type": "1", "resourceType": "6"}, ["READ"]),
        ({"resourceId": None}, ["READ"]),
        ({"resourceId": ""}, ["READ"]),
        ({"userId": "nobody", "other": 1, "id": "abc", "removalTime": "x"}, ["READ"]),
    ],
)
def test_what_is_accepted(api: Api, changes: dict[str, Any], permissions: list[str]) -> None:
    new = create(api, **changes).get_json()
    assert new["permissions"] == permissions
    assert api.get(f"/authorization/{new['id']}") == new


NOBODY = (400, "NullValueException", "Authorization must either have a 'userId' or a 'groupId'.", 0)
INVALID_PERMISSION = "The permission '{}' is not valid for 'PROCESS_DEFINITION' resource type."
NO_ACCESS = (400, "BadUserRequestException", INVALID_PERMISSION.format("ACCESS"), 0)
REFUSED: list[tuple[dict[str, Any], tuple[int, str, str, int | None]]] = [
    ({"type": None}, (400, "InvalidRequestException", "The member 'type' is null.", None)),
    ({"resourceType": None}, (400, "InvalidRequestException", "The member 'resourceType' is null.", None)),
    ({"permissions": None}, (400, "InvalidRequestException", "The member 'permissions' is null.", None)),
    (
        {"type": 5},
        (400, "ProcessEngineException", "ENGINE-03025 Unrecognized authorization type '5'. Must be one of ['0', '1', '2']", 0),
    ),
    ({"userId": None}, NOBODY),
    ({"groupId": "sales"}, NOBODY),
    ({"type": 0, "userId": None}, NOBODY),
    (
        {"type": 0},
        (400, "ProcessEngineException", "ENGINE-03028 Illegal value 'mary' for userId for GLOBAL authorization. Must be '*'", 0),
    ),
    (
        {"type": 0, "userId": None, "groupId": "sales"},
        (400, "ProcessEngineException", "ENGINE-03027 Cannot use 'groupId' for GLOBAL authorization", 0),
    ),
    ({"permissions": ["NOPE"]}, (400, "BadUserRequestException", INVALID_PERMISSION.format("NOPE"), 0)),
    ({"permissions": ["read"]}, (400, "BadUserRequestException", INVALID_PERMISSION.format("read"), 0)),
    ({"permissions": ["ACCESS"]}, NO_ACCESS),
    (
        {"resourceType": 77},
        (400, "BadUserRequestException", "ENGINE-03087 The resource type with id:'77' is not valid for 'READ' permission.", 0),
    ),
    ({"permissions": "READ"}, (400, "InvalidRequestException", "The member 'permissions' is not a list of texts.", None)),
]


@pytest.mark.parametrize(("changes", "expected"), REFUSED)
def test_what_is_refused(api: Api, changes: dict[str, Any], expected: tuple[int, str, str, int | None]) -> None:
    assert outcome(create(api, **changes)) == expected
    assert api.get("/authorization") == []


@pytest.mark.parametrize("changes", [{}, {"userId": None, "groupId": "sales"}, {"type": 2}, {"type": 0, "userId": "*"}])
def test_the_same_twice(api: Api, changes: dict[str, Any]) -> None:
    assert create(api, **changes).status_code == 200
    status, kind, message, code = outcome(create(api, **changes, permissions=["ALL"]))
    assert (status, kind, code) == (400, "ProcessEnginePersistenceException", 0)
    assert message.endswith("(There is an authorization of this type for the same user or group, and the same object.)")


def test_a_change_replaces_all_but_the_type(api: Api) -> None:
    path = f"/authorization/{create(api, type=2).get_json()['id']}"
    body = {"permissions": ["DELETE"], "resourceType": 9, "resourceId": "d", "groupId": "sales", "type": 1}
    assert api.send("PUT", path, json=body).status_code == 204
    found = api.get(path)
    assert (found["type"], found["userId"], found["groupId"]) == (2, None, "sales")
    assert (found["resourceType"], found["resourceId"], found["permissions"]) == (9, "d", ["DELETE"])
    assert api.send("PUT", path, json={"userId": "john"}).status_code == 204
    found = api.get(path)
    assert (found["userId"], found["groupId"], found["resourceType"], found["resourceId"]) == ("john", None, 9, None)
    assert found["permissions"] == ["DELETE"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"permissions": ["READ"]}, (400, "InvalidRequestException", "The member 'resourceType' is null.", None)),
        ({"permissions": ["READ"], "resourceType": 6}, NOBODY),
        ({}, NOBODY),
        ({"permissions": ["ACCESS"], "resourceType": 6, "userId": "mary"}, NO_ACCESS),
    ],
)
def test_changes_that_are_refused(api: Api, body: dict[str, Any], expected: tuple[int, str, str, int | None]) -> None:
    new = create(api).get_json()
    assert outcome(api.send("PUT", f"/authorization/{new['id']}", json=body)) == expected
    assert api.get(f"/authorization/{new['id']}") == new


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"permissions": ["READ"]}), ("DELETE", None)])
def test_one_that_is_not_there(api: Api, method: str, body: Any) -> None:
    expected = (404, "InvalidRequestException", "Authorization with id none does not exist.", None)
    assert outcome(api.send(method, "/authorization/none", **({"json": body} if body else {}))) == expected


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"mary", "sales", "*"}),
        ("?type=0", {"*"}),
        ("?type=7", set()),
        ("?userIdIn=mary,*", {"mary", "*"}),
        ("?groupIdIn=sales", {"sales"}),
        ("?resourceType=9", {"sales"}),
        ("?resourceId=order&resourceType=6", {"mary"}),
        ("?id=none", set()),
    ],
)
def test_queries(api: Api, query: str, found: set[str]) -> None:
    create(api)
    create(api, userId=None, groupId="sales", resourceType=9, resourceId="x")
    create(api, type=0, userId="*", resourceId="*")
    assert {row["userId"] or row["groupId"] for row in api.get(f"/authorization{query}")} == found
    assert api.get(f"/authorization/count{query}") == {"count": len(found)}


def test_users_and_groups_together(api: Api) -> None:
    message = "Cannot query for user and group authorizations at the same time."
    expected = (400, "ProcessEngineException", message, 0)
    assert outcome(api.ask("/authorization?userIdIn=a&groupIdIn=b")) == expected


@pytest.mark.parametrize("number", ["x", "", "+-6", "--6", "6.0", "\u0666", "9" * 5000])
def test_a_number_that_is_none(api: Api, number: str) -> None:
    answer = api.client.get(
        "/engine-rest/authorization/check", query_string={"permissionName": "READ", "resourceName": "x", "resourceType": number}
    )
    assert outcome(answer) == (404, "QueryParamException", "HTTP 404 Not Found", None)


def test_the_order(api: Api) -> None:
    for number, name in ((9, "b"), (6, "c"), (11, "a")):
        create(api, resourceType=number, resourceId=name)
    ordered = [row["resourceId"] for row in api.get("/authorization?sortBy=resourceType&sortOrder=desc")]
    assert ordered == ["a", "b", "c"]
    assert [row["resourceId"] for row in api.get("/authorization?sortBy=resourceId&sortOrder=asc&firstResult=1")] == ["b", "c"]
