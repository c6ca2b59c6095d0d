"""The pages of deployments: the list with its filters, a deployment with its files, deploying again, deleting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from procdef.web.views import deployment_changes
from tests.samples import bpmn
from tests.web.conftest import HTML, Browser
from tests.web.files import Named, file_of

HOSTILE = "<b>x</b> 🚀 \u202eevil & \"q\" 'a'"


def send(browser: Browser, page: str, action: str = "", **fields: Any) -> TestResponse:
    """A form of a page, with the fields that it has hidden and with these; a field may have several values."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', browser.text(page))
    hidden = {name: unescape(value) for name, value in found}
    return browser.client.post(action or page, data={**hidden, **fields}, headers=HTML)


def deployed(browser: Browser, **fields: str) -> Mapping[str, Any]:
    return browser.api.deploy(("order.bpmn", bpmn("order")), ("notes.txt", b"one\ntwo <b>"), **fields)


@pytest.mark.parametrize(
    ("entered", "filters"),
    [
        ("q=sal%25es", "nameLike=%25sal%5C%25es%25"),
        ("q=&nameLike=%25x%25", ""),
        ("from=2026-02-28&until=2026-02-28", "after=2026-02-28T00%3A00%3A00.000%2B0000&before=2026-03-01T00%3A00%3A00.000%2B0000"),
        ("from=&until=9999-12-31&tenantIdIn=a", "tenantIdIn=a"),
        ("from=nonsense", ""),
    ],
)
def test_what_is_entered_becomes_the_filters_of_the_rest_request(browser: Browser, entered: str, filters: str) -> None:
    answer = browser.open(f"/deployments?{entered}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/deployments?{filters}".rstrip("?"))


def test_the_list_says_why_it_is_empty(browser: Browser) -> None:
    assert "Nothing is stored here yet" in browser.text("/deployments")
    deployed(browser, deployment_name="sales")
    assert "1 deployment<" in browser.text("/deployments")
    text = browser.text("/deployments?nameLike=%25zzz%25&withoutSource=true")
    assert "Nothing matches all of these filters" in text
    assert "1 deployment" in text
    assert "The list ends before this page" in browser.text("/deployments?firstResult=50")


def test_facets_count_sources_and_tenants(browser: Browser) -> None:
    deployed(browser, deployment_source="ci")
    deployed(browser, tenant_id="a/b")
    assert "no source" in browser.text("/deployments/values?of=source")
    assert 'href="/deployments?tenantIdIn=a%2Fb"' in browser.text("/deployments/values?of=tenantIdIn&sortBy=name&sortOrder=asc").replace(
        "sortBy=name&amp;sortOrder=asc&amp;", ""
    )
    browser.text("/deployments/values?of=nothing", 404)


def test_a_deployment_shows_its_files_and_what_they_changed(browser: Browser) -> None:
    first = browser.api.deploy(("order.bpmn", file_of(Named("order", HOSTILE))), deployment_name=HOSTILE, tenant_id="")
    second = browser.api.deploy(("order.bpmn", file_of(Named("order", HOSTILE), work="Other")), deployment_name=HOSTILE, tenant_id="")
    assert "first version" in browser.text(f"/deployments/{first['id']}")
    text = browser.text(f"/deployments/{second['id']}?came=new")
    assert "~1 changed" in text
    assert "It is deployed." in text
    assert HOSTILE in unescape(text)
    assert "<b>x</b>" not in text
    assert "It is deployed." not in browser.text(f"/deployments/{second['id']}?came=other")


def test_a_file_is_shown_if_it_is_text(browser: Browser) -> None:
    made = browser.api.deploy(
        ("order.bpmn", bpmn("order")), ("notes.txt", b"one\ntwo <b>"), ("page.html", b"<script>1</script>"), ("logo.png", b"\x89PNG\0")
    )
    ids = {row["name"]: row["id"] for row in browser.api.get(f"/deployment/{made['id']}/resources")}
    pages = {name: browser.text(f"/deployments/{made['id']}/files/{ident}") for name, ident in ids.items()}
    assert "two &lt;b&gt;" in pages["notes.txt"]
    assert "<script>1" not in pages["page.html"]
    assert "cannot be shown" in pages["logo.png"]
    assert 'class="drawn"' in pages["order.bpmn"]
    browser.text(f"/deployments/{made['id']}/files/nope", 404)
    browser.text("/deployments/nope", 404)


