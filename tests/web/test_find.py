"""Finding anything: ids lead to what has them, words give groups of results."""

from __future__ import annotations

from html import unescape
from urllib.parse import quote, quote_plus

import pytest

from tests.samples import bpmn
from tests.web.conftest import Browser

GROUPS = ("Definitions", "Version tags", "Deployments", "Used things")


def found(browser: Browser, words: str) -> list[str]:
    text = browser.text(f"/find?q={quote(words)}")
    return [group for group in GROUPS if f"<h2>{group} " in text]


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        ("ORDER PRO", ["Definitions"]),
        ("order", ["Definitions", "Used things"]),
        ("1.", ["Version tags"]),
        ("seed", ["Deployments"]),
        ("100%", ["Definitions"]),
        ("_", ["Definitions"]),
        ("billing", ["Used things"]),
        ("معالجة", ["Definitions"]),
        ("zzz", []),
        ("<script>", ["Definitions"]),
        ("\0", []),
        ("   ", []),
    ],
)
def test_words_are_looked_for_in_each_group(filled: Browser, words: str, groups: list[str]) -> None:
    assert found(filled, words) == groups


def test_an_id_leads_to_what_has_it(filled: Browser) -> None:
    (row,) = filled.api.get("/process-definition", {"key": "emoji"})
    listed = filled.client.get("/api/v1/processes").get_json()["data"][0]["uniqueIdentifier"]
    expected = {
        row["id"]: "/d/emoji/1?tenant=a%2Fb%2Fc",
        row["deploymentId"]: f"/deployments/{row['deploymentId']}",
        "i0": "/incidents?incidentId=i0",
        listed.upper(): f"/processes/{listed}",
    }
    for ident, url in expected.items():
        answer = filled.open(f"/find?q=+{quote(ident)}+")
        assert (answer.status_code, answer.headers["Location"]) == (303, url)
        filled.text(url)


@pytest.mark.parametrize("ident", ["50%", "what?x=1&y#z", "a%2Fb", "a b", "\N{ROCKET}", "%", "+", "'\"<b>", "x" * 64])
def test_an_incident_of_any_id_is_found_and_leads_to_its_element(browser: Browser, ident: str) -> None:
    browser.api.deploy(("order.bpmn", bpmn("order")))
    (row,) = browser.api.get("/process-definition")
    body = {"processDefinitionId": row["id"], "incidentType": ident, "activityId": ident, "incidentMessage": ident}
    assert browser.api.put(f"/incident/{quote(ident, safe='')}", body).status_code == 201
    for url in (browser.open(f"/find?q={quote(ident)}").headers["Location"], "/d/order/incidents"):
        text = unescape(browser.text(url))
        assert f'<span class="key">{ident}</span>' in text
        assert f'href="/d/order/1?element={quote_plus(ident)}#element"' in text
    assert f"/incidents?incidentType={quote_plus(ident)}" in unescape(browser.text("/incidents/values?of=incidentType"))
    browser.text(f"/d/order/1?element={quote_plus(ident)}")


def test_an_unknown_guid_is_only_not_found(filled: Browser) -> None:
    assert found(filled, "0c0c0c0c-0000-4000-8000-000000000000") == []


def test_more_results_than_fit_have_a_link(browser: Browser) -> None:
    for number in range(9):
        browser.api.deploy((f"{number}.bpmn", bpmn(f"many{number}")), deployment_name=f"many {number}")
    text = browser.text("/find?q=many")
    assert 'href="/definitions?latestVersion=true&amp;nameOrKeyLike=%25many%25">All 9 definitions' in text
    assert 'href="/deployments?nameLike=many%25">All 9 deployments' in text
