"""Changing definitions: insertion, deletion, which version is the latest, suspension, history time to live.

A definition and its version of a process are one pair. `insert` and `delete_where` are the only functions that insert or delete either half
of a pair; a version without definition belongs to `store.processes`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from peewee import Database, Expression, Query, Value, fn

from procdef.common.iteration import batches
from procdef.errors import NotFound
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store import bulk, statements
from procdef.store.bulk import Row
from procdef.store.events import log, operations, types
from procdef.store.events.operations import DEFINITION, DELETE, SET_TTL, Property
from procdef.store.incidents import lifecycle
from procdef.store.models import IS_LATEST, Call, Definition, IdentityLink, Process, StartMessage, is_tenant
from procdef.store.processes import versions
from procdef.store.registry import counting, events, uniqueness
from procdef.store.registry.rows import ACTIVE, SUSPENDED, VALUES_PER_STATEMENT, NewDefinition
from procdef.store.store import Store
from procdef.store.usage import index as usage


def insert(
    database: Database,
    new: Sequence[NewDefinition],
    *,
    latest: Sequence[versions.Latest] | None = None,
    processes: Sequence[Row] | None = None,
) -> None:
    """Insert definitions with their versions of processes, inside a write transaction.

    The rows say which definitions are the latest; the caller unmarks the ones before. The versions of processes are made from the
    definitions; `latest` is the result of `versions.latest_of` for them, if the caller has it. An import makes the versions itself:
    `processes` are the rows of all its versions, also of those without definition.
    """
    counting.insert(database, [item.row for item in new])
    bulk.insert(database, IdentityLink, [row for item in new for row in item.links])
    messages = [(item.row[Definition.id], name) for item in new for name in dict.fromkeys(item.start_messages)]
    bulk.insert(database, StartMessage, [{StartMessage.definition_id: ident, StartMessage.name: name} for ident, name in messages])
    calls = [(item.row[Definition.id], key) for item in new for key in _called_keys(item)]
    bulk.insert(database, Call, [{Call.definition_id: ident, Call.key: key} for ident, key in calls])
    usage.insert(database, [(item.row[Definition.id], item.uses) for item in new])
    if processes is None:
        versions.add(database, new, latest)
    else:
        bulk.insert(database, Process, processes)
    log.write(database, events.deployed(item.row for item in new))


def _called_keys(new: NewDefinition) -> list[str]:
    """The keys that a definition calls, each once. A key that is too long is left out, because no definition can have it."""
    keys = dict.fromkeys(call.called_element for call in new.calls)
    return [key for key in keys if len(key) <= Call.key.max_length]


def unmark_latest(database: Database, tenant_id: str | None, keys: Sequence[str]) -> None:
    """Unmark the latest versions of these keys of a tenant, before newer versions are inserted."""
    statements.change(database, _not_latest, tenant_id is None, keys=list(keys), tenant=tenant_id)


def _not_latest(dialect: Dialect, absent: bool) -> Query:
    of_keys = statements.any_of(dialect, Definition.key, "keys") & of_tenant(None if absent else placeholder("tenant"))
    return Definition.update(latest=False).where(IS_LATEST & of_keys)


def suspend_where(database: Database, condition: Expression, *, suspended: bool) -> None:
    """Suspend or activate every definition that meets a condition, inside a write transaction. There is an event for each that changes."""
    state = SUSPENDED if suspended else ACTIVE
    changed = condition & (Definition.suspension_state != state)
    what = types.DEFINITION_SUSPENDED if suspended else types.DEFINITION_ACTIVATED
    log.write(database, events.of_definitions(what, events.rows_of(database, changed)))
    Definition.update(suspension_state=state, rev=Definition.rev + 1).where(condition).execute(database)


def set_history_ttl(store: Store, definition_id: str, days: int | None) -> None:
    """Set the history time to live of a definition, in days; None: for ever. Raises NotFound for an unknown definition."""
    with store.write() as database:
        is_meant = Definition.id == definition_id
        if not (found := events.rows_of(database, is_meant, Definition.history_ttl)):
            raise NotFound("definition", definition_id)
        Definition.update(history_ttl=days, rev=Definition.rev + 1).where(is_meant).execute(database)
        log.write(database, [events.with_ttl(row, before, days) for *row, before in found])
        for *row, before in found:
            operations.write(database, DEFINITION, SET_TTL, [Property(events.TTL, before, days)], events.subject(row))


def delete_key(store: Store, key: str, *, cascade: bool = False, of: Collection[str] | None = None) -> None:
    """Delete every definition of a key, in all tenants; with `of` only those without tenant and in these tenants.

    Raises NotFound, which names the key, if there is none.
    """
    is_meant = Definition.key == key
    if of is not None:
        is_meant &= Definition.tenant_id.is_null() | Definition.tenant_id.in_([*of])
    _delete_versions(store, key, is_meant, cascade=cascade)


def delete_key_of_tenant(store: Store, key: str, tenant_id: str | None, *, cascade: bool = False) -> None:
    """Delete every definition of a key in one tenant, or without one. Raises NotFound, which names the key, if there is none."""
    _delete_versions(store, key, (Definition.key == key) & of_tenant(tenant_id), cascade=cascade)


def _delete_versions(store: Store, key: str, condition: Expression, *, cascade: bool) -> None:
    with store.write() as database:
        if not _remove_as_user(database, condition, cascade=cascade):
            raise NotFound("definition with the key", key)


def delete(store: Store, definition_id: str, *, cascade: bool = False) -> None:
    """Delete one definition. Its deployment and resources stay.

    Raises NotFound for an unknown definition, and TakenMessage as `remove` does.
    """
    with store.write() as database:
        if not _remove_as_user(database, Definition.id == definition_id, cascade=cascade):
            raise NotFound("definition", definition_id)


def _remove_as_user(database: Database, condition: Expression, *, cascade: bool) -> int:
    """As `remove`, which is one operation of the user."""
    subjects = [events.subject(row) for row in events.rows_of(database, condition)]
    if subjects:
        operations.write(database, DEFINITION, DELETE, [Property("cascade", before=False, after=cascade)], *subjects)
    return remove(database, condition, cascade=cascade)


def remove(database: Database, condition: Expression, *, cascade: bool = False) -> int:
    """As `delete_where`, for a request of a client.

    Raises TakenMessage if a version would become the latest again, but another process has its start message by now. The transaction must
    then be rolled back.
    """
    columns = (Definition.id, Definition.key, Definition.tenant_id)
    latest = list(Definition.select(*columns).where(condition & IS_LATEST).tuples().execute(database))
    ids = {tenant_id: [row[0] for row in latest if row[2] == tenant_id] for tenant_id in {row[2] for row in latest}}
    gone = {tenant_id: uniqueness.messages_of(database, some) for tenant_id, some in ids.items()}
    count = delete_where(database, condition, cascade=cascade)
    for tenant_id, messages in gone.items():
        uniqueness.check_restored(database, tenant_id, {row[1] for row in latest if row[2] == tenant_id}, messages)
    return count


def delete_where(database: Database, condition: Expression, *, cascade: bool = False) -> int:
    """Delete the definitions that meet a condition, with their versions of processes, incidents and identity links. Returns how many.

    The database deletes their pictures. With `cascade` the history of their incidents is deleted too. If the latest version of a key and
    tenant is deleted, the highest remaining one becomes the latest, whatever start messages it has, since a mirror follows its engine.
    """
    gone = events.rows_of(database, condition)
    log.write(database, events.of_definitions(types.DEFINITION_DELETED, gone))
    for some in batches([row[0] for row in gone], VALUES_PER_STATEMENT):
        lifecycle.delete_of(database, some, with_history=cascade)
        versions.delete_of(database, some)
        for model in (IdentityLink, StartMessage, Call):
            model.delete().where(model.definition_id.in_(some)).execute(database)
        usage.delete(database, some)
        Definition.delete().where(Definition.id.in_(some)).execute(database)
    for tenant_id in {row[2] for row in gone}:
        mark_latest(database, tenant_id, list({row[1] for row in gone if row[2] == tenant_id}))
    return len(gone)


def mark_latest(database: Database, tenant_id: str | None, keys: Sequence[str]) -> None:
    """Mark the highest version of each of these keys of a tenant as the latest. No version of the keys may be marked before."""
    other = Definition.alias()
    highest = other.select(fn.max(other.version)).where((other.key == Definition.key) & is_tenant(other.tenant_id, tenant_id))
    for some in batches(keys, VALUES_PER_STATEMENT):
        of_keys = Definition.key.in_(some) & of_tenant(tenant_id)
        Definition.update(latest=True).where(of_keys & (Definition.version == highest)).execute(database)


def of_tenant(tenant_id: str | Value | None) -> Expression:
    """The condition that a definition belongs to this tenant."""
    return is_tenant(Definition.tenant_id, tenant_id)