def test_chosen_files_are_deployed_again(browser: Browser) -> None:
    made = deployed(browser, deployment_name="sales", deployment_source="ci", tenant_id="")
    ids = {row["name"]: row["id"] for row in browser.api.get(f"/deployment/{made['id']}/resources")}
    page = f"/deployments/{made['id']}/redeploy"
    assert "Choose at least one file." in send(browser, page, source="x").text
    answer = send(browser, page, resource=[ids["order.bpmn"]], source=" by hand ")
    new = answer.headers["Location"].removeprefix("/deployments/").removesuffix("?came=new")
    row = browser.api.get(f"/deployment/{new}")
    assert (answer.status_code, row["name"], row["source"], row["tenantId"]) == (303, "sales", "by hand", "")
    assert [one["name"] for one in browser.api.get(f"/deployment/{new}/resources")] == ["order.bpmn"]
    wrong = send(browser, page, resource=["nope"], source="kept & shown")
    assert (wrong.status_code, 'role="alert"' in wrong.text, "kept &amp; shown" in wrong.text) == (400, True, True)


@pytest.mark.parametrize(("name", "typed"), [("sales", "sales"), (None, None), ("\u202eevil", None), (" ", None)])
def test_a_deployment_with_definitions_goes_only_when_its_name_is_typed(browser: Browser, name: str | None, typed: str | None) -> None:
    made = deployed(browser, **({} if name is None else {"deployment_name": name}))
    page = f"/deployments/{made['id']}/delete"
    refused = send(browser, page, typed="other <b>", cascade="true")
    assert (refused.status_code, "other &lt;b&gt;" in refused.text, "checked" in refused.text) == (400, True, True)
    answer = send(browser, page, typed=typed or made["id"])
    assert (answer.status_code, browser.api.keys(), browser.api.get("/deployment")) == (303, [], [])
    browser.text(page, 404)


def test_a_deployment_without_definitions_goes_at_once(browser: Browser) -> None:
    made = browser.api.deploy(("notes.txt", b"x"))
    assert "no definition" in browser.text(f"/deployments/{made['id']}/delete")
    assert send(browser, f"/deployments/{made['id']}/delete").status_code == 303
    assert browser.api.get("/deployment") == []


def test_what_goes_with_a_deployment_is_named(browser: Browser) -> None:
    made = deployed(browser, deployment_name="sales")
    (row,) = browser.api.get("/process-definition")
    browser.api.put("/incident/i", {"processDefinitionId": row["id"], "incidentType": "failedJob"})
    text = browser.text(f"/deployments/{made['id']}/delete")
    assert all(words in text for words in ("2 files", "1 definition", "1 open incident", "cascade"))


@pytest.mark.parametrize("path", ["redeploy", "delete"])
def test_a_form_without_its_token_changes_nothing(browser: Browser, path: str) -> None:
    made = deployed(browser)
    assert browser.client.post(f"/deployments/{made['id']}/{path}", data={"typed": made["id"]}, headers=HTML).status_code == 403
    assert len(browser.api.get("/deployment")) == 1


def test_all_files_of_a_large_deployment_can_be_reached(browser: Browser) -> None:
    row = browser.api.deploy(*((f"{number:03}.bpmn", bpmn(f"k{600 - number}")) for number in range(600)))
    url = f"/deployments/{row['id']}"
    pages = [browser.text(url), browser.text(f"{url}?page=2")]
    assert [text.count("<tr data-row=") for text in pages] == [500, 100]
    assert "600 files, 600 definitions" in pages[0]
    assert "501–600 of 600" in pages[1]
    assert not any("stored only" in text for text in pages)
    assert "The list ends before this page" in browser.text(f"{url}?page=3")
    assert "600 files" in browser.text(f"{url}/delete")
    again = browser.text(f"{url}/redeploy")
    ids = re.findall(r'name="resource" value="([^"]+)" checked', again)
    assert len(ids) == 600
    location = send(browser, f"{url}/redeploy", resource=ids).headers["Location"]
    assert "600 files, 600 definitions" in browser.text(location)


def test_all_of_very_many_files_are_deployed_again(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment_changes, "MOST_CHOSEN", 1)
    url = f"/deployments/{deployed(browser)['id']}/redeploy"
    assert "All 2 files are deployed again." in browser.text(url)
    assert "2 files, 1 definition" in browser.text(send(browser, url).headers["Location"])
