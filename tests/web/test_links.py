"""The URLs of pages: names with any character, in the path too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procdef.store.models.registry import Definition
from procdef.web import links
from tests.samples import bpmn
from tests.web.conftest import HTML, Browser
from tests.web.test_deployments import send
from tests.web.test_login import PASSWORD, Guarded, guarded

KEYS = ("a/b", "..", ".", "a/versions", "a/1", "a%2Fb", "%252F", "//evil.example", "\\\\evil", "a..b/1..2", "?a=b&c#d", "100% /")
"""Keys that no file may have, but that a mirrored engine may."""
OF_PAGES = re.compile(r'(?:href|src)="(/(?:d|deployments|thumbnail|diff)[/?][^"#]*)')


@pytest.fixture
def mary(tmp_path: Path) -> Iterator[Guarded]:
    with guarded(f"sqlite:///{tmp_path}/procdef.db") as found:
        yield found


@given(st.text())
@example("a%2Fb%252F%252E")
@example("..")
@example(".")
def test_a_segment_is_the_name_again(text: str) -> None:
    decoded = unquote(links.segment(text))
    assert links.named(decoded) == text
    assert "/" not in decoded
    assert decoded not in (".", "..")


@pytest.mark.parametrize("key", KEYS)
def test_every_link_works_for_every_key(browser: Browser, key: str) -> None:
    for name in "ab":
        browser.api.deploy(("x.bpmn", bpmn("x", name=name)))
    with browser.api.store.write() as database:
        Definition.update(key=key).execute(database)
    found = {f"/d/{links.segment(key)}"}
    for url in (links.latest(key, None), links.latest(key, None, "versions"), f"/definitions{links.query({'key': key})}"):
        found |= {*map(unescape, OF_PAGES.findall(browser.text(url)))}
    assert len(found) > 15
    assert {url: code for url in found if (code := browser.open(url).status_code) not in (200, 303)} == {}


def test_a_form_works_for_a_key_with_a_slash(browser: Browser) -> None:
    browser.api.deploy(("x.bpmn", bpmn("x")))
    with browser.api.store.write() as database:
        Definition.update(key="a/b").execute(database)
    (row,) = browser.api.get("/process-definition")
    assert send(browser, links.definition(row, "state"), do="suspend", of="key").headers["Location"] == "/d/a%252Fb/1"
    assert browser.api.get("/process-definition")[0]["suspended"]
    assert send(browser, links.definition(row, "delete")).status_code == 303
    assert browser.api.get("/process-definition") == []


def test_the_way_to_the_login_keeps_every_character(mary: Guarded) -> None:
    url = "/d/" + links.segment("a/b?c#d 100%\u202e") + "/1?tenant=a%2Fb"
    answer = Browser(mary.app).open(url)
    assert answer.headers["Location"] == f"/login{links.query({'next': url})}"
    assert (
        mary.client.post("/login", data={**mary.form(answer.headers["Location"]), "user": "mary", "password": PASSWORD}).headers["Location"]
        == url
    )


def test_a_form_of_an_old_session_is_sent_to_the_same_path_once_more(mary: Guarded) -> None:
    mary.log_in()
    url = "/d/" + links.segment("a/b?c") + "/1/delete"
    answer = mary.client.post(url, data={"procdef-token": "old"}, headers=HTML)
    assert (answer.status_code, f'action="{url}"' in answer.text) == (403, True)
