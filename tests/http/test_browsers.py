"""Requests that a web page has a browser send: what they may do, by the headers with which browsers say where a request comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask.testing import FlaskClient

from procdef.settings import load
from tests.api import BASE
from tests.conftest import running_app

APPS, PUBLIC, EVIL = "https://apps.example.org", "https://public.example.org", "https://evil.example"
Settled = Callable[..., FlaskClient]


@pytest.fixture
def settled(database_url: str) -> Iterator[Settled]:
    """Makes clients of an application with settings."""
    with ExitStack() as stack:
        made: dict[str, FlaskClient] = {}

        def make(**more: str) -> FlaskClient:
            if str(more) not in made:
                made[str(more)] = stack.enter_context(running_app(load({"PROCDEF_DATABASE_URL": database_url, **more}))).test_client()
            return made[str(more)]

        yield make


LISTED = {"PROCDEF_CORS_ORIGINS": f"{APPS}, chrome-extension://abcdef", "PROCDEF_PUBLIC_URL": f"{PUBLIC}/somewhere"}
MAY: list[tuple[str | None, str | None, str]] = [
    (None, None, "localhost"),
    (None, "same-origin", "localhost"),
    (None, "none", "localhost"),
    ("http://localhost", None, "localhost"),
    ("http://localhost", "same-origin", "localhost"),
    ("http://localhost:8080", None, "localhost:8080"),
    ("http://LOCALHOST:8080", None, "localhost:8080"),
    ("https://localhost", None, "localhost"),
    ("http://localhost", None, "localhost:80"),
    ("https://localhost", None, "localhost:443"),
    ("http://[::1]:8080", None, "[::1]:8080"),
    (PUBLIC, None, "127.0.0.1:8080"),
    (PUBLIC, None, "public.example.org"),
    (PUBLIC, "same-origin", "127.0.0.1:8080"),
    (APPS, None, "localhost"),
    (APPS, "cross-site", "localhost"),
    (APPS, "same-site", "localhost"),
    ("chrome-extension://abcdef", "none", "localhost"),
]
MAY_NOT: list[tuple[str | None, str | None, str]] = [
    (None, "cross-site", "localhost"),
    (None, "same-site", "localhost"),
    ("http://localhost", "cross-site", "localhost"),
    ("http://localhost:3000", "same-site", "localhost:8080"),
    (EVIL, "cross-site", "localhost"),
    (EVIL, None, "localhost"),
    (EVIL, "none", "localhost"),
    ("http://localhost:3000", None, "localhost:8080"),
    ("http://localhost", None, "localhost:8080"),
    ("http://localhost.evil.example", None, "localhost"),
    ("http://127.0.0.1", None, "localhost"),
    ("ftp://localhost", None, "localhost"),
    ("localhost", None, "localhost"),
    ("", None, "localhost"),
    ("null", None, "localhost"),
    ("null", "same-origin", "localhost"),
    ("null", "cross-site", "localhost"),
    ("http://public.example.org", None, "localhost"),
    (f"{APPS}.evil", None, "localhost"),
    ("chrome-extension://other", "none", "localhost"),
    ("file://", None, "localhost"),
]
WRITES = [
    ("POST", f"{BASE}/deployment/create"),
    ("PUT", f"{BASE}/user/x/profile"),
    ("DELETE", f"{BASE}/deployment/x"),
    ("POST", "/nowhere"),
    ("PATCH", f"{BASE}/version"),
    ("POST", "/api/v1/processes/batch-import"),
    ("DELETE", "/api/v1/processes/x"),
]


def headers(origin: str | None, site: str | None, host: str) -> dict[str, str]:
    named = {"Origin": origin, "Sec-Fetch-Site": site, "Host": host}
    return {name: value for name, value in named.items() if value is not None}


@pytest.mark.parametrize(("origin", "site", "host"), MAY)
def test_who_may_change_something(settled: Settled, origin: str | None, site: str | None, host: str) -> None:
    for method, path in WRITES:
        assert settled(**LISTED).open(path, method=method, headers=headers(origin, site, host)).status_code not in (403, 421)


@pytest.mark.parametrize(("origin", "site", "host"), MAY_NOT)
def test_who_may_not(settled: Settled, origin: str | None, site: str | None, host: str) -> None:
    for method, path in WRITES:
        answer = settled(**LISTED).open(path, method=method, headers=headers(origin, site, host))
        assert answer.status_code == 403
        assert "PROCDEF_CORS_ORIGINS" in answer.text
        assert answer.content_type == ("application/problem+json" if path.startswith("/api/v1/") else "application/json")
    for method in ("GET", "HEAD", "OPTIONS"):
        assert settled(**LISTED).open(f"{BASE}/user", method=method, headers=headers(origin, site, host)).status_code == 200


def test_the_refusal_has_the_shape_of_its_surface(settled: Settled) -> None:
    sent = {"Origin": EVIL}
    text = (
        f"A web page of another origin ({EVIL}) may not change anything: add its origin to PROCDEF_CORS_ORIGINS, "
        "or set PROCDEF_PUBLIC_URL where it is procdef's own."
    )
    assert settled().post(f"{BASE}/deployment/create", headers=sent).json == {"type": "RestException", "message": text, "code": None}
    problem = {"type": "urn:procdef:problem:foreign-page", "title": "Foreign page", "status": 403, "detail": text}
    assert settled().post("/api/v1/processes/batch-import", headers=sent).json == problem


def test_with_authentication_too(settled: Settled) -> None:
    client = settled(PROCDEF_AUTH="basic")
    assert client.delete(f"{BASE}/deployment/x", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.delete(f"{BASE}/deployment/x").status_code == 401


LOOPBACK = ["localhost", "localhost:1", "LOCALHOST:8080", "localhost.", "a.localhost", "127.0.0.1:8080", "127.9.9.9", "[::1]", "[::1]:8080"]
STRANGE = [
    "evil.example",
    "localhost.evil.example",
    "notlocalhost",
    "0.0.0.0:8080",
    "192.168.0.1",
    "",
    "a@localhost",
    "[::2]",
    "127.1",
    "localhost:x",
]
OPEN_HERE = [{}, {"PROCDEF_AUTH": "none"}]
ELSEWHERE = [{"PROCDEF_AUTH": "basic"}, {"PROCDEF_AUTH": "none", "HOST": "0.0.0.0"}, {"PROCDEF_AUTH": "token", "HOST": "::"}]
LIST_OF_HOSTS = {"PROCDEF_ALLOWED_HOSTS": "a.example, B.example,10.0.0.1,[fe80::1]"}
PATHS = [f"{BASE}/version", f"{BASE}/process-definition", "/api/v1/processes", "/nowhere"]


@pytest.mark.parametrize("where", OPEN_HERE)
def test_without_authentication_only_this_hosts_names_are_served(settled: Settled, where: dict[str, str]) -> None:
    client = settled(**where)
    for path in PATHS:
        for _ in range(2):  # the second time from memory
            assert [client.get(path, headers={"Host": host}).status_code for host in LOOPBACK] == [
                404 if path == "/nowhere" else 200
            ] * len(LOOPBACK)
        assert [client.get(path, headers={"Host": host}).status_code for host in STRANGE] == [421] * len(STRANGE)
        assert "PROCDEF_ALLOWED_HOSTS" in client.get(path, headers={"Host": STRANGE[0]}).text


def test_the_public_host_and_the_listed_ones_are_served_too(settled: Settled) -> None:
    client = settled(PROCDEF_PUBLIC_URL=f"{PUBLIC}:444/x", **LIST_OF_HOSTS)
    for host in [*LOOPBACK, "public.example.org", "PUBLIC.example.org:99", "a.example:1", "b.example", "10.0.0.1:80", "[FE80::1]:2"]:
        assert client.get(f"{BASE}/version", headers={"Host": host}).status_code == 200, host
    for host in ["c.example", "x.a.example", *STRANGE]:
        assert client.get(f"{BASE}/version", headers={"Host": host}).status_code == 421, host


@pytest.mark.parametrize("where", ELSEWHERE)
def test_elsewhere_the_list_counts_where_there_is_one(settled: Settled, where: dict[str, str]) -> None:
    assert all(settled(**where).get("/engine-rest/engine", headers={"Host": host}).status_code == 200 for host in [*LOOPBACK, *STRANGE])
    client = settled(**where, **LIST_OF_HOSTS)
    assert client.get("/engine-rest/engine", headers={"Host": "a.example"}).status_code == 200
    assert client.get("/engine-rest/engine", headers={"Host": "c.example"}).status_code == 421


def test_a_probe_names_any_host(settled: Settled) -> None:
    assert [settled().get(path, headers={"Host": "10.1.2.3:8080"}).status_code for path in ("/healthz", "/readyz")] == [200, 200]


def test_a_request_without_a_host(settled: Settled) -> None:
    app = settled().application
    path = f"{BASE}/process-definition"

    def ask(protocol: str) -> str:
        environ = app.test_request_context(path).request.environ | {"SERVER_PROTOCOL": protocol}
        del environ["HTTP_HOST"]
        found: list[str] = []
        b"".join(app.wsgi_app(environ, lambda status, *_: found.append(status)))  # type: ignore[arg-type]
        return found[0]

    assert [ask(protocol)[:3] for protocol in ("HTTP/1.0", "HTTP/1.1", "HTTP/1.0", "HTTP/1.1")] == ["200", "400", "200", "400"]
