"""Changing definitions: versions and which is the latest, suspension, history time to live, deletion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from peewee import Database, Expression, Field, fn

from procdef.errors import NotFound
from procdef.store import incidents
from procdef.store.models import IS_LATEST, Definition, IdentityLink, StartMessage
from procdef.store.store import Store

ACTIVE, SUSPENDED = 1, 2  # SUSPENSION_STATE_
KEYS_AT_ONCE = 500


def highest_versions(database: Database, tenant_id: str | None, keys: Sequence[str]) -> dict[str, int]:
    """The highest version of each of these keys of a tenant; a key without definitions is left out."""
    found: dict[str, int] = {}
    for some in _batches(keys):
        query = Definition.select(Definition.key, Definition.version).where(_latest_of(tenant_id, some))
        found.update(query.tuples().execute(database))
    return found


def no_longer_latest(database: Database, tenant_id: str | None, keys: Sequence[str]) -> None:
    """Take the mark of the latest version from these keys of a tenant, before new versions are inserted with it."""
    for some in _batches(keys):
        Definition.update(latest=False).where(_latest_of(tenant_id, some)).execute(database)


def suspend_where(database: Database, condition: Expression, *, suspended: bool) -> None:
    """Suspend or activate every definition that meets a condition, inside a write transaction."""
    state = SUSPENDED if suspended else ACTIVE
    Definition.update(suspension_state=state, rev=Definition.rev + 1).where(condition).execute(database)


def set_history_ttl(store: Store, definition_id: str, days: int | None) -> None:
    """Set how many days finished instances of a definition are kept; None: for ever. Raises NotFound where there is none."""
    with store.write() as database:
        if not Definition.update(history_ttl=days, rev=Definition.rev + 1).where(Definition.id == definition_id).execute(database):
            raise NotFound("definition", definition_id)


def delete_versions(store: Store, condition: Expression, key: str, *, cascade: bool = False) -> None:
    """Delete every definition that meets a condition, all of one key. Raises NotFound, which names the key, where there is none."""
    with store.write() as database:
        if not delete_where(database, condition, cascade=cascade):
            raise NotFound("definition with the key", key)


def delete(store: Store, definition_id: str, *, cascade: bool = False) -> None:
    """Delete one definition; its deployment and resources stay. Raises NotFound where there is none."""
    with store.write() as database:
        if not delete_where(database, Definition.id == definition_id, cascade=cascade):
            raise NotFound("definition", definition_id)


def delete_where(database: Database, condition: Expression, *, cascade: bool = False) -> int:
    """Delete the definitions that meet a condition, with their incidents and identity links; how many there were.

    With `cascade` the history of their incidents goes too. Where the latest version of a key and tenant goes, the highest that is left
    becomes the latest.
    """
    columns = (Definition.id, Definition.key, Definition.tenant_id)
    gone = list(Definition.select(*columns).where(condition).tuples().execute(database))
    for some in _batches([row[0] for row in gone]):
        incidents.delete_of(database, some, with_history=cascade)
        for model in (IdentityLink, StartMessage):
            model.delete().where(model.definition_id.in_(some)).execute(database)
        Definition.delete().where(Definition.id.in_(some)).execute(database)
    for key, tenant_id in {row[1:] for row in gone}:
        _mark_latest(database, key, tenant_id)
    return len(gone)


def of_tenant(tenant_id: str | None) -> Expression:
    """The condition that a definition belongs to this tenant."""
    return is_tenant(Definition.tenant_id, tenant_id)


def is_tenant(column: Field, tenant_id: str | None) -> Expression:
    """The condition that a column holds this tenant; the absent tenant and the tenant "" are two."""
    return column.is_null() if tenant_id is None else column == tenant_id


def _latest_of(tenant_id: str | None, keys: Sequence[str]) -> Expression:
    return IS_LATEST & Definition.key.in_(keys) & of_tenant(tenant_id)


def _mark_latest(database: Database, key: str, tenant_id: str | None) -> None:
    of_key = (Definition.key == key) & of_tenant(tenant_id)
    highest = Definition.select(fn.max(Definition.version)).where(of_key)
    Definition.update(latest=True).where(of_key & (Definition.version == highest)).execute(database)


def _batches(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + KEYS_AT_ONCE] for start in range(0, len(items), KEYS_AT_ONCE))
