"""Adding and changing mirrored definitions, with the facts that only the store has: description, start messages, latest version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from peewee import SQL, Database, Expression

from procdef.attach.files import Files, Row
from procdef.store import bulk
from procdef.store.events import log
from procdef.store.events.log import NewEvent
from procdef.store.events.types import DEFINITION_ACTIVATED, DEFINITION_SUSPENDED
from procdef.store.models import IS_LATEST, Definition, Deployment, Process, StartMessage
from procdef.store.registry import definitions, events
from procdef.store.registry.rows import SUSPENDED, NewDefinition

IDENTITY = ("key", "version", "tenant_id", "deployment_id")
"""The fields of a definition that an engine never changes."""
IS_OWN = Expression(Definition.mirrored, "=", SQL("false"))
IS_ANY = Expression(SQL("1"), "=", SQL("1"))
"""Values of the argument `among` of `add`."""


def add(database: Database, rows: Sequence[Row], files: Files, *, among: Expression = IS_OWN) -> list[Row]:
    """Insert mirrored definitions, inside a write transaction. The highest version of each key and tenant becomes the latest.

    A row is skipped if a definition that meets the condition `among` has its key, tenant and version. By default these are procdef's own
    definitions. Returns the rows that were inserted.
    """
    rows = [{**row, "mirrored": True} for row in _without_taken(database, rows, among)]
    for row in rows:
        row["name_upper"] = _upper(row["name"])
        row["description"] = files.facts(row).description
    _mark_latest(database, rows)
    definitions.insert(database, _with_files(database, rows, files))
    return rows


def change(database: Database, rows: Iterable[Row]) -> None:
    """Update definitions, inside a write transaction."""
    rows = list(rows)
    log.write(database, _events(database, {row["id"]: row for row in rows}))
    changed = [{name: value for name, value in row.items() if name not in IDENTITY} for row in rows]
    bulk.update(database, Definition, [{**row, "name_upper": _upper(row["name"])} for row in changed])


def _events(database: Database, rows: Mapping[str, Row]) -> Iterator[NewEvent]:
    """The events of what changes in definitions, whose new rows are given by id."""
    columns = (Definition.suspension_state, Definition.history_ttl)
    for *before, state, ttl in events.rows_of(database, bulk.one_of(database, Definition.id, rows), *columns):
        new = rows[before[0]]
        if new["suspension_state"] != state:
            yield events.of_definition(DEFINITION_SUSPENDED if new["suspension_state"] == SUSPENDED else DEFINITION_ACTIVATED, before)
        if new["history_ttl"] != ttl:
            yield events.with_ttl(before, ttl, new["history_ttl"])


def _upper(name: str | None) -> str | None:
    return None if name is None else name.upper()


def _without_taken(database: Database, rows: Sequence[Row], among: Expression) -> list[Row]:
    """The rows whose key, tenant and version are free: no definition `among` these has them, and no process version without definition."""
    keys, versions, taken = {row["key"] for row in rows}, {row["version"] for row in rows}, set()
    for model, condition in ((Definition, among), (Process, Process.definition_id.is_null())):
        of_rows = bulk.one_of(database, model.key, keys) & bulk.one_of(database, model.version, versions)
        query = model.select(model.key, model.tenant_id, model.version).where(condition & of_rows)
        taken.update(query.tuples().execute(database))
    return [row for row in rows if (row["key"], row["tenant_id"], row["version"]) not in taken]


def _mark_latest(database: Database, rows: Sequence[Row]) -> None:
    """Mark the rows that are the latest versions, and unmark the definitions in the store that no longer are."""
    is_meant = IS_LATEST & bulk.one_of(database, Definition.key, {row["key"] for row in rows})
    query = Definition.select(Definition.id, Definition.key, Definition.tenant_id, Definition.version).where(is_meant)
    before = list(query.tuples().execute(database))
    highest = {(key, tenant): version for _, key, tenant, version in before}
    for row in rows:
        of = row["key"], row["tenant_id"]
        highest[of] = max(highest.get(of, row["version"]), row["version"])
    for row in rows:
        row["latest"] = row["version"] == highest[row["key"], row["tenant_id"]]
    beaten = [{"id": ident, "latest": False} for ident, key, tenant, version in before if version < highest[key, tenant]]
    bulk.update(database, Definition, beaten)


def _with_files(database: Database, rows: Sequence[Row], files: Files) -> list[NewDefinition]:
    """The definitions of these rows, with the facts from their files."""
    query = Deployment.select(Deployment.id, Deployment.name).where(
        bulk.one_of(database, Deployment.id, {row["deployment_id"] for row in rows})
    )
    names = dict(query.tuples().execute(database))
    fields = [(name, getattr(Definition, name)) for name in (rows[0] if rows else ())]
    return [_with_file({field: row[name] for name, field in fields}, row, files, names[row["deployment_id"]]) for row in rows]


def _with_file(by_field: Mapping[Any, Any], row: Row, files: Files, deployment_name: str | None) -> NewDefinition:
    facts, longest = files.facts(row), StartMessage.name.max_length
    messages = [name for name in facts.start_messages if len(name) <= longest]
    return NewDefinition(by_field, (), messages, facts.calls, files.data(row), deployment_name, uses=facts.uses)
