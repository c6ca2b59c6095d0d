"""Every page and form with parameters that nobody means: no error of the server, nothing of its inside, no way to another server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from procdef.camunda.tables.cleaning import CLEANABLE
from procdef.camunda.tables.details import DETAILED_DEFINITIONS, DETAILED_DEPLOYMENTS, DETAILED_INCIDENTS
from procdef.camunda.tables.usage import USAGE, VALUES
from procdef.http.routes import Cached, Route
from procdef.web.surface import ROUTES
from procdef.web.tables import LISTED_PROCESSES
from tests.web.conftest import HTML, Browser

MOMENTS = ("null", "-1", "0001-01-01T00:00:00.000%2B1400", "9999-12-31T23:59:59.999-1400")
HOSTILE = (
    *MOMENTS[:2],
    "9" * 30,
    "%00",
    "%ED%A0%80",
    "%",
    "..",
    "%2F%2Fevil.example",
    "%0D%0AX%3A+y",
    "x" * 5000,
    "%C2%B2",
    "%3Cscript%3E",
)
"""Values, already encoded for a URL."""
NAMES = (
    *("sortBy", "sortOrder", "firstResult", "maxResults", "PageNumber", "PageSize", "q", "from", "until", "of", "page", "tenant", "next"),
    *("element", "plane", "view", "lines", "left", "right", "came", "ids", "created", "existing", "more", "name", "source", "v", "cursor"),
    *("keepVersions", "deployedBefore"),
)
"""The parameters that are no filters."""
LISTS = {
    "/definitions": DETAILED_DEFINITIONS,
    "/definitions/values": DETAILED_DEFINITIONS,
    "/deployments": DETAILED_DEPLOYMENTS,
    "/incidents": DETAILED_INCIDENTS,
    "/processes": LISTED_PROCESSES,
    "/cleanup": CLEANABLE,
    "/used": VALUES,
    "/used/places": USAGE,
}
FIELDS = (
    *("id", "of", "typed", "cascade", "later", "do", "resource", "all", "source", "deployment-name", "deployment-source", "tenant-id"),
    *("empty-tenant", "deploy-changed-only", "kept-name", "kept-data", "left", "user", "password", "token", "next", "importConflict"),
)
WITH_PARAMETERS = ("/login", "/d/{key}", "/d/{key}/{left}..{right}", "/deployments/{id}", "/d/{key}/versions")
INSIDE = ("Traceback", "sqlite3", "psycopg", "SELECT ", "site-packages", "<script>")
PAGES = [route for route in ROUTES if route.method == "GET" and not route.path.startswith("/static/")]
FORMS = [route for route in ROUTES if route.method == "POST"]


def check(answer: TestResponse) -> None:
    assert answer.status_code < 500
    assert not any(word in answer.text for word in INSIDE)
    location = answer.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def urls(route: Route) -> Iterator[str]:
    """The page with each hostile value in each of its places, one at a time."""
    path = route.path.format_map(_Known())
    for value in HOSTILE:
        for name in re.findall(r"{(\w+)}", route.path):
            yield route.path.format_map(_Known({name: value}))
    if ("{" not in route.path and route.cached is not Cached.NEVER) or route.path in WITH_PARAMETERS:
        yield from (f"{path}?{name}={value}" for name in NAMES for value in HOSTILE[1:8:2])
    for value in MOMENTS:
        yield from (f"{path}?{entry.name}={value}" for entry in (LISTS[path].filters if path in LISTS else ()))
    yield f"{path}?{'&'.join(f'p{number}=x' for number in range(10_000))}"
    yield f"{path}?{'&'.join(f'tenantIdIn=x{number}' for number in range(2000))}"


class _Known(dict[str, str]):
    """The segments of paths: those of something that exists, and `x`."""

    def __missing__(self, name: str) -> str:
        return {"key": "order", "version": "1", "left": "1", "right": "2", "api": "camunda"}.get(name, "x")


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", PAGES, ids=named)
def test_no_page_fails(filled: Browser, route: Route) -> None:
    for url in urls(route):
        check(filled.open(url))


@pytest.mark.parametrize("route", FORMS, ids=named)
def test_no_form_fails(browser: Browser, route: Route) -> None:
    row = browser.api.deploy(("order.txt", b"x"))
    token = re.findall(r'name="procdef-token" value="(\w+)"', browser.text("/deploy"))[0]
    path = route.path.replace("/deployments/{id}", f"/deployments/{row['id']}").format_map(_Known())
    for name in FIELDS:
        for value in HOSTILE:
            check(send(browser.client, path, f"procdef-token={token}&{quote(name)}={value}"))
    for more in ("&".join(f"x{number}=y" for number in range(2000)), "x=" + "y" * 2_000_000, "%00=%00", "=&=&;", "procdef-token=x"):
        check(send(browser.client, path, f"procdef-token={token}&{more}"))
    check(send(browser.client, path, "--b\r\n\r\nx", content_type="multipart/form-data; boundary=b"))


def send(client: FlaskClient, path: str, body: str, **more: Any) -> TestResponse:
    return client.post(path, data=body, headers=HTML, **{"content_type": "application/x-www-form-urlencoded", **more})
