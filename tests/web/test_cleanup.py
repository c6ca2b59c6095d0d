"""The page that says which versions can go, and the form that deletes them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.camunda.registry.test_cleaning import bound, calling, deploy
from tests.web.conftest import HTML, Browser

PAGE = "/cleanup?keepVersions=1&sortBy=version&sortOrder=asc"


def send(browser: Browser, url: str = PAGE, **fields: Any) -> TestResponse:
    """The form that deletes, with its hidden fields and these."""
    form = browser.text(url).partition('<form method="post"')[2]
    hidden = {name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)}
    return browser.client.post(url, data={**hidden, **fields}, headers=HTML)


def checked(text: str) -> list[str]:
    """The ids of the versions that are chosen."""
    return [unescape(ident) for ident in re.findall(r'name="ids" value="([^"]+)" checked', text)]


def test_what_can_go_is_chosen_and_what_stays_says_why(browser: Browser) -> None:
    ids = deploy(browser.api, 3)
    browser.api.put("/incident/i", {"processDefinitionId": ids[1], "incidentType": "failedJob"})
    text = browser.text(PAGE)
    assert checked(text) == ids[:1]
    assert all(words in text for words in ("has 1 incident", "latest", "3 versions", "with its deployment"))
    assert "procdef cleanup --keep 1 --older-than 0s --dry-run" in text
    assert checked(browser.text("/cleanup")) == []
    text = browser.text(f"{PAGE}&deployedBefore=2020-01-01T00:00:00.000%2B0000")
    assert (checked(text), bool(re.search(r">deployed \d{4}-\d\d-\d\d</bdi>", text))) == ([], True)


def test_the_chosen_versions_go_with_their_deployments(browser: Browser) -> None:
    ids = deploy(browser.api, 4)
    answer = send(browser, ids=[ids[0], ids[2]], typed="delete")
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert browser.api.keys(member="version") == [2, 4]
    assert len(browser.api.get("/deployment")) == 2


@pytest.mark.parametrize(
    ("fields", "message"), [({"typed": "no"}, "What was typed is not"), ({"ids": [], "typed": "delete"}, "Choose at least one version.")]
)
def test_without_a_choice_and_the_word_nothing_goes(browser: Browser, fields: dict[str, Any], message: str) -> None:
    ids = deploy(browser.api, 3)
    answer = send(browser, **{"ids": ids[:1], **fields})
    assert (answer.status_code, message in answer.text) == (400, True)
    assert checked(answer.text) == fields.get("ids", ids[:1])
    assert len(browser.api.keys()) == 3


def test_what_is_not_chosen_keeps_what_it_calls(browser: Browser) -> None:
    ids = deploy(browser.api, 2)
    browser.api.deploy(("settle.bpmn", calling("settle", bound("order", "version", "1"))))
    deploy(browser.api, 1, "settle")
    assert len(checked(browser.text(PAGE))) == 2
    answer = send(browser, ids=ids[:1], typed="delete")
    assert (answer.status_code, "needs order 1: called by settle@1" in answer.text) == (400, True)
    assert len(browser.api.keys()) == 4
    assert send(browser, ids=checked(browser.text(PAGE)), typed="delete").status_code == 303
    assert sorted(browser.api.keys(member="version")) == [2, 2]


def test_the_latest_version_never_goes(browser: Browser) -> None:
    ids = deploy(browser.api, 2)
    assert send(browser, ids=ids, typed="delete").status_code == 400
    assert len(browser.api.keys()) == 2


def test_an_unknown_version_is_gone_already(browser: Browser) -> None:
    deploy(browser.api, 2)
    assert send(browser, ids=["none:1:x"], typed="delete").status_code == 303
    assert len(browser.api.keys()) == 2


def test_the_versions_of_a_definition_lead_to_it(browser: Browser) -> None:
    deploy(browser.api, 1)
    assert 'href="/cleanup?key=order&amp;withoutTenantId=true&amp;sortBy=version&amp;sortOrder=desc"' in browser.text("/d/order/versions")


def test_a_wrong_number_is_said(browser: Browser) -> None:
    deploy(browser.api, 1)
    browser.text("/cleanup?keepVersions=0", 400)
