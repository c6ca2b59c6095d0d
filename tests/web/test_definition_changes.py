"""Suspending, activating and deleting definitions by the forms of the page."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from procdef.web import links
from tests.samples import bpmn
from tests.web.conftest import HTML, Browser
from tests.web.files import NAMES, Named, file_of
from tests.web.test_deployments import send


def deploy(browser: Browser, versions: int = 1, **fields: str) -> None:
    for _ in range(versions):
        browser.api.deploy(("order.bpmn", bpmn("order")), **fields)


@pytest.mark.parametrize(("of", "expected"), [("one", [False, True]), ("key", [True, True])])
def test_one_version_or_all_are_suspended_and_activated(browser: Browser, of: str, expected: list[bool]) -> None:
    deploy(browser, 2)
    query = {"sortBy": "version", "sortOrder": "asc"}
    answer = send(browser, "/d/order/2/state", of=of, do="suspend")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/d/order/2")
    assert browser.api.keys(query, member="suspended") == expected
    assert "suspended" in browser.text("/d/order/2")
    send(browser, "/d/order/2/state", of=of, do="activate")
    assert browser.api.keys(query, member="suspended") == [False, False]


def test_a_later_change_is_planned_and_shown(browser: Browser) -> None:
    deploy(browser)
    answer = send(browser, "/d/order/1/state", of="key", do="suspend", later="2031-12-01T10:00")
    assert answer.headers["Location"] == "/d/order/1/state"
    send(browser, "/d/order/1/state", of="one", do="activate", later="2032-12-01T10:00")
    text = browser.text("/d/order/1/state")
    assert "1 Dec 2031, 10:00 UTC</time>: suspend all versions" in text
    assert "1 Dec 2032, 10:00 UTC</time>: activate this version" in text
    assert browser.api.keys(member="suspended") == [False]


def test_a_wrong_time_keeps_what_was_entered(browser: Browser) -> None:
    deploy(browser)
    answer = send(browser, "/d/order/1/state", of="key", do="suspend", later="soon <b>")
    assert answer.status_code == 400
    assert "soon &lt;b&gt;" in answer.text
    assert "The time is no date with a time of day." in answer.text
    assert 'value="key" checked' in answer.text


def test_one_version_goes_without_the_key(browser: Browser) -> None:
    deploy(browser, 2)
    text = browser.text("/d/order/2/delete")
    assert "gets the number 2 again" in text
    answer = send(browser, "/d/order/2/delete", of="one")
    assert (answer.headers["Location"], browser.api.keys(member="version")) == ("/d/order/versions", [1])
    assert send(browser, "/d/order/1/delete").headers["Location"] == links.LATEST
    assert browser.api.keys() == []


@pytest.mark.parametrize(("tenant", "said"), [(None, "without a tenant"), ("a/b ?&", "in this tenant"), ("", "in this tenant")])
def test_all_versions_of_one_tenant_are_suspended(browser: Browser, tenant: str | None, said: str) -> None:
    for one in (None, "a/b ?&", ""):
        deploy(browser, 2, **({} if one is None else {"tenant_id": one}))
    page = f"/d/order/1/state{'' if tenant is None else '?tenant=' + quote(tenant, safe='')}"
    assert f"All versions {said} <span" in browser.text(page)
    send(browser, page, of="tenant", do="suspend")
    rows = browser.api.get("/process-definition")
    assert [row["suspended"] for row in rows] == [row["tenantId"] == tenant for row in rows]
    send(browser, page, of="tenant", do="activate", later="2031-12-01T10:00")
    assert f": activate all versions {said}</li>" in browser.text(page)
    others = f"/d/order/1/state{'?tenant=' if tenant is None else ''}"
    assert "Planned:" not in browser.text(others if tenant != "" else "/d/order/1/state")


def test_a_definition_without_tenants_has_no_choice_of_them(browser: Browser) -> None:
    deploy(browser, 2)
    for path in ("state", "delete"):
        text = browser.text(f"/d/order/1/{path}")
        assert "tenant</" not in text
        assert "All versions <span" in text


def test_the_incidents_of_each_choice_are_counted(browser: Browser) -> None:
    deploy(browser)
    deploy(browser, tenant_id="t")
    for row in browser.api.get("/process-definition"):
        body = {"processDefinitionId": row["id"], "incidentType": "failedJob", "activityId": "s"}
        assert browser.api.put(f"/incident/{row['id'][-9:]}", body).status_code == 201
    for page in ("/d/order/1/delete", "/d/order/1/delete?tenant=t"):
        assert re.findall(r"(\d) open incident", browser.text(page).partition("What goes")[2]) == ["1", "1", "2"]


@pytest.mark.parametrize(("of", "left"), [("tenant", [None]), ("key", [])])
def test_several_versions_go_only_when_the_key_is_typed(browser: Browser, of: str, left: list[str | None]) -> None:
    deploy(browser)
    deploy(browser, 2, tenant_id="")
    page = "/d/order/1/delete?tenant="
    refused = send(browser, page, of=of, typed="Order", cascade="true")
    assert (refused.status_code, f'value="{of}" checked' in refused.text, len(browser.api.keys())) == (400, True, 3)
    assert send(browser, page, of=of, typed="order").status_code == 303
    assert browser.api.keys(member="tenantId") == left


def test_a_number_that_was_given_again_is_noticed(browser: Browser) -> None:
    deploy(browser)
    (old,) = browser.api.keys(member="id")
    browser.api.send("DELETE", f"/process-definition/{old}")
    deploy(browser)
    for page, fields in (("/d/order/1/delete", {}), ("/d/order/1/state", {"do": "suspend"})):
        answer = send(browser, page, id=old, **fields)
        assert (answer.status_code, "another one by now" in answer.text) == (400, True)
    assert browser.api.keys(member="suspended") == [False]


@pytest.mark.parametrize("named", NAMES[2:], ids=lambda named: ascii(named.key[:20]))
def test_every_name_can_be_changed_and_deleted(browser: Browser, named: Named) -> None:
    browser.api.deploy(("x.bpmn", file_of(named)), **({} if named.tenant is None else {"tenant_id": named.tenant}))
    (row,) = browser.api.get("/process-definition")
    page = browser.app.jinja_env.filters["urlencode"]
    tenant = "" if named.tenant is None else f"?tenant={page(named.tenant).replace('/', '%2F')}"
    assert send(browser, f"/d/{page(row['key'])}/1/state{tenant}", do="suspend").status_code == 303
    assert browser.api.keys(member="suspended") == [True]
    assert send(browser, f"/d/{page(row['key'])}/1/delete{tenant}", of="key", typed="").status_code == 303
    assert browser.api.keys() == []


@pytest.mark.parametrize("path", ["state", "delete"])
def test_a_form_without_its_token_changes_nothing(browser: Browser, path: str) -> None:
    deploy(browser)
    answer = browser.client.post(f"/d/order/1/{path}", data={"do": "suspend"}, headers=HTML)
    assert (answer.status_code, browser.api.keys(member="suspended")) == (403, [False])
