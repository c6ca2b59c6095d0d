"""Deploying as a function: what another deployment changes between the preparation of an upload and its storage."""

from __future__ import annotations

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
