"""Which version of a key a reference means."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from procdef.store.registry.deployments import Upload, deploy
from procdef.store.registry.references import CONDITIONS, VersionRef, file_of
from procdef.store.store import Store
from tests.samples import bpmn

VERSIONS = {None: ("1.0", "1.1", "1.1", None), "acme": ("9",), "": ("0",)}
"""The version tags of the versions of the key `order`, by tenant."""
CASES = {
    VersionRef("order"): 4,
    VersionRef("order", version=2): 2,
    VersionRef("order", tag="1.0"): 1,
    VersionRef("order", tag="1.1"): 3,
    VersionRef("order", "acme"): 1,
    VersionRef("order", "", tag="0"): 1,
    VersionRef("order", version=5): None,
    VersionRef("order", version=999_999_999): None,
    VersionRef("order", tag="9"): None,
    VersionRef("order", "acme", version=2): None,
    VersionRef("order", "other"): None,
    VersionRef("Order"): None,
    VersionRef("ord%"): None,
}


@pytest.fixture
def filled(store: Store) -> Store:
    for tenant, tags in VERSIONS.items():
        for number, tag in enumerate(tags, 1):
            deploy(store, Upload("n", "s", tenant, [("order.bpmn", file(tenant, number, tag))], user=name_of(number)))
    return store


def file(tenant: str | None, number: int, tag: str | None) -> bytes:
    return bpmn("order", name=f"Order {tenant} {number}", versionTag=tag)


def name_of(number: int) -> str | None:
    return "mary" if number == 1 else None


def test_a_reference_means_one_version(filled: Store) -> None:
    for reference, version in CASES.items():
        found = file_of(filled.everything, reference)
        assert (found and found.version) == version, reference
        if found:
            tag = VERSIONS[reference.tenant][found.version - 1]
            assert found.data == file(reference.tenant, found.version, tag)
            assert (found.key, found.name) == ("order", f"Order {reference.tenant} {found.version}")
            assert (found.user, found.deployed[:2], len(found.definition_id) > 10) == (name_of(found.version), "20", True)


def test_each_way_of_selecting_a_version_has_a_case() -> None:
    def kinds(references: Iterable[VersionRef]) -> set[str]:
        return {reference.kind for reference in references}

    assert kinds(CASES) == kinds(reference for reference, version in CASES.items() if version) == set(CONDITIONS)
