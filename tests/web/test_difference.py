"""The pages that compare: what is on them, links by id, files from a disk, and refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from procdef.settings import load
from procdef.web import sides
from tests.conftest import BOTH, make_database, running_app
from tests.samples import form
from tests.web.compared import LONG, NEW, OLD, fill, shop
from tests.web.conftest import HTML, Browser


@pytest.fixture(scope="module", params=BOTH)
def shops(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    url = make_database(request, tmp_path_factory.mktemp("compared"), "procdef_compared")
    with running_app(load({"PROCDEF_DATABASE_URL": url})) as app:
        browser = Browser(app)
        fill(browser.api)
        yield browser


def ids(browser: Browser, **query: Any) -> list[str]:
    return [row["id"] for row in browser.api.get("/process-definition", {"sortBy": "version", "sortOrder": "asc", **query})]


def upload(browser: Browser, data: bytes | None, token: str | None = None) -> TestResponse:
    left = ids(browser, key="shop", withoutTenantId="true")[0]
    found = re.search(r'name="procdef-token" value="(\w+)"', browser.text(f"/diff?left={left}"))
    assert found is not None
    fields = {"left": left, "procdef-token": found[1] if token is None else token}
    body, content_type = form([] if data is None else [("<i>mine</i>.bpmn", data)], fields)
    return browser.client.post("/diff", data=body, headers=HTML, content_type=content_type)


def rows_of(text: str) -> list[str]:
    """The table of changes, a line of text for each row."""
    table = text.partition('<caption class="hidden">What changes</caption>')[2].partition("</table>")[0]
    rows = re.findall(r'<tr id="c\d+">(.*?)</tr>', table, re.DOTALL)
    return [unescape(" ".join(re.sub(r"<[^>]*>", " ", row).split())) for row in rows]


def test_the_table_has_what_changes(shops: Browser) -> None:
    text = shops.text("/d/shop/1..2")
    assert rows_of(text) == [
        "+ added user task Look <i> again look",
        "− removed manual task Pack pack",
        "~ changed process Shop <b>1</b> & 🚀 shop documentation 5 lines Line 8 − Line 9 + Line nine Line 10".replace("5 lines", "4 lines"),
        "~ changed service task Ship ship topic shipping → becomes parcels",
        "~ changed user task Deep parcels deep name Deep shipping → becomes Deep parcels",
    ]
    assert "1 element only moved in the picture" in text
    assert text.count("(changed)</title>") == 2
    assert [text.count(f"({word})</title>") for word in ("removed", "added", "only moved")] == [1, 1, 2]


def test_what_differs_in_a_picture_leads_to_its_row(shops: Browser) -> None:
    text = shops.text("/d/shop/1..2")
    linked = re.findall(r'<a href="(#c\d)" aria-label="([^"]*)"><g data-element="(\w+)"', text)
    assert [(href, ident) for href, _, ident in linked] == [("#c4", "ship"), ("#c2", "pack"), ("#c4", "ship"), ("#c1", "look")]
    assert len(set(re.findall(r' id="([^"]*)"', text))) == len(re.findall(r' id="([^"]*)"', text))


def test_a_diagram_of_several_is_chosen(shops: Browser) -> None:
    text = shops.text("/d/shop/1..2")
    assert "2 diagrams:" in text
    assert 'data-element="deep"' not in text
    assert shops.text("/d/shop/1..2?plane=inner").count('data-element="deep"') == 2
    assert "No picture:" in shops.text("/d/shop/1..2?plane=nope")


@pytest.mark.parametrize("view", ["", "xml", "text", "xml&lines=all", "nope"])
def test_nothing_differs_between_a_version_and_itself(shops: Browser, view: str) -> None:
    text = shops.text(f"/d/shop/2..2?view={view}")
    said = {"xml": "Both files have the same lines", "text": "The outlines are equal"}.get(view.partition("&")[0], "byte for byte")
    assert said in text or "lines=all" in view
    assert "nothing differs" in text


def test_the_xml_is_side_by_side(shops: Browser) -> None:
    text = shops.text("/d/shop/1..2?view=xml")
    assert re.search(r"\d+ equal lines", text)
    assert "shipping&#34;" in text
    whole = shops.text("/d/shop/1..2?view=xml&lines=all")
    assert "equal lines" not in whole
    assert whole.count('<td class="n">') > text.count('<td class="n">')


def test_the_outline_is_that_of_rest(shops: Browser) -> None:
    left, right = ids(shops, key="shop", withoutTenantId="true")
    text = shops.text("/d/shop/1..2?view=text")
    answer = shops.api.client.get(f"/engine-rest/process-definition/{right}/diff", headers={"Accept": "text/plain"})
    shown = unescape(
        re.sub(r"<[^>]*>", "", text.partition('aria-label="Difference of the outlines"><pre><code>')[2].partition("</code>")[0])
    )
    assert shown.strip("\n") == answer.text.strip("\n")
    assert f"/engine-rest/process-definition/{quote(left, safe='')}/diff/{quote(right, safe='')}" in text


def test_any_two_definitions_are_compared_by_id(shops: Browser) -> None:
    (left,), (right,) = ids(shops, key="other"), ids(shops, tenantIdIn="a/b ?&")
    text = shops.text(f"/diff?left={quote(left)}&right={quote(right)}")
    assert "<optgroup" in text
    assert any("id other → becomes shop" in row for row in rows_of(text))
    assert shops.text(f"/d/shop/1..1?tenant={quote('a/b ?&', safe='')}")


@pytest.mark.parametrize(
    ("query", "status", "place"),
    [
        ("key=shop&from=1&to=2", 303, "/d/shop/1..2"),
        ("key=shop&from=1&to=1&tenant=a/b%20%3F%26", 303, "/d/shop/1..1?tenant=a%2Fb+%3F%26"),
        ("key=shop&from=1&to=99", 404, None),
        ("key=shop&from=&to=1", 404, None),
        ("key=shop", 404, None),
    ],
)
def test_any_two_versions_are_compared_by_number(shops: Browser, query: str, status: int, place: str | None) -> None:
    answer = shops.open(f"/diff?{query}")
    assert (answer.status_code, answer.headers.get("Location")) == (status, place)


def test_the_numbers_are_asked_for_when_not_all_versions_are_listed(shops: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'type="number"' not in shops.text("/d/shop/1..2")
    monkeypatch.setattr(sides, "NEAR", 1)
    assert shops.text("/d/shop/1..2").count(" selected>") == 2
    text = shops.text("/d/shop/2..2")
    assert '<input type="number" name="from" min="1" max="2" value="2" required>' in text


def test_the_page_leads_to_the_differences_around_it(shops: Browser) -> None:
    assert '/d/shop/1..2" rel="prev"' in shops.text("/d/shop/2..2")
    assert '/d/shop/1..2" rel="next"' in shops.text("/d/shop/1..1")
    assert '/d/shop/1..2?view=xml" rel="next"' in shops.text("/d/shop/1..1?view=xml")
    assert 'href="/d/shop/1..2" data-key="c"' in shops.text("/d/shop")
    assert 'class="see" href="/d/shop/1..2"' in shops.text("/d/shop/versions")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/d/shop/1..3", 404),
        ("/d/shop/x..2", 404),
        ("/d/shop/1..2..3", 404),
        ("/d/shop/..", 404),
        ("/d/shop/1..", 404),
        ("/d/nope/1..2", 404),
        ("/d/shop/1..2?tenant=", 404),
        ("/diff?left=nope", 404),
        ("/diff?left=nope&right=nope", 404),
        ("/diff", 303),
    ],
)
def test_what_is_not_there_is_said(shops: Browser, url: str, status: int) -> None:
    assert shops.open(url).status_code == status


def test_a_version_that_is_not_there_names_those_that_are(shops: Browser) -> None:
    text = shops.text("/d/shop/7", 404)
    assert "/d/shop/2" in text
    assert "/d/shop/1" in text
    other = shops.text("/d/shop?tenant=none", 404)
    assert f"?tenant={quote('a/b ?&', safe='').replace('%20', '+')}" in other


def test_a_file_from_a_disk_is_compared_and_not_stored(shops: Browser) -> None:
    before = len(ids(shops))
    answer = upload(shops, NEW)
    assert answer.status_code == 200
    assert len(rows_of(answer.text)) == 5
    assert "the file <bdi>&lt;i&gt;mine&lt;/i&gt;.bpmn</bdi>, which is not stored" in answer.text
    assert "Both files are the same" in upload(shops, OLD).text
    assert len(rows_of(upload(shops, shop(text=LONG, key="else")).text)) == 1
    assert len(ids(shops)) == before


def test_a_file_that_cannot_be_compared_is_refused_with_its_place(shops: Browser) -> None:
    answer = upload(shops, b"<definitions>\n  <a></b>\n</definitions>")
    assert answer.status_code == 400
    assert "Line 2, column" in answer.text
    assert "  &lt;a&gt;&lt;/b&gt;\n" in answer.text
    assert re.search(r"\n +\^</code>", answer.text)


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (None, 400, "Choose a file."),
        (b"", 400, ""),
        (b"\x00\xff", 400, ""),
        (b"x" * (4 * 1024 * 1024 + 1), 400, "more than"),
        (b"<a/>", 200, "No picture"),
    ],
)
def test_other_files_are_no_error_of_the_server(shops: Browser, data: bytes | None, status: int, said: str) -> None:
    answer = upload(shops, data)
    assert (answer.status_code, said in unescape(answer.text)) == (status, True)


def test_a_form_without_a_definition_says_so(shops: Browser) -> None:
    found = re.search(r'name="procdef-token" value="(\w+)"', shops.text(f"/diff?left={ids(shops, key='other')[0]}"))
    assert found is not None
    answer = shops.client.post("/diff", data={"procdef-token": found[1]}, headers=HTML)
    assert (answer.status_code, "does not say which definition" in answer.text) == (400, True)


def test_a_form_needs_its_token(shops: Browser) -> None:
    answer = upload(shops, NEW, token="x")
    assert answer.status_code == 403
    assert "not from this browser" in answer.text


def test_files_without_a_difference_in_meaning_say_so(shops: Browser) -> None:
    assert "Only the way they are written does." in upload(shops, OLD.replace(b"><", b">\n<")).text
    assert "Only places in the picture differ." in upload(shops, shop(text=LONG, moved=9)).text


def test_long_facts_are_cut(shops: Browser) -> None:
    text = upload(shops, shop(text="x\n" * 5000)).text
    assert re.search(r"[\d,]+ more lines", text)
    assert len(text) < 100_000
