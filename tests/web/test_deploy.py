"""The page that deploys: the plan says what the deployment does, and the page without scripts keeps small files."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from procdef.errors import InvalidBpmn, Problem, UnreadableBpmn
from procdef.store.registry.deployments import Upload
from procdef.store.registry.dry_run import REFUSED, FileOutcome
from procdef.web.plan import plan
from procdef.web.views.deploy import MOST_KEPT
from procdef.web.wrong import BEFORE, BEHIND
from tests.samples import bpmn
from tests.web.conftest import HTML, Browser
from tests.web.files import NAMES, Named, file_of

CHECK, DEPLOY = "/deploy/check", "/deploy"
REFUSED_FILE = file_of(Named("bad", "Bad")).replace(b'<endEvent id="e"', b'<endEvent id="e" nope="1"')
BROKEN = b"<definitions><a>\n</b>"


def fields_of(text: str) -> dict[str, list[str]]:
    """The hidden fields of a page."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text):
        found.setdefault(name, []).append(unescape(value))
    return found


def send(browser: Browser, path: str, *files: tuple[str, bytes], before: str = "", **fields: Any) -> TestResponse:
    """The form with files, as the page or as `before` has it."""
    given = {name.replace("_", "-"): value for name, value in fields.items()}
    data = {**fields_of(before or browser.text(DEPLOY)), **given, "file": [(BytesIO(data), name) for name, data in files]}
    return browser.client.post(path, data=data, headers=HTML, content_type="multipart/form-data")


def test_the_plan_says_what_comes_of_each_file_and_stores_nothing(browser: Browser) -> None:
    browser.api.deploy(("order.bpmn", file_of(Named("order", "Order"))), ("same.bpmn", bpmn("same")), deployment_name="sales")
    files = (
        *(("order.bpmn", file_of(Named("order", "Order"), work="Other")), ("same.bpmn", bpmn("same")), ("bad.bpmn", REFUSED_FILE)),
        *(("broken.bpmn", BROKEN), ("notes.txt", b"x"), ("new.bpmn", bpmn("new"))),
    )
    answer = send(browser, CHECK, *files, deployment_name="sales", deploy_changed_only="true")
    said = unescape(answer.text)
    assert answer.status_code == 200
    assert "6 files: 2 new versions, 1 unchanged, 1 stored only, 2 refused" in said
    assert "attribute 'nope': The attribute 'nope' is not allowed." in said
    assert 'nope="1" name="Done"/>' in said
    assert "Line 10, column" in said
    assert "Line 2, column" in said
    assert '<a href="/d/order">1</a> → 2' in said
    assert "~1 changed" in said
    assert "Nothing can be deployed" in said
    assert len(browser.api.get("/deployment")) == 1


def test_checked_files_are_deployed_without_choosing_them_again(browser: Browser) -> None:
    name = "sub/Größe <b>.bpmn"
    checked = send(browser, CHECK, (name, file_of(Named("order", "O"))), deployment_name="sales", tenant_id="a/b")
    assert "you can press Deploy now" in checked.text
    answer = send(browser, DEPLOY, before=checked.text, deployment_name="sales", tenant_id="a/b")
    assert answer.status_code == 303
    (row,) = browser.api.get("/process-definition")
    assert (row["resource"], row["tenantId"]) == (name, "a/b")
    assert "It is deployed." in browser.text(answer.headers["Location"])


def test_large_files_must_be_chosen_again(browser: Browser) -> None:
    checked = send(browser, CHECK, ("big.txt", b"x" * (MOST_KEPT + 1)))
    assert "too large to stay" in checked.text
    assert len(checked.data) < MOST_KEPT
    refused = send(browser, DEPLOY, before=checked.text)
    assert (refused.status_code, "Choose at least one file." in refused.text) == (400, True)


def test_what_a_changed_page_sends_is_no_error_of_the_server(browser: Browser) -> None:
    for kept in (["!!"], ["YQ==", "é"]):
        answer = send(browser, DEPLOY, kept_name=["a", "b"], kept_data=kept)
        assert answer.status_code in (303, 400)


