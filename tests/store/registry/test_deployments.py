"""Deploying as a function: what another deployment changes between the preparation of an upload and its storage."""

from __future__ import annotations

from dataclasses import replace

import pytest

from procdef.store.registry.deployments import FILTER_ALL, FILTER_EACH, Upload, deploy, insert, insert_many, prepare, resources_to_deploy
from procdef.store.store import Store
from tests.api import Api
from tests.samples import bpmn

FILES = [("a.bpmn", bpmn("a")), ("b.bpmn", bpmn("b"))]


def upload(*files: tuple[str, bytes], filtering: str | None = FILTER_ALL, tenant: str | None = None) -> Upload:
    return Upload("name", "source", tenant, files or FILES, filtering)


@pytest.mark.parametrize("filtering", [FILTER_ALL, FILTER_EACH])
def test_a_duplicate_that_was_stored_meanwhile_is_not_stored_again(api: Api, store: Store, filtering: str) -> None:
    one = upload(filtering=filtering)
    prepared = prepare(store.settings, one, resources_to_deploy(store, one))
    assert prepared.resources == FILES
    first = deploy(store, one)
    with store.write() as database:
        assert insert(database, prepared) is None
        assert insert_many(database, [prepared]) is None
    again = deploy(store, one)
    assert (first.is_new, again.is_new, again.id) == (True, False, first.id)
    assert len(api.get("/deployment")) == 1


@pytest.mark.parametrize(
    "other",
    [
        upload(filtering=None, tenant="t"),
        upload(("a.bpmn", bpmn("a", name="other")), filtering=None, tenant="t"),
        upload(("c.bpmn", bpmn("c")), filtering=None),
    ],
)
def test_another_deployment_meanwhile_makes_no_difference(api: Api, store: Store, other: Upload) -> None:
    one = upload()
    prepared = prepare(store.settings, one, resources_to_deploy(store, one))
    deploy(store, other)
    with store.write() as database:
        stored = insert(database, prepared)
    assert stored is not None
    assert stored.is_new
    assert len(api.get("/deployment")) == 2


def test_no_tenant_is_another_than_the_tenant_with_an_empty_id(api: Api, store: Store) -> None:
    for tenant in (None, "", "t"):
        assert [deploy(store, upload(filtering=filtering, tenant=tenant)).is_new for filtering in (FILTER_ALL, None)] == [True, True]
    assert api.send("DELETE", "/process-definition/key/a").status_code == 200
    newest = api.get("/process-definition", {"key": "a", "version": 2, "tenantIdIn": ""})[0]
    assert api.send("DELETE", f"/process-definition/{newest['id']}").status_code == 200
    latest = {(row["tenantId"], row["version"]) for row in api.get("/process-definition", {"key": "a", "latest": "true"})}
    assert latest == {(None, 1), ("", 1), ("t", 2)}


def test_a_duplicate_with_a_later_activation_suspends_what_is_there(api: Api, store: Store) -> None:
    first = deploy(store, upload())
    again = deploy(store, replace(upload(), active_from="2999-01-01 00:00:00.000"))
    assert (again.id, again.is_new) == (first.id, False)
    assert [row["suspended"] for row in api.get("/process-definition")] == [True, True]
