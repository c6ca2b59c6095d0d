"""Pictures and differences in a real browser: two pictures move together, elements are chosen, a file is compared, a page is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import FilePayload, Page, expect

from tests.web.chrome import MODES, seen
from tests.web.compared import NEW
from tests.web.sites import Sites

VIEWS = "[...document.querySelectorAll('.canvas svg')].map(each => each.getAttribute('viewBox'))"
WRONG = FilePayload(name="<b>wrong</b>.bpmn", mimeType="text/xml", buffer=b"<definitions>\n  <a></b>\n</definitions>")
RIGHT = FilePayload(name="<b>right</b>.bpmn", mimeType="text/xml", buffer=NEW)


def upload(page: Page, file: FilePayload) -> None:
    page.get_by_label("with a file").set_input_files(file)
    page.locator("form[enctype] button").click()


def test_two_pictures_move_and_grow_together(chromium: Chrome, sites: Sites) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{sites('compared').root}/d/shop/1..2")
        first = page.evaluate(VIEWS)
        assert first[0] == first[1]
        page.get_by_role("button", name="Larger").click()
        near = page.evaluate(VIEWS)
        assert near[0] == near[1] != first[0]
        page.locator(".canvas").last.press("ArrowRight")
        beside = page.evaluate(VIEWS)
        assert beside[0] == beside[1] != near[0]
        page.get_by_role("button", name="Fit").click()
        assert [view.split() for view in page.evaluate(VIEWS)] == [view.split() for view in first]


def test_what_is_marked_leads_to_its_row(chromium: Chrome, sites: Sites) -> None:
    with seen(chromium, java_script_enabled=False) as shown:
        page = shown.open(f"{sites('compared').root}/d/shop/1..2")
        page.locator("[data-element=look]").click()
        page.wait_for_url("**/d/shop/1..2#c1")
        expect(page.locator("tr:target")).to_contain_text("Look <i> again")


def test_an_element_is_chosen_without_scripts(chromium: Chrome, sites: Sites) -> None:
    with seen(chromium, java_script_enabled=False) as shown:
        page = shown.open(f"{sites('compared').root}/d/shop")
        page.locator("[data-element=ship]").click()
        page.wait_for_url("**/d/shop/2?element=ship#element")
        expect(page.locator("#element")).to_contain_text("parcels")
        page.locator("[data-element=inner]").click()
        page.locator("#element").get_by_role("link", name="See what is inside").click()
        expect(page.locator("[data-element=deep]")).to_have_count(1)


def test_the_url_has_the_element_that_is_chosen(chromium: Chrome, sites: Sites) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{sites('compared').root}/d/shop")
        page.locator("[data-element=ship]").click()
        assert page.url.endswith("/d/shop/2?element=ship")
        box = page.locator("[data-element=ship]").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 30, box["y"] + 30)
        page.mouse.down()
        page.mouse.move(box["x"] + 130, box["y"] + 60, steps=4)
        page.mouse.up()
        expect(page.locator("[data-element-card]")).to_contain_text("ship")
        assert page.locator("svg .chosen").count() == 1


@pytest.mark.parametrize("mode", ["light", "phone", "phone without scripts"])
def test_a_file_is_compared_and_a_wrong_one_is_refused(chromium: Chrome, sites: Sites, mode: str) -> None:
    site = sites("compared")
    with seen(chromium, **MODES[mode]) as shown:
        page = shown.open(f"{site.root}/d/shop/1")
        page.get_by_role("link", name="Compare", exact=True).click()
        upload(page, WRONG)
        expect(page.get_by_role("alert")).to_contain_text("<b>wrong</b>.bpmn")
        expect(page.get_by_role("alert")).to_contain_text("Line 2, column")
        assert (shown.sideways(), [each for each in shown.said if "400" not in each]) == (0, [])
        assert "without" in mode or shown.findings() == []
        upload(page, RIGHT)
        expect(page.locator(".sub")).to_contain_text("the file <b>right</b>.bpmn, which is not stored")
        expect(page.locator(".diff tbody tr")).to_have_count(5)
        assert shown.sideways() == 0
        assert "without" in mode or shown.findings() == []


def test_versions_are_chosen_and_keys_lead_to_the_difference(chromium: Chrome, sites: Sites) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{sites('compared').root}/d/shop")
        page.keyboard.press("c")
        page.wait_for_url("**/d/shop/1..2")
        page.locator("select[name=left]").select_option(label="2")
        page.locator("form[action='/diff']:not([method]) button").click()
        page.wait_for_url(re.compile(r"/diff\?left=.*&right=.*"))
        expect(page.locator(".diff")).to_contain_text("byte for byte")
        assert shown.said == []


def test_a_definition_is_printed_as_its_documentation(chromium: Chrome, sites: Sites, tmp_path: Path) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{sites('filled').root}/d/order/2")
        page.emulate_media(media="print")
        printed = page.locator("body").inner_text()
        parts = ("Order processing", "Elements", "Check it", "What it uses", "billing", "Called by", "Caller")
        assert [part for part in parts if part not in printed] == []
        for_screens = ("Find a process", "Compare", "Deploy new version", "Keyboard", "sequence flow")
        assert [part for part in for_screens if part in printed] == []
        assert page.pdf(path=tmp_path / "order.pdf", format="A4").startswith(b"%PDF")
        assert page.locator(".canvas svg").bounding_box() is not None