def test_a_refused_deployment_stores_nothing_and_keeps_the_form(browser: Browser) -> None:
    files = (("a.bpmn", bpmn("a")), ("bad.bpmn", REFUSED_FILE))
    answer = send(browser, DEPLOY, *files, deployment_name="my <name>", deployment_source="by hand", deploy_changed_only="true")
    assert answer.status_code == 400
    assert "Nothing was deployed." in answer.text
    assert 'value="my &lt;name&gt;"' in answer.text
    assert browser.api.get("/deployment") == []
    long = send(browser, DEPLOY, ("a.bpmn", bpmn("a")), deployment_name="n" * 4001)
    assert (long.status_code, 'role="alert"' in long.text) == (400, True)
    assert send(browser, CHECK).status_code == 400


@pytest.mark.parametrize(
    ("fields", "tenant"), [({}, None), ({"tenant_id": " a "}, "a"), ({"empty_tenant": "true"}, ""), ({"tenant_id": "%2F/?"}, "%2F/?")]
)
def test_a_tenant_is_none_or_named_or_empty(browser: Browser, fields: dict[str, str], tenant: str | None) -> None:
    assert send(browser, DEPLOY, ("a.bpmn", bpmn("a")), **fields).status_code == 303
    assert browser.api.keys(member="tenantId") == [tenant]


def test_only_what_changed_is_deployed_if_it_is_asked_for(browser: Browser) -> None:
    fields = {"deployment_name": "sales"}
    answers = [send(browser, DEPLOY, ("a.bpmn", bpmn("a")), deploy_changed_only=word, **fields) for word in ("true", "true", "")]
    places = [answer.headers["Location"] for answer in answers]
    assert [place.partition("=")[2] for place in places] == ["changed&sent=1", "nothing&sent=1", "new&sent=1"]
    assert "Nothing was deployed" in browser.text(places[1])
    assert browser.api.keys({"latestVersion": "true"}, member="version") == [2]


def test_what_was_left_out_is_told_with_its_number(browser: Browser) -> None:
    fields = {"deployment_name": "sales", "deploy_changed_only": "true"}
    first = send(browser, DEPLOY, ("a.bpmn", bpmn("a")), ("b.bpmn", bpmn("b")), **fields).headers["Location"]
    assert ("It is deployed." in browser.text(first), "Left out" in browser.text(first)) == (True, False)
    second = send(browser, DEPLOY, ("a.bpmn", bpmn("a")), ("b.bpmn", bpmn("b")), ("c.bpmn", bpmn("c")), **fields).headers["Location"]
    assert "It is deployed. Left out: 2 files that are the same as before." in browser.text(second)
    for sent in ("", "x", "-1", "9" * 30):
        assert "Left out" not in browser.text(second.replace("sent=3", f"sent={sent}"))


def test_a_plan_that_is_no_longer_true_is_not_deployed(browser: Browser) -> None:
    """Somebody else has deployed since the page has shown it, or the form was changed after it."""
    browser.api.deploy(("a.bpmn", bpmn("a")))
    checked = send(browser, CHECK, ("a.bpmn", bpmn("a", name="Mine")))
    browser.api.deploy(("a.bpmn", bpmn("a", name="Theirs")))
    for before in (checked.text, send(browser, CHECK, ("a.bpmn", bpmn("a"))).text):
        answer = send(browser, DEPLOY, before=before, **({} if before == checked.text else {"tenant_id": "t"}))
        assert (answer.status_code, "Nothing was deployed" in answer.text, "This is the new plan" in answer.text) == (409, True, True)
        assert browser.api.keys({"latestVersion": "true"}, member="version") == [2]
    again = send(browser, CHECK, ("a.bpmn", bpmn("a", name="Mine")))
    assert '<a href="/d/a">2</a> → 3' in again.text
    assert send(browser, DEPLOY, before=again.text).status_code == 303


def test_the_plan_is_in_the_order_of_names_and_says_where_nothing_is_new(browser: Browser) -> None:
    files = tuple((f"{name}.bpmn", bpmn(name)) for name in ("c", "a", "b"))
    browser.api.deploy(*files, deployment_name="sales")
    for name, sentence in (("sales", "Nothing is new in these files"), ("other", "All files can be deployed.")):
        text = send(browser, CHECK, *files, deployment_name=name, deploy_changed_only="true").text
        assert re.findall(r"<h3><bdi>(.*?)</bdi>", text) == ["a.bpmn", "b.bpmn", "c.bpmn"]
        assert sentence in text


