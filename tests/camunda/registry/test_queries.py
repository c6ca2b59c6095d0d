"""Queries as bodies, totals and cursors: what they take, and how wrong ones are refused. `test_asked.py` has what they find.

The answers to wrong types, unknown members and orders are those of an engine's `POST /process-instance`, whose 500 are 400 here.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from procdef.camunda.protocol.bodies import MAX_ITEMS
from procdef.camunda.protocol.cursors import CURSOR_OR_FIRST, FOREIGN
from procdef.camunda.protocol.queries import MAX_BYTES, MAX_GROUPS, MAX_ORDERS, TOO_LONG
from procdef.camunda.tables.registry import BOTH_LATEST, LATEST_WITH
from procdef.settings import load
from tests.api import Api, ReadOnlyWorld, error_of
from tests.conftest import running_app
from tests.samples import bpmn

PATH, DEPLOYMENTS = "/process-definition", "/deployment"
ONE_OF_TWO = "Only a single sorting parameter specified. sortBy and sortOrder required"
ORDERS = "category, key, id, name, version, deploymentId, deployTime, tenantId, versionTag"
WIDENED = "includeProcessDefinitionsWithoutTenantId"
MEMBERS = ["key", "version", "orQueries", "sorting", "sortBy", "active", "keysIn", "latestMatching"]
MANY = ["key", "keyLike", "name", "nameLike", "category", "categoryLike"]
HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["key", "version", "orQueries", "sorting", "sortBy", "active"]), inner)
    ),
    max_leaves=9,
)


def post(world: Api, body: Any, path: str = PATH, **query: Any) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return world.send("POST", path, data=data, content_type="application/json", query_string=query)


def found(answer: TestResponse, member: str = "key") -> list[Any]:
    assert answer.status_code == 200, answer.text
    return [row[member] for row in orjson.loads(answer.data)]


SAME: list[tuple[Any, str]] = [
    ({}, ""),
    (b"", ""),
    ({"unknown": 1, "firstResult": 3}, ""),
    (b'\xef\xbb\xbf{"key": "ten"}', "key=ten"),
    ('{"key": "ten"}'.encode("utf-16"), "key=ten"),
    ('{"key": "ten"}'.encode("utf-16-be"), "key=ten"),
    (b'{"key": "kyc", "key": "ten"}', "key=ten"),
    ({"orQueries": [{"__class__": 1, "_schema": 2, "": 3}]}, ""),
    ({"key": "ten", "version": 3}, "key=ten&version=3"),
    ({"key": "ten", "version": "3"}, "key=ten&version=3"),
    ({"key": "ten", "version": 3.7}, "key=ten&version=3"),
    ({"versionTag": 3}, "versionTag=3"),
    ({"versionTag": 1.0}, "versionTag=1.0"),
    ({"suspended": True}, "suspended=true"),
    ({"suspended": "TRUE"}, "suspended=true"),
    ({"suspended": 1, "active": True}, "suspended=true"),
    ({"suspended": "", "name": None}, ""),
    ({"latestVersion": True, "ver": None}, "latestVersion=true"),
    ({"ver": 2, "version": 1}, "version=1"),
    ({"ver": 2, "version": None}, "version=2"),
    ({"keysIn": ["ten", "kyc"]}, "keysIn=ten,kyc"),
    ({"keysIn": []}, ""),
    ({"keysIn": [1, True, None]}, "keysIn=1"),
    (
        {"tenantIdIn": ["tenant-a"], "includeProcessDefinitionsWithoutTenantId": True},
        "tenantIdIn=tenant-a&includeProcessDefinitionsWithoutTenantId=true",
    ),
    ({"deployedAfter": "2013-01-23T14:42:45.000+0200"}, ""),
    ({"deployedAfter": 1358944965000}, ""),
    ({"deployedBefore": 0}, "key=none"),
    ({"deployedBefore": ""}, ""),
    ({"sortBy": "name", "sortOrder": "desc"}, "sortBy=name&sortOrder=desc"),
    ({"sortBy": "id", "sortOrder": "desc", "sorting": [{"sortBy": "name", "sortOrder": "asc"}]}, "sortBy=id&sortOrder=desc"),
    ({"sorting": [{"sortBy": "id", "sortOrder": "desc", "x": 1}, {"sortBy": "id", "sortOrder": "asc"}]}, "sortBy=id&sortOrder=desc"),
    ({"sorting": [{}]}, ""),
    ({"sorting": None, "orQueries": None}, ""),
    ({"orQueries": []}, ""),
    ({"orQueries": [{}]}, ""),
    ({"orQueries": [{}, {"key": "ten"}, {"unknown": 1}]}, "key=ten"),
    ({"orQueries": [{"key": "ten", "orQueries": [{"key": "kyc"}]}]}, "key=ten"),
    ({"orQueries": [{"key": "ten", "sorting": [{"sortBy": "no", "sortOrder": "no"}]}]}, "key=ten"),
    ({"orQueries": [{"key": "ten"}, {"key": "kyc"}]}, "key=none"),
    ({"orQueries": [{"key": "ten", "keysIn": ["kyc"]}]}, "keysIn=ten,kyc"),
    ({"orQueries": [{"key": "ten", "keysIn": []}]}, "key=ten"),
    ({"orQueries": [{"active": False}]}, ""),
    ({"orQueries": [{"active": True, "suspended": True}]}, "suspended=true"),
    ({"orQueries": [{"nameLike": "%ten%", "keyLike": "%ten%"}]}, "nameOrKeyLike=%25ten%25"),
    ({"orQueries": [{"key": "ten", "name": "no\0name"}]}, "key=ten"),
    ({"orQueries": [{"name": "no\0name"}]}, "key=none"),
]
"""Bodies, and the parameters that mean the same."""


@pytest.mark.parametrize(("body", "query"), SAME)
def test_a_body_means_the_same_as_parameters(world: ReadOnlyWorld, body: Any, query: str) -> None:
    assert found(post(world, body), "id") == world.keys(query, member="id")
    assert post(world, body, f"{PATH}/count").json == world.get(f"{PATH}/count", query)


def test_several_orders(world: ReadOnlyWorld) -> None:
    orders = [{"sortBy": "key", "sortOrder": "desc"}, {"sortBy": "version", "sortOrder": "asc"}]
    rows = orjson.loads(post(world, {"withoutTenantId": True, "sorting": orders}).data)
    wanted = sorted(sorted(rows, key=lambda row: row["version"]), key=lambda row: row["key"], reverse=True)
    assert [row["id"] for row in rows] == [row["id"] for row in wanted]


def test_parameters_of_a_posted_query_are_the_page_alone(world: ReadOnlyWorld) -> None:
    assert found(post(world, {"key": "ten"}, key="kyc", sortBy="zzz", active="zzz", maxResults=2)) == ["ten"] * 2
    assert found(post(world, {"key": "ten"}, maxResults=-1)) == []
    assert found(post(world, {"processDefinitionId": "a", "processDefinitionIdIn": ["b"]})) == []


def test_deployments_are_asked_for_in_the_same_way(world: ReadOnlyWorld) -> None:
    body = {"orQueries": [{"name": "people", "nameLike": "pair%"}], "sorting": [{"sortBy": "name", "sortOrder": "desc"}]}
    page = post(world, body, DEPLOYMENTS, maxResults=2, total="true")
    assert (found(page, "name"), page.headers["X-Total-Count"]) == (["people", "people"], "3")
    assert post(world, body, f"{DEPLOYMENTS}/count").json == {"count": 3}
    assert error_of(post(world, {"source": "ci", "withoutSource": True}, DEPLOYMENTS))[1] == "InvalidRequestException"


WRONG: list[tuple[Any, str]] = [
    ({"version": "x"}, "The member 'version' is not an integer from -2147483648 to 2147483647."),
    ({"version": True}, "The member 'version' is not an integer from -2147483648 to 2147483647."),
    ({"version": 9999999999}, "The member 'version' is not an integer from -2147483648 to 2147483647."),
    ({"active": "yes"}, "The member 'active' is not a boolean."),
    ({"active": 1.5}, "The member 'active' is not a boolean."),
    ({"key": ["a"]}, "The member 'key' is not a text."),
    ({"key": {}}, "The member 'key' is not a text."),
    ({"keysIn": "a,b"}, "The member 'keysIn' is not a list."),
    ({"keysIn": [["a"]]}, "The member 'keysIn' is not a text."),
    ({"keysIn": ["a"] * 10_001}, "The member 'keysIn' has 10001 items; at most 10000 are possible."),
    ({"deployedAfter": "2013-01-23"}, "The member 'deployedAfter' is not a time."),
    ({"deployedAfter": True}, "The member 'deployedAfter' is not a time."),
    ({"deployedAfter": 10**18}, "The member 'deployedAfter' is not a time."),
    ({"sorting": {}}, "The member 'sorting' is not a list."),
    ({"sorting": ["a"]}, "The member 'sorting.0' is not an object."),
    ({"sorting": [None]}, "The member 'sorting.0' is null."),
    ({"sorting": [{}] * (MAX_ORDERS + 1)}, f"The member 'sorting' has {MAX_ORDERS + 1} items; at most {MAX_ORDERS} are possible."),
    ({"sortBy": "zzz", "sortOrder": "asc"}, f"The member 'sortBy' is none of {ORDERS}."),
    ({"sortBy": "key", "sortOrder": "ASC"}, "The member 'sortOrder' is none of asc, desc."),
    ({"sortBy": "key"}, ONE_OF_TWO),
    ({"sortOrder": "asc"}, ONE_OF_TWO),
    ({"orQueries": {}}, "The member 'orQueries' is not a list."),
    ({"orQueries": "x"}, "The member 'orQueries' is not a list."),
    ({"orQueries": ["x"]}, "The member 'orQueries.0' is not an object."),
    ({"orQueries": [{}, []]}, "The member 'orQueries.1' is not an object."),
    ({"orQueries": [None]}, "The member 'orQueries.0' is null."),
    ({"orQueries": [{"active": "yes"}]}, "The member 'orQueries.0.active' is not a boolean."),
    ({"orQueries": [{}] * 10_000}, f"The member 'orQueries' has 10000 items; at most {MAX_GROUPS} are possible."),
    ({"orQueries": [{}, {"latestMatching": True}]}, "The member 'orQueries.1.latestMatching' is not possible in an OR group."),
    ({"orQueries": [dict.fromkeys(MANY, "x")] * 9}, "The member 'orQueries' has 54 filters in its groups; at most 50 are possible."),
    ({"latest": True, "latestMatching": True}, BOTH_LATEST),
    ({"orQueries": [{}, {"keysIn": ["a"] * 10_001}]}, "The member 'orQueries.1.keysIn' has 10001 items; at most 10000 are possible."),
    ({"sorting": [{}, {"sortBy": ["key"]}]}, "The member 'sorting.1.sortBy' is not a text."),
    ({"sorting": "key"}, "The member 'sorting' is not a list."),
    (b'{"version": NaN}', "The body is not JSON: NaN is not a number of JSON."),
    (b'{"version": 1e400}', "The member 'version' is not an integer from -2147483648 to 2147483647."),
    (b'{"x": ' + b"1" * 1001 + b"}", "The body is not JSON: a number has more than 1000 digits."),
    (b'{"key": "\xff"}', "The body is not JSON: byte 10 is not UTF-8."),
    (b'{"key": "\\ud800"}', "The body is not JSON: an escaped character is only one half of a surrogate pair."),
    (b'{"x": ' + b"[" * 100_000, "The body is not JSON: nested too deep."),
    (b'{"orQueries": [{"orQueries": [' * 5000, "The body is not JSON: nested too deep."),
    (b"{}{}", "The body is not JSON: line 1, column 3: Extra data."),
    (b"null", "The body is not a JSON object."),
    (b"[]", "The body is not a JSON object."),
]
"""Bodies, and why they are refused."""


@pytest.mark.parametrize(("body", "message"), WRONG, ids=lambda value: str(value)[:60])
def test_a_wrong_body_is_refused_by_its_member(world: ReadOnlyWorld, body: Any, message: str) -> None:
    assert error_of(post(world, body)) == (400, "InvalidRequestException", message, None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"latestVersion": True, "version": 1}, LATEST_WITH),
        ({"version": 0}, "version is not greater than 0"),
        ({"orQueries": [{"version": -1}]}, "version is not greater than 0"),
    ],
)
def test_what_an_engine_refuses_of_parameters(world: ReadOnlyWorld, body: Any, message: str) -> None:
    for path in (PATH, f"{PATH}/count"):
        assert error_of(post(world, body, path))[1:] == ("ProcessEngineException", message, 0)


@pytest.mark.parametrize(
    "order", [{"sortOrder": "asc"}, {"sortBy": "zzz", "sortOrder": "asc"}, {"sortBy": "key"}, {"sortBy": "key", "sortOrder": "ASC"}]
)
def test_an_order_of_the_list_is_refused_as_by_the_engine(world: ReadOnlyWorld, order: dict[str, str]) -> None:
    assert error_of(post(world, {"sorting": [order]}))[:2] == (400, "NotValidException")
    assert post(world, {"sorting": [order]}, f"{PATH}/count").status_code == 200


def test_the_page_is_checked_before_the_body(world: ReadOnlyWorld) -> None:
    assert error_of(post(world, {"active": "yes"}, firstResult="x"))[0] == 404
    assert error_of(post(world, {"active": "yes"}, maxResults=-2))[2] == "The member 'active' is not a boolean."
    assert error_of(post(world, {}, maxResults=-2))[:2] == (400, "ProcessEnginePersistenceException")
    assert post(world, {"active": "yes"}, f"{PATH}/count", maxResults="x").status_code == 400
    assert world.send("POST", PATH, data=b"{}", content_type="text/plain").status_code == 415


def test_a_body_of_no_use_is_refused_before_it_is_read(world: ReadOnlyWorld) -> None:
    text = b'{"x":[' + b"1," * (MAX_BYTES // 2) + b"1]}"
    for path in (PATH, f"{PATH}/count", DEPLOYMENTS, f"{DEPLOYMENTS}/count"):
        assert error_of(post(world, text, path)) == (413, "InvalidRequestException", TOO_LONG, None)
    longest = [f"{number:064}" for number in range(MAX_ITEMS)]
    assert found(post(world, {"processDefinitionIdIn": longest, "keysIn": longest, "orQueries": [{"tenantIdIn": longest}]})) == []


@given(body=HOSTILE)
def test_no_body_makes_the_server_fail(world: ReadOnlyWorld, body: Any) -> None:
    for path in (PATH, f"{PATH}/count", DEPLOYMENTS):
        assert post(world, body, path).status_code in (200, 400)


def test_both_kinds_of_latest_are_refused_together(world: ReadOnlyWorld) -> None:
    for path in (PATH, f"{PATH}/count", f"{PATH}/grouped"):
        assert error_of(world.ask(path, "latestVersion=true&latestMatching=true")) == (400, "InvalidRequestException", BOTH_LATEST, None)
    assert world.keys("latestMatching=true&versionTag=1.0&latest=false") == ["order", "order"]


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("maxResults=2", "10"),
        ("maxResults=0", "10"),
        ("firstResult=99", "10"),
        ("maxResults=-1", "10"),
        ("maxResults=3&cursor=", "10"),
        ("processDefinitionId=a&processDefinitionIdIn=b", "0"),
        ("name=%00", "0"),
    ],
)
def test_the_total_counts_all_pages(world: ReadOnlyWorld, query: str, total: str) -> None:
    answer = world.ask(PATH, f"key=ten&total=true&{query}")
    assert (answer.status_code, answer.headers["X-Total-Count"]) == (200, total)
    assert world.ask(PATH, f"key=ten&{query.replace('&cursor=', '')}").data == answer.data


def test_a_plain_list_has_no_more_headers(world: ReadOnlyWorld) -> None:
    for query in ("", "maxResults=2", "total=false", "total=null"):
        assert {"X-Total-Count", "X-Next-Cursor"}.isdisjoint(dict(world.ask(PATH, query).headers)), query
    message = "Cannot set query parameter 'total' to value 'x': Cannot convert value x to java type java.lang.Boolean"
    assert error_of(world.ask(PATH, "total=x")) == (400, "InvalidRequestException", message, None)


def test_a_walk_ends(world: ReadOnlyWorld) -> None:
    assert "X-Next-Cursor" not in world.ask(PATH, "key=ten&cursor=").headers
    assert "X-Next-Cursor" not in world.ask(PATH, "key=ten&cursor=&maxResults=0").headers
    full = world.ask(PATH, "key=ten&cursor=&maxResults=10")
    last = world.ask(PATH, {"key": "ten", "maxResults": 10, "cursor": full.headers["X-Next-Cursor"]})
    assert (len(found(full)), found(last), last.headers.get("X-Next-Cursor")) == (10, [], None)


def test_a_cursor_belongs_to_one_list(world: ReadOnlyWorld) -> None:
    query = {"keysIn": "ten,kyc", "sortBy": "name", "sortOrder": "asc", "maxResults": "3"}
    cursor = world.ask(PATH, {**query, "cursor": ""}).headers["X-Next-Cursor"]
    assert len(world.get(PATH, {**query, "maxResults": "5", "cursor": cursor})) == 5
    for other in ({"keysIn": "ten"}, {"sortBy": "key"}, {"sortOrder": "desc"}, {"active": "true"}):
        refused = error_of(world.ask(PATH, {**query, **other, "cursor": cursor}))
        assert refused == (400, "InvalidRequestException", FOREIGN, None)
    for path in (f"{PATH}/grouped", DEPLOYMENTS):
        assert error_of(world.ask(path, {**query, "cursor": cursor}))[2] == FOREIGN
    assert error_of(world.ask(PATH, {**query, "firstResult": "1", "cursor": cursor}))[2] == CURSOR_OR_FIRST


@pytest.mark.parametrize("sort", ["id", "version", "name", "deployTime"])
@pytest.mark.parametrize("key", [None, 1, 2**40, 2**70, 1.5, True, "x", "no\0", "2026-99-01 00:00:00.000", "2026-01-01 00:00:00", [], {}])
def test_a_cursor_that_was_made_up_is_refused_or_harmless(world: ReadOnlyWorld, sort: str, key: Any) -> None:
    query = {"sortBy": sort, "sortOrder": "asc", "maxResults": "3"}
    cursor = world.ask(PATH, {**query, "cursor": ""}).headers["X-Next-Cursor"]
    parts = orjson.loads(urlsafe_b64decode(cursor + "=="))
    parts[1] = key
    for made in (parts, parts[:-1], [*parts, key], key):
        text = urlsafe_b64encode(json.dumps(made).encode()).decode().rstrip("=")
        assert world.ask(PATH, {**query, "cursor": text}).status_code in (200, 400)


def test_a_cursor_is_exactly_as_it_was_given(world: ReadOnlyWorld) -> None:
    cursor = world.ask(PATH, {"maxResults": "3", "cursor": ""}).headers["X-Next-Cursor"]
    spaced = urlsafe_b64encode(json.dumps(orjson.loads(urlsafe_b64decode(cursor + "=="))).encode()).decode().rstrip("=")
    assert spaced != cursor
    for other in (spaced, f"{cursor} ", f"{cursor}=", f"{cursor[:9]}!{cursor[9:]}", cursor[:-1]):
        assert error_of(world.ask(PATH, {"maxResults": "3", "cursor": other})) == (400, "InvalidRequestException", FOREIGN, None)


@pytest.mark.parametrize("cursor", ["x", "=", "ä", "%00", "bnVsbA", "NQ", "WzFd", "e30", "W10", " ", "a" * 5000])
def test_what_is_no_cursor_is_refused(world: ReadOnlyWorld, cursor: str) -> None:
    assert error_of(world.ask(PATH, {"cursor": cursor}))[2] == FOREIGN


@pytest.mark.parametrize(("setting", "keys", "status"), [("false", ["a", "ab", "b"], 200), ("true", ["ab"], 400)])
def test_the_statistics_have_filters_if_the_setting_says_so(database_url: str, setting: str, keys: list[str], status: int) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_STATISTICS_FILTERS": setting})) as app:
        api, path = Api(app), f"{PATH}/statistics"
        api.deploy(*((f"{key}.bpmn", bpmn(key)) for key in ("a", "ab", "b")))
        shown = api.get(path, "keyLike=a%25&sortBy=key&sortOrder=desc&maxResults=1&version=1&incidents=true")
        assert sorted(row["definition"]["key"] for row in shown) == keys
        assert len(api.get(path, "maxResults=-1")) == (0 if status == 400 else 3)
        assert api.ask(path, "version=0").status_code == status
