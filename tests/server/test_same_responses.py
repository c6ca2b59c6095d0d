"""The main requests of both surfaces through the real server: it responds as the application does that is called without a server.

Both have the same store. So a read is responded to with the same status, headers and bytes; a change is made twice, each time with names of
its own, and its responses are compared without those and without what the store makes up.
"""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import pytest
from flask import Flask

from procdef.settings import load
from tests.conftest import DATABASES, make_database, running_app
from tests.frends.files import exported, file_of, guid
from tests.samples import bpmn, form, form_of
from tests.servers.procdef import procdef
from tests.world import PNG

SERVERS_OWN = {"date", "server", "connection", "keep-alive", "transfer-encoding"}
"""The headers that only a server adds."""
FREE = re.compile(rb'(?<="freeBytes":)\d+')
"""The free bytes on the disk, which other programs change at any time."""
LIMIT = 200_000
SETTINGS = {"PROCDEF_PUBLIC_URL": "http://procdef.example:8080", "PROCDEF_MAX_BODY": str(LIMIT)}
JSON = {"Content-Type": "application/json"}


class Request(NamedTuple):
    """A request. `path` and `body` may have names in braces; `status` is the one of both responses."""

    method: str
    path: str
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}

    def with_names(self, names: Mapping[str, str]) -> Request:
        """The request with its names replaced."""
        path, body = self.path, self.body
        for name, value in names.items():
            path, body = path.replace(f"{{{name}}}", value), body.replace(b"{%s}" % name.encode(), value.encode())
        return self._replace(path=path, body=body)


GZIP_TIME = re.compile(rb"\A(\x1f\x8b\x08.).{4}", re.DOTALL)
"""The beginning of a body that is compressed by gzip: it has the second in which that was done."""


