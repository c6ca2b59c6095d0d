"""Versions of processes: which is the latest of a key, in which tenants."""

from __future__ import annotations

import pytest

from procdef.store.processes.versions import guid_of, guids_of, highest_versions, latest_of
from procdef.store.registry.deployments import Upload, deploy, undeploy
from procdef.store.store import Store
from tests.samples import bpmn

LATEST: list[tuple[list[str | None], list[str], set[tuple[str | None, str, int]]]] = [
    ([None], ["order"], {(None, "order", 3)}),
    (["a"], ["order"], {("a", "order", 1)}),
    ([None, "a"], ["order"], {(None, "order", 3), ("a", "order", 1)}),
    (["a", "b", "none"], ["order", "bill", "none"], {("a", "order", 1), ("b", "bill", 1)}),
    ([None, None], ["order", "order", "bill"], {(None, "order", 3)}),
    ([], ["order"], set()),
    ([None], [], set()),
]


@pytest.fixture
def filled(store: Store) -> Store:
    deployed = [
        deploy(store, Upload("n", None, tenant, [(f"{key}.bpmn", bpmn(key))]))
        for tenant, key in [(None, "order"), (None, "order"), ("a", "order"), ("b", "bill"), (None, "order"), (None, "order")]
    ]
    undeploy(store, deployed[-1].id)
    return store


@pytest.mark.parametrize(("tenants", "keys", "expected"), LATEST)
def test_latest_versions(filled: Store, tenants: list[str | None], keys: list[str], expected: set[tuple[str | None, str, int]]) -> None:
    with filled.connected():
        latest = latest_of(filled.database, tenants, keys)
    assert {(row.tenant_id, row.key, row.version) for row in latest} == expected
    assert len(latest) == len(expected)
    assert {row.guid for row in latest} == {guid_of(tenant, key) for tenant, key, _ in expected}
    of_one_tenant = [row for row in latest if row.tenant_id is None]
    assert highest_versions(of_one_tenant) == {key: version for tenant, key, version in expected if tenant is None}


def test_guids_by_key(filled: Store) -> None:
    with filled.connected():
        assert guids_of(filled.database, None, ["order", "bill"]) == {"order": guid_of(None, "order")}
        assert guids_of(filled.database, "b", ["order", "bill"]) == {"bill": guid_of("b", "bill")}
