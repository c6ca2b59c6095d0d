"""The pages of events: the list, the history of a definition and of a deployment, and who deleted what is not there."""

from __future__ import annotations

import pytest

from procdef.store.events import log
from procdef.store.events.actor import COMMAND, JOB, MIRROR, PAGE, PROCDEF, Actor, acting
from procdef.store.events.log import NewEvent
from procdef.store.registry import definitions, deployments
from procdef.store.store import Store
from tests.samples import bpmn
from tests.web.conftest import Browser

FOUND = "sortBy=number&sortOrder=desc"


def deploy(store: Store, *keys: str) -> str:
    files = [(f"{key}.bpmn", bpmn(key)) for key in keys]
    return deployments.deploy(store, deployments.Upload("many", "ci", None, files)).id


def test_the_list_shows_what_who_and_when(browser: Browser) -> None:
    with acting(Actor(PAGE, "<b>mary</b>", address="10.0.0.1")):
        deploy(browser.api.store, "order")
    text = browser.text(f"/events?{FOUND}")
    assert "2 events" in text
    assert "definition deployed" in text
    assert 'href="/d/order/1"' in text
    assert text.count("&lt;b&gt;mary&lt;/b&gt;") == 2
    assert "10.0.0.1" in text
    assert "source: <bdi>ci</bdi>" in text
    assert "<b>mary" not in text


@pytest.mark.parametrize(
    ("source", "who"), [(COMMAND, "a command"), (MIRROR, "the mirror"), (JOB, "a planned change"), (PROCDEF, "procdef"), (PAGE, "somebody")]
)
def test_a_change_without_a_user_has_its_source(browser: Browser, source: str, who: str) -> None:
    with acting(Actor(source)), browser.api.store.write() as database:
        log.write(database, [NewEvent("tenant.changed", object_id="t", before={"name": ""}, after={"name": "T", "more": ["x"]})])
    text = browser.text("/events")
    assert f"<bdi>{who}" in text
    assert "name: <bdi>T</bdi>" in text
    assert "more: <bdi>[&#34;x&#34;]</bdi>" in text


@pytest.mark.parametrize(
    ("query", "number"), [("type=deployment.created", 1), ("processDefinitionKey=a", 1), ("userId=mary", 0), ("withoutTenantId=true", 3)]
)
def test_it_is_narrowed_by_filters(browser: Browser, query: str, number: int) -> None:
    deploy(browser.api.store, "a", "b")
    text = browser.text(f"/events?{query}")
    assert text.count("data-row=") == number
    assert f"{number} event" in text


def test_facets(browser: Browser) -> None:
    deploy(browser.api.store, "a", "b")
    assert 'href="/events?type=definition.deployed"' in browser.text("/events/values?of=type")
    assert "no user" in browser.text("/events/values?of=userId")
    assert "no tenant" in browser.text("/events/values?of=tenantIdIn")
    assert 'href="/events?source=procdef"' in browser.text("/events/values?of=source")


def test_the_history_of_a_definition_has_all_versions_of_its_tenant(browser: Browser) -> None:
    deploy(browser.api.store, "order")
    deploy(browser.api.store, "order")
    deploy(browser.api.store, "other")
    deployments.deploy(browser.api.store, deployments.Upload("n", None, "acme", [("order.bpmn", bpmn("order"))]))
    text = browser.text("/d/order/1/history")
    assert text.count("definition deployed") == 2
    assert "2 events of all versions" in text
    assert browser.text("/d/order/history?tenant=acme").count("definition deployed") == 1


def test_what_is_deleted_says_by_whom(browser: Browser) -> None:
    ident = deploy(browser.api.store, "order", "other")
    deploy(browser.api.store, "order")
    (old,) = (row["id"] for row in browser.api.get("/process-definition", {"key": "order", "version": 1}))
    with acting(Actor(PAGE, "mary")):
        definitions.delete(browser.api.store, old)
    text = browser.text("/d/order/1", 404)
    assert "It was deleted" in text
    assert "Deleted by <bdi>mary</bdi>" in text
    assert 'href="/d/order/2"' in text
    assert "Deleted by" not in browser.text("/d/order/3", 404)
    assert "definition deleted" in browser.text("/d/order/history")
    with acting(Actor(PAGE, "paul")):
        deployments.undeploy(browser.api.store, ident)
    assert "Deleted by <bdi>paul</bdi>" in browser.text(f"/deployments/{ident}", 404)
    assert "Deleted by <bdi>paul</bdi>" in browser.text("/d/other", 404)
    assert "Deleted by" not in browser.text("/deployments/none", 404)


def test_the_history_of_a_deployment(browser: Browser) -> None:
    ident = deploy(browser.api.store, "order", "other")
    text = browser.text(f"/deployments/{ident}")
    assert "Deployment created" in text
    assert text.count("Definition deployed") == 2
    assert f"deploymentId={ident}" in text


def test_all_events_are_there_as_csv(browser: Browser) -> None:
    deploy(browser.api.store, *(f"k{number}" for number in range(150)))
    lines = browser.api.ask("/event", {"format": "csv"}).text.splitlines()
    assert (lines[0].split(",")[:3], len(lines)) == (["number", "timestamp", "type"], 152)