class Response(NamedTuple):
    """A response: status, headers without those that only a server adds, body as it was sent.

    Without the time in a gzip header, and free bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Sender(Protocol):
    """Sends a request."""

    def __call__(self, request: Request) -> Response: ...


def response_of(status: int, headers: list[tuple[str, str]], body: bytes) -> Response:
    headers = [(name, ", ".join(sorted(value.split(", "))) if name == "Allow" else value) for name, value in headers]  # it has no order
    named = [(name.lower(), value) for name, value in headers if name.lower() not in SERVERS_OWN]
    assert len(dict(named)) == len({*named}), "a header is there twice with two values"
    return Response(status, dict(named), FREE.sub(b"0", GZIP_TIME.sub(rb"\1", body)))


class Pair(NamedTuple):
    """The real server and the application over one store, and the names of what is in it."""

    served: Sender
    called: Sender
    names: dict[str, str]


def serving(base: str) -> Sender:
    """Send requests to a server, with no header that is not given."""
    place = urlsplit(base)

    def send(request: Request) -> Response:
        connection = HTTPConnection(place.hostname or "", place.port, timeout=30)
        connection.putrequest(request.method, request.path, skip_accept_encoding=True)
        for name, value in {"X-Request-Id": "same", **request.headers}.items():
            connection.putheader(name, value)
        if request.body or request.method in ("POST", "PUT"):
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body or None)
        with connection.getresponse() as response:
            found = response_of(response.status, response.getheaders(), response.read())
        connection.close()
        return found

    return send


def calling(app: Flask) -> Sender:
    """Call the application."""

    def send(request: Request) -> Response:
        headers = {"X-Request-Id": "same", **request.headers}
        with app.test_client().open(request.path, method=request.method, data=request.body or None, headers=headers) as response:
            return response_of(response.status_code, list(response.headers), response.data)

    return send


@pytest.fixture(scope="module", params=["sqlite", DATABASES[-1]])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    settings = {"PROCDEF_DATABASE_URL": make_database(request, folder, "procdef_pair"), **SETTINGS}
    with procdef(folder, **settings) as base, running_app(load(settings)) as app:
        pair = Pair(serving(base), calling(app), {})
        fill(pair)
        yield pair


def deployment(*files: tuple[str, bytes], status: int = 200, path: str = "/engine-rest/deployment/create", **fields: str) -> Request:
    body, content_type = form(files, {name.replace("_", "-"): value for name, value in fields.items()})
    return Request("POST", path, status, body, {"Content-Type": content_type})


def sent(method: str, path: str, body: Any, status: int = 200) -> Request:
    return Request(method, path, status, json.dumps(body).encode(), JSON)


def imported(data: bytes, conflict: str = "", name: str = "f.json", status: int = 200) -> Request:
    parts = [(f'form-data; name="file"; filename="{name}"', data)]
    parts += [('form-data; name="importConflict"', conflict.encode())] if conflict else []
    body, content_type = form_of(parts)
    return Request("POST", "/api/v1/processes/batch-import", status, body, {"Content-Type": content_type})


def fill(pair: Pair) -> None:
    """Fill the store through the server, and name what is in it."""
    order = bpmn("order", name="Órder <&>", versionTag="1.2", documentation=["Sells."], candidateStarterGroups="sales")
    for request in (
        deployment(("order.bpmn", bpmn("order"))),
        deployment(
            ("order.bpmn", order), ("order.png", PNG), ("ä 審.txt", "Grüße".encode()), deployment_name="sales", deployment_source="ci"
        ),
        deployment(("order.bpmn", order), tenant_id="tenant-a"),
        *(deployment((f"{n}.bpmn", bpmn(f"many{n}", name=f"Many {n}", documentation=["x" * 300]))) for n in range(5)),
        imported(file_of(exported("Orders"))),
        sent("POST", "/engine-rest/group/create", {"id": "sales", "name": "Sales", "type": "WORKFLOW"}, 204),
        sent(
            "POST",
            "/engine-rest/user/create",
            {"profile": {"id": "mary", "firstName": "Mary"}, "credentials": {"password": "secret secret"}},
            204,
        ),
        sent("PUT", "/engine-rest/group/sales/members/mary", {}, 204),
    ):
        assert pair.served(request).status == request.status
    listed = json.loads(pair.called(Request("GET", "/engine-rest/process-definition?key=order&latest=true&withoutTenantId=true")).body)
    pair.names.update({"id": listed[0]["id"], "deployment": listed[0]["deploymentId"], "guid": guid("Orders")})
    versions = json.loads(pair.called(Request("GET", "/engine-rest/process-definition?key=order&version=1&withoutTenantId=true")).body)
    pair.names["first"] = versions[0]["id"]
    resources = json.loads(pair.called(Request("GET", "/engine-rest/deployment/{deployment}/resources".format_map(pair.names))).body)
    pair.names.update({f"resource{number}": row["id"] for number, row in enumerate(resources)})
    processes = json.loads(pair.called(Request("GET", "/api/v1/processes")).body)["data"]
    pair.names["number"] = next(str(row["id"]) for row in processes if row["name"] == "Orders")
    incident = {"processDefinitionId": pair.names["id"], "incidentType": "failedJob", "incidentMessage": "boom"}
    assert pair.served(sent("PUT", "/engine-rest/incident/one", incident)).status == 201


def gets(base: str, *paths: str, status: int = 200, method: str = "GET", **headers: str) -> list[Request]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return [Request(method, base + path, status, headers=named) for path in paths]


C, F = "/engine-rest", "/api/v1"
LIST = "/process-definition"
READS: list[Request] = [
    *gets(
        C, LIST, f"{LIST}/count", f"{LIST}?keyLike=many%25&sortBy=name&sortOrder=desc&firstResult=1&maxResults=2", f"{LIST}?maxResults=0"
    ),
    *gets(C, f"{LIST}?nameLike=%C3%B3rder%25&latest=true", f"{LIST}?processDefinitionIdIn={{id}},x", f"{LIST}/count?tenantIdIn=tenant-a"),
    *gets(C, *(f"{LIST}/{{id}}{what}" for what in ("", "/xml", "/diagram", "/statistics", "/static-called-process-definitions"))),
    *gets(C, *(f"{LIST}/key/order{what}" for what in ("", "/xml", "/diagram", "/tenant-id/tenant-a", "/tenant-id/tenant-a/xml"))),
    *gets(C, f"{LIST}/{{id}}".replace(":", "%3A"), f"{LIST}/statistics?incidents=true", f"{LIST}/{{id}}/startForm"),
    *gets(C, f"{LIST}/{{id}}/form-variables"),
    *gets(C, *(f"{LIST}/{{id}}{what}" for what in ("/facts", "/outline", "/diff", "/diff/{id}", "/diff/{first}"))),
    *gets(C, *(f"{LIST}/key/order{what}" for what in ("/facts", "/outline", "/diff", "/diff/{first}", "/tenant-id/tenant-a/diff/{first}"))),
    *gets(C, f"{LIST}/{{id}}/diff", Accept="text/plain"),
    *gets(C, f"{LIST}/{{id}}/diff", f"{LIST}/{{id}}/diff?theme=dark", Accept="image/svg+xml"),
    *gets(C, f"{LIST}/{{id}}/diff", Accept="text/markdown", Accept_Encoding="gzip"),
    *gets(C, f"{LIST}/{{id}}/diff", f"{LIST}/{{id}}/outline", method="HEAD"),
    *gets(C, "/deployment", "/deployment/count", "/deployment?name=sales", "/deployment/{deployment}", "/deployment/registered"),
    *gets(C, *(f"/deployment/{{deployment}}/resources{what}" for what in ("", "/{resource0}", "/{resource0}/data", "/{resource2}/data"))),
    *gets(C, "/incident", "/incident/count", "/incident/one", "/history/incident?open=true", "/schema/log"),
    *gets(
        C,
        "/user",
        "/user/count",
        "/user?memberOfGroup=sales",
        "/user/mary/profile",
        "/group",
        "/group/sales",
        "/identity/groups?userId=mary",
    ),
    *gets(C, "/version", "/engine", "/process-instance", "/task/count"),
    *gets(F, "/processes", "/processes?PageSize=2&PageNumber=2", "/processes?processName=ord&allVersions=true", "/processes/{number}"),
    *gets(F, "/processes/{guid}/versions/7", "/processes/{guid}/versions/7/export", "/processes/{number}/export", "/openapi.json"),
    *gets(F, "/processes/batch-export?ids={number}"),
    *gets(
        "",
        f"{C}/engine/default{LIST}",
        f"{C}/engine/default{LIST}/{{id}}/xml",
        LIST,
        "/deployment/count",
        "/incident",
        "/version",
        "/engine",
    ),
    *gets("", "/engine/default/process-definition/count", "/openapi.json", "/healthz", "/readyz"),
    *gets(C, LIST, f"{LIST}/{{id}}/xml", "/deployment/{deployment}/resources/{resource0}/data", method="HEAD"),
    *gets("", "/openapi.json", "/version", method="HEAD"),
    *gets(F, "/processes", "/processes/{number}/export", method="HEAD"),
    *gets(C, LIST, f"{LIST}/{{id}}", "/deployment/create", "/user", method="OPTIONS"),
    *gets(F, "/processes", "/processes/{number}", method="OPTIONS"),
    *gets("", C + LIST, f"{C}{LIST}/{{id}}/xml", "/openapi.json", Accept_Encoding="gzip"),
    *gets(F, "/processes", "/processes/{number}/export", "/openapi.json", Accept_Encoding="gzip"),
    *gets(C, LIST, Accept_Encoding="br;q=1, gzip;q=0"),
    *gets(C, LIST, f"{LIST}/count", Accept="application/json;charset=utf-8"),
]
ERRORS: list[Request] = [
    *gets(
        C,
        f"{LIST}/none",
        f"{LIST}/key/none",
        "/deployment/none",
        "/incident/none",
        "/user/none/profile",
        "/none",
        "/deployment/none/",
        status=404,
    ),
    *gets(C, f"{LIST}?firstResult=x", f"{LIST}/none/xml", status=404),
    *gets(C, f"{LIST}/none/facts", f"{LIST}/none/diff", f"{LIST}/{{id}}/diff/none", f"{LIST}/{{first}}/diff", status=404),
    *gets(C, f"{LIST}/{{id}}/diff", f"{LIST}/{{id}}/facts", f"{LIST}/{{id}}/outline", Accept="image/png", status=406),
    *gets(
        C,
        f"{LIST}?sortBy=none&sortOrder=asc",
        f"{LIST}?sortBy=key",
        f"{LIST}?maxResults=-2",
        f"{LIST}?deployedAt=x",
        "/engine/other/process-definition",
        status=400,
    ),
    *gets(C, LIST, f"{LIST}/{{id}}", "/deployment/none", "/version", Accept="image/png", status=406),
    *gets(F, "/processes", "/processes/{number}", Accept="image/png", status=406),
    *gets(F, "/processes/0", "/processes/{guid}/versions/1", "/none", status=404),
    *gets(F, "/processes?PageSize=0", "/processes?x=1", "/processes/x", status=400),
    *gets("", "/none", "/", "/%00", "/engine-rest/%ff", status=404),
    *gets(C, LIST, f"{LIST}/{{id}}", "/deployment/create", "/version", method="PATCH", status=405),
    *gets(F, "/processes", method="PATCH", status=405),
    Request("POST", f"{C}/deployment/create", 415, b"x", {"Content-Type": "text/plain"}),
    Request("POST", f"{C}/deployment/create", 400, b"junk", {"Content-Type": "multipart/form-data; boundary=x"}),
    Request("POST", f"{C}/user/create", 400, b"{", JSON),
    Request("POST", f"{C}/user/create", 415, gzip.compress(b"{}", mtime=0), {**JSON, "Content-Encoding": "gzip"}),
    deployment(("a.bpmn", b"hello"), status=400),
    deployment(("a.bpmn", b"x" * (LIMIT + 1)), status=413),
    imported(b"{", status=400),
    imported(file_of(exported("Orders")), status=409),
]


@pytest.mark.parametrize(
    "request_", [*READS, *ERRORS], ids=lambda request: " ".join(map(str, (request.method, request.path, *request.headers.values())))
)
def test_a_read_and_an_error_are_the_same(pair: Pair, request_: Request) -> None:
    request = request_.with_names(pair.names)
    served, called = pair.served(request), pair.called(request)
    assert served == called
    assert served.status == request.status
    if request.method == "HEAD":
        assert served.body == b""


@pytest.mark.parametrize(
    "path",
    [f"{C}{LIST}", f"{C}{LIST}/count", f"{C}{LIST}/{{id}}/xml", f"{LIST}/{{id}}", f"{F}/processes", f"{F}/processes/{{number}}/export"],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_etag_of_one_is_known_to_the_other(pair: Pair, path: str, method: str) -> None:
    request = Request(method, path).with_names(pair.names)
    tag = pair.called(request).headers["etag"]
    for value, status in ((tag, 304), (f'"x", {tag}', 304), ('"x"', 200)):
        conditional = request._replace(headers={"If-None-Match": value})
        served = pair.served(conditional)
        assert served == pair.called(conditional)
        assert (served.status, served.headers["etag"], served.body == b"") == (status, tag, status == 304 or method == "HEAD")


STORY: list[Request] = [
    deployment(("{side}.bpmn", bpmn("{side}")), ("{side}.png", PNG), deployment_name="{side}", tenant_id="t"),
    deployment(("{side}.bpmn", bpmn("{side}")), deployment_name="{side}", tenant_id="t", enable_duplicate_filtering="true"),
    deployment(
        ("{side}.bpmn", bpmn("{side}", name="2")), deployment_name="{side}", tenant_id="t", path="/engine/default/deployment/create"
    ),
    deployment(("{side}.bpmn", bpmn("{side}", name="3")), tenant_id="t", path="/deployment/create"),
    *gets(C, f"{LIST}?key={{side}}&sortBy=version&sortOrder=asc", f"{LIST}/key/{{side}}/tenant-id/t", "/deployment?name={side}"),
    *gets(C, f"{LIST}/key/{{side}}/tenant-id/t/diagram", status=204),
    sent("PUT", f"{C}{LIST}/key/{{side}}/tenant-id/t/suspended", {"suspended": True}, 204),
    sent("PUT", f"{C}{LIST}/key/{{side}}/tenant-id/t/history-time-to-live", {"historyTimeToLive": 5}, 204),
    *gets(C, f"{LIST}?key={{side}}&suspended=true"),
    sent("PUT", f"{C}/incident/{{side}}", {"processDefinitionId": "{definition}", "incidentType": "x", "configuration": "{side}"}, 201),
    sent("PUT", f"{C}/incident/{{side}}/annotation", {"annotation": "noted"}, 204),
    *gets(C, "/incident/{side}"),
    Request("DELETE", f"{C}/incident/{{side}}", 204),
    *gets(C, "/incident/{side}", status=404),
    sent("POST", f"{C}/user/create", {"profile": {"id": "{side}", "firstName": "A"}, "credentials": {"password": "password-p"}}, 204),
    sent("POST", f"{C}/group/create", {"id": "{side}", "name": "G", "type": "T"}, 204),
    sent("PUT", f"{C}/group/{{side}}/members/{{side}}", {}, 204),
    *gets(C, "/user?memberOfGroup={side}", "/identity/groups?userId={side}"),
    sent("POST", f"{C}/identity/verify", {"username": "{side}", "password": "password-p"}),
    Request("DELETE", f"{C}/user/{{side}}", 204),
    sent("POST", f"{C}/deployment/{{new}}/redeploy", {}),
    Request("DELETE", f"{C}{LIST}/{{definition}}", 200),
    *gets(C, f"{LIST}/{{definition}}", status=404),
    Request("DELETE", f"{C}/deployment/{{new}}?cascade=true", 204),
    *gets(C, "/deployment/{new}", status=404),
    imported(file_of(exported("{side}", UniqueIdentifier="{guid}", Bpmn=None))),
    imported(file_of(exported("{side}", UniqueIdentifier="{guid}", Bpmn=None)), "Error", status=409),
    imported(file_of(exported("{side}", UniqueIdentifier="{guid}", Bpmn=None)), "NewVersion"),
    imported(bpmn("{side}-p"), name="{side}.bpmn"),
    *gets(F, "/processes?processName={side}&allVersions=true", "/processes/{guid}/versions/8"),
    Request("DELETE", f"{F}/processes/{{guid}}", 204),
    *gets(F, "/processes/{guid}/versions/8", status=404),
]
MADE_UP = [
    (rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", b"UUID"),
    (rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(\d{4})?(\+0000|Z)", b"TIME"),
    (rb'"id":\d+', b'"id":0'),
    (rb"process(es/|es%2F)\d+", b"processes/0"),
    (rb'W/"[0-9a-f]+"', b"TAG"),
    (rb"(?i)side[12]", b"side"),
]


def anonymous(text: bytes) -> bytes:
    """A text without what the store makes up and without the side's name."""
    for pattern, name in MADE_UP:
        text = re.sub(pattern, name, text)
    return text


