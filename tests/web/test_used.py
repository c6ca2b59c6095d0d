"""The catalog of used things, and the places where a value is used."""

from __future__ import annotations

from html import escape, unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procdef.bpmn.facts.kinds import KINDS
from procdef.web import links
from tests.web.conftest import Browser
from tests.web.files import USING, VALUES

ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_catalog_counts_as_the_rest_request_does(filled: Browser) -> None:
    text = filled.text(links.USED)
    rows = filled.api.get("/process-definition/usage/values", "sortBy=definitions&sortOrder=desc")
    assert f"{len(rows)} values" in text
    for row in rows:
        assert escape(links.places(row["kind"], row["value"])) in text


def test_a_kind_says_what_it_is(filled: Browser) -> None:
    assert "The topic of an external task." in filled.text("/used?kind=topic")
    text = filled.text("/used/kinds?kind=topic&latestVersion=true")
    assert 'aria-current="true"' in text
    assert 'href="/used?latestVersion=true&amp;kind=candidateGroup"' in text
    assert "no" in filled.text("/used/kinds?valueLike=zzz")


def test_places_are_those_of_the_latest_versions_or_of_all(filled: Browser) -> None:
    latest = filled.text(links.places("topic", "billing"))
    assert 'href="/d/order/2?element=w#element"' in latest
    assert 'href="/d/order/1"' not in latest
    every = filled.text("/used/places?kind=topic&value=billing")
    assert 'href="/d/order/1"' in every


def test_words_become_the_filter_that_searches(filled: Browser) -> None:
    answer = filled.open("/used?q=bill&kind=topic")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/used?valueLike=%25bill%25&kind=topic")
    assert "1 value<" in filled.text(answer.headers["Location"])


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_every_value_has_its_places(browser: Browser, value: str) -> None:
    browser.api.deploy(("values.bpmn", USING))
    text = browser.text(links.places("topic", value))
    assert "1 place<" in text
    assert value in unescape(text)
    assert 'href="/d/using/1"' in text


@ANY
@given(value=st.text(st.characters(codec="utf-8"), min_size=1, max_size=300), kind=st.sampled_from([*KINDS]))
def test_a_value_that_nothing_uses_has_no_places(filled: Browser, value: str, kind: str) -> None:
    answer = filled.open(links.places(kind, f"no {value}"))
    assert answer.status_code == 200
    assert "Nothing matches all of these filters" in answer.text


def test_an_empty_store_uses_nothing(browser: Browser) -> None:
    assert "Nothing is used yet" in browser.text("/used")
    assert "Nothing is used yet" in browser.text("/used/places")
    assert "There are none." in browser.text("/used/kinds")
