"""Reads that do not answer in JSON: the bytes of files."""

from __future__ import annotations

from typing import Any

from peewee import JOIN, Expression

from procdef.store.models import Definition, Resource
from procdef.store.store import Store


def file_of(store: Store, condition: Expression, name: Any) -> tuple[str, str | None, bytes | None] | None:
    """The id of the definition that meets a condition, and of the file whose name stands in the column `name`, its name and bytes.

    None where there is no such definition; None as name and bytes where it has no such file.
    """
    same = (Resource.deployment_id == Definition.deployment_id) & (Resource.name == name)
    query = Definition.select(Definition.id, Resource.name, Resource.bytes).join(Resource, JOIN.LEFT_OUTER, on=same).where(condition)
    found = store.read(query)
    if not found:
        return None
    definition_id, file_name, data = found[0]
    return definition_id, file_name, None if data is None else bytes(data)
