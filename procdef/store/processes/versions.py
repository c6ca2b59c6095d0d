"""The versions of processes: their GUIDs, their numbers, and which is the latest.

Every definition has a version of a process. `store.registry.definitions` inserts and deletes both together; only it calls `add` and
`delete_of`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

from peewee import SQL, Database, Expression, Query, fn

from procdef.bpmn.reading.encoding import is_utf_8, text_of
from procdef.common.iteration import batches
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.rights.permissions import READ_DEFINITION
from procdef.store import bulk, statements
from procdef.store.models import Definition, Envelope, Process, is_tenant
from procdef.store.reader import Reader
from procdef.store.registry.rows import VALUES_PER_STATEMENT, NewDefinition

NAMESPACE = UUID("ecc60749-4523-4f28-bf24-334d7585b846")
"""The namespace of the GUIDs that are made from a tenant and a key."""
NUMBERS = re.compile(r"(\d{1,9})\.(\d{1,9})(?!\d)", re.ASCII)
IS_LATEST_PROCESS = Expression(Process.latest, "=", SQL("true"))
"""The condition that a version is the latest of its process, exactly as in the partial indexes."""


class Latest(NamedTuple):
    """The latest version of a process."""

    tenant_id: str | None
    key: str
    guid: str
    id: int
    version: int


def latest_of(database: Database, tenant_ids: Iterable[str | None], keys: Iterable[str]) -> list[Latest]:
    """The latest versions of these keys in these tenants, with or without definition."""
    tenants = set(tenant_ids)
    named = [tenant for tenant in tenants if tenant is not None]
    return [Latest(*row) for row in statements.read(database, _latest, None in tenants, keys=list(set(keys)), tenants=named)]


def highest_versions(latest: Iterable[Latest]) -> dict[str, int]:
    """The highest version of each key of one tenant; a key without any is skipped."""
    highest: dict[str, int] = {}
    for row in latest:
        highest[row.key] = max(row.version, highest.get(row.key, row.version))
    return highest


def add(database: Database, new: Sequence[NewDefinition], latest: Sequence[Latest] | None = None) -> None:
    """Insert the versions of processes of new definitions of any tenants, keys and versions, inside their write transaction.

    A key that the tenant has already keeps its GUID; a new key gets a GUID that is made from tenant and key. For any number of definitions
    about three statements read what is needed, or two if the caller passes the result of `latest_of`.
    """
    if latest is None:
        latest = latest_of(database, [item.row[Definition.tenant_id] for item in new], [item.row[Definition.key] for item in new])
    guids = _guids(database, [(item.row[Definition.tenant_id], item.row[Definition.key]) for item in new], latest)
    rows = [_row(item, guids) for item in new]
    _move_latest(database, rows, latest)
    bulk.insert(database, Process, rows)


def delete_of(database: Database, definition_ids: Sequence[str]) -> None:
    """Delete the versions of deleted definitions, inside their write transaction. The highest remaining version becomes the latest."""
    theirs = Process.definition_id.in_(definition_ids)
    guids = [row[0] for row in Process.select(Process.guid).where(theirs).distinct().tuples().execute(database)]
    Process.delete().where(theirs).execute(database)
    mark_latest(database, guids)
    delete_unused_envelopes(database)


def delete_unused_envelopes(database: Database) -> None:
    """Delete the envelopes of which no process remains."""
    used = Process.select(Process.id).where(Process.envelope_id == Envelope.id)
    Envelope.delete().where(~fn.EXISTS(used)).execute(database)


def mark_latest(database: Database, guids: Sequence[str]) -> None:
    """Make the highest version of each process its latest."""
    other = Process.alias()
    highest = other.select(fn.max(other.version)).where(other.guid == Process.guid)
    for some in batches(guids, VALUES_PER_STATEMENT):
        Process.update(latest=False).where(IS_LATEST_PROCESS & Process.guid.in_(some)).execute(database)
        Process.update(latest=True).where(Process.guid.in_(some) & (Process.version == highest)).execute(database)


def guid_of(tenant_id: str | None, key: str) -> str:
    """The GUID of a key that is first deployed by upload. No tenant counts as an empty one."""
    return str(uuid5(NAMESPACE, f"{tenant_id or ''}\n{key}"))


def numbers_of(version_tag: str | None, version: int) -> tuple[int, int]:
    """The major and minor version: the first two numbers of a version tag such as `1.2` or `1.2.3-rc`; otherwise the version and 0."""
    found = NUMBERS.match(version_tag or "")
    return (int(found[1]), int(found[2])) if found else (version, 0)


def iso_8601(moment: str) -> str:
    """A timestamp of the store, which is in UTC, in ISO 8601."""
    return moment.replace(" ", "T") + "Z"


def own_text(data: bytes) -> str | None:
    """The BPMN of a file as a string that the version itself stores, if the file is not UTF-8; None if it is."""
    return None if is_utf_8(data) else text_of(data).replace("\0", "")


def _latest(dialect: Dialect, absent: bool) -> Query:
    tenants = statements.any_of(dialect, Process.tenant_id, "tenants")
    meant = statements.any_of(dialect, Process.key, "keys") & (tenants | Process.tenant_id.is_null() if absent else tenants)
    return Process.select(Process.tenant_id, Process.key, Process.guid, Process.id, Process.version).where(IS_LATEST_PROCESS & meant)


def _guids(database: Database, owners: Iterable[tuple[str | None, str]], latest: Sequence[Latest]) -> dict[tuple[str | None, str], str]:
    wanted = dict.fromkeys(owners)
    guids = {(row.tenant_id, row.key): row.guid for row in latest if (row.tenant_id, row.key) in wanted}
    made = {owner: guid_of(*owner) for owner in wanted if owner not in guids}
    taken = _taken(database, list(made.values()))
    for owner, guid in made.items():
        guids[owner] = str(uuid4()) if guid in taken else guid
        taken.add(guids[owner])
    return guids


def _move_latest(database: Database, rows: Sequence[dict[str, Any]], latest: Sequence[Latest]) -> None:
    """Mark the new versions that are the latest of their processes, and unmark those that no longer are."""
    highest = {row.guid: row.version for row in latest}
    for row in rows:
        highest[row["guid"]] = max(row["version"], highest.get(row["guid"], row["version"]))
    for row in rows:
        row["latest"] = row["version"] == highest[row["guid"]]
    bulk.update(database, Process, [{"id": row.id, "latest": False} for row in latest if row.version < highest[row.guid]])


def guids_of(database: Database, tenant_id: str | None, keys: Sequence[str]) -> dict[str, str]:
    """The GUIDs of a tenant's processes by key; a key without process is skipped."""
    found: dict[str, str] = {}
    for some in batches(keys, VALUES_PER_STATEMENT):
        meant = IS_LATEST_PROCESS & Process.key.in_(some) & is_tenant(Process.tenant_id, tenant_id)
        found.update(Process.select(Process.key, Process.guid).where(meant).tuples().execute(database))
    return found


