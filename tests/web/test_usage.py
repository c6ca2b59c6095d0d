"""What a definition uses, and who calls it."""

from __future__ import annotations

from tests.web.conftest import Browser


def test_what_it_uses_leads_to_what_uses_the_same(filled: Browser) -> None:
    text = filled.text("/d/order/uses")
    assert 'href="/used/places?latestVersion=true&amp;kind=topic&amp;value=billing"' in text
    found = filled.text("/definitions?latestVersion=true&uses=topic%3Abilling")
    assert 'href="/d/order/2"' in found
    assert 'href="/d/caller/1"' not in found


def test_a_filter_that_is_given_twice_is_two_chips(filled: Browser) -> None:
    text = filled.text("/definitions?uses=topic:billing&uses=candidateGroup:sales&keyLike=o%25&keyLike=x")
    assert text.count('aria-label="Remove the filter uses"') == 2
    assert 'href="/definitions?uses=topic%3Abilling&amp;keyLike=o%25"' in text
    assert "2 definitions" in text


def test_the_latest_version_is_called_and_the_older_one_not(filled: Browser) -> None:
    assert 'href="/d/caller/1"' in filled.text("/d/order/used-by")
    assert "No latest version calls this version." in filled.text("/d/order/1/used-by")
