"""The pages as a browser without JavaScript gets them: status, headers, links, escaping."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from procdef import create_app
from procdef.errors import Unavailable
from procdef.settings import load
from procdef.web import assets, links
from procdef.web.pages import POLICY
from procdef.web.surface import ROUTES
from procdef.web.text import help_text
from procdef.web.views import deployment_changes
from tests.samples import bpmn
from tests.web.conftest import HTML, Browser
from tests.web.files import LONG, NAMES

FIRST = links.LATEST


class Found(HTMLParser):
    """The links, sources, forms and ids of a page, and what the policy forbids in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.forms = 0
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.urls += [value for name in ("href", "src", "action") if (value := given.get(name)) and not value.startswith("#")]
        self.ids += [value for value in [given.get("id")] if value]
        self.forms += tag == "form" and given.get("method") == "post"
        self.wrong += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.wrong += [tag] if tag == "style" or (tag == "script" and "src" not in given) else []


def walk(browser: Browser, start: str, most: int = 400) -> Iterator[tuple[str, TestResponse]]:
    """Every page that can be reached by links from one, with the answer."""
    waiting, known = [start], {start}
    while waiting and most:
        url, most = waiting.pop(0), most - 1
        answer = browser.open(url)
        yield url, answer
        if is_page(answer):
            for found in Found(answer.text).urls:
                assert urlsplit(found).netloc == "", (url, found)
                if found not in known:
                    known.add(found)
                    waiting.append(found)


def is_page(answer: TestResponse) -> bool:
    return answer.status_code == 200 and answer.content_type.startswith("text/html")


@pytest.fixture(scope="module")
def walked(filled: Browser) -> Mapping[str, TestResponse]:
    """The answers of the walk from the first page, which is done once."""
    return dict(walk(filled, FIRST))


def test_every_link_leads_somewhere(walked: Mapping[str, TestResponse]) -> None:
    assert {url: answer.status_code for url, answer in walked.items() if answer.status_code not in (200, 303)} == {}
    assert len(walked) > 100
    assert sum(map(is_page, walked.values())) > 60


def test_no_page_has_what_the_policy_forbids(walked: Mapping[str, TestResponse]) -> None:
    for url, answer in walked.items():
        if is_page(answer):
            page = Found(answer.text)
            assert page.wrong == [], url
            assert len(page.ids) == len(set(page.ids)), url
            assert (page.tags.count("h1"), page.tags.count("main")) == (1, 1), url
            assert answer.headers["Content-Security-Policy"] == POLICY.format("'none'")
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("named", NAMES, ids=lambda named: ascii(named.key[:20]))
def test_a_name_is_shown_as_it_is(filled: Browser, named: tuple[str, ...]) -> None:
    text = filled.text("/definitions")
    assert unescape(str(named[1])) == named[1]
    assert named[1] in unescape(text)
    if "<" in named[1]:
        assert named[1] not in text


def test_a_page_is_conditional(filled: Browser) -> None:
    first = filled.open(FIRST)
    assert filled.open(FIRST, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert "Cookie" in first.headers["Vary"]


def test_the_root_is_a_page_for_browsers_alone(filled: Browser) -> None:
    answer = filled.open("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, FIRST)
    other = filled.client.get("/")
    assert (other.status_code, other.text) == (404, '{"type":"NotFoundException","message":"HTTP 404 Not Found","code":null}')


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("/nope", 404, "No page has this address."),
        ("/d/nope", 404, "There is no definition"),
        ("/d/order/99", 404, "in version 99"),
        ("/d/order/x", 404, "in version x"),
        ("/d/order/0", 404, "in version 0"),
        ("/d/order?tenant=", 404, "There is no definition"),
        ("/definitions?version=x", 400, "The address says “x” for “version”. That is not possible."),
        ("/definitions?sortBy=x", 400, "sortBy"),
        ("/definitions?firstResult=-2", 400, "A number in the address is too small"),
        ("/definitions?sortOrder=asc", 400, "by what to sort"),
        ("/definitions?sortBy=name", 400, "in which direction"),
    ],
)
def test_an_error_is_a_page(filled: Browser, url: str, status: int, said: str) -> None:
    answer = filled.open(url)
    assert (answer.status_code, answer.content_type) == (status, "text/html; charset=utf-8")
    assert said in unescape(answer.text)
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("true: it belongs to no tenant; `tenantIdIn` has no effect then.", "It belongs to no tenant."),
        (
            "It matches; case does not count. `%` is any string. A backslash ends that.",
            "It matches; case does not count.",
        ),
        ("What is used is this. Not together with `valueLike`.", "What is used is this."),
        ("The type is this.", "The type is this."),
    ],
)
def test_the_help_of_a_filter_is_for_people(words: str, expected: str) -> None:
    assert help_text(words) == expected


@pytest.mark.parametrize("url", ["/engine-rest/nope", "/process-definition/nope", "/api/v1/processes/nope", "/healthz/x"])
def test_an_error_of_an_api_is_json_for_a_browser_too(filled: Browser, url: str) -> None:
    assert "json" in filled.open(url).content_type


