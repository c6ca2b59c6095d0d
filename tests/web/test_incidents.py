"""The page of incidents: what its form means, its facets, its links."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import Browser

AFTER = "incidentTimestampAfter"


@pytest.mark.parametrize(
    ("entered", "filters"),
    [
        ("q=50%25", "incidentMessageLike=%2550%5C%25%25"),
        ("q=&incidentType=&sortBy=", ""),
        ("incidentType=failedJob&activityId=+", "incidentType=failedJob"),
        (f"{AFTER}=2026-02-28T10:30", f"{AFTER}=2026-02-28T10%3A30%3A00.000%2B0000"),
        (f"{AFTER}=2026-02-28T10:30:59.5", f"{AFTER}=2026-02-28T10%3A30%3A00.000%2B0000"),
    ],
)
def test_what_is_entered_becomes_the_filters_of_the_rest_request(filled: Browser, entered: str, filters: str) -> None:
    answer = filled.open(f"/incidents?{entered}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/incidents?{filters}".rstrip("?"))


def test_the_form_shows_what_is_in_force(filled: Browser) -> None:
    text = filled.text(f"/incidents?{AFTER}=2020-02-28T10:30:00.000%2B0200&incidentType=failedJob")
    assert 'value="2020-02-28T08:30"' in text
    assert "3 open incidents" in text
    assert 'aria-label="Remove the filter incident type"' in text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("incidentTimestampAfter=null", 200),
        ("incidentTimestampAfter=0001-01-01T00:00:00.000%2B1400", 200),
        ("incidentTimestampAfter=x", 400),
        ("sortBy=x&sortOrder=asc", 400),
        ("tenantIdIn=%00", 200),
        ("firstResult=9", 200),
    ],
)
def test_what_cannot_be_is_said(filled: Browser, query: str, status: int) -> None:
    filled.text(f"/incidents?{query}", status)


def test_an_incident_leads_to_its_definition_and_to_the_element(filled: Browser) -> None:
    text = filled.text("/incidents?sortBy=incidentTimestamp&sortOrder=desc")
    assert 'href="/d/markup/1/incidents?tenant=%3Ci%3Et%3C%2Fi%3E"' in text
    assert 'href="/d/markup/1?tenant=%3Ci%3Et%3C%2Fi%3E&amp;element=w#element"' in text
    assert "<img src=x>" not in text


def test_facets_count_types_and_activities(filled: Browser) -> None:
    assert 'href="/incidents?incidentType=failedJob"' in filled.text("/incidents/values?of=incidentType")
    assert 'href="/incidents?activityId=w"' in filled.text("/incidents/values?of=activityId")
    filled.text("/incidents/values?of=nothing", 404)


def test_without_incidents_the_page_says_so(browser: Browser) -> None:
    text = browser.text("/incidents")
    assert "No open incidents" in text
    assert "Report an incident" in browser.text(next(iter(re.findall('href="(/docs/api/camunda/[^"]+)"', text))))
    assert "Nothing matches all of these filters" in browser.text("/incidents?incidentType=x")
