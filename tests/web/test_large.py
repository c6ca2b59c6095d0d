"""Pages about large files: they have a part of what there is, say so, and lead to the rest."""

from __future__ import annotations

import re

import pytest

from procdef.web import drawn
from procdef.web.views import definition, difference
from tests.web.conftest import Browser
from tests.web.files import Named, file_of

MANY = 2 * definition.MOST
LONG = "y" * 3000


def tasks(number: int, word: str = "") -> str:
    """So many tasks that are in no flow."""
    return "\n".join(f'<task id="t{place}" name="Task {place}{word}"/>' for place in range(number))


def deploy(browser: Browser, *files: bytes) -> None:
    for data in files:
        browser.api.deploy(("large.bpmn", data))


def test_the_elements_have_pages(browser: Browser) -> None:
    deploy(browser, file_of(Named("large", "Large"), tasks(MANY)))
    shown, url = set[str](), "/d/large"
    while url:
        text = browser.text(url)
        assert len(text) < 1_000_000
        shown |= {*re.findall(r'<tr id="e\d+" data-of="([^"]*)"', text)}
        following = re.search(r'href="([^"#]*)#e\d+" rel="next"', text)
        url = following[1].replace("&amp;", "&") if following else ""
    assert {f"t{place}" for place in range(MANY)} <= shown
    assert f"<h2 data-element-title>task: <bdi>Task {MANY - 1}</bdi>" in browser.text(f"/d/large?element=t{MANY - 1}")


def test_long_facts_are_cut(browser: Browser) -> None:
    deploy(browser, file_of(Named("large", "Large"), f'<scriptTask id="t" name="{LONG}"><script>{LONG}</script></scriptTask>'))
    text = browser.text("/d/large?element=t")
    assert LONG not in text
    assert "Some facts are too long to be shown here" in text


def test_a_large_picture_is_an_image(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy(browser, file_of(Named("large", "Large")))
    monkeypatch.setattr(drawn, "MOST_IN_PAGE", 100)
    text = browser.text("/d/large")
    assert "data-picture" not in text
    image = re.search(r'<img class="drawn" src="([^"]*)"', text)
    assert image is not None
    assert browser.open(image[1].replace("&amp;", "&")).content_type == "image/svg+xml"
    assert 'href="/d/large/1?element=w#element">w</a>' in text


def test_a_difference_has_pages(browser: Browser) -> None:
    deploy(browser, *(file_of(Named("large", "Large"), tasks(MANY, word)) for word in ("", " again")))
    shown, url = list[str](), "/d/large/1..2"
    while url:
        text = browser.text(url)
        shown += re.findall(r'<tr id="c(\d+)"', text)
        following = re.search(r'href="([^"#]*)#c\d+" rel="next"', text)
        url = following[1] if following else ""
    assert shown == [str(number) for number in range(1, MANY + 1)]
    assert "Lines 2,001–" in browser.text("/d/large/1..2?view=text&line=2001")
    assert 'rel="next"' in browser.text("/d/large/1..2?view=xml")


def test_large_pictures_of_a_difference_are_images(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy(browser, *(file_of(Named("large", "Large"), work=word) for word in ("a", "b")))
    assert "data-picture=" in browser.text("/d/large/1..2")
    monkeypatch.setattr(difference, "MOST_IN_PAGE", 100)
    text = browser.text("/d/large/1..2")
    assert "data-picture=" not in text
    assert text.count('<img class="drawn"') == 2