def test_without_pages_there_are_none(tmp_path: Path) -> None:
    browser = Browser(create_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "PROCDEF_WEB": "off"})))
    for route in ROUTES:
        answer = browser.client.open(route.path.replace("{", "").replace("}", ""), method=route.method, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.content_type) == (404, "application/json"), route.path


def test_pages_may_be_embedded_where_the_settings_say(tmp_path: Path) -> None:
    settings = load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "PROCDEF_EMBEDDED_IN": "https://portal.example.org"})
    policy = Browser(create_app(settings)).open("/definitions").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://portal.example.org")


def test_an_unreachable_store_is_a_page_that_tries_again() -> None:
    settings = load({"PROCDEF_DATABASE_URL": "postgresql://procdef@127.0.0.1:1/procdef", "PROCDEF_POOL_TIMEOUT": "1"})
    answer = Browser(create_app(settings, starting=False)).open("/definitions", headers={"Host": "localhost"})
    assert (answer.status_code, answer.content_type) == (503, "text/html; charset=utf-8")
    assert 'data-shows="nothing"' in answer.text


def test_a_form_without_a_store_is_not_sent_by_loading_the_page_again(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    row = browser.api.deploy(("order.bpmn", bpmn("order")))
    url = f"/deployments/{row['id']}/redeploy"
    token = re.findall(r'name="procdef-token" value="(\w+)"', browser.text(url))[0]
    monkeypatch.setattr(deployment_changes, "redeploy", unavailable)
    answer = browser.client.post(f"{url}?tenant=a%26b", data={"procdef-token": token, "resource": '"x"'}, headers=HTML)
    assert (answer.status_code, answer.headers["Retry-After"], "Try again" in answer.text) == (503, "5", False)
    assert f'action="{url}?tenant=a%26b"' in answer.text
    assert '<input type="hidden" name="resource" value="&#34;x&#34;">' in answer.text
    assert "Nothing was done" not in answer.text
    assert answer.text.count(f'name="procdef-token" value="{token}"') == 1


@pytest.mark.parametrize("secret", ["password", "token"])
def test_a_form_with_a_secret_is_not_repeated(browser: Browser, monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    row = browser.api.deploy(("order.bpmn", bpmn("order")))
    url = f"/deployments/{row['id']}/redeploy"
    token = re.findall(r'name="procdef-token" value="(\w+)"', browser.text(url))[0]
    monkeypatch.setattr(deployment_changes, "redeploy", unavailable)
    answer = browser.client.post(url, data={"procdef-token": token, "resource": "x", secret: "told-nobody"}, headers=HTML)
    assert (answer.status_code, "Go back" in answer.text, "told-nobody" in answer.text) == (503, True, False)


def unavailable(*_given: object, **_named: object) -> None:
    raise Unavailable("The store is away.", 5)


@pytest.mark.parametrize("name", assets.ASSETS)
def test_a_file_is_kept_for_ever_under_its_hash(filled: Browser, name: str) -> None:
    answer = filled.open(assets.asset(name))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert filled.open(f"/static/{name}?v=old").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("key", "old", "now"), [("order", "max-age=3600", "max-age=31536000, immutable"), ("undrawn", *["max-age=3600"] * 2)]
)
def test_a_small_picture_is_kept_for_ever_under_its_drawing(filled: Browser, key: str, old: str, now: str) -> None:
    (row,) = filled.api.get("/process-definition", {"key": key, "latestVersion": "true"})
    url = links.thumbnail(row["id"])
    assert url in unescape(filled.text(FIRST))
    answer = filled.open(url)
    assert (answer.content_type.partition(";")[0], len(answer.data) < 5000) == ("image/svg+xml", True)
    assert (answer.headers["Cache-Control"], "Cookie" in answer.headers.get("Vary", "")) == (f"private, {now}", False)
    assert filled.open(url.partition("?")[0]).headers["Cache-Control"] == f"private, {old}"


def test_scripts_and_styles_are_small() -> None:
    import gzip

    scripts = [found.data for found in assets.ASSETS.values() if found.name.endswith(".js")]
    styles = [found.data for found in assets.ASSETS.values() if found.name.endswith(".css")]
    assert sum(len(gzip.compress(data)) for data in scripts) < 15 * 1024
    assert sum(len(gzip.compress(data)) for data in styles) < 20 * 1024
    assert sum(data.count(b"\n") for data in scripts) < 400
    assert not any(re.search(rb"innerHTML|insertAdjacentHTML|eval\(|document\.write", data) for data in scripts)


def test_a_long_name_is_cut_in_the_heading_and_whole_below_it(filled: Browser) -> None:
    text = filled.text(f"/d/{LONG}?tenant={'t' * 64}")
    assert f'<bdi class="long">{"N" * 255}</bdi>' in text
    assert "the whole name" in text
    assert "the whole name" not in filled.text("/d/order")
