"""Putting into the store what no upload gets there: a mirror stores files that procdef itself would refuse."""

from __future__ import annotations

from procdef.store.models import Definition, Resource
from tests.api import Api


def replace_file(api: Api, definition_id: str, data: bytes | None) -> None:
    """Replace the bytes of a definition's BPMN file; with None it has none."""
    with api.store.write() as database:
        deployment, name = (
            Definition.select(Definition.deployment_id, Definition.resource_name)
            .where(Definition.id == definition_id)
            .tuples()
            .execute(database)[0]
        )
        is_meant = (Resource.deployment_id == deployment) & (Resource.name == name)
        assert Resource.update(bytes=data).where(is_meant).execute(database) == 1


def lose_file(api: Api, definition_id: str) -> None:
    """Let the name of a definition's BPMN file be that of none."""
    with api.store.write() as database:
        assert Definition.update(resource_name="lost.bpmn").where(Definition.id == definition_id).execute(database) == 1
