"""The check of a usage index against the files of the definitions."""

from __future__ import annotations

from collections import Counter
from typing import Any

from peewee import JOIN

from procdef.bpmn.facts.stored_facts import uses_in
from procdef.store.models import Definition, Name, Resource, Usage, Use
from procdef.store.registry.lookups import named
from procdef.store.store import Store
from procdef.store.usage.index import digest_of

ROW = (Name.kind, Name.value, Name.dynamic, Use.activity_id, Use.activity_type, Use.activity_name, Use.binding)


def indexed(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """The uses in the index by the definition's id, in their order."""
    found: dict[str, list[tuple[Any, ...]]] = {ident: [] for (ident,) in store.read(Usage.select(Usage.definition_id))}
    query = Usage.select(Usage.definition_id, *ROW).join(Use, on=Use.usage_id == Usage.id).join(Name, on=Name.id == Use.name_id)
    for ident, kind, value, dynamic, *rest in store.read(query.order_by(Usage.id, Use.place)):
        found[ident].append((kind, value, bool(dynamic), *rest))
    return found


def in_files(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """The uses by the definition's id, as the files have them."""
    query = Definition.select(Definition.id, Definition.key, Resource.bytes)
    rows = store.read(query.join(Resource, JOIN.LEFT_OUTER, on=named(Definition.resource_name)))
    return {ident: [tuple(use) for use in uses_in(bytes(data or b""), [key])[key]] for ident, key, data in rows}


def check_index(store: Store) -> None:
    """The index has the uses of exactly the definitions that are stored, each value once, and the right counts."""
    expected = in_files(store)
    assert indexed(store) == expected
    uses = Counter((kind, value) for found in expected.values() for kind, value, *_ in found)
    definitions = Counter(key for found in expected.values() for key in {(kind, value) for kind, value, *_ in found})
    names = store.read(Name.select(Name.kind, Name.value, Name.digest, Name.definitions, Name.uses))
    assert sorted(names) == sorted((*key, digest_of(*key), definitions[key], number) for key, number in uses.items())
    assert len(store.read(Use.select(Use.place))) == uses.total()