def told(send: Sender, side: str) -> list[Response]:
    """The responses to the story, without what differs between two tellings."""
    names, found = {"side": side, "guid": guid(side)}, list[Response]()
    for request in STORY:
        response = send(request.with_names(names))
        assert response.status == request.status, (request, response)
        if not found:
            deployed = json.loads(response.body)
            names |= {"new": deployed["id"], "definition": next(iter(deployed["deployedProcessDefinitions"]))}
        headers = {name: anonymous(value.encode()).decode() for name, value in response.headers.items() if name != "content-length"}
        found.append(Response(response.status, headers, anonymous(response.body)))
    return found


def test_changes_are_the_same(pair: Pair) -> None:
    served, called = told(pair.served, "side1"), told(pair.called, "side2")
    assert [(request, one, two) for request, one, two in zip(STORY, served, called, strict=True) if one != two] == []


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A pair that asks for credentials, and has three users."""
    folder = tmp_path_factory.mktemp("guarded")
    settings = {"PROCDEF_DATABASE_URL": f"sqlite:///{folder}/guarded.db", **SETTINGS}
    with running_app(load(settings)) as app:
        for user in ("mary", "john", "anna"):
            body = {"profile": {"id": user}, "credentials": {"password": 3 * user}}
            assert calling(app)(sent("POST", f"{C}/user/create", body, 204)).status == 204
    settings["PROCDEF_AUTH"] = "basic"
    with procdef(folder, **settings) as base, running_app(load(settings)) as app:
        yield Pair(serving(base), calling(app), {})


@pytest.mark.parametrize("path", [f"{C}{LIST}", f"{F}/processes", "/engine/default/process-definition/count", f"{F}/none"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic x"}, basic("mary", 3 * "mary")])
def test_credentials_are_asked_for_in_the_same_way(guarded: Pair, path: str, method: str, headers: dict[str, str]) -> None:
    served, called = (send(Request(method, path, headers=headers)) for send in (guarded.served, guarded.called))
    assert served == called
    assert (served.status == 401) is (headers != basic("mary", 3 * "mary"))


def test_wrong_passwords_are_refused_in_the_same_way_until_a_try_has_to_wait(guarded: Pair) -> None:
    request = Request("GET", f"{C}{LIST}", headers=basic("john", "wrong"))
    served, called = (refusals(send, request) for send in (guarded.served, guarded.called))
    assert served == called
    assert [response.status for response in served] == [401, 429]


def refusals(send: Sender, request: Request) -> list[Response]:
    """The first response and the first other one, without how long to wait; each process counts the tries by itself."""
    first = send(request)
    other = next(response for _ in range(20) if (response := send(request)).status != first.status)
    assert int(other.headers["retry-after"]) > 0
    return [first, other._replace(headers={**other.headers, "retry-after": "1"})]


@pytest.mark.parametrize("path", [f"{C}/version", "/openapi.json", f"{F}/openapi.json", "/healthz", "/readyz"])
def test_what_is_public_is_the_same_in_both(guarded: Pair, path: str) -> None:
    served, called = guarded.served(Request("GET", path)), guarded.called(Request("GET", path))
    assert served == called
    assert served.status == (401 if path == f"{C}/version" else 200)


@pytest.mark.parametrize("path", [f"{C}{LIST}", f"{F}/processes"])
def test_the_etag_of_one_user_is_not_known_for_another(guarded: Pair, path: str) -> None:
    tag = guarded.served(Request("GET", path, headers=basic("mary", 3 * "mary"))).headers["etag"]
    for user, status in (("mary", 304), ("anna", 200)):
        request = Request("GET", path, headers={**basic(user, 3 * user), "If-None-Match": tag})
        served, called = guarded.served(request), guarded.called(request)
        assert (served, served.status) == (called, status)