def test_many_small_files_are_not_kept_in_the_page_where_it_could_not_send_them(browser: Browser) -> None:
    checked = send(browser, CHECK, *((f"{number}.txt", b"x") for number in range(600)))
    assert (checked.status_code, "choose them again" in checked.text) == (200, True)
    assert send(browser, DEPLOY, before=checked.text).status_code == 400


def test_more_files_than_a_form_may_have_are_refused_in_plain_words(browser: Browser) -> None:
    answer = send(browser, CHECK, *((f"{number}.txt", b"x") for number in range(1001)))
    assert answer.status_code == 413
    assert "choose fewer or smaller files" in answer.text


def test_a_url_fills_in_the_form(browser: Browser) -> None:
    text = browser.text("/deploy?name=a%22b&source=ci&tenant=")
    assert 'value="a&#34;b"' in text
    assert "The tenant with the empty id" in text
    assert "The tenant with the empty id" not in browser.text("/deploy?tenant=x")
    assert browser.open(CHECK).headers["Location"] == DEPLOY


@pytest.mark.parametrize("tab", ["", "/xml"])
def test_a_definition_leads_to_the_form_with_its_deployment(browser: Browser, tab: str) -> None:
    fields = {"deployment_name": "a & b", "deployment_source": "ci", "tenant_id": "t/1"}
    browser.api.deploy(("order.bpmn", bpmn("order")), **fields)
    (url,) = re.findall(r'href="([^"]+)">Deploy new version<', browser.text(f"/d/order{tab}?tenant=t/1"))
    form = unescape(browser.text(unescape(url)))
    assert all(f'value="{value}"' in form for value in fields.values())


@pytest.mark.parametrize("named", NAMES, ids=lambda named: ascii(named.key[:20]))
def test_every_name_can_be_planned_and_deployed(browser: Browser, named: Named) -> None:
    for _ in range(2):
        fields = {"deployment_name": named.name, "deployment_source": named.name}
        fields |= {"empty_tenant": "true"} if named.tenant == "" else {} if named.tenant is None else {"tenant_id": named.tenant}
        checked = send(browser, CHECK, (f"{named.name[:40]}.bpmn".replace('"', ""), file_of(named)), **fields)
        assert checked.status_code == 200
        assert "<script>document" not in checked.text
        answer = send(browser, DEPLOY, before=checked.text, **fields)
        assert answer.status_code == 303
        browser.text(answer.headers["Location"])
    assert sorted(browser.api.keys(member="version")) == [1, 2]


def test_a_form_without_its_token_changes_nothing(browser: Browser) -> None:
    data = {"file": [(BytesIO(bpmn("a")), "a.bpmn")]}
    answer = browser.client.post(DEPLOY, data=data, headers=HTML, content_type="multipart/form-data")
    assert (answer.status_code, browser.api.get("/deployment")) == (403, [])


@given(line=st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=300), column=st.integers(0, 400))
def test_the_caret_is_below_a_character_that_is_shown(line: str, column: int) -> None:
    data = f"first\n{line}\nlast".encode()
    errors = (InvalidBpmn("a.bpmn", [Problem("wrong", 2, column)]), UnreadableBpmn("a.bpmn", "wrong", 2, column))
    for error in errors:
        found = plan([FileOutcome("a.bpmn", REFUSED, error=error)], Upload(None, None, None, [("a.bpmn", data)]))
        (wrong,) = found.files[0].wrong
        assert 0 <= wrong.blanks <= len(wrong.source) <= BEFORE + BEHIND + 2
        assert wrong.source.strip("…").replace(" ", "") in line.replace("\t", "").replace(" ", "") or "…" in line


def test_a_place_behind_the_end_of_a_file_is_no_error() -> None:
    error = UnreadableBpmn("a.bpmn", "wrong", 9, 1)
    (wrong,) = plan([FileOutcome("a.bpmn", REFUSED, error=error)], Upload(None, None, None, [("a.bpmn", b"x")])).files[0].wrong
    assert (wrong.line, wrong.source) == (9, "")