def guid_of_key(reader: Reader, key: str) -> str:
    """The GUID of a key without tenant: that of the process with the key, or one that is made from the key."""
    found = reader.read(_guid_query, values={"key": key})
    return str(found[0][0]) if found else guid_of(None, key)


def object_of(reader: Reader, guid: str) -> str | None:
    """What authorizations name a process by: its key, or the GUID if it has none. None if there is no such process for the caller."""
    found = reader.read(_process_query, values={"guid": guid})
    ident = (found[0][0] or guid) if found else None
    return ident if ident is not None and reader.sees(READ_DEFINITION, ident, found[0][1]) else None


def _process_query(_dialect: Dialect) -> Query:
    return Process.select(Process.key, Process.tenant_id).where(IS_LATEST_PROCESS & (Process.guid == placeholder("guid")))


def _guid_query(_dialect: Dialect) -> Query:
    is_meant = (Process.key == placeholder("key")) & Process.tenant_id.is_null()
    return Process.select(Process.guid).where(IS_LATEST_PROCESS & is_meant)


def _taken(database: Database, guids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in batches(guids, VALUES_PER_STATEMENT):
        found.update(row[0] for row in Process.select(Process.guid).where(Process.guid.in_(some)).tuples().execute(database))
    return found


def _row(item: NewDefinition, guids: dict[tuple[str | None, str], str]) -> dict[str, Any]:
    """By the names of the fields: the hash of a field is slow."""
    row = {field.name: value for field, value in item.row.items()}
    key, name = row["key"], row["name"] or row["key"]
    major, minor = numbers_of(row["version_tag"], row["version"])
    return {
        "guid": guids[row["tenant_id"], key],
        "version": row["version"],
        "latest": False,
        "tenant_id": row["tenant_id"],
        "key": key,
        "definition_id": row["id"],
        "deployment_id": row["deployment_id"],
        "resource_name": row["resource_name"],
        "name": name,
        "name_upper": name.upper(),
        "modified": iso_8601(row["deploy_time"]),
        "modifier": item.user,
        "description": row["description"],
        "change_description": item.deployment_name,
        "major_version": major,
        "minor_version": minor,
        "bpmn": own_text(item.data),
    }
