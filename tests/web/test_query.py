"""The query string of a page is that of the REST request: words and patterns, chips, facets and links answer the same."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.camunda.tables.details import DETAILED_DEFINITIONS
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.web.query import containing, words_of
from procdef.web.text import help_text, label, moment
from procdef.web.views.definitions import FACETS
from tests.web.conftest import Browser


@given(st.text(st.sampled_from("ab%_\\ é"), max_size=8))
def test_words_become_a_pattern_and_the_same_words_again(words: str) -> None:
    assert words_of(containing(words)) == words


@pytest.mark.parametrize("pattern", ["a%", "%", "", "_", "%a_b%", "a"])
def test_another_pattern_is_shown_as_it_is(pattern: str) -> None:
    assert words_of(pattern) == pattern


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tenantIdIn", "tenant"),
        ("nameOrKeyLike", "name or key"),
        ("latestVersion", "latest version"),
        ("withoutTenantId", "without tenant"),
    ],
)
def test_a_filter_has_a_label(name: str, text: str) -> None:
    assert label(name) == text


def test_every_filter_has_a_label_of_its_own_in_a_chip(filled: Browser) -> None:
    for entry in DEFINITIONS.filters:
        value = entry.match if entry.match and not entry.match.startswith("@") else "x"
        if filled.open(f"/definitions?{urlencode({entry.name: value})}").status_code == 400:
            continue
        text = filled.text(f"/definitions?{urlencode({entry.name: value})}")
        assert entry.widens or f'title="{help_text(entry.help)}"' in unescape(text).replace("&#34;", '"'), entry.name
        assert label(entry.name)


def test_moments_are_in_utc_and_readable() -> None:
    assert moment("2026-11-03T21:15:50.937+0100") == '<time datetime="2026-11-03T20:15:50.937000+00:00">3 Nov 2026, 20:15 UTC</time>'
    assert moment(None) == "–"


def test_the_list_has_the_rows_of_the_rest_request(filled: Browser) -> None:
    for query in ("latestVersion=true", "sortBy=name&sortOrder=desc", "maxResults=3&firstResult=2", "nameLike=%25o%25&latestVersion=true"):
        text = filled.text(f"/definitions?{query}")
        shown = re.findall(r'<tr data-row="([^"]+)">', text)
        wanted = filled.api.get("/process-definition", query)
        assert shown == [row["id"] for row in wanted]
        json = unescape(re.search(r'<a href="([^"]+)">JSON</a>', text)[1])  # type: ignore[index]
        assert filled.client.get(json).json == wanted
        command = unescape(re.search(r"<code>(curl [^<]+)</code>", text)[1])  # type: ignore[index]
        assert command.endswith(f"{json}'")


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
@pytest.mark.parametrize("query", ["", "latestVersion=true", "keyLike=%25r%25", "suspended=true&tenantIdIn=a/b/c"])
def test_the_numbers_of_a_facet_are_those_of_its_links(filled: Browser, facet: object, query: str) -> None:
    text = filled.text(f"/definitions/values?of={facet.of}&{query}")  # type: ignore[attr-defined]
    found = re.findall(r'<li><a href="/definitions\?([^"]*)"[^>]*><bdi>[^<]*</bdi> <span class="count">([\d,]+)<', text)
    assert found or query.startswith("suspended")
    for link, number in found:
        assert filled.api.get("/process-definition/count", unescape(link)) == {"count": int(number)}


def test_a_list_that_is_too_long_to_count_has_the_numbers_of_all_definitions(filled: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procdef.web.query.MOST_COUNTED", 2)
    for facet in FACETS:
        all_of_them = numbers(filled.text(f"/definitions/values?of={facet.of}"))
        text = filled.text(f"/definitions/values?of={facet.of}&keyLike=%25er%25")
        assert "too long to count each value" in text
        assert numbers(text) == all_of_them
        assert "too long" not in filled.text(f"/definitions/values?of={facet.of}&key=markup")


def numbers(text: str) -> list[str]:
    """The values of a facet's page with their numbers."""
    return re.findall(r'<bdi>([^<]*</bdi> <span class="count">[\d,]+)<', text)


def test_a_list_is_read_as_that_of_the_rest_request() -> None:
    for name in ("filters", "sorts", "relations", "rules", "stored_json", "covered", "dictionary"):
        assert getattr(DETAILED_DEFINITIONS, name) is getattr(DEFINITIONS, name), name


def test_a_listed_definition_has_the_members_of_its_table(filled: Browser) -> None:
    reader = filled.api.store.everything
    found = reader.one(DETAILED_DEFINITIONS, {"key": "markup"})
    assert found is not None
    assert re.findall(r'"(\w+)":', found.replace('\\"', ""))[-3:] == ["deploymentTime", "deployedBy", "incidents"]
    assert '"incidents":3' in found.replace(" ", "")
