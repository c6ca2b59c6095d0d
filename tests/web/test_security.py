"""Every page and form, of every module: what somebody gets who is not logged in, what headers a page has, and what a forged form does."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from procdef.http.routes import Route
from procdef.web.pages import POLICY
from procdef.web.surface import PUBLIC, ROUTES
from tests.api import Api
from tests.web.conftest import HTML, Browser
from tests.web.files import fill
from tests.web.test_login import PASSWORD, Guarded, guarded

PAGES = [route for route in ROUTES if route.method == "GET" and route.path not in PUBLIC and route.path != "/"]
FORMS = [route for route in ROUTES if route.method == "POST"]
KINDS = ("text/html", "image/svg+xml", "application/bpmn+xml", "application/octet-stream")
"""What pages answer with, the file that a link downloads included."""
SECRETS = ("Order processing", "order:", "billing", "seed")
"""Words of the store that nobody sees without a login."""


class Walked(NamedTuple):
    """The application over the filled store with a login, and the values of the segments of paths."""

    mary: Guarded
    segments: dict[str, str]

    def url(self, route: Route) -> str:
        """The path of a route, of something that exists where a segment is known."""
        of_deployment = {"id": self.segments["deployment"]} if route.path.startswith("/deployments/{id}") else {}
        return route.path.format_map(_Segments({**self.segments, **of_deployment}))


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    with guarded(f"sqlite:///{tmp_path_factory.mktemp('security')}/procdef.db") as mary:
        mary.log_in()
        api = Api(mary.app)
        api.client = _with_password(mary)
        fill(api)
        (row,) = api.get("/process-definition", {"key": "order", "version": "2"})
        (resource,) = api.get(f"/deployment/{row['deploymentId']}/resources")
        segments = {"key": "order", "version": "2", "id": row["id"], "deployment": row["deploymentId"], "left": "1", "right": "2"}
        yield Walked(mary, _Segments(segments, resource=resource["id"]))


class _Segments(dict[str, str]):
    """Known values, and `x` for every other segment."""

    def __missing__(self, name: str) -> str:
        return "x"


def _with_password(mary: Guarded) -> FlaskClient:
    """A client of the REST API, for which a session counts for reading alone."""
    client = mary.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Basic " + b64encode(f"mary:{PASSWORD}".encode()).decode()
    return client


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", PAGES, ids=named)
def test_nobody_sees_a_page_without_a_login(walked: Walked, route: Route) -> None:
    walked.mary.open(url := walked.url(route))
    stranger = Browser(walked.mary.app)
    seen = stranger.open(url)
    assert (seen.status_code, seen.headers["Location"].startswith("/login?next=")) == (303, True)
    other = stranger.client.get(url)
    conditional = stranger.client.get(url, headers={"If-None-Match": "*"})
    assert (other.status_code, conditional.status_code) == (401, 401)
    for answer in (seen, other, conditional):
        assert not any(word in answer.text for word in SECRETS)
        assert "ETag" not in answer.headers


@pytest.mark.parametrize("route", PAGES, ids=named)
def test_a_page_has_every_header_of_its_protection(walked: Walked, route: Route) -> None:
    answer = walked.mary.open(walked.url(route))
    assert answer.status_code < 500
    if answer.status_code == 303:
        return
    assert answer.content_type.partition(";")[0] in KINDS
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not {"public", "s-maxage"} & {*answer.headers["Cache-Control"].replace("=", " ").replace(",", " ").split()}
    assert "unsafe-eval" not in answer.headers.get("Content-Security-Policy", "")
    if answer.content_type.startswith("text/html"):
        assert answer.headers["Content-Security-Policy"] == POLICY.format("'none'")
        assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("same-origin", "private, no-cache")
        assert "Cookie" in answer.headers["Vary"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
    else:
        assert "script-src" not in answer.headers.get("Content-Security-Policy", "")


WAYS: dict[str, Callable[[Walked, str], TestResponse]] = {
    "GET": lambda walked, url: walked.mary.open(url),
    "GET of what it has": lambda walked, url: walked.mary.open(
        url, headers={"If-None-Match": walked.mary.open(url).headers.get("ETag", "")}
    ),
    "HEAD": lambda walked, url: walked.mary.client.head(url, headers=HTML),
    "another method": lambda walked, url: walked.mary.client.delete(url, headers=HTML),
    "another media type": lambda walked, url: walked.mary.client.get(url, headers={"Accept": "application/json"}),
    "a wrong parameter": lambda walked, url: walked.mary.open(f"{url}?maxResults=x&sortBy=x&element=%00"),
    "nothing there": lambda walked, url: walked.mary.open(f"{url}/x"),
    "no login": lambda walked, url: Browser(walked.mary.app).open(url),
    "no login, a script": lambda walked, url: Browser(walked.mary.app).client.get(url, headers={"Sec-Fetch-Mode": "cors"}),
    "a form without a token": lambda walked, url: walked.mary.client.post(url, headers=HTML),
}
"""How the URL of a page may be asked for."""


@pytest.mark.parametrize("route", PAGES, ids=named)
@pytest.mark.parametrize("way", WAYS)
def test_every_response_says_for_whom_it_is(walked: Walked, route: Route, way: str) -> None:
    """A cache between gives it to nobody else; and a browser takes the headers of a 304 for those of the page (RFC 9111, 3.2)."""
    answer = WAYS[way](walked, walked.url(route))
    is_kept = route.path == "/thumbnail/{id}" and answer.status_code in (200, 304)
    assert answer.headers["Cache-Control"] == ("private, max-age=3600" if is_kept else "private, no-cache")
    assert {"Accept-Encoding"} | ({"Cookie"} if not is_kept else set()) <= {*answer.headers["Vary"].split(", ")}
    assert answer.headers["Content-Security-Policy"].startswith(("default-src 'none'", "sandbox; default-src 'none'"))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert is_kept or answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("route", PAGES, ids=named)
def test_what_a_browser_has_already_keeps_its_headers(walked: Walked, route: Route) -> None:
    """RFC 9110, 15.4.5."""
    first = walked.mary.open(url := walked.url(route))
    if "ETag" in first.headers and first.status_code == 200:
        again = walked.mary.open(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        kept = ("Cache-Control", "Content-Security-Policy", "ETag", "Referrer-Policy", "Vary", "X-Content-Type-Options")
        assert [again.headers.get(name) for name in kept] == [first.headers.get(name) for name in kept]


FORGED = ("no token", "wrong token", "foreign token", "cross-site", "same site", "other origin", "text", "JSON", "in the URL", "files")
"""How a form may be sent by somebody who should not."""


def forged(walked: Walked) -> dict[str, dict[str, Any]]:
    """The request of each of these ways."""
    fields = walked.mary.form("/definitions")
    foreign = Guarded(walked.mary.app).form("/login")
    return {
        "no token": {"data": {"x": "y"}},
        "wrong token": {"data": {"procdef-token": "x" * 64}},
        "foreign token": {"data": {"procdef-token": foreign["procdef-token"]}},
        "cross-site": {"data": fields, "headers": {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}},
        "same site": {"data": fields, "headers": {"Sec-Fetch-Site": "same-site"}},
        "other origin": {"data": fields, "headers": {"Origin": "http://evil.example"}},
        "text": {"data": "x=y", "content_type": "text/plain"},
        "JSON": {"json": fields},
        "in the URL": {"query_string": fields},
        "files": {"data": {"x": "y"}, "content_type": "multipart/form-data"},
    }


@pytest.mark.parametrize("route", FORMS, ids=named)
@pytest.mark.parametrize("way", FORGED)
def test_a_forged_form_changes_nothing(walked: Walked, route: Route, way: str) -> None:
    store = walked.mary.api.store
    before = store.everything.revision()
    how = forged(walked)[way]
    answer = walked.mary.client.post(walked.url(route), **{**how, "headers": {**HTML, **how.get("headers", {})}})
    assert answer.status_code in (400, 403, 415), answer.status_code
    assert answer.headers.getlist("Set-Cookie") == [] or "procdef-session" not in str(answer.headers.getlist("Set-Cookie"))
    assert store.everything.revision() == before
    assert walked.mary.open("/definitions").status_code == 200


@pytest.mark.parametrize("route", [route for route in FORMS if route.path not in PUBLIC], ids=named)
def test_nobody_sends_a_form_without_a_login(walked: Walked, route: Route) -> None:
    stranger = Guarded(walked.mary.app)
    before = walked.mary.api.store.everything.revision()
    answer = stranger.client.post(walked.url(route), data=stranger.form("/login"), headers=HTML)
    assert answer.status_code == 401
    assert walked.mary.api.store.everything.revision() == before


def test_every_route_of_a_page_is_walked_or_public() -> None:
    assert {route.path for route in ROUTES} == {route.path for route in [*PAGES, *FORMS]} | {*PUBLIC} | {"/"}
