"""Incidents, used things, finding and importing in a real browser, without scripts, and by keys."""

from __future__ import annotations

from playwright.sync_api import Browser as Chrome
from playwright.sync_api import FilePayload, expect

from tests.frends.files import exported, file_of
from tests.web.chrome import seen
from tests.web.sites import Sites


def test_incidents_are_filtered_without_scripts(chromium: Chrome, sites: Sites) -> None:
    with seen(chromium, java_script_enabled=False) as shown:
        page = shown.open(f"{sites('filled').root}/incidents")
        page.get_by_text("More filters").click()
        page.get_by_label("Activity", exact=True).fill("w")
        page.get_by_label("Incident timestamp after (UTC)").fill("2020-01-01T00:00")
        page.get_by_role("button", name="Apply").click()
        expect(page.locator(".list tbody tr")).to_have_count(3)
        assert page.url.endswith("/incidents?activityId=w&incidentTimestampAfter=2020-01-01T00%3A00%3A00.000%2B0000")
        page.get_by_role("link", name="Remove the filter activity").click()
        expect(page.locator(".chips li")).to_have_count(1)


def test_a_used_value_leads_to_the_element_in_its_picture(chromium: Chrome, sites: Sites) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{sites('filled').root}/used?sortBy=definitions&sortOrder=desc")
        page.get_by_role("link", name="billing").click()
        page.get_by_role("link", name="Work 1", exact=True).click()
        page.wait_for_url("**/d/order/2?element=w#element")
        assert "billing" in page.locator("[data-element-card]").inner_text()
        assert shown.said == []


def test_everything_is_found_from_every_page(chromium: Chrome, sites: Sites) -> None:
    site = sites("filled")
    with seen(chromium) as shown:
        page = shown.open(f"{site.root}/docs/api")
        page.keyboard.press("/")
        page.keyboard.type(site.names["order"])
        page.keyboard.press("Enter")
        page.wait_for_url("**/d/order/2")


def test_a_file_is_imported_without_scripts(chromium: Chrome, sites: Sites) -> None:
    with seen(chromium, java_script_enabled=False) as shown:
        page = shown.open(f"{sites('changing').root}/processes/import")
        file: FilePayload = {"name": "export.json", "mimeType": "application/json", "buffer": file_of(exported("Browsed"))}
        for choice, outcome in (("Nothing is imported", "created"), ("It gets one more version", "new version")):
            page.get_by_label("File").set_input_files(file)
            page.get_by_label(choice).check()
            page.get_by_role("button", name="Import").click()
            expect(page.locator(".list .badge")).to_have_text(outcome)
            page.get_by_role("link", name="Import another file").click()
        page.get_by_label("File").set_input_files(file)
        page.get_by_role("button", name="Import").click()
        expect(page.get_by_role("alert")).to_contain_text("There is a process with the GUID")
