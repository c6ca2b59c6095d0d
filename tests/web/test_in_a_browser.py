"""The pages in a real browser: nothing in its console, nothing for axe to find, nothing wider than the window, in every mode."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import expect

from procdef.settings import load
from procdef.store.identity import users
from tests.api import Api
from tests.conftest import running_app
from tests.servers.procdef import process
from tests.web.chrome import MODES, chrome, seen
from tests.web.files import LONG, Named, file_of, fill

PAGES = {
    "list": "/definitions?latestVersion=true",
    "sorted": "/definitions?sortBy=name&sortOrder=desc&maxResults=3&firstResult=3",
    "no match": "/definitions?nameLike=%25zzz%25&latestVersion=true&tenantIdIn=acme",
    "behind": "/definitions?firstResult=99",
    "facets": "/definitions/values?of=tenantIdIn&latestVersion=true",
    "definition": "/d/order",
    "older version": "/d/order/1",
    "incidents on it": f"/d/markup?tenant={quote('<i>t</i>')}",
    "call": "/d/caller",
    "no picture": "/d/undrawn",
    "uses": "/d/order/uses",
    "uses nothing": "/d/undrawn/uses",
    "used by": "/d/order/used-by",
    "used by none": "/d/order/1/used-by",
    "using": "/definitions?latestVersion=true&uses=topic:billing&uses=candidateGroup:sales",
    "versions": "/d/order/versions",
    "incidents": f"/d/markup/incidents?tenant={quote('<i>t</i>')}",
    "form": "/d/caller/form",
    "no form": "/d/order/form",
    "xml": "/d/order/1/xml",
    "emoji": f"/d/emoji?tenant={quote('a/b/c', safe='')}",
    "right to left": "/d/rtl?tenant=",
    "long": f"/d/{LONG}?tenant={'t' * 64}",
}
ERRORS = {"not there": ("/d/nope", 404), "wrong": ("/definitions?version=x", 400)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The root of a server over the filled store."""
    folder = tmp_path_factory.mktemp("site")
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{folder}/procdef.db"})) as app:
        fill(Api(app))
    with process(folder) as (base, _server):
        yield base.removesuffix("/engine-rest")


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    with chrome() as found:
        yield found


@pytest.mark.parametrize("mode", MODES)
def test_every_page_is_in_order(browser: Chrome, site: str, mode: str) -> None:
    with seen(browser, **MODES[mode]) as shown:
        wrong: dict[str, list[str]] = {}
        for name, (url, status) in {**{name: (url, 200) for name, url in PAGES.items()}, **ERRORS}.items():
            shown.open(site + url, status)
            said = [text for text in shown.said if status == 200 or str(status) not in text]
            shown.said.clear()
            findings = shown.findings() if MODES[mode].get("java_script_enabled", True) else []
            found = [*said, *(["sideways"] if shown.sideways() else []), *findings]
            wrong |= {name: found} if found else {}
        assert wrong == {}


def test_names_with_markup_run_nothing(browser: Chrome, site: str) -> None:
    with seen(browser) as shown:
        for url in PAGES.values():
            assert shown.open(site + url).title() != "ran"


def test_the_list_can_be_filtered_without_scripts(browser: Chrome, site: str) -> None:
    with seen(browser, java_script_enabled=False) as shown:
        page = shown.open(f"{site}/")
        page.get_by_role("searchbox", name="Name or key").fill("rak")
        page.get_by_role("button", name="Search").click()
        expect(page.locator(".list tbody tr")).to_have_count(1)
        assert "nameOrKeyLike=%25rak%25" in page.url
        page.get_by_role("link", name="Remove the filter name or key contains").click()
        expect(page.locator(".list tbody tr")).to_have_count(9)


def test_an_element_is_chosen_by_mouse_and_by_keys(browser: Chrome, site: str) -> None:
    with seen(browser) as shown:
        page = shown.open(f"{site}/d/order/2")
        card = page.locator("[data-element-card]")
        assert not card.is_visible()
        page.locator("[data-element=w]").click()
        assert "billing" in card.inner_text()
        page.locator("a:has(> [data-element=u])").focus()
        page.keyboard.press("Enter")
        assert "sales" in card.inner_text()
        assert shown.said == []


def test_a_picture_moves_and_grows_by_keys_only_while_it_is_focused(browser: Chrome, site: str) -> None:
    with seen(browser) as shown:
        page = shown.open(f"{site}/d/order/2")
        view = "document.querySelector('.canvas svg').getAttribute('viewBox')"
        before = page.evaluate(view)
        page.keyboard.press("+")
        assert page.evaluate(view) == before
        page.locator(".canvas").focus()
        page.keyboard.press("+")
        near = page.evaluate(view)
        page.keyboard.press("ArrowRight")
        assert len({before, near, page.evaluate(view)}) == 3
        page.keyboard.press("0")
        assert page.evaluate(view) == before


def test_a_call_leads_to_what_it_calls(browser: Chrome, site: str) -> None:
    with seen(browser) as shown:
        page = shown.open(f"{site}/d/caller")
        page.locator("[data-element=call]").click()
        page.locator("[data-element-card] [data-called]").click()
        page.wait_for_url("**/d/order/2")


LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


def deploy(site: str, named: Named) -> None:
    file = ("live.bpmn", file_of(named))
    httpx.post(f"{site}/engine-rest/deployment/create", data={"deployment-name": "live"}, files={"file": file}).raise_for_status()


