"""The versions of a key: from each of them people get to the one before and to the next one, however many there are."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from procdef.web import subject
from tests.web.conftest import Browser
from tests.web.files import Named, file_of

VERSIONS = 6


def neighbours(text: str) -> list[str]:
    return [url for rel in ("prev", "next") for url in re.findall(rf'<a href="([^"]*)" rel="{rel}"', text)]


@pytest.mark.parametrize("tenant", [None, "t"])
@pytest.mark.parametrize("near", [1, 2, VERSIONS, VERSIONS + 1])
def test_each_version_leads_to_those_around_it(browser: Browser, monkeypatch: pytest.MonkeyPatch, near: int, tenant: str | None) -> None:
    monkeypatch.setattr(subject, "NEAR", near)
    query = "" if tenant is None else f"?tenant={tenant}"
    for other in ({}, {"tenant_id": "t"}):
        for number in range(VERSIONS):
            browser.api.deploy(("v.bpmn", file_of(Named("v", f"Version {number}"))), **other)
    of_tenant = {"withoutTenantId": "true"} if tenant is None else {"tenantIdIn": tenant}
    (gone,) = browser.api.get("/process-definition", {"key": "v", "version": 3, **of_tenant})
    assert browser.api.send("DELETE", f"/process-definition/{gone['id']}").status_code == 200
    numbers = [number for number in range(1, VERSIONS + 1) if number != 3]
    found = {number: neighbours(browser.text(f"/d/v/{number}{query}")) for number in numbers}
    expected = {number: list[str]() for number in numbers}
    for older, newer in pairwise(numbers):
        expected[newer].insert(0, f"/d/v/{older}{query}")
        expected[older].append(f"/d/v/{newer}{query}")
    assert found == expected


def test_a_planned_suspension_is_on_the_page(browser: Browser) -> None:
    browser.api.deploy(("v.bpmn", file_of(Named("v", "V"))))
    assert "will be" not in browser.text("/d/v")
    later = {"suspended": True, "processDefinitionKey": "v", "executionDate": "2999-01-02T03:04:05.000+0000"}
    assert browser.api.put("/process-definition/suspended", later).status_code == 204
    text = browser.text("/d/v")
    assert "All versions will be suspended at <time" in text
    assert "2 Jan 2999, 03:04 UTC" in text
