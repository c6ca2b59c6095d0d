"""What the tutorial of the page says, done in a browser from an empty store on, with scripts and without them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import Page, expect

from tests.servers.procdef import process
from tests.web.chrome import MODES, Seen, seen
from tests.web.office import EXAMPLES


@pytest.mark.parametrize("mode", ["light", "phone", "phone without scripts"])
def test_a_stranger_goes_from_an_empty_store_to_a_difference_and_deletes_it_all(chromium: Chrome, tmp_path: Path, mode: str) -> None:
    with process(tmp_path) as (base, _server), seen(chromium, **MODES[mode]) as shown:
        root = base.removesuffix("/engine-rest")
        _first_version(shown.open(f"{root}/"))
        _second_version(shown.page)
        _look_around(shown, root)
        _suspend(shown.open(f"{root}/d/order"))
        _incident(shown, root)
        _delete(shown.open(f"{root}/d/order/versions"))
        expect(shown.page.get_by_role("heading", name="Nothing is stored here yet")).to_be_visible()
        assert shown.said == []


def _first_version(page: Page) -> None:
    page.get_by_label("Drop BPMN files here").set_input_files(EXAMPLES / "order.bpmn")
    page.get_by_role("button", name="See what would come of it").click()
    expect(page.get_by_role("heading", name="1 file: 1 new version")).to_be_visible()
    page.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.locator(".done")).to_contain_text("It is deployed.")
    page.get_by_role("link", name="Order processing").first.click()
    expect(page.locator(".canvas svg")).to_be_visible()


def _second_version(page: Page) -> None:
    page.get_by_role("link", name="Deploy new version").click()
    page.get_by_label("Files", exact=True).set_input_files(EXAMPLES / "order-2.bpmn")
    if page.locator("[data-dropped]").is_hidden():
        page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="1 file: 1 new version")).to_be_visible()
    page.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.locator(".done")).to_contain_text("It is deployed.")
    page.get_by_role("link", name="Order processing").first.click()
    page.get_by_role("link", name="See what changed").click()
    expect(page.get_by_role("heading", name="Changes")).to_be_visible()


def _look_around(shown: Seen, root: str) -> None:
    page = shown.open(f"{root}/")
    menu = page.locator("header summary")
    if menu.is_visible():
        menu.click()
    page.get_by_role("link", name="Used things").click()
    page.get_by_role("link", name="invoicing").click()
    page.get_by_role("link", name="Send the invoice").click()
    expect(page.locator("[data-element-card]")).to_contain_text("invoicing")
    page.get_by_role("searchbox", name="Find anything").fill("order")
    page.get_by_role("searchbox", name="Find anything").press("Enter")
    expect(page.get_by_role("link", name="Order processing")).to_be_visible()


def _suspend(page: Page) -> None:
    page.locator(".actions summary").click()
    page.get_by_role("link", name="Suspend").click()
    page.get_by_role("button", name="Suspend").click()
    expect(page.locator("h1")).to_contain_text("suspended")


def _incident(shown: Seen, root: str) -> None:
    ident = httpx.get(f"{root}/engine-rest/process-definition/key/order").json()["id"]
    body = {"processDefinitionId": ident, "incidentType": "failedJob", "activityId": "ship", "incidentMessage": "No address"}
    httpx.put(f"{root}/engine-rest/incident/ship-4711", json=body).raise_for_status()
    page = shown.open(f"{root}/incidents")
    page.get_by_role("link", name="ship", exact=True).click()
    expect(page.locator("h1")).to_contain_text("1 incident")


def _delete(page: Page) -> None:
    page.locator(".actions summary").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_label("All versions").check()
    page.get_by_label("Type order").fill("order")
    page.get_by_role("button", name="Delete").click()