def test_what_is_shown_updates_itself(browser: Chrome, site: str) -> None:
    deploy(site, Named("live1", "Live"))
    with seen(browser) as shown:
        page = shown.open(f"{site}/definitions?keyLike=live%25")
        expect(page.locator(".list tbody tr")).to_have_count(1)
        deploy(site, Named("live2", "Live"))
        page.evaluate(LOOK)
        expect(page.locator(".list tbody tr")).to_have_count(2)
        assert page.locator("tr.new").count() == 1
        assert "2 definitions" in page.locator(".sub").inner_text()
        page.goto(f"{site}/d/live1")
        deploy(site, Named("live1", "Live now"))
        page.evaluate(LOOK)
        page.get_by_role("link", name="Show it").click()
        expect(page.locator("h1")).to_contain_text("Live now")
        httpx.delete(f"{site}/engine-rest/process-definition/key/live1/delete").raise_for_status()
        page.evaluate(LOOK)
        expect(page.locator("[data-note]")).to_contain_text("deleted")


def test_keys_work_until_they_are_switched_off(browser: Chrome, site: str) -> None:
    with seen(browser) as shown:
        page = shown.open(f"{site}/definitions?sortBy=version&sortOrder=desc")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/d/order/2")
        page.keyboard.press("[")
        page.wait_for_url("**/d/order/1")
        page.keyboard.press("]")
        page.wait_for_url("**/d/order/2")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "q"
        page.locator("main").focus()
        page.keyboard.press("?")
        page.get_by_label("Single keys are on").uncheck()
        page.get_by_role("button", name="Close").click()
        page.keyboard.press("[")
        page.wait_for_timeout(200)
        assert page.url.endswith("/d/order/2")


def test_a_facet_opens_in_place_and_narrows_the_list(browser: Chrome, site: str) -> None:
    with seen(browser) as shown:
        page = shown.open(f"{site}/definitions?latestVersion=true")
        page.get_by_role("button", name="State").click()
        page.get_by_role("link", name="suspended").click()
        expect(page.locator(".list tbody tr")).to_have_count(1)
        assert shown.findings() == []
        page.get_by_role("button", name="Tenant").press("Enter")
        expect(page.locator("[data-menu-content]")).to_be_visible()
        assert shown.findings() == []
        page.keyboard.press("Escape")
        expect(page.locator("[data-menu-content]")).to_have_count(0)


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_an_empty_store_shows_how_to_begin_and_then_what_is_there(browser: Chrome, tmp_path: Path, mode: str) -> None:
    with process(tmp_path) as (base, _server), seen(browser, **MODES[mode]) as shown:
        root = base.removesuffix("/engine-rest")
        page = shown.open(f"{root}/")
        expect(page.get_by_role("heading", name="Nothing is stored here yet")).to_be_visible()
        assert (shown.said, shown.sideways(), shown.findings()) == ([], 0, [])
        deploy(root, Named("first", "First"))
        page.evaluate(LOOK)
        expect(page.get_by_role("link", name="First")).to_be_visible()


def test_a_browser_logs_in_and_is_told_when_its_session_ends(browser: Chrome, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/procdef.db"
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic"})) as app:
        users.create_user(Api(app).store, {"id": "mary"}, "correct horse")
        with process(tmp_path, PROCDEF_AUTH="basic") as (base, _server), seen(browser) as shown:
            page = shown.open(f"{base.removesuffix('/engine-rest')}/definitions?keyLike=a%25")
            assert (shown.said, shown.findings()) == ([], [])
            page.get_by_label("User id").fill("mary")
            page.get_by_label("Password").fill("correct horse")
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url("**/definitions?keyLike=a%25")
            assert (shown.said, shown.findings()) == ([], [])
            users.set_password(Api(app).store, "mary", "another one")
            page.evaluate(LOOK)
            expect(page.locator("[data-note]")).to_contain_text("Your session has ended")


SMALL = """[...document.querySelectorAll('button, input:not([type=hidden]), .tabs a, .chips a, .choice, .top nav a, a.name, .pager a')]
    .filter(each => each.checkVisibility() && !each.closest('dialog') && each.getBoundingClientRect().height < 44)
    .map(each => each.outerHTML.slice(0, 100))"""


def test_a_finger_finds_everything_on_a_phone(browser: Chrome, site: str) -> None:
    with seen(browser, **MODES["phone"]) as shown:
        for url in PAGES.values():
            assert shown.open(site + url).evaluate(SMALL) == [], url


@pytest.mark.parametrize("width", [400, 640, 770, 900, 1030])
def test_no_width_is_too_narrow_and_no_text_too_large(browser: Chrome, site: str, width: int) -> None:
    """A browser that shows everything at twice the size has a window of half the width."""
    with seen(browser, viewport={"width": width, "height": 500}) as shown:
        for url in PAGES.values():
            shown.open(site + url)
            assert shown.sideways() == 0, url


def test_a_picture_is_dragged_and_grows_by_the_wheel_when_it_is_focused(browser: Chrome, site: str) -> None:
    with seen(browser) as shown:
        page = shown.open(f"{site}/d/order/2")
        view = "document.querySelector('.canvas svg').getAttribute('viewBox')"
        views = [page.evaluate(view)]
        box = page.locator(".canvas").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + 12
        page.mouse.move(x, y)
        page.mouse.wheel(0, -100)
        assert page.evaluate(view) == views[0]
        page.evaluate("scrollTo(0, 0)")
        page.mouse.down()
        page.mouse.move(x - 80, y + 10, steps=4)
        page.mouse.up()
        views.append(page.evaluate(view))
        page.locator(".canvas").focus()
        page.mouse.wheel(0, -100)
        page.wait_for_timeout(100)
        views.append(page.evaluate(view))
        assert len(set(views)) == 3
        page.get_by_role("button", name="Fit").click()
        assert page.evaluate(view) == views[0]
