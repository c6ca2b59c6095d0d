"""The identity of the engine that a store is a copy of. A store copies one engine, and never a row of another."""

from __future__ import annotations

from collections.abc import Mapping

from peewee import Database

from procdef.errors import ProcdefError
from procdef.store.condition import COPIED
from procdef.store.models import MirroredEngine
from procdef.store.store import Store

INSTALLATIONS = ("camunda.installation.id", "operaton.installation.id")
"""Properties with the engine's own identity. It stays the same when the database is moved, dumped and restored."""
DATABASE = "place"
"""The kind of the identity of the database itself: server, database and schema. It is used if the engine's own cannot be read."""
Identity = Mapping[str, str]
"""The values of an identity, by kind; only the known ones."""


class AnotherEngine(ProcdefError):
    """The store is a copy of another engine."""


def bound_to(store: Store) -> Identity:
    """The identity of the engine that the store is a copy of; empty if the store is not bound to an engine yet."""
    return dict(store.read(MirroredEngine.select(MirroredEngine.kind, MirroredEngine.value).where(MirroredEngine.kind != COPIED)))


def bind(database: Database, identity: Identity, *, replacing: bool) -> None:
    """Store the engine's identity, inside a write transaction. `replacing` deletes the one before.

    Raises AnotherEngine if the store was bound to another engine meanwhile.
    """
    if replacing:
        MirroredEngine.delete().execute(database)
    present = MirroredEngine.select(MirroredEngine.kind, MirroredEngine.value).where(MirroredEngine.kind != COPIED)
    bound = dict(present.tuples().execute(database))
    if bound and not is_same(bound, identity):
        raise another(bound, identity)
    MirroredEngine.delete().where(MirroredEngine.kind.in_(list(identity))).execute(database)
    MirroredEngine.insert_many([{"kind": kind, "value": value} for kind, value in identity.items()]).execute(database)


def is_same(bound: Identity, given: Identity) -> bool:
    """Whether two identities are of one engine: by the installation id if both have it, otherwise by the database."""
    kinds = [kind for kind in INSTALLATIONS if kind in bound and kind in given] or [DATABASE]
    return all(bound.get(kind) == given.get(kind) for kind in kinds)


def another(bound: Identity, given: Identity) -> AnotherEngine:
    """The error if the store is a copy of another engine."""
    return _refused(f"is a copy of the engine with {_described(bound)}; --from is the engine with {_described(given)}")


def unknown(given: Identity, found: int, total: int) -> AnotherEngine:
    """The error if the store is bound to no engine, but looks like a copy of another: the engine has `found` of its `total` deployments."""
    return _refused(f"has {total} deployments of an engine; --from, the engine with {_described(given)}, has {found} of them")


def _refused(what: str) -> AnotherEngine:
    return AnotherEngine(
        f"The store {what}. Give each engine a store of its own; "
        "or start anew with --replace-engine, which removes what was copied from the other engine."
    )


def _described(identity: Identity) -> str:
    for kind in INSTALLATIONS:
        if kind in identity:
            return f"the installation id {identity[kind]}"
    return f"the database {identity.get(DATABASE, '?')}"
