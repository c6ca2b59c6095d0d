"""What people do on the pages in a real browser. How each page looks in each state is in `states`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import Page, Request, expect

from procdef.settings import load
from procdef.store.identity import users
from tests.api import Api
from tests.conftest import running_app
from tests.servers.procdef import process
from tests.web.chrome import MODES, seen
from tests.web.files import Named, file_of
from tests.web.sites import Sites


@pytest.fixture(scope="module")
def site(sites: Sites) -> str:
    """The root of the server over the filled store."""
    return sites("filled").root


def test_the_list_can_be_filtered_without_scripts(chromium: Chrome, site: str) -> None:
    with seen(chromium, java_script_enabled=False) as shown:
        page = shown.open(f"{site}/")
        page.get_by_role("searchbox", name="Name or key").fill("rak")
        page.get_by_role("button", name="Search").click()
        expect(page.locator(".list tbody tr")).to_have_count(1)
        assert "nameOrKeyLike=%25rak%25" in page.url
        page.get_by_role("link", name="Remove the filter name or key contains").click()
        expect(page.locator(".list tbody tr")).to_have_count(10)


def test_an_element_is_chosen_by_mouse_and_by_keys(chromium: Chrome, site: str) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{site}/d/order/2")
        card = page.locator("[data-element-card]")
        assert not card.is_visible()
        page.locator("[data-element=w]").click()
        assert "billing" in card.inner_text()
        page.locator("a:has(> [data-element=u])").focus()
        page.keyboard.press("Enter")
        assert "sales" in card.inner_text()
        assert shown.said == []


def test_a_picture_moves_and_grows_by_keys_only_while_it_is_focused(chromium: Chrome, site: str) -> None:
    with seen(chromium) as shown:
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


def test_a_call_leads_to_what_it_calls(chromium: Chrome, site: str) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{site}/d/caller")
        page.locator("[data-element=call]").click()
        page.locator("[data-element-card] [data-called]").click()
        page.wait_for_url("**/d/order/2")


LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


def deploy(site: str, named: Named) -> None:
    file = ("live.bpmn", file_of(named))
    httpx.post(f"{site}/engine-rest/deployment/create", data={"deployment-name": "live"}, files={"file": file}).raise_for_status()


def test_what_is_shown_updates_itself(chromium: Chrome, sites: Sites) -> None:
    site = sites("changing").root
    deploy(site, Named("live1", "Live"))
    with seen(chromium) as shown:
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


def test_a_row_that_is_deleted_goes_and_the_last_one_too(chromium: Chrome, sites: Sites) -> None:
    site = sites("changing").root
    for key in ("going1", "going2"):
        deploy(site, Named(key, "Going"))
    with seen(chromium) as shown:
        page = shown.open(f"{site}/definitions?keyLike=going%25")
        for key in ("going1", "going2"):
            httpx.delete(f"{site}/engine-rest/process-definition/key/{key}/delete").raise_for_status()
            page.evaluate(LOOK)
            expect(page.locator(".list tbody tr")).to_have_count(1 if key == "going1" else 0)
        expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()


HIDDEN = "value => Object.defineProperty(document, 'hidden', {value, configurable: true})"


@contextmanager
def watched(page: Page) -> Iterator[list[Request]]:
    """The requests for the page itself."""
    asked: list[Request] = []
    note = lambda request: asked.append(request) if request.url == page.url else None  # noqa: E731
    page.on("request", note)
    yield asked
    page.remove_listener("request", note)


def pass_time(page: Page, tens: int) -> None:
    """Let so many times ten seconds pass for the page."""
    for _ in range(tens):
        page.clock.run_for(10_000)
        page.wait_for_timeout(40)


PAGES_THAT_UPDATE = ("/definitions?latestVersion=true", "/d/order", "/deployments", "/incidents", "/used", "/used/places", "/processes")


@pytest.mark.parametrize("path", PAGES_THAT_UPDATE)
def test_a_page_is_asked_for_again_only_while_somebody_sees_it(chromium: Chrome, site: str, path: str) -> None:
    with seen(chromium) as shown:
        shown.page.clock.install()
        page = shown.open(site + path)
        with watched(page) as asked:
            page.evaluate(HIDDEN, arg=True)
            pass_time(page, 3)
            assert asked == []
            page.evaluate(HIDDEN, arg=False)
            for _ in range(2):
                with page.expect_response(page.url) as answer:
                    pass_time(page, 1)
                answer.value.finished()
                page.wait_for_timeout(40)
            assert ["if-none-match" in request.all_headers() for request in asked] == [True] * 2
        assert shown.said == []


def test_a_server_that_is_away_is_asked_less_and_less_and_told_once(chromium: Chrome, site: str) -> None:
    with seen(chromium) as shown:
        shown.page.clock.install()
        page = shown.open(f"{site}/definitions?latestVersion=true")
        page.route(page.url, lambda route: route.fulfill(status=503, body="away"))
        with watched(page) as asked:
            pass_time(page, 30)
            assert 2 <= len(asked) <= 8
        expect(page.get_by_text("The server does not answer now.")).to_have_count(1)
        page.unroute(page.url)
        pass_time(page, 6)
        expect(page.locator("[data-note]")).to_have_count(0)


def test_keys_work_until_they_are_switched_off(chromium: Chrome, site: str) -> None:
    with seen(chromium) as shown:
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


def test_a_facet_opens_in_place_and_narrows_the_list(chromium: Chrome, site: str) -> None:
    with seen(chromium) as shown:
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
def test_an_empty_store_shows_how_to_begin_and_then_what_is_there(chromium: Chrome, tmp_path: Path, mode: str) -> None:
    with process(tmp_path) as (base, _server), seen(chromium, **MODES[mode]) as shown:
        root = base.removesuffix("/engine-rest")
        page = shown.open(f"{root}/")
        expect(page.get_by_role("heading", name="Nothing is stored here yet")).to_be_visible()
        assert (shown.said, shown.sideways(), shown.findings()) == ([], 0, [])
        deploy(root, Named("first", "First"))
        page.evaluate(LOOK)
        expect(page.get_by_role("link", name="First")).to_be_visible()


def test_a_browser_logs_in_and_is_told_when_its_session_ends(chromium: Chrome, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/procdef.db"
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic"})) as app:
        users.create_user(Api(app).store, {"id": "mary"}, "correct horse")
        with process(tmp_path, PROCDEF_AUTH="basic") as (base, _server), seen(chromium) as shown:
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


def test_a_picture_is_dragged_and_grows_by_the_wheel_when_it_is_focused(chromium: Chrome, site: str) -> None:
    with seen(chromium) as shown:
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
