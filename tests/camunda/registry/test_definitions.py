"""Definitions: queries and their errors, single definitions, and how changes affect the versions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Api, ReadOnlyWorld
from tests.counting import executed
from tests.samples import bpmn, definitions, process

INVALID = "InvalidRequestException"
LATEST_WITH = "Calling latest() can only be used in combination with key(String) and keyLike(String) or name(String) and nameLike(String)"
PERSISTENCE = "An exception occurred in the persistence layer."


def refusal(api: Api, path: str) -> tuple[int, str, str, int | None]:
    answer = api.ask(path)
    body = answer.get_json()
    return answer.status_code, body["type"], body["message"], body["code"]


SORT_ERRORS = [
    ("sortBy=name", "Only a single sorting parameter specified. sortBy and sortOrder required"),
    ("sortOrder=asc", "Only a single sorting parameter specified. sortBy and sortOrder required"),
    ("sortBy=foo&sortOrder=asc", "Cannot set query parameter 'sortBy' to value 'foo'"),
    ("sortBy=foo", "Cannot set query parameter 'sortBy' to value 'foo'"),
    ("sortBy=Name&sortOrder=asc", "Cannot set query parameter 'sortBy' to value 'Name'"),
    ("sortBy=&sortOrder=asc", "Cannot set query parameter 'sortBy' to value ''"),
    ("sortBy=name&sortOrder=ASC", "Cannot set query parameter 'sortOrder' to value 'ASC'"),
    ("sortBy=name&sortOrder=", "Cannot set query parameter 'sortOrder' to value ''"),
]


@pytest.mark.parametrize(("query", "message"), SORT_ERRORS)
@pytest.mark.parametrize("path", ["/process-definition", "/process-definition/count", "/deployment", "/incident/count"])
def test_wrong_sorting(world: ReadOnlyWorld, path: str, query: str, message: str) -> None:
    query = query.replace("name", "id" if path == "/deployment" else "incidentId") if "process" not in path else query
    assert refusal(world, f"{path}?{query}") == (400, INVALID, message.replace("name", "id") if "Name" not in query else message, None)


@pytest.mark.parametrize("value", ["a", "1.5", " ", "%201", "2147483648", "-2147483649", "null", "1e2", "0x1", "9" * 400, "9" * 5000])
@pytest.mark.parametrize("name", ["firstResult", "maxResults"])
def test_wrong_page_numbers_are_not_found(world: ReadOnlyWorld, name: str, value: str) -> None:
    assert refusal(world, f"/process-definition?{name}={value}&version=abc") == (404, "QueryParamException", "HTTP 404 Not Found", None)
    assert world.get(f"/process-definition/count?{name}={value}") == {"count": len(world.get("/process-definition"))}


@pytest.mark.parametrize(
    "query", ["firstResult=-2", "maxResults=-2", "firstResult=-2147483648&maxResults=5", "maxResults=-3&firstResult=0"]
)
def test_negative_pages_are_refused(world: ReadOnlyWorld, query: str) -> None:
    status, kind, message, code = refusal(world, f"/process-definition?{query}")
    assert (status, kind, code) == (400, "ProcessEnginePersistenceException", 0)
    assert message.startswith(PERSISTENCE)


@pytest.mark.parametrize(
    "query", ["firstResult=-1", "maxResults=-1", "firstResult=-1&maxResults=5", "firstResult=-5&maxResults=-1", "maxResults=0"]
)
def test_minus_one_asks_for_nothing(world: ReadOnlyWorld, query: str) -> None:
    assert world.get(f"/process-definition?{query}") == []
    with executed(world.store) as run:
        world.get(f"/process-definition?{query}")
    assert len(run) == (0 if "-1" in query else 1)


@pytest.mark.parametrize("value", ["", "+2", "002", "2147483647"])
def test_page_numbers(world: ReadOnlyWorld, value: str) -> None:
    found = world.keys(f"maxResults={value.replace('+', '%2B')}&sortBy=id&sortOrder=asc", member="id")
    everything = sorted(world.keys(member="id"))
    assert found == everything[: int(value)] if value else everything


def test_pages_make_up_the_whole(world: ReadOnlyWorld) -> None:
    for sort in ("key", "version", "tenantId", "versionTag", "deployTime"):
        for order in ("asc", "desc"):
            query = f"sortBy={sort}&sortOrder={order}"
            whole = world.keys(query, member="id")
            pages = [world.keys(f"{query}&firstResult={first}&maxResults=4", member="id") for first in range(0, len(whole) + 4, 4)]
            assert [ident for page in pages for ident in page] == whole


@pytest.mark.parametrize("query", ["version=0", "version=-1", "ver=0", "ver=-5", "version=0&latestVersion=true", "version=0&sortBy=name"])
def test_versions_begin_at_one(world: ReadOnlyWorld, query: str) -> None:
    for path in ("/process-definition", "/process-definition/count"):
        assert refusal(world, f"{path}?{query}") == (400, "ProcessEngineException", "version is not greater than 0", 0)


@pytest.mark.parametrize("other", ["version=1", "ver=1", "deploymentId=x", "processDefinitionId=x", "deploymentId="])
@pytest.mark.parametrize("latest", ["latestVersion", "latest"])
def test_latest_is_refused_with_one_definition(world: ReadOnlyWorld, latest: str, other: str) -> None:
    for path in ("/process-definition", "/process-definition/count"):
        assert refusal(world, f"{path}?{latest}=true&{other}") == (400, "ProcessEngineException", LATEST_WITH, 0)


@pytest.mark.parametrize(
    "query", ["latestVersion=true&version=null", "latestVersion=false&version=1", "latestVersion=true&processDefinitionIdIn=x"]
)
def test_latest_is_possible_with_others(world: ReadOnlyWorld, query: str) -> None:
    assert world.ask(f"/process-definition?{query}").status_code == 200


QUOTES = 'Cannot convert value "X" to java type java.util.Date because of double quotes'
CONVERSIONS = [
    ("version=abc", "Cannot set query parameter 'version' to value 'abc': Cannot convert value abc to java type java.lang.Integer"),
    ("version=", "Cannot set query parameter 'version' to value '': Cannot convert value  to java type java.lang.Integer"),
    (
        "latestVersion=TRUE",
        "Cannot set query parameter 'latestVersion' to value 'TRUE': Cannot convert value TRUE to java type java.lang.Boolean",
    ),
    (
        "deployedAfter=2013-01",
        "Cannot set query parameter 'deployedAfter' to value '2013-01': Cannot convert value \"2013-01\" to java type java.util.Date",
    ),
    (
        "deployedAt=%22X%22",
        f"Cannot set query parameter 'deployedAt' to value '\"X\"': {QUOTES}",
    ),
]


@pytest.mark.parametrize(("query", "message"), CONVERSIONS)
def test_wrong_values(world: ReadOnlyWorld, query: str, message: str) -> None:
    for path in ("/process-definition", "/process-definition/count"):
        assert refusal(world, f"{path}?{query}") == (400, INVALID, message, None)


def test_of_several_wrong_parameters_the_first_of_the_table_is_named(world: ReadOnlyWorld) -> None:
    for query in ("version=a&deployedAt=b&sortBy=c", "sortBy=c&deployedAt=b&version=a"):
        assert "'deployedAt'" in refusal(world, f"/process-definition?{query}")[2]
    assert refusal(world, "/process-definition?sortBy=name&version=0")[2] == "version is not greater than 0"
    assert refusal(world, "/process-definition?latest=true&version=1&sortBy=name")[2].startswith("Only a single sorting")


def test_parameters_that_are_not_known_or_given_again_are_ignored(world: ReadOnlyWorld) -> None:
    everything = world.keys()
    for query in ("x=1", "Key=order", "id=order", "processDefinitionKey=order", "sorting=x", "keylike=x", "=", "&&", "key", "%00=1"):
        assert len(world.keys(query)) == (0 if query == "key" else len(everything)), query
    assert set(world.keys("key=order&key=ten")) == {"order"}
    assert set(world.keys("keysIn=order&keysIn=ten")) == {"order"}
    assert world.keys("maxResults=1&maxResults=5") == everything[:1]


ALIASES = [
    ("version=2&ver=1", "version=2"),
    ("ver=1&version=2", "version=2"),
    ("ver=2", "version=2"),
    ("ver=2&version=null", ""),
    ("latestVersion=true&latest=false", ""),
    ("latest=true&latestVersion=false", "latestVersion=true"),
    ("latestVersion=true&latest=null", ""),
    ("active=true&suspended=true", "suspended=true"),
    ("active=true&suspended=false", "active=true"),
    ("withoutTenantId=true&tenantIdIn=tenant-a", "withoutTenantId=true"),
    ("withoutTenantId=false&tenantIdIn=tenant-a", "tenantIdIn=tenant-a"),
    ("includeProcessDefinitionsWithoutTenantId=true", ""),
    ("includeProcessDefinitionsWithoutTenantId=true&withoutTenantId=true", "withoutTenantId=true"),
    ("includeProcessDefinitionsWithoutTenantId=true&withoutTenantId=true&tenantIdIn=tenant-a", "withoutTenantId=true"),
    ("withoutVersionTag=true&versionTag=1.0", "withoutVersionTag=true"),
    ("keysIn=", ""),
    ("keysIn=,,", ""),
    ("deployedAfter=", ""),
    ("startablePermissionCheck=true", ""),
]


@pytest.mark.parametrize(("query", "meant"), ALIASES)
def test_which_parameter_wins(world: ReadOnlyWorld, query: str, meant: str) -> None:
    assert world.get(f"/process-definition?{query}") == world.get(f"/process-definition?{meant}")
    assert world.get(f"/process-definition/count?{query}") == world.get(f"/process-definition/count?{meant}")


def test_a_tenant_widened_by_those_without(world: ReadOnlyWorld) -> None:
    found = world.keys("key=order&tenantIdIn=tenant-a&includeProcessDefinitionsWithoutTenantId=true", member="tenantId")
    assert sorted(map(str, found)) == ["None", "None", "None", "tenant-a"]


def test_latest_is_found_before_every_other_filter(world: ReadOnlyWorld) -> None:
    latest = {(item["key"], item["tenantId"]): item["version"] for item in world.get("/process-definition?latestVersion=true")}
    assert latest[("order", None)] == 3
    assert latest[("ten", None)] == 10
    assert {tenant for key, tenant in latest if key == "order"} == {None, "", "tenant-a", "tenant-b"}
    assert world.keys("latestVersion=true&key=ten&active=true") == []
    assert world.keys("latestVersion=true&key=order&versionTag=1.0&withoutTenantId=true") == []
    assert world.keys("latestVersion=true&key=order&versionTag=3.0", member="version") == [3]


def test_the_order_without_sorting_is_that_of_ids_as_texts(world: ReadOnlyWorld) -> None:
    assert world.keys("key=ten", member="version") == [10, 1, 2, 3, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "key=order",
        "nameLike=%25order%25&latestVersion=true&sortBy=name&sortOrder=desc",
        "incidentType=failedJob&incidentMessageLike=%25o%25&firstResult=0&maxResults=50",
        "startableBy=mary&tenantIdIn=a,b&includeProcessDefinitionsWithoutTenantId=true",
        "deployedAfter=2013-01-23T14:42:45.000%2B0200&sortBy=deployTime&sortOrder=asc&maxResults=50",
    ],
)
def test_a_query_is_one_statement_after_a_look_into_the_dictionary(world: ReadOnlyWorld, query: str) -> None:
    for path in ("/process-definition", "/process-definition/count"):
        with executed(world.store) as run:
            world.get(f"{path}?{query}")
        looks = [sql for sql in run if "act_re_procdef" not in sql]
        assert len(looks) <= 1
        assert len(run) - len(looks) <= 1, run


def test_an_empty_list_is_one_statement_too(world: ReadOnlyWorld) -> None:
    query = "processDefinitionIdIn=" + ",".join(f"order:{number}:x" for number in range(70))
    for path, found in (("/process-definition", []), ("/process-definition/count", {"count": 0})):
        with executed(world.store) as run:
            assert world.get(f"{path}?{query}") == found
        assert len(run) == 1, run


def test_a_page_of_fifty_is_one_statement(api: Api) -> None:
    files = [(f"{number}.bpmn", bpmn(f"key{number:02}", documentation=["text"])) for number in range(60)]
    api.deploy(*files)
    with executed(api.store) as run:
        found = api.get("/process-definition?maxResults=50&sortBy=key&sortOrder=asc")
    assert len(run) == 1
    assert [item["key"] for item in found] == [f"key{number:02}" for number in range(50)]
    assert {item["description"] for item in found} == {"text"}


@pytest.mark.parametrize(
    "value", ["%00", "a%00b", "'", "a'%20or%20'1'='1", "%5C", "%25%5C", "%FF", "%C3", "%F0%9F%9A%80", "x" * 5000, "%3B%20DROP%20TABLE"]
)
@pytest.mark.parametrize(
    "name", ["key", "keyLike", "keysIn", "nameLike", "startableBy", "tenantIdIn", "incidentMessageLike", "processDefinitionId"]
)
def test_odd_values_find_nothing(world: ReadOnlyWorld, name: str, value: str) -> None:
    assert world.get(f"/process-definition?{name}={value}") == []
    assert world.get(f"/process-definition/count?{name}={value}") == {"count": 0}


def test_one_definition(world: ReadOnlyWorld) -> None:
    ident = world.names["@order/2"]
    one = world.get(f"/process-definition/{ident}")
    assert one == {
        "id": ident,
        "key": "order",
        "category": "http://example.org/sales",
        "description": "Sells\n\n\n\nmore\nthings",
        "name": "Order process",
        "version": 2,
        "resource": "order.bpmn",
        "deploymentId": world.names["@deployment2"],
        "diagram": None,
        "suspended": False,
        "tenantId": None,
        "versionTag": None,
        "historyTimeToLive": 5,
        "startableInTasklist": True,
    }
    assert world.get("/process-definition?key=order&version=2") == [one]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/process-definition/key/order", "@order/3"),
        ("/process-definition/key/order/tenant-id/tenant-a", "@order/1/tenant-a"),
        ("/process-definition/key/order/tenant-id/tenant-b", "@order/1/tenant-b"),
        ("/process-definition/key/ten", "@ten/10"),
    ],
)
def test_the_latest_by_key(world: ReadOnlyWorld, path: str, name: str) -> None:
    with executed(world.store) as run:
        assert world.get(path, {"askedBy": "this test alone"})["id"] == world.names[name]  # so no older answer is cached
    assert len(run) == 1


MISSING = [
    ("GET", "/nope", 404, INVALID, "No matching definition with id nope", 0),
    ("GET", "/nope/xml", 404, INVALID, "No matching definition with id nope", 0),
    ("GET", "/nope/diagram", 400, "NotFoundException", "no deployed process definition found with id 'nope': processDefinition is null", 0),
    ("DELETE", "/nope", 404, INVALID, "No process definition found with id 'nope': processDefinition is null", 0),
    *(
        (method, f"/key/{place}{part}", 404, "RestException", f"No matching process definition with key: {text}", None)
        for method, part in (
            ("GET", ""),
            ("GET", "/xml"),
            ("GET", "/diagram"),
            ("GET", "/statistics"),
            ("DELETE", ""),
            ("PUT", "/suspended"),
        )
        for place, text in (
            ("nope", "nope and no tenant-id"),
            ("order/tenant-id/zz", "order and tenant-id: zz"),
            ("{0}/tenant-id/{message}", "{0} and tenant-id: {message}"),
        )
    ),
]


@pytest.mark.parametrize(("method", "path", "status", "kind", "message", "code"), MISSING)
def test_what_is_missing(world: ReadOnlyWorld, method: str, path: str, status: int, kind: str, message: str, code: int | None) -> None:
    answer = world.send(method, f"/process-definition{path}", json={} if method == "PUT" else None)
    assert (answer.status_code, answer.json) == (status, {"type": kind, "message": message, "code": code})


def test_xml_is_read_as_utf8_whatever_it_says(api: Api) -> None:
    latin = definitions(process("latin", name="Größe")).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    marked = b"\xef\xbb\xbf" + bpmn("marked")
    api.deploy(("latin.bpmn", latin), ("marked.bpmn", marked))
    answer = api.get("/process-definition/key/latin/xml")
    assert list(answer) == ["id", "bpmn20Xml"]
    assert "Gr\ufffd\ufffde" in answer["bpmn20Xml"]
    assert api.get("/process-definition/key/latin")["name"] == "Größe"
    assert api.get("/process-definition/key/marked/xml")["bpmn20Xml"] == marked.decode()


@pytest.mark.parametrize(
    ("name", "content_type", "disposition"),
    [
        ("x.png", "image/png", "attachment; filename=\"x.png\"; filename*=UTF-8''x.png"),
        ("x.svg", "image/svg+xml", "attachment; filename=\"x.svg\"; filename*=UTF-8''x.svg"),
        ("a b/x.jpg", "image/jpeg", "attachment; filename=\"a b/x.jpg\"; filename*=UTF-8''a%20b%2Fx.jpg"),
        ("x.gif", "image/gif", "attachment; filename=\"x.gif\"; filename*=UTF-8''x.gif"),
    ],
)
def test_a_diagram(api: Api, name: str, content_type: str, disposition: str) -> None:
    api.deploy((name.rpartition(".")[0] + ".bpmn", bpmn("x")), (name, b"\x00\xff\r\n"))
    for accept in ("*/*", "application/json"):
        answer = api.send("GET", "/process-definition/key/x/diagram", headers={"Accept": accept})
        assert (answer.status_code, answer.data, answer.content_type) == (200, b"\x00\xff\r\n", content_type)
        assert answer.headers["Content-Disposition"] == disposition


def test_no_diagram(api: Api) -> None:
    api.deploy(("x.bpmn", bpmn("x")))
    answer = api.ask("/process-definition/key/x/diagram")
    assert (answer.status_code, answer.data, "Content-Type" in answer.headers) == (204, b"", False)


def versions(api: Api, query: str = "key=order&sortBy=version&sortOrder=asc") -> list[Any]:
    latest = set(api.keys("latestVersion=true", member="id"))
    return [f"{item['version']}{'*' if item['id'] in latest else ''}" for item in api.get(f"/process-definition?{query}")]


def test_versions_after_deletions(api: Api) -> None:
    ids = [next(iter(api.deploy(("order.bpmn", bpmn("order")))["deployedProcessDefinitions"])) for _ in range(3)]
    assert versions(api) == ["1", "2", "3*"]
    answer = api.send("DELETE", f"/process-definition/{ids[1]}")
    assert (answer.status_code, answer.data, "Content-Type" in answer.headers) == (200, b"", False)
    assert versions(api) == ["1", "3*"]
    assert api.send("DELETE", "/process-definition/key/order?cascade=TRUE").status_code == 200
    assert versions(api) == ["1*"]
    api.deploy(("order.bpmn", bpmn("order")))
    assert versions(api) == ["1", "2*"]
    for _ in range(2):
        api.send("DELETE", "/process-definition/key/order")
    assert versions(api) == []
    assert api.ask("/process-definition/key/order").status_code == 404
    api.deploy(("order.bpmn", bpmn("order")))
    assert versions(api) == ["1*"]
    assert len(api.get("/deployment")) == 5


def test_tenants_count_for_themselves(api: Api) -> None:
    for tenant in ({}, {"tenant_id": ""}, {"tenant_id": "a"}, {"tenant_id": ""}, {}, {}):
        api.deploy(("order.bpmn", bpmn("order")), **tenant)
    found = {(item["tenantId"], item["version"]) for item in api.get("/process-definition?latestVersion=true")}
    assert found == {(None, 3), ("", 2), ("a", 1)}
    assert api.get("/process-definition/key/order")["tenantId"] is None
    assert api.send("DELETE", "/process-definition/key/order/tenant-id/a").status_code == 200
    assert {(item["tenantId"], item["version"]) for item in api.get("/process-definition?latestVersion=true")} == {(None, 3), ("", 2)}
    assert api.keys("withoutTenantId=true", member="version") == [1, 2, 3]


def test_deleting_a_definition_takes_its_incidents_and_starters(api: Api) -> None:
    ident = next(iter(api.deploy(("order.bpmn", bpmn("order", candidateStarterUsers="mary")))["deployedProcessDefinitions"]))
    assert api.put("/incident/i1", {"processDefinitionId": ident, "incidentType": "failedJob"}).status_code == 201
    assert api.keys("startableBy=mary") == api.keys("incidentId=i1") == ["order"]
    api.send("DELETE", f"/process-definition/{ident}")
    assert api.get("/incident") == []
    assert api.get("/deployment/count") == {"count": 1}


@pytest.mark.parametrize(
    ("body", "suspended"),
    [
        ({"suspended": True}, True),
        ({"suspended": "true"}, True),
        ({"suspended": 1}, True),
        ({}, False),
        ({"suspended": False}, False),
        ({"suspended": None}, False),
        ({"suspended": ""}, False),
        ({"suspended": True, "unknown": {"a": [1]}}, True),
        ({"suspended": True, "processDefinitionId": "other"}, True),
    ],
)
def test_suspension(api: Api, body: dict[str, Any], suspended: bool) -> None:
    ident = next(iter(api.deploy(("order.bpmn", bpmn("order")))["deployedProcessDefinitions"]))
    api.put(f"/process-definition/{ident}/suspended", {"suspended": not suspended})
    for _ in range(2):
        answer = api.put(f"/process-definition/{ident}/suspended", body)
        assert (answer.status_code, answer.data, "Content-Type" in answer.headers) == (204, b"", False)
        assert api.get(f"/process-definition/{ident}")["suspended"] is suspended
        assert len(api.keys("suspended=true")) == suspended
        assert len(api.keys("active=true")) == (not suspended)


def test_suspending_by_key_means_the_latest_of_the_tenant(api: Api) -> None:
    for tenant in ({}, {}, {"tenant_id": "a"}):
        api.deploy(("order.bpmn", bpmn("order")), **tenant)
    assert api.put("/process-definition/key/order/suspended", {"suspended": True}).status_code == 204
    assert [(item["version"], item["tenantId"]) for item in api.get("/process-definition?suspended=true")] == [(2, None)]
    assert api.put("/process-definition/nope/suspended", {"suspended": True}).status_code == 204
    answer = api.put("/process-definition/key/order/suspended", {"suspended": True, "processDefinitionKey": "order"})
    assert (answer.status_code, answer.get_json()["message"][:8]) == (400, "Only one")
